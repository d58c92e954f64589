#include "policy/cases.h"

#include <algorithm>
#include <utility>

#include "base/protocol_name.h"
#include "policy/text.h"

namespace tapri::policy {
namespace {

struct Entry {
  std::size_t line = 0;
  std::string key;
  std::string value;
};
using Block = std::vector<Entry>;

tl::unexpected<Error> fail_at(const std::string& name, std::size_t line, const std::string& message) {
  return fail(name + ":" + std::to_string(line) + ": " + message);
}

std::vector<std::string> list_of(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (const std::string_view item = trimmed(text.substr(0, comma)); !item.empty()) items.emplace_back(item);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return items;
}

sql::QualifiedName qualified(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return {"", std::string(text)};
  return {std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
}

// "price_of stable"
std::optional<CaseFunction> function_of(std::string_view text) {
  const std::size_t blank = text.find_last_of(" \t");
  if (blank == std::string_view::npos) return std::nullopt;
  CaseFunction function{qualified(trimmed(text.substr(0, blank))), CaseVolatility::is_volatile};
  const std::string_view word = text.substr(blank + 1);
  if (word == "immutable") function.volatility = CaseVolatility::immutable;
  if (word == "stable") function.volatility = CaseVolatility::stable;
  if (word != "immutable" && word != "stable" && word != "volatile") return std::nullopt;
  return function;
}

std::optional<Reason> reason_of(std::string_view text) {
  for (std::size_t i = 0; i < kReasonCount; ++i) {
    if (const auto reason = static_cast<Reason>(i); reason_name(reason) == text) return reason;
  }
  return std::nullopt;
}

// Lines -> blocks of "key: value".
Result<std::vector<Block>> blocks_of(std::string_view text, const std::string& name) {
  std::vector<Block> blocks(1);
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view whole = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string_view content = trimmed(whole);
    if (whole.starts_with('#')) continue;
    if (content.empty()) {
      if (!blocks.back().empty()) blocks.emplace_back();
    } else if (whole.front() == ' ' || whole.front() == '\t') {
      if (blocks.back().empty()) return fail_at(name, line, "an indented line goes on with a value, but none is above");
      blocks.back().back().value += "\n" + std::string(content);
    } else {
      const std::size_t colon = content.find(':');
      if (colon == content.npos) return fail_at(name, line, "expected \"key: value\", got " + quoted(content));
      const std::string_view value = trimmed(content.substr(colon + 1));
      blocks.back().push_back({line, std::string(trimmed(content.substr(0, colon))), std::string(value)});
    }
  }
  if (blocks.back().empty()) blocks.pop_back();
  return blocks;
}

// Empty on success, else what is wrong.
std::string read_header(const Entry& entry, CaseFile& file) {
  if (entry.key == "rules") {
    file.rules = entry.value;
  } else if (entry.key == "catalog") {
    for (const std::string& table : list_of(entry.value)) file.catalog.push_back(qualified(table));
  } else if (entry.key == "functions") {
    for (const std::string& item : list_of(entry.value)) {
      auto function = function_of(item);
      if (!function) return "expected a name and immutable, stable or volatile, got " + quoted(item);
      file.functions.push_back(std::move(*function));
    }
  } else if (entry.key == "protocol") {
    const auto protocol = protocol_called(entry.value);
    if (!protocol) return "expected postgres or mysql, got " + quoted(entry.value);
    file.protocol = *protocol;
  } else {
    return "unknown key " + quoted(entry.key) + "; a file's first block has rules, protocol, catalog and functions";
  }
  return {};
}

std::string read_expectation(const Entry& entry, Case& result) {
  if (entry.key == "expect" || entry.key == "coherence") {
    const bool expect = entry.key == "expect";
    const std::string_view first = expect ? "cache" : "auto";
    const std::string_view second = expect ? "bypass" : "ttl";
    if (entry.value != first && entry.value != second) {
      return "expected " + std::string(first) + " or " + std::string(second) + ", got " + quoted(entry.value);
    }
    if (expect) result.expect = entry.value == first ? Action::cache : Action::bypass;
    if (!expect) result.coherence = entry.value == first ? Coherence::automatic : Coherence::ttl;
  } else if (entry.key == "rule") {
    result.rule = entry.value;
  } else if (entry.key == "reason") {
    result.reason = reason_of(entry.value);
    if (!result.reason) return "unknown reason " + quoted(entry.value) + "; docs/reasons.md lists them";
  } else if (entry.key == "l2") {
    if (entry.value != "yes" && entry.value != "no") return "expected yes or no, got " + quoted(entry.value);
    result.l2 = entry.value == "yes";
  } else if (entry.key == "tables") {
    result.tables = list_of(entry.value);
  } else if (entry.key == "ttl") {
    const auto ttl = entry.value == "none" ? Result<Duration>(Duration::zero()) : parse_duration(entry.value);
    if (!ttl) return ttl.error().message;
    result.ttl = entry.value == "none" ? std::optional<Duration>() : *ttl;
  } else {
    return "unknown key " + quoted(entry.key) +
           "; a case has sql, user, database, application, expect, rule, reason, tables, ttl, coherence and l2";
  }
  return {};
}

std::string read_entry(const Entry& entry, Case& result) {
  std::string* const inputs[] = {&result.sql, &result.user, &result.database, &result.application};
  const std::string_view names[] = {"sql", "user", "database", "application"};
  for (std::size_t i = 0; i < std::size(names); ++i) {
    if (entry.key != names[i]) continue;
    *inputs[i] = entry.value;
    return {};
  }
  return read_expectation(entry, result);
}

bool has_key(const Block& block, std::string_view key) {
  return std::ranges::find(block, key, &Entry::key) != block.end();
}

const Entry* repeated_entry(const Block& block) {
  for (auto entry = block.begin(); entry != block.end(); ++entry) {
    if (std::ranges::find(block.begin(), entry, entry->key, &Entry::key) != entry) return &*entry;
  }
  return nullptr;
}

void put_in_public(CaseFile& file) {
  const auto put = [](sql::QualifiedName& name) {
    if (name.schema.empty()) name.schema = "public";
  };
  for (sql::QualifiedName& table : file.catalog) put(table);
  for (CaseFunction& function : file.functions) put(function.name);
}

Result<void> read_block(const Block& block, bool is_header, CaseFile& file, const std::string& name) {
  if (const Entry* entry = repeated_entry(block)) {
    return fail_at(name, entry->line, quoted(entry->key) + " stands twice in one block");
  }
  Case result;
  result.line = block.front().line;
  for (const Entry& entry : block) {
    const std::string problem = is_header ? read_header(entry, file) : read_entry(entry, result);
    if (!problem.empty()) return fail_at(name, entry.line, problem);
  }
  if (is_header) {
    if (file.protocol == Protocol::postgres) put_in_public(file);
    return {};
  }
  for (const std::string_view key : {"sql", "expect"}) {
    if (!has_key(block, key)) return fail_at(name, result.line, "this case has no " + quoted(key));
  }
  file.cases.push_back(std::move(result));
  return {};
}

}  // namespace

Result<CaseFile> parse_cases(std::string_view text, const std::string& name) {
  const auto blocks = blocks_of(text, name);
  if (!blocks) return tl::unexpected<Error>(blocks.error());
  CaseFile file;
  for (const Block& block : *blocks) {
    const bool first = &block == &blocks->front();
    const bool is_header =
        first && std::ranges::any_of(block, [](const Entry& entry) {
          return entry.key == "rules" || entry.key == "protocol" || entry.key == "catalog" || entry.key == "functions";
        });
    if (const auto read = read_block(block, is_header, file, name); !read) return tl::unexpected<Error>(read.error());
  }
  return file;
}

}  // namespace tapri::policy
