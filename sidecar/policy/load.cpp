#include <algorithm>
#include <iterator>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "policy/document.h"
#include "policy/files.h"
#include "policy/problems.h"
#include "policy/rule_file.h"
#include "policy/rules.h"
#include "policy/text.h"

namespace tapri::policy {
namespace {

struct Source {
  std::string text;
  std::string name;
};

// Reads files one after the other, then makes one set of them. All or nothing.
class Loader {
 public:
  void read(const Source& source) {
    text_hash_ = hash64(source.text, text_hash_);
    auto document = Document::parse(source.text, source.name);
    if (!document) {
      problems_.add(source.name, document.error().message);
      return;
    }
    RuleFile file = read_rule_file(*document, problems_);
    parts_.push_back({std::move(*document), std::move(file)});
  }

  Result<std::shared_ptr<const RuleSet>> finish() {
    const Settings defaults = merge_defaults();
    std::vector<Rule> rules;
    std::vector<DeclaredEffect> effects;
    for (Part& part : parts_) {
      for (ReadRule& read : part.file.rules) {
        check_name(part.document, read);
        read.rule.settings = apply(read.overrides, defaults);
        check_limit(part.document, read.offset, read.rule.settings);
        rules.push_back(std::move(read.rule));
      }
      std::ranges::move(part.file.effects, std::back_inserter(effects));
    }
    if (!problems_.empty()) return tl::unexpected<Error>(problems_.error());
    return make_rule_set(defaults, std::move(rules), std::move(effects), text_hash_);
  }

 private:
  struct Part {
    Document document;
    RuleFile file;
  };

  Settings merge_defaults() {
    Settings defaults;
    const Part* first = nullptr;
    for (const Part& part : parts_) {
      if (!part.file.defaults) continue;
      if (first != nullptr) {
        problems_.add(
            part.document, part.file.defaults_offset,
            "only one file may have it; it is also in " + first->document.place_of(first->file.defaults_offset));
        continue;
      }
      first = &part;
      defaults = apply(*part.file.defaults, defaults);
      check_limit(part.document, part.file.defaults_offset, defaults);
    }
    return defaults;
  }

  void check_name(const Document& document, const ReadRule& read) {
    if (read.rule.name.empty()) return;
    const auto [other, added] = names_.emplace(read.rule.name, read.rule.place);
    if (!added) {
      problems_.add(document, read.name_offset,
                    "the name " + policy::quoted(read.rule.name) + " is taken by the rule at " + other->second);
    }
  }

  void check_limit(const Document& document, std::size_t offset, const Settings& settings) {
    if (settings.coherence == Coherence::ttl && !settings.ttl) {
      problems_.add(document, offset,
                    R"("coherence": "ttl" needs a "ttl" other than "none": nothing else ends an answer)");
    }
  }

  Problems problems_;
  std::uint64_t text_hash_ = 0;
  std::vector<Part> parts_;
  std::unordered_map<std::string, std::string> names_;  // name -> where its rule stands
};

}  // namespace

Result<std::shared_ptr<const RuleSet>> parse_rules(std::string_view text, const std::string& name) {
  Loader loader;
  loader.read({std::string(text), name});
  return loader.finish();
}

Result<std::shared_ptr<const RuleSet>> load_rules(const std::string& path) {
  const auto files = rule_files(path);
  if (!files) return tl::unexpected<Error>(files.error());
  Loader loader;
  for (const std::string& file : *files) {
    auto text = read_file(file);
    if (!text) return tl::unexpected<Error>(text.error());
    loader.read({std::move(*text), file});
  }
  return loader.finish();
}

}  // namespace tapri::policy
