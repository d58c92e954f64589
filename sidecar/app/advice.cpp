#include "app/advice.h"

namespace tapri::app {
namespace {

// A test asks for every reason.
std::string_view about_text(Reason reason) {
  switch (reason) {
    case Reason::not_a_read:
      return "Nothing: only plain reads are cached. A write drops the kept answers that it may change.";
    case Reason::not_understood:
      return "If the database accepts it, it uses syntax newer than PostgreSQL 15 or something rare: rewrite it, or "
             "leave it uncached.";
    case Reason::too_large:
      return "Send values as parameters or as an array rather than as a long list, or raise limits.max_statement.";
    case Reason::too_deep:
      return "Flatten it: a list (IN, = ANY) rather than a long chain of OR or of nested parentheses.";
    case Reason::multiple_statements:
      return "Send each statement by itself.";
    case Reason::locks_rows:
      return "Leave out the locking clause where the row is only shown, not changed.";
    case Reason::modifies_in_cte:
      return "Send the write and the read as two statements.";
    case Reason::creates_relation:
      return "Nothing: it makes a table.";
    case Reason::volatile_literal:
      return "Send the moment as a parameter or a fixed value, rounded as coarsely as the page allows.";
    case Reason::sampling:
      return "Nothing: each call is meant to return other rows.";
    default:
      return {};
  }
}

std::string_view about_catalog(Reason reason) {
  switch (reason) {
    case Reason::volatile_function:
      return "Compute the value in the application and send it as a parameter; for a function of your own, mark it "
             "IMMUTABLE if that is true, or declare it in the rules under \"dependencies\".";
    case Reason::unknown_function:
      return "Check that the function exists and is found on the search_path.";
    case Reason::unknown_type:
      return "Cast to a plain type such as text or timestamptz, or send the value as a parameter.";
    case Reason::no_relation:
      return "Nothing: there is nothing to save.";
    case Reason::system_relation:
      return "Nothing: the server's own tables and views change without a statement.";
    case Reason::uncommitted_reads:
      return "Use READ COMMITTED or above for sessions that are to be answered from the cache.";
    case Reason::tables_locked:
      return "Let the session end what it locked (UNLOCK TABLES) and reset itself, or use a transaction.";
    case Reason::temporary_relation:
      return "Use a permanent table, or let the session drop its temporary tables (DISCARD TEMP).";
    case Reason::foreign_relation:
    case Reason::view:
      return "A rule with a ttl and \"coherence\": \"ttl\" caches it for that long, without following its writes.";
    case Reason::row_security:
      return "Nothing: what a row policy lets through may depend on more than is known here.";
    case Reason::unknown_relation:
      return "Check the name, its schema and the search_path.";
    case Reason::catalog_unavailable:
      return "Let Tapri reach the database: credentials in the upstream's URL, and control.enabled. /readyz?verbose "
             "says what is wrong.";
    case Reason::catalog_pending:
      return "Ask again in a moment: the catalog is read again after a change of the schema.";
    default:
      return {};
  }
}

std::string_view about_session(Reason reason) {
  switch (reason) {
    case Reason::in_transaction_after_write:
    case Reason::pipelined_after_write:
      return "Read before the write, or after the commit.";
    case Reason::in_failed_transaction:
      return "Roll the transaction back.";
    case Reason::snapshot_isolation:
      return "Read at READ COMMITTED where the statement does not need more, or let a rule with \"snapshot_reads\" "
             "answer "
             "it in READ ONLY transactions.";
    case Reason::serializable:
      return "Read at READ COMMITTED where the statement does not need more.";
    case Reason::standby:
      return "Point Tapri at the primary, or use a rule with \"coherence\": \"ttl\".";
    case Reason::session_unknown:
      return "Avoid settings that are made under computed names (set_config), or RESET them.";
    case Reason::unsafe_encoding:
      return "Use client_encoding UTF8 and standard_conforming_strings = on.";
    case Reason::prepared_before_change:
      return "Prepare it again under the settings and the schema that it is to run with.";
    case Reason::row_limit:
    case Reason::named_portal:
      return "Fetch all rows at once (a driver's fetch size of 0), or use LIMIT.";
    case Reason::key_too_large:
      return "Send shorter parameters, or raise limits.max_key.";
    default:
      return {};
  }
}

std::string_view about_rules(Reason reason) {
  switch (reason) {
    case Reason::rule_bypass:
      return "Change the rule that is named here, or put one that allows it in front of it.";
    case Reason::hint_bypass:
      return "Take the comment out of the statement.";
    case Reason::caching_off:
      return "Switch caching on: cache.enabled.";
    case Reason::log_stale:
      return "See to Redis: its state is in /api/v1/stats and the log.";
    case Reason::not_cached_yet:
    case Reason::expired:
    case Reason::invalidated:
    case Reason::write_in_flight:
      return "Nothing: the next answer is kept.";
    default:
      return {};
  }
}

// Where MySQL's users have other means.
std::string_view about_mysql(Reason reason) {
  switch (reason) {
    case Reason::not_understood:
      return "If the database accepts it, it uses syntax newer than MySQL 9 and MariaDB 10.11 or something rare: "
             "rewrite "
             "it, or leave it uncached.";
    case Reason::too_large:
      return "Send fewer values in one list, or raise limits.max_statement.";
    case Reason::volatile_function:
      return "Compute the value in the application and send it as a parameter; a stored function of your own can be "
             "declared in the rules under \"dependencies\".";
    case Reason::unknown_function:
      return "Check that the function exists in the current database, or write its database in front; a loadable "
             "function "
             "can be declared in the rules under \"dependencies\".";
    case Reason::unknown_relation:
      return "Check the name and its database.";
    case Reason::temporary_relation:
      return "Use a permanent table, or let the session reset itself (COM_RESET_CONNECTION) once it needs its "
             "temporary "
             "tables no more.";
    case Reason::snapshot_isolation:
      return "Read outside of transactions, or at READ COMMITTED.";
    case Reason::unsafe_encoding:
      return "Use utf8mb4 for the connection.";
    case Reason::session_unknown:
      return "Set only what Tapri follows, or let the session reset itself (COM_RESET_CONNECTION).";
    case Reason::row_limit:
      return "Fetch all rows at once, without a cursor of the server.";
    default:
      return {};
  }
}

bool is_about_catalog(Reason reason) {
  return reason == Reason::unknown_function || reason == Reason::unknown_type || reason == Reason::unknown_relation;
}

}  // namespace

std::string_view advice(Reason reason, bool offline, Protocol protocol) {
  if (offline && is_about_catalog(reason)) {
    return "Give --upstream, so that the database can be asked: offline only what the server itself brings is known.";
  }
  if (protocol == Protocol::mysql && !about_mysql(reason).empty()) return about_mysql(reason);
  for (const auto about : {about_text, about_catalog, about_session, about_rules}) {
    const std::string_view found = about(reason);
    if (!found.empty()) return found;
  }
  return {};
}

}  // namespace tapri::app
