#include <json/json.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>

#include "app/json_output.h"
#include "app/offline_catalog.h"
#include "app/rules_command.h"
#include "app/statement.h"
#include "policy/cases.h"
#include "policy/files.h"
#include "session/analyzer.h"

namespace tapri::app {
namespace {

namespace fs = std::filesystem;

// Far above every statement that is cached; what a case is about is not the limit.
constexpr std::size_t kMaxStatement = std::size_t{1024} * 1024;

// Folders stand for the case files in them, at any depth.
Result<std::vector<std::string>> case_files_of(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    for (fs::recursive_directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
      if (entry->path().extension() == ".case") found.push_back(entry->path().string());
    }
    if (error) return fail(path + ": cannot be read: " + error.message());
    if (found.empty()) return fail(path + ": holds no case file (*.case)");
    std::sort(found.begin(), found.end());
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

// What the file says of the schema, as the case sees it that has this search path.
std::shared_ptr<const catalog::Snapshot> snapshot_of(const policy::CaseFile& file,
                                                     const std::vector<std::string>& search_path) {
  OfflineSchema schema{file.protocol, "cases", file.catalog, file.functions};
  const auto put = [&](sql::QualifiedName& name) {
    if (name.schema.empty()) name.schema = search_path.front();
  };
  for (sql::QualifiedName& table : schema.tables) put(table);
  for (policy::CaseFunction& function : schema.functions) put(function.name);
  return offline_snapshot(schema);
}

policy::CaseOutcome run_case(const policy::CaseFile& file, const policy::Case& test, const policy::RuleSet& rules) {
  session::Context context;
  context.user = test.user;
  context.search_path = assumed_path(file.protocol, test.database);
  const auto snapshot = snapshot_of(file, context.search_path);
  const Language language{file.protocol};
  const session::Analysis analysis =
      session::analyse({.shape = parse_statement(test.sql, language, kMaxStatement).shape,
                        .snapshot = snapshot.get(),
                        .context = &context,
                        .rules = rules,
                        .asker = {.upstream_database = snapshot->database(),
                                  .database = test.database,
                                  .user = test.user,
                                  .application = test.application}});
  policy::CaseOutcome outcome;
  outcome.action = analysis.cacheable ? policy::Action::cache : policy::Action::bypass;
  outcome.reason = analysis.reason;
  outcome.rule = rules.rule_label(analysis.verdict.rule);
  outcome.tables = analysis.tables;
  outcome.ttl = analysis.verdict.ttl;
  outcome.coherence = analysis.verdict.coherence;
  outcome.l2 = analysis.cacheable && analysis.verdict.l2.enabled;
  return outcome;
}

class Run {
 public:
  Run(std::string rules, bool json, const Terminal& terminal)
      : rules_(std::move(rules)), json_(json), terminal_(terminal) {}

  // False where the file or its rules cannot be read.
  bool file(const std::string& path) {
    const auto text = policy::read_file(path);
    if (!text) return complain(text.error());
    const auto cases = policy::parse_cases(*text, path);
    if (!cases) return complain(cases.error());
    const auto rules = rules_of(path, *cases);
    if (!rules) return complain(rules.error());
    for (const policy::Case& test : cases->cases) {
      report(path, test, policy::mismatches(test, run_case(*cases, test, **rules)));
    }
    return true;
  }

  int finish(bool good) {
    if (json_) {
      Json::Value out;
      out["cases"] = std::move(results_);
      out["passed"] = static_cast<Json::UInt64>(passed_);
      out["failed"] = static_cast<Json::UInt64>(failed_);
      terminal_.out << json_text(out);
    } else {
      terminal_.out << passed_ + failed_ << " cases: " << passed_ << " passed, " << failed_ << " failed\n";
    }
    if (!good) return kBadInput;
    return failed_ == 0 ? kGood : kFailed;
  }

 private:
  bool complain(const Error& error) {
    terminal_.err << error.message << "\n";
    return false;
  }

  Result<std::shared_ptr<const policy::RuleSet>> rules_of(const std::string& path, const policy::CaseFile& cases) {
    std::string rules = rules_;
    if (rules.empty() && !cases.rules.empty()) rules = (fs::path(path).parent_path() / cases.rules).string();
    if (rules.empty()) return fail(path + ": names no rule file (rules: ...), and none was given with --rules");
    auto found = loaded_.find(rules);
    if (found == loaded_.end()) found = loaded_.emplace(rules, policy::load_rules(rules)).first;
    return found->second;
  }

  void report(const std::string& path, const policy::Case& test, const std::vector<std::string>& mismatches) {
    ++(mismatches.empty() ? passed_ : failed_);
    const std::string place = path + ":" + std::to_string(test.line);
    if (!json_) {
      terminal_.out << (mismatches.empty() ? "ok " : "not ok ") << place << ": " << one_line(test.sql) << "\n";
      for (const std::string& mismatch : mismatches) terminal_.out << "    " << one_line(mismatch) << "\n";
      return;
    }
    Json::Value entry;
    entry["file"] = json_string(path);
    entry["line"] = static_cast<Json::UInt64>(test.line);
    entry["sql"] = json_string(test.sql);
    entry["passed"] = mismatches.empty();
    entry["mismatches"] = json_strings(mismatches);
    results_.append(std::move(entry));
  }

  const std::string rules_;
  const bool json_;
  const Terminal& terminal_;
  std::map<std::string, Result<std::shared_ptr<const policy::RuleSet>>> loaded_;
  Json::Value results_{Json::arrayValue};
  std::size_t passed_ = 0;
  std::size_t failed_ = 0;
};

}  // namespace

int rules_test(const std::vector<std::string>& case_files, const std::string& rules, bool json,
               const Terminal& terminal) {
  if (case_files.empty()) {
    terminal.err << "tapri rules test: no case file given: tapri rules test FILE.case|FOLDER...\n";
    return kBadInput;
  }
  const auto files = case_files_of(case_files);
  if (!files) {
    terminal.err << files.error().message << "\n";
    return kBadInput;
  }
  Run run(rules, json, terminal);
  bool good = true;
  for (const std::string& file : *files) good = run.file(file) && good;
  return run.finish(good);
}

}  // namespace tapri::app
