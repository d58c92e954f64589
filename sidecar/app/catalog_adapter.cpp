#include "app/catalog_adapter.h"

namespace tapri::app {

std::uint64_t HandleCatalog::generation() const {
  const std::uint64_t generation = handle_->generation();
  if (generation == 0) return 0;
  return writes_[(generation + 1) % 2].load(std::memory_order_acquire) > 0 ? 0 : generation;
}

void HandleCatalog::write_began(std::uint64_t generation) {
  writes_[generation % 2].fetch_add(1, std::memory_order_acq_rel);
}

void HandleCatalog::write_ended(std::uint64_t generation) {
  writes_[generation % 2].fetch_sub(1, std::memory_order_acq_rel);
}

}  // namespace tapri::app
