// A backend that answers what the test tells it to, and remembers what it was asked.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "admin/backend.h"

namespace tapri::admin {

class FakeBackend final : public Backend {
 public:
  std::vector<Check> checks() override { return checks_; }
  Gauges gauges() override {
    Gauges out = gauges_;
    out.workers = workers_;
    return out;
  }
  std::vector<ShapeStats> shapes(std::size_t limit, ShapeOrder order) override {
    limit_ = limit;
    order_ = order;
    return shapes_;
  }
  Answer<std::string> explain(const ExplainRequest& request) override {
    explained_ = request;
    if (fault_) return tl::unexpected<ApiError>(*fault_);
    return "{\"verdict\":\"cache\"}";
  }
  Answer<std::uint64_t> flush(const FlushRequest& request) override {
    flushed_ = request;
    if (fault_) return tl::unexpected<ApiError>(*fault_);
    return 7;
  }
  Answer<std::string> reload() override {
    ++reloads_;
    if (fault_) return tl::unexpected<ApiError>(*fault_);
    return "{\"rules\":3}";
  }
  Answer<void> drain() override {
    ++drains_;
    if (fault_) return tl::unexpected<ApiError>(*fault_);
    return {};
  }
  std::string config_json() override { return "{\"workers\":2}"; }
  std::string rules_json() override { return "{\"rules\":[]}"; }

  std::vector<Check> checks_;
  Gauges gauges_;
  telemetry::WorkerMetrics first_;
  telemetry::WorkerMetrics second_;
  std::array<const telemetry::WorkerMetrics*, 2> workers_ = {&first_, &second_};
  std::vector<ShapeStats> shapes_;
  std::optional<ApiError> fault_;
  std::size_t limit_ = 0;
  ShapeOrder order_ = ShapeOrder::calls;
  ExplainRequest explained_;
  std::optional<FlushRequest> flushed_;
  int reloads_ = 0;
  int drains_ = 0;
};

}  // namespace tapri::admin
