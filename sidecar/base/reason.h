// Why a statement was, or was not, answered from the cache: one enum for policy, metrics, logs and explain.
//
// The texts are an interface (metric label values, JSON): never rename one. docs/reasons.md lists them all and is
// checked against this file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tapri {

// X(name, one sentence for a DBA)
#define TAPRI_REASONS(X)                                                                                              \
  X(none, "Nothing stands against caching it.")                                                                       \
  X(not_a_read, "It is not a plain read: it writes, defines or controls something.")                                  \
  X(not_understood, "The text could not be parsed or uses syntax that is not known; it is passed through.")           \
  X(too_large, "The statement is longer than the limit up to which statements are analysed.")                         \
  X(too_deep, "The statement is nested deeper than the limit up to which statements are analysed.")                   \
  X(multiple_statements, "Several statements in one string are never cached.")                                        \
  X(locks_rows, "It locks rows (FOR UPDATE, FOR SHARE and the like).")                                                \
  X(modifies_in_cte, "A WITH clause writes.")                                                                         \
  X(creates_relation, "SELECT ... INTO creates a table.")                                                             \
  X(volatile_function, "It calls a function or operator whose result may change from call to call.")                  \
  X(unknown_function, "It calls a function that the catalog does not know.")                                          \
  X(volatile_literal, "It uses a literal or value such as 'now' or 'today', which means another moment each time.")   \
  X(unknown_type, "It casts to a type whose conversion may depend on more than its input.")                           \
  X(sampling, "TABLESAMPLE returns other rows each time.")                                                            \
  X(no_relation, "It reads no table; asking the database costs as little as keeping the answer.")                     \
  X(system_relation, "It reads a system catalog or view, which changes without a statement that can be seen.")        \
  X(temporary_relation, "It reads a temporary table, or the session owns temporary tables that may shadow others.")   \
  X(foreign_relation, "It reads a foreign table, whose writes cannot be seen.")                                       \
  X(view, "It reads a view whose definition is not known or not followed.")                                           \
  X(row_security, "It reads a table with row security.")                                                              \
  X(unknown_relation, "It reads a relation that the catalog does not know.")                                          \
  X(catalog_unavailable, "The catalog could not be read: without it only what a rule allows by TTL is cached.")       \
  X(catalog_pending, "The schema may have changed; the catalog is being read again.")                                 \
  X(in_transaction_after_write, "The transaction has written what the statement reads.")                              \
  X(in_failed_transaction, "The transaction has failed; the database answers with an error.")                         \
  X(snapshot_isolation, "At REPEATABLE READ and above a transaction reads one snapshot, which a cache cannot mix.")   \
  X(serializable, "SERIALIZABLE sessions are never answered from the cache.")                                         \
  X(uncommitted_reads, "READ UNCOMMITTED sessions may see what is never committed.")                                  \
  X(tables_locked, "The session holds LOCK TABLES: what it may read is for the database to say.")                     \
  X(standby, "The server is in recovery: it lags behind the writes that are seen here.")                              \
  X(session_unknown, "A setting that the result may depend on is not known for this session.")                        \
  X(unsafe_encoding, "The client's encoding or string syntax setting makes texts unsafe to parse.")                   \
  X(prepared_before_change, "It was prepared under other settings or an older schema; the server keeps to those.")    \
  X(row_limit, "The client asked for a part of the rows, or keeps the portal open.")                                  \
  X(named_portal, "It runs in a named portal.")                                                                       \
  X(pipelined_after_write, "A statement sent just before may have changed what it reads.")                            \
  X(key_too_large, "Its parameters are larger than the limit for a cache key.")                                       \
  X(rule_bypass, "A rule says bypass.")                                                                               \
  X(hint_bypass, "A comment in the statement says bypass.")                                                           \
  X(caching_off, "Caching is switched off.")                                                                          \
  X(log_stale, "The fleet's log of writes was not read lately: nobody can say whether kept answers are still right.") \
  X(not_cached_yet, "It may be cached; no answer was kept yet.")                                                      \
  X(expired, "The kept answer was older than its TTL.")                                                               \
  X(invalidated, "A write may have changed the kept answer.")                                                         \
  X(write_in_flight, "A write to what it reads is being carried out.")

enum class Reason : std::uint8_t {
#define TAPRI_REASON(name, text) name,
  TAPRI_REASONS(TAPRI_REASON)
#undef TAPRI_REASON
};

// The last reason of the list counts them all.
inline constexpr std::size_t kReasonCount = static_cast<std::size_t>(Reason::write_in_flight) + 1;

// "volatile_function"; never empty.
[[nodiscard]] std::string_view reason_name(Reason reason);
// One sentence; never empty.
[[nodiscard]] std::string_view reason_text(Reason reason);

}  // namespace tapri
