#include "app/simulate_command.h"

#include <json/json.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <system_error>
#include <utility>

#include "app/json_output.h"
#include "app/simulation.h"
#include "app/store_config.h"
#include "app/trace.h"
#include "base/hash.h"
#include "config/options.h"

namespace tapri::app {
namespace {

constexpr std::uint64_t kAccessesAReport = 1U << 18U;

// One policy in so much memory.
struct Case {
  config::CacheConfig settings;
  Simulation simulation;
};

Result<config::Config> with_setting(config::Config config, std::string_view path, const std::string& text) {
  const auto& options = config::options();
  const auto option = std::ranges::find(options, path, &config::Option::path);
  if (const auto assigned = option->assign(config, std::span(&text, 1)); !assigned) {
    return fail(std::string(path) + ": " + assigned.error().message);
  }
  return config;
}

std::vector<std::string> all_policies() {
  const auto& options = config::options();
  const auto& choices = std::ranges::find(options, "cache.policy", &config::Option::path)->choices;
  return {choices.begin(), choices.end()};
}

Result<std::vector<Case>> cases_of(const SimulateOptions& options) {
  const config::Config defaults;
  const auto memory = options.memory.empty() ? std::vector{config::size_text(defaults.cache.memory)} : options.memory;
  const auto policies = options.policies.empty() ? all_policies() : options.policies;
  std::vector<Case> cases;
  for (const std::string& size : memory) {
    const auto sized = with_setting(defaults, "cache.memory", size);
    if (!sized) return tl::unexpected(sized.error());
    for (const std::string& policy : policies) {
      const auto config = with_setting(*sized, "cache.policy", policy);
      if (!config) return tl::unexpected(config.error());
      const auto store = store_config(config->cache);
      if (const auto valid = store.validate(); !valid) return tl::unexpected(valid.error());
      cases.push_back({config->cache, Simulation(store)});
    }
  }
  return cases;
}

// How far it is, written over itself. `size` of the input in bytes; 0: not known.
class Progress {
 public:
  Progress(const Terminal& terminal, std::uint64_t size) : terminal_(terminal), size_(size) {}
  void report(std::uint64_t accesses, std::uint64_t position) {
    if (!terminal_.progress || accesses % kAccessesAReport != 0) return;
    terminal_.err << "\r" << accesses << " accesses";
    if (size_ > 0) terminal_.err << ", " << std::min<std::uint64_t>(100, position * 100 / size_) << " %";
    terminal_.err << std::flush;
    shown_ = true;
  }
  void clear() {
    if (shown_) terminal_.err << "\r" << std::string(60, ' ') << "\r" << std::flush;
  }

 private:
  const Terminal& terminal_;
  std::uint64_t size_;
  bool shown_ = false;
};

Result<void> read_all(std::istream& in, Progress& progress, std::vector<Case>& cases, Ideal& ideal) {
  TraceReader reader(in);
  while (true) {
    const auto read = reader.next();
    if (!read) return tl::unexpected(read.error());
    if (!*read) return {};
    const SimulatedAccess access{hash64((*read)->key), (*read)->key.size(), (*read)->bytes, (*read)->cost_us};
    ideal.access(access);
    for (Case& each : cases) each.simulation.access(access);
    progress.report(ideal.figures().accesses, reader.position());
  }
}

Result<void> read_trace(const SimulateOptions& options, const Terminal& terminal, std::vector<Case>& cases,
                        Ideal& ideal) {
  std::ifstream file;
  std::uint64_t size = 0;
  if (options.trace != "-") {
    file.open(options.trace, std::ios::binary | std::ios::ate);
    if (!file) return fail(options.trace + ": " + std::generic_category().message(errno));
    size = static_cast<std::uint64_t>(std::max<std::streamoff>(file.tellg(), 0));
    file.clear();
    file.seekg(0);
    file.clear();  // a pipe has no position, and needs none
  }
  Progress progress(terminal, size);
  const auto read = read_all(options.trace == "-" ? terminal.in : file, progress, cases, ideal);
  progress.clear();
  if (!read) return fail((options.trace == "-" ? "standard input" : options.trace) + ": " + read.error().message);
  return {};
}

double share_of(const SimulationFigures& figures, const Ideal& ideal) {
  if (ideal.figures().saved_us == 0) return 0;
  return static_cast<double>(figures.saved_us) / static_cast<double>(ideal.figures().saved_us);
}

std::string name_of(const Case& each) {
  return std::string(cache::memory::eviction_name(eviction_of(each.settings.policy)));
}

Json::Value figures_json(const SimulationFigures& figures) {
  Json::Value out;
  out["hits"] = static_cast<Json::UInt64>(figures.hits);
  out["hit_ratio"] = figures.hit_ratio();
  out["byte_hit_ratio"] = figures.byte_hit_ratio();
  out["database_seconds_saved"] = figures.seconds_saved();
  return out;
}

void print_json(const std::vector<Case>& cases, const Ideal& ideal, const Terminal& terminal) {
  Json::Value out;
  out["accesses"] = static_cast<Json::UInt64>(ideal.figures().accesses);
  out["keys"] = static_cast<Json::UInt64>(ideal.keys());
  out["database_seconds"] = static_cast<double>(ideal.figures().cost_us) / 1e6;
  out["ideal"] = figures_json(ideal.figures());
  Json::Value& results = out["results"] = Json::Value(Json::arrayValue);
  for (const Case& each : cases) {
    const SimulationFigures& figures = each.simulation.figures();
    Json::Value result = figures_json(figures);
    result["policy"] = name_of(each);
    result["memory_bytes"] = static_cast<Json::UInt64>(each.settings.memory);
    result["share_of_ideal"] = share_of(figures, ideal);
    result["evicted"] = static_cast<Json::UInt64>(figures.evicted);
    result["too_large"] = static_cast<Json::UInt64>(figures.too_large);
    results.append(std::move(result));
  }
  terminal.out << json_text(out);
}

void print_line(const Terminal& terminal, const std::string& memory, const std::string& policy,
                const SimulationFigures& figures, double share) {
  char line[160];
  std::snprintf(line, sizeof line, "%-10s %-12s %9.2f %% %13.2f %% %17.3f %15.1f %% %11llu\n", memory.c_str(),
                policy.c_str(), 100 * figures.hit_ratio(), 100 * figures.byte_hit_ratio(), figures.seconds_saved(),
                100 * share, static_cast<unsigned long long>(figures.evicted));
  terminal.out << line;
}

void print_text(const std::vector<Case>& cases, const Ideal& ideal, const Terminal& terminal) {
  const SimulationFigures& all = ideal.figures();
  terminal.out
      << all.accesses << " accesses to " << ideal.keys() << " keys, " << static_cast<double>(all.cost_us) / 1e6
      << " s of the database\n\n"
      << "memory     policy       hit ratio   byte hit ratio   database s saved   share of ideal     evicted\n";
  for (const Case& each : cases) {
    const SimulationFigures& figures = each.simulation.figures();
    print_line(terminal, config::size_text(each.settings.memory), name_of(each), figures, share_of(figures, ideal));
    if (figures.too_large > 0) {
      terminal.out << "           " << figures.too_large << " results were too large to be kept\n";
    }
  }
  print_line(terminal, "unbounded", "(ideal)", all, all.saved_us > 0 ? 1 : 0);
}

}  // namespace

int simulate_command(const SimulateOptions& options, const Terminal& terminal) {
  auto cases = cases_of(options);
  Ideal ideal;
  const auto read = cases ? read_trace(options, terminal, *cases, ideal) : tl::unexpected(cases.error());
  if (!read) {
    terminal.err << "tapri simulate: " << read.error().message << "\n";
    return kBadInput;
  }
  if (options.json) {
    print_json(*cases, ideal, terminal);
  } else {
    print_text(*cases, ideal, terminal);
  }
  return kGood;
}

}  // namespace tapri::app
