#include "session/prepared_transactions.h"

#include <utility>

namespace tapri::session {
namespace {

std::string key_of(std::string_view database, std::string_view gid) {
  return std::string(database).append(1, '\0').append(gid);
}

}  // namespace

void PreparedTransactions::remember(std::string_view database, std::string_view gid, coherence::Footprint footprint) {
  auto footprints = footprints_.lock();
  std::string key = key_of(database, gid);
  if (footprints->size() >= kMax && !footprints->contains(key)) return;
  footprints->insert_or_assign(std::move(key), std::move(footprint));
}

std::optional<coherence::Footprint> PreparedTransactions::find(std::string_view database, std::string_view gid) {
  auto footprints = footprints_.lock();
  const auto found = footprints->find(key_of(database, gid));
  if (found == footprints->end()) return std::nullopt;
  return found->second;
}

void PreparedTransactions::forget(std::string_view database, std::string_view gid) {
  auto footprints = footprints_.lock();
  footprints->erase(key_of(database, gid));
}

}  // namespace tapri::session
