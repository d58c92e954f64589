#include <json/json.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "admin/json.h"
#include "app/json_output.h"
#include "app/known_statements.h"
#include "app/offline_catalog.h"
#include "app/rules_command.h"
#include "app/statement.h"
#include "app/text_file.h"
#include "policy/diff.h"
#include "session/analyzer.h"

namespace tapri::app {
namespace {

using RulesRef = std::shared_ptr<const policy::RuleSet>;

struct Change {
  const KnownStatement* statement = nullptr;
  std::string before;
  std::string after;
};

bool is_verdict(Reason reason) {
  return reason == Reason::none || reason == Reason::rule_bypass || reason == Reason::hint_bypass;
}

// As verdict_text(), but where the statement cannot be cached whatever the rules say, that.
std::string outcome_text(const session::Analysis& analysis, const policy::RuleSet& rules) {
  if (is_verdict(analysis.reason)) return policy::verdict_text(analysis.verdict, rules);
  return "bypass (" + std::string(reason_name(analysis.reason)) + ")";
}

// Why a statement is not cached makes no difference: a rule that forbids a write, for one, changes nothing.
bool same_outcome(const session::Analysis& a, const session::Analysis& b) {
  return a.cacheable == b.cacheable && (!a.cacheable || policy::same_effect(a.verdict, b.verdict));
}

class Comparison {
 public:
  Comparison(const RulesDiffOptions& options, const policy::RuleSet& before, const policy::RuleSet& after)
      : options_(options), before_(before), after_(after) {
    for (const Protocol protocol : {Protocol::postgres, Protocol::mysql}) {
      context_of(protocol).user = options.user;
      context_of(protocol).search_path = assumed_path(protocol, options.database);
    }
  }

  [[nodiscard]] std::vector<Change> run(const std::vector<KnownStatement>& statements) const {
    std::vector<Change> changes;
    for (const KnownStatement& statement : statements) {
      const session::Analysis before = analyse(statement.shape, before_);
      const session::Analysis after = analyse(statement.shape, after_);
      if (same_outcome(before, after)) continue;
      changes.push_back({&statement, outcome_text(before, before_), outcome_text(after, after_)});
    }
    std::ranges::stable_sort(changes, std::greater<>(), [](const Change& change) { return change.statement->calls; });
    return changes;
  }

 private:
  [[nodiscard]] session::Context& context_of(Protocol protocol) {
    return contexts_[static_cast<std::size_t>(protocol)];
  }

  [[nodiscard]] session::Analysis analyse(const session::ShapeRef& shape, const policy::RuleSet& rules) const {
    const session::Context& context = contexts_[static_cast<std::size_t>(shape->protocol())];
    const auto snapshot =
        offline_snapshot({.protocol = shape->protocol(),
                          .database = options_.database,
                          .tables = assumed_tables(shape->facts(), rules, shape->protocol(), context.search_path)});
    return session::analyse({.shape = shape,
                             .snapshot = snapshot.get(),
                             .context = &context,
                             .rules = rules,
                             .asker = {.upstream_database = snapshot->database(),
                                       .database = options_.database,
                                       .user = options_.user,
                                       .application = options_.application}});
  }

  const RulesDiffOptions& options_;
  const policy::RuleSet& before_;
  const policy::RuleSet& after_;
  std::array<session::Context, 2> contexts_;  // by protocol
};

Result<std::vector<KnownStatement>> known_statements(const RulesDiffOptions& options) {
  std::vector<KnownStatement> all;
  if (!options.statements_file.empty()) {
    const auto text = read_text_file(options.statements_file);
    if (!text) return tl::unexpected(text.error());
    all = statements_in(*text, Language{options.protocol.value_or(Protocol::postgres)});
  }
  if (!options.shapes_file.empty()) {
    const auto text = read_text_file(options.shapes_file);
    if (!text) return tl::unexpected(text.error());
    auto shapes = statements_of_shapes(*text, options.protocol.value_or(Protocol::postgres));
    if (!shapes) return fail(options.shapes_file + ": " + shapes.error().message);
    all.insert(all.end(), std::make_move_iterator(shapes->begin()), std::make_move_iterator(shapes->end()));
  }
  return all;
}

void print_text(const std::vector<Change>& changes, std::size_t known, const Terminal& terminal) {
  for (const Change& change : changes) {
    terminal.out << one_line(change.statement->shape->text()) << "\n  fingerprint "
                 << admin::fingerprint_text(change.statement->shape->fingerprint());
    if (change.statement->calls > 0) terminal.out << ", " << change.statement->calls << " calls";
    terminal.out << "\n  before: " << one_line(change.before) << "\n  after:  " << one_line(change.after) << "\n";
  }
  terminal.out << changes.size() << " of " << known << " known statements change\n";
}

void print_json(const std::vector<Change>& changes, std::size_t known, const Terminal& terminal) {
  Json::Value list(Json::arrayValue);
  for (const Change& change : changes) {
    Json::Value entry;
    entry["shape"] = json_string(change.statement->shape->text());
    entry["fingerprint"] = admin::fingerprint_text(change.statement->shape->fingerprint());
    entry["calls"] = static_cast<Json::UInt64>(change.statement->calls);
    entry["before"] = json_string(change.before);
    entry["after"] = json_string(change.after);
    list.append(std::move(entry));
  }
  Json::Value out;
  out["known"] = static_cast<Json::UInt64>(known);
  out["changes"] = std::move(list);
  terminal.out << json_text(out);
}

int complain(const Terminal& terminal, const std::string& message) {
  terminal.err << message << "\n";
  return kBadInput;
}

}  // namespace

int rules_diff(const RulesDiffOptions& options, const Terminal& terminal) {
  if (options.statements_file.empty() && options.shapes_file.empty()) {
    return complain(
        terminal,
        "tapri rules diff: nothing to compare. Give a file of SQL with --statements, or what a running Tapri "
        "has seen:\n"
        "  curl -s 'http://127.0.0.1:6480/api/v1/shapes?limit=1000' > shapes.json   (with admin.token: -H "
        "'Authorization: Bearer TOKEN')\n"
        "  tapri rules diff " +
            options.before + " " + options.after + " --shapes shapes.json");
  }
  const auto before = policy::load_rules(options.before);
  if (!before) return complain(terminal, before.error().message);
  const auto after = policy::load_rules(options.after);
  if (!after) return complain(terminal, after.error().message);
  const auto known = known_statements(options);
  if (!known) return complain(terminal, known.error().message);
  const auto changes = Comparison(options, **before, **after).run(*known);
  if (options.json) {
    print_json(changes, known->size(), terminal);
  } else {
    print_text(changes, known->size(), terminal);
  }
  return kGood;
}

}  // namespace tapri::app
