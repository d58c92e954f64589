// A catalog of which nothing is known or watched: without a control connection, and for sessions without a database.
//
// Thread-safety: any thread.
#pragma once

#include <string>
#include <utility>

#include "session/services.h"

namespace tapri::session {

class NoCatalog final : public CatalogSource {
 public:
  explicit NoCatalog(std::string name_space) : name_space_(std::move(name_space)) {}
  [[nodiscard]] const std::string& name_space() const override { return name_space_; }
  [[nodiscard]] std::uint64_t generation() const override { return 0; }
  [[nodiscard]] std::shared_ptr<const catalog::Snapshot> snapshot() const override { return nullptr; }
  [[nodiscard]] bool known() const override { return false; }
  void invalidate() override {}
  void write_began(std::uint64_t) override {}
  void write_ended(std::uint64_t) override {}
  [[nodiscard]] std::uint64_t settings_generation() const override { return 1; }

 private:
  const std::string name_space_;
};

}  // namespace tapri::session
