#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/explain_command.h"
#include "app/fleet_command.h"
#include "app/rules_command.h"
#include "app/run.h"
#include "app/simulate_command.h"
#include "base/protocol_name.h"
#include "config/load.h"
#include "config/options.h"
#include "telemetry/log.h"

namespace tapri::app {
namespace {

constexpr int kBadUsage = 2;

// The settings given as flags, by key path.
class SettingFlags {
 public:
  void add_to(CLI::App& command) {
    command.add_option("--config", file_, "configuration file (JSON with comments); every setting is also a key in it")
        ->envname("TAPRI_CONFIG");
    for (const config::Option& option : config::options()) {
      add(command, std::string(option.path), option.flag(), option);
      if (option.from_file()) add(command, std::string(option.path) + "_file", option.flag() + "-file", option);
    }
  }

  [[nodiscard]] config::Sources sources() const {
    config::Sources sources;
    sources.file = file_;
    sources.environment = config::process_environment();
    for (const auto& [path, values] : values_) {
      if (!values->empty()) sources.flags.push_back({path, *values});
    }
    return sources;
  }

 private:
  void add(CLI::App& command, const std::string& path, const std::string& flag, const config::Option& option) {
    auto values = std::make_shared<std::vector<std::string>>();
    const bool is_file = path != option.path;
    std::string names = flag;
    if (!option.alias.empty() && !is_file) names += "," + std::string(option.alias);
    std::string help = is_file ? "file that holds " + flag.substr(0, flag.size() - 5) : std::string(option.help);
    if (!is_file && !option.default_text().empty()) help += " [" + option.default_text() + "]";
    auto* added = command.add_option(names, *values, help);
    added->type_name(std::string(config::kind_name(option.kind)));
    if (!option.repeatable) added->expected(1);
    added->allow_extra_args(false);  // or it takes what follows too, such as the statement
    values_.emplace(path, std::move(values));
  }

  std::string file_;
  std::map<std::string, std::shared_ptr<std::vector<std::string>>> values_;
};

Result<config::Config> load_config(const SettingFlags& flags) {
  auto loaded = config::load(flags.sources());
  if (!loaded) return tl::unexpected<Error>(loaded.error());
  // Before anything is logged: whoever reads the log as JSON cannot read a first line of text.
  telemetry::set_log_level(loaded->config.log.level);
  telemetry::set_log_format(loaded->config.log.format);
  for (const auto& warning : loaded->warnings) telemetry::log(telemetry::Level::warn, "config", warning);
  return std::move(loaded->config);
}

int complain(const Error& error) {
  std::fprintf(stderr, "tapri: %s\n", error.message.c_str());
  return kBadUsage;
}

int run_command(const SettingFlags& flags, bool print_config) {
  auto config = load_config(flags);
  if (!config) return complain(config.error());
  if (print_config) {
    std::printf("%s\n", config::print(*config).c_str());
    return 0;
  }
  if (config->upstreams.empty()) {
    return complain({"no upstream given: --upstream postgres://user:password@host:port/database, or mysql://..."});
  }
  return run(std::move(*config));
}

void add_run(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("run", "Accept clients, answer what the cache can, forward the rest");
  auto flags = std::make_shared<SettingFlags>();
  auto print_config = std::make_shared<bool>(false);
  flags->add_to(*command);
  command->add_flag("--print-config", *print_config, "show the effective configuration, secrets masked, and exit");
  command->callback([flags, print_config, &exit_code] { exit_code = run_command(*flags, *print_config); });
}

void add_protocol(CLI::App& command, std::optional<Protocol>& protocol) {
  const auto take = [&protocol](const std::string& name) {
    protocol = protocol_called(name);
    if (!protocol) throw CLI::ValidationError("--protocol", "expected postgres or mysql, got " + name);
  };
  command.add_option_function<std::string>("--protocol", take, "whose language: postgres or mysql [the upstream's]");
}

void add_explain(CLI::App& app, int& exit_code) {
  auto* command =
      app.add_subcommand("explain", "What would become of a statement: facts, verdict, reason; runs nothing");
  auto flags = std::make_shared<SettingFlags>();
  auto options = std::make_shared<ExplainOptions>();
  flags->add_to(*command);
  command->add_option("sql", options->sql, "the statement, or - for standard input")->required();
  command->add_flag("--json", options->json, "as JSON");
  command->add_option("--user", options->user, "who asks");
  command->add_option("--database", options->database, "in which database [that of the upstream]");
  command->add_option("--application", options->application, "the client's application_name");
  command->add_option("--search-path", options->search_path, "schemas, in order")
      ->delimiter(',')
      ->allow_extra_args(false);
  add_protocol(*command, options->protocol);
  command->callback([flags, options, &exit_code] {
    auto config = load_config(*flags);
    if (!config) {
      exit_code = complain(config.error());
      return;
    }
    options->config = std::move(*config);
    exit_code = explain_command(*options);
  });
}

void add_rules(CLI::App& app, int& exit_code) {
  auto* rules = app.add_subcommand("rules", "Checks, tests and compares rule files");
  rules->require_subcommand(1);
  auto json = std::make_shared<bool>(false);
  auto files = std::make_shared<std::vector<std::string>>();
  auto* check = rules->add_subcommand("check", "Are these files and folders good rules?");
  check->add_option("files", *files, "rule files or folders")->required();
  check->add_flag("--json", *json, "as JSON");
  check->callback([files, json, &exit_code] { exit_code = rules_check(*files, *json); });

  auto in_place = std::make_shared<std::string>();
  auto* test = rules->add_subcommand("test", "Do the cases come out as expected?");
  test->add_option("cases", *files, "case files or folders")->required();
  test->add_option("--rules", *in_place, "rule file or folder, instead of the one that the cases name");
  test->add_flag("--json", *json, "as JSON");
  test->callback([files, in_place, json, &exit_code] { exit_code = rules_test(*files, *in_place, *json); });

  auto options = std::make_shared<RulesDiffOptions>();
  auto* diff = rules->add_subcommand("diff", "Which statements would fare differently under new rules?");
  diff->add_option("before", options->before, "rule file or folder")->required();
  diff->add_option("after", options->after, "rule file or folder")->required();
  diff->add_option("--statements", options->statements_file, "file of SQL statements");
  diff->add_option("--shapes", options->shapes_file, "what /api/v1/shapes answered, saved");
  diff->add_option("--user", options->user, "who asks");
  diff->add_option("--database", options->database, "in which database");
  diff->add_option("--application", options->application, "the client's application_name");
  add_protocol(*diff, options->protocol);
  diff->add_flag("--json", options->json, "as JSON");
  diff->callback([options, &exit_code] { exit_code = rules_diff(*options); });
}

void add_fleet(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("fleet", "Who belongs to the fleet of an instance that runs, and how they are");
  auto flags = std::make_shared<SettingFlags>();
  auto options = std::make_shared<FleetOptions>();
  flags->add_to(*command);
  command->add_flag("--json", options->json, "as JSON, as /api/v1/fleet says it");
  command->callback([flags, options, &exit_code] {
    auto config = load_config(*flags);
    if (!config) {
      exit_code = complain(config.error());
      return;
    }
    options->config = std::move(*config);
    exit_code = fleet_command(*options);
  });
}

void add_simulate(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("simulate", "What would each eviction policy make of a log of accesses?");
  auto options = std::make_shared<SimulateOptions>();
  command->add_option("--trace", options->trace, "file of lines: key [bytes [cost_us]]; - for standard input")
      ->required();
  command->add_option("--policy", options->policies, "as cache.policy, several separated by commas [all]")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_option("--memory", options->memory, "as cache.memory, several separated by commas [its default]")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_flag("--json", options->json, "as JSON");
  command->callback([options, &exit_code] { exit_code = simulate_command(*options); });
}

void add_version(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("version", "Show the version");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "as JSON");
  command->callback([json, &exit_code] {
    std::printf(*json ? "{\"name\":\"tapri\",\"version\":\"%s\"}\n" : "tapri %s\n", TAPRI_VERSION);
    exit_code = 0;
  });
}

}  // namespace

int command_line(int argc, const char* const* argv) {
  CLI::App app("Tapri, a transparent database query cache");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("tapri ") + TAPRI_VERSION);
  int exit_code = 0;
  add_run(app, exit_code);
  add_explain(app, exit_code);
  add_fleet(app, exit_code);
  add_rules(app, exit_code);
  add_simulate(app, exit_code);
  add_version(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kBadUsage;
  }
  return exit_code;
}

}  // namespace tapri::app
