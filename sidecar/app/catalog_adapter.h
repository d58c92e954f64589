// dbclient's catalogs as sessions see them.
//
// Thread-safety: as the interfaces say, any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/guarded.h"
#include "dbclient/catalog_handle.h"
#include "session/services.h"

namespace tapri::app {

// One database's catalog. Not usable while a write that was resolved under a schema before the present one is still
// under way: it may do more than was known then (a trigger made meanwhile).
class HandleCatalog final : public session::CatalogSource {
 public:
  explicit HandleCatalog(std::shared_ptr<dbclient::CatalogHandle> handle) : handle_(std::move(handle)) {}

  [[nodiscard]] const std::string& name_space() const override { return handle_->name_space(); }
  [[nodiscard]] std::uint64_t generation() const override;
  [[nodiscard]] std::shared_ptr<const catalog::Snapshot> snapshot() const override { return handle_->snapshot(); }
  [[nodiscard]] bool known() const override { return handle_->known(); }
  [[nodiscard]] std::optional<catalog::HiddenEffects> hidden_effects() const override {
    return handle_->hidden_effects();
  }
  void invalidate() override { handle_->invalidate(); }
  void suspect() override { handle_->suspect(); }
  void reload_asked() override { handle_->reload_asked(); }
  void doubt() override { handle_->doubt(); }
  void write_began(std::uint64_t generation) override;
  void write_ended(std::uint64_t generation) override;
  [[nodiscard]] std::uint64_t settings_generation() const override { return handle_->settings_generation(); }
  void look_again() const override { handle_->look_again(); }

 private:
  static constexpr std::uint64_t kNone = ~std::uint64_t{0};

  std::shared_ptr<dbclient::CatalogHandle> handle_;
  // Writes under way by their generation. What is resolved without a catalog is a write to everything, which needs no
  // counting.
  Guarded<std::map<std::uint64_t, std::uint64_t>> writes_;
  std::atomic<std::uint64_t> oldest_{kNone};  // generation of a write under way; written while writes_ is locked
};

}  // namespace tapri::app
