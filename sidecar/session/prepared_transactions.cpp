#include "session/prepared_transactions.h"

#include <utility>

namespace tapri::session {
namespace {

std::string key_of(std::string_view database, std::string_view gid) {
  return std::string(database).append(1, '\0').append(gid);
}

}  // namespace

void PreparedTransactions::remember(std::string_view database, std::string_view gid, Prepared what) {
  auto prepared = prepared_.lock();
  std::string key = key_of(database, gid);
  if (prepared->size() >= kMax && !prepared->contains(key)) return;
  prepared->insert_or_assign(std::move(key), std::move(what));
}

std::optional<PreparedTransactions::Prepared> PreparedTransactions::find(std::string_view database,
                                                                         std::string_view gid) {
  auto prepared = prepared_.lock();
  const auto found = prepared->find(key_of(database, gid));
  if (found == prepared->end()) return std::nullopt;
  return found->second;
}

void PreparedTransactions::forget(std::string_view database, std::string_view gid) {
  auto prepared = prepared_.lock();
  prepared->erase(key_of(database, gid));
}

}  // namespace tapri::session
