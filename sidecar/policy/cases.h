// Case files: what a rule file is expected to decide, statement by statement. `tapri rules test` runs them.
//
//   # A comment. Blocks are separated by blank lines; the first may say what the cases know of the schema.
//   rules: sample.json
//   protocol: postgres
//   catalog: products, orders, shop.seats
//   functions: price_of stable, pg_catalog.random volatile
//
//   sql: SELECT name FROM products
//        WHERE id = 7
//   user: app
//   expect: cache
//   rule: catalogue
//   tables: products
//   ttl: 10m
//
// `protocol` says whose language the statements are in: postgres where it is left out, or mysql. An indented line goes
// on with the value above. The keys of a case: sql, user, database, application (what is asked); expect (cache or
// bypass), rule (a rule's name, or defaults), reason, tables, ttl, coherence, l2 (yes or no: whether it goes there at
// all) (what must come out). sql and expect are required; what else is given must hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/protocol.h"
#include "base/reason.h"
#include "base/result.h"
#include "policy/rules.h"

namespace tapri::policy {

struct Case {
  std::size_t line = 0;  // where its first line stands, 1-based
  std::string sql;
  std::string user;
  std::string database;
  std::string application;
  Action expect = Action::cache;
  std::optional<std::string> rule;
  std::optional<Reason> reason;
  std::optional<std::vector<std::string>> tables;  // "orders" in any schema, or "shop.orders"; empty: none
  std::optional<std::optional<Duration>> ttl;      // the inner nullopt: none
  std::optional<Coherence> coherence;
  std::optional<bool> l2;
};

enum class CaseVolatility : std::uint8_t { immutable, stable, is_volatile };

struct CaseFunction {
  sql::QualifiedName name;  // as CaseFile::catalog
  CaseVolatility volatility = CaseVolatility::is_volatile;
};

struct CaseFile {
  std::string rules;  // the rule file, as seen from the case file's folder; may be empty
  Protocol protocol = Protocol::postgres;
  // Plain tables that are known. Where no schema is written they are in `public`; of MySQL in the database of each
  // case, and stand here without one.
  std::vector<sql::QualifiedName> catalog;
  std::vector<CaseFunction> functions;
  std::vector<Case> cases;
};

// `name` is for messages: "sample.case:12: ...".
[[nodiscard]] Result<CaseFile> parse_cases(std::string_view text, const std::string& name);

// What came out when a case was run.
struct CaseOutcome {
  Action action = Action::cache;  // cache: nothing, neither facts nor catalog nor rules, stands against it
  Reason reason = Reason::none;
  std::string rule;  // RuleSet::rule_label()
  std::vector<sql::QualifiedName> tables;
  std::optional<Duration> ttl;
  Coherence coherence = Coherence::automatic;
  bool l2 = true;  // as far as the rules go
};

// What differs from the expected, one sentence each; empty where the case passes.
[[nodiscard]] std::vector<std::string> mismatches(const Case& expected, const CaseOutcome& outcome);

// "no", "yes", "yes, up to 65536 bytes, at most 100/s"
[[nodiscard]] std::string remote_text(const RemoteSettings& settings);

// "7d", "90s", "none": the largest unit that divides it.
[[nodiscard]] std::string duration_text(const std::optional<Duration>& duration);

}  // namespace tapri::policy
