// What the admin API asks, answered by the running program.
#pragma once

#include <vector>

#include "admin/backend.h"
#include "app/runtime.h"

namespace tapri::app {

// Thread-safety: the admin server's thread, but for what Backend says.
class AdminBackend final : public admin::Backend {
 public:
  explicit AdminBackend(Runtime& runtime) : runtime_(runtime) {}

  [[nodiscard]] std::vector<admin::Check> checks() override;
  [[nodiscard]] admin::Gauges gauges() override;
  [[nodiscard]] std::vector<admin::ShapeStats> shapes(std::size_t limit, admin::ShapeOrder order) override;
  [[nodiscard]] admin::Answer<std::string> explain(const admin::ExplainRequest& request) override;
  [[nodiscard]] admin::Answer<std::uint64_t> flush(const admin::FlushRequest& request) override;
  [[nodiscard]] admin::Answer<std::string> reload() override;
  [[nodiscard]] admin::Answer<void> drain() override;
  [[nodiscard]] std::string config_json() override;
  [[nodiscard]] std::string rules_json() override;

 private:
  [[nodiscard]] admin::FleetState fleet_state() const;
  [[nodiscard]] admin::Answer<FlushTarget> flush_target(const admin::FlushRequest& request);
  [[nodiscard]] admin::Answer<FlushTarget> target_table(const std::string& pattern);
  [[nodiscard]] admin::Answer<FlushTarget> target_rules(const std::string& value, bool by_tag);
  [[nodiscard]] admin::Answer<FlushTarget> target_shape(std::uint64_t fingerprint);

  Runtime& runtime_;
  std::vector<const telemetry::WorkerMetrics*> metrics_;
};

}  // namespace tapri::app
