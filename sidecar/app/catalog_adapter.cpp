#include "app/catalog_adapter.h"

namespace tapri::app {

std::uint64_t HandleCatalog::generation() const {
  const std::uint64_t generation = handle_->generation();
  if (generation == 0) return 0;
  return oldest_.load(std::memory_order_seq_cst) < generation ? 0 : generation;
}

void HandleCatalog::write_began(std::uint64_t generation) {
  auto writes = writes_.lock();
  ++(*writes)[generation];
  oldest_.store(writes->begin()->first, std::memory_order_seq_cst);
}

void HandleCatalog::write_ended(std::uint64_t generation) {
  auto writes = writes_.lock();
  const auto found = writes->find(generation);
  if (found == writes->end()) return;
  if (--found->second == 0) writes->erase(found);
  oldest_.store(writes->empty() ? kNone : writes->begin()->first, std::memory_order_seq_cst);
}

}  // namespace tapri::app
