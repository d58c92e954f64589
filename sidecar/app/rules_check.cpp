#include <json/json.h>

#include "app/json_output.h"
#include "app/rules_command.h"
#include "policy/rules.h"

namespace tapri::app {
namespace {

std::string counted(std::size_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string summary(const policy::RuleSet& rules) {
  return counted(rules.size(), "rule", "rules") + ", " + counted(rules.effects().size(), "dependency", "dependencies");
}

}  // namespace

int rules_check(const std::vector<std::string>& files, bool json, const Terminal& terminal) {
  if (files.empty()) {
    terminal.err << "tapri rules check: no file given: tapri rules check FILE|FOLDER...\n";
    return kBadInput;
  }
  int code = kGood;
  Json::Value list(Json::arrayValue);
  for (const std::string& file : files) {
    const auto rules = policy::load_rules(file);
    Json::Value entry;
    entry["path"] = json_string(file);
    entry["good"] = rules.has_value();
    if (rules) {
      entry["rules"] = static_cast<Json::UInt64>((*rules)->size());
      entry["dependencies"] = static_cast<Json::UInt64>((*rules)->effects().size());
      if (!json) terminal.out << file << ": good, " << summary(**rules) << "\n";
    } else {
      code = kBadInput;
      entry["error"] = json_string(rules.error().message);
      terminal.err << rules.error().message << "\n";
      if (!json) terminal.out << file << ": broken\n";
    }
    list.append(std::move(entry));
  }
  if (json) {
    Json::Value out;
    out["files"] = std::move(list);
    terminal.out << json_text(out);
  }
  return code;
}

}  // namespace tapri::app
