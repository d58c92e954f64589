#include "sql/facts.h"

#include <array>

namespace tapri::sql {

// In the order of the enum.
std::string_view verb_name(Verb verb) {
  static constexpr std::array kNames = std::to_array<std::string_view>({"not_understood",
                                                                        "empty",
                                                                        "select",
                                                                        "insert",
                                                                        "update",
                                                                        "delete",
                                                                        "merge",
                                                                        "truncate",
                                                                        "copy_in",
                                                                        "copy_out",
                                                                        "define",
                                                                        "maintain",
                                                                        "begin",
                                                                        "commit",
                                                                        "rollback",
                                                                        "savepoint",
                                                                        "rollback_to",
                                                                        "prepare_transaction",
                                                                        "commit_prepared",
                                                                        "rollback_prepared",
                                                                        "set_transaction",
                                                                        "set",
                                                                        "show",
                                                                        "discard",
                                                                        "prepare",
                                                                        "execute",
                                                                        "deallocate",
                                                                        "declare_cursor",
                                                                        "fetch",
                                                                        "close_cursor",
                                                                        "listen",
                                                                        "lock",
                                                                        "explain",
                                                                        "call"});
  static_assert(kNames.size() == kVerbCount);
  const auto at = static_cast<std::size_t>(verb);
  return at < kNames.size() ? kNames[at] : kNames.front();
}

}  // namespace tapri::sql
