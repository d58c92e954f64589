#include "dbclient/mysql/columns.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <map>
#include <tuple>

#include "catalog/fold.h"
#include "catalog/natives.h"

namespace tapri::dbclient::mysql {
namespace {

using catalog::Column;
using catalog::ColumnType;

struct IntegerType {
  std::string_view name;
  int bits;
};
constexpr std::array<IntegerType, 5> kIntegers = {
    {{"tinyint", 8}, {"smallint", 16}, {"mediumint", 24}, {"int", 32}, {"bigint", 64}}};

constexpr std::array<std::string_view, 6> kTexts = {"char", "varchar", "tinytext", "text", "mediumtext", "longtext"};
// Collations by which printable ASCII equals no other printable ASCII, but for case and spaces at the end: the general
// ones of their character sets. To those of some languages i and y, or u and v, are one letter. Checked against the
// servers in integration/mysql_servers.
constexpr std::array<std::string_view, 5> kCharsets = {"utf8mb4_", "utf8mb3_", "utf8_", "latin1_", "ascii_"};
constexpr std::array<std::string_view, 23> kCollations = {"bin",
                                                          "nopad_bin",
                                                          "general_ci",
                                                          "general_cs",
                                                          "general_nopad_ci",
                                                          "general_mysql500_ci",
                                                          "swedish_ci",
                                                          "swedish_nopad_ci",
                                                          "unicode_ci",
                                                          "unicode_nopad_ci",
                                                          "unicode_520_ci",
                                                          "unicode_520_nopad_ci",
                                                          "0900_ai_ci",
                                                          "0900_as_ci",
                                                          "0900_as_cs",
                                                          "0900_bin",
                                                          "uca1400_ai_ci",
                                                          "uca1400_as_ci",
                                                          "uca1400_as_cs",
                                                          "uca1400_ai_cs",
                                                          "uca1400_nopad_ai_ci",
                                                          "uca1400_nopad_as_ci",
                                                          "uca1400_nopad_as_cs"};

bool says(std::string_view text, std::string_view word) { return text.find(word) != std::string_view::npos; }

// Of a column that numbers itself, 0 stands for the next number.
catalog::IntegerRange range_of(int bits, bool is_unsigned, bool numbers_itself) {
  catalog::IntegerRange range;
  if (is_unsigned) {
    range.least = 0;
    if (bits < 64) range.greatest = (std::uint64_t{1} << bits) - 1;
  } else {
    range.greatest = (std::uint64_t{1} << (bits - 1)) - 1;
    if (bits < 64) range.least = -(std::int64_t{1} << (bits - 1));
  }
  if (numbers_itself) range.least = 1;
  return range;
}

// 0: none of those.
std::uint32_t number_of(std::string_view collation) {
  for (std::size_t i = 0; i < kCharsets.size(); ++i) {
    if (!collation.starts_with(kCharsets[i])) continue;
    const auto found = std::ranges::find(kCollations, collation.substr(kCharsets[i].size()));
    if (found == kCollations.end()) return 0;
    return static_cast<std::uint32_t>(i * kCollations.size()) +
           static_cast<std::uint32_t>(found - kCollations.begin()) + 1;
  }
  return 0;
}

std::uint32_t length_of(const ColumnRow& row) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(row.max_length, std::numeric_limits<std::uint32_t>::max()));
}

bool begins_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool goes_on(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$'; }

std::string text_of(const IndexRow& row) { return catalog::folded(row.column); }

}  // namespace

// Expressions are shown with names of columns and texts in quotation marks. What they call is the servers' own.
bool is_settled(const ColumnRow& row) {
  constexpr catalog::NativeServer kNewest{.mariadb = true, .version = UINT32_MAX};
  const std::string_view text = row.generation;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '@') return false;
    if (c == '`' || c == '\'' || c == '"') {
      // A doubled one goes on as another piece.
      const std::size_t end = text.find(c, at + 1);
      at = end == std::string_view::npos ? text.size() : end + 1;
      continue;
    }
    std::size_t end = at + 1;
    if (begins_name(c)) {
      while (end < text.size() && goes_on(text[end])) ++end;
      const std::string name = catalog::folded(text.substr(at, end - at));
      if (catalog::native_function(name, kNewest) == catalog::Native::changing) return false;
      // Of nothing, UNIX_TIMESTAMP is that of now.
      if (text.substr(end).starts_with("()") && name != "pi") return false;
    }
    at = end;
  }
  return true;
}

Column column_of(const ColumnRow& row) {
  Column column;
  column.name = catalog::folded(row.name);
  column.generated = !row.generation.empty();
  column.assignable.null_replaced = !row.nullable;
  const auto integer = std::ranges::find(kIntegers, row.data_type, &IntegerType::name);
  if (integer != kIntegers.end()) {
    column.type = ColumnType::integer;
    column.assignable.range =
        range_of(integer->bits, says(row.column_type, "unsigned"), says(row.extra, "auto_increment"));
  } else if (row.data_type == "binary" || row.data_type == "varbinary") {
    column.type = ColumnType::binary;
    column.assignable.max_length = length_of(row);
    column.assignable.filled_up = row.data_type == "binary";
  } else if (const std::uint32_t collation = number_of(row.collation);
             collation != 0 && is_among(kTexts, row.data_type)) {
    column.type = ColumnType::text;
    column.collation = collation;
    column.assignable.max_length = length_of(row);
  }
  // Servers fold other letters than these, too: two spellings of one name would be two columns here.
  const bool plain_name = std::ranges::all_of(column.name, [](char c) { return static_cast<unsigned char>(c) < 128; });
  if (!plain_name) column.type = ColumnType::other;
  return column;
}

std::vector<Column> columns_of(std::vector<const ColumnRow*> rows) {
  const auto order = [](const ColumnRow* row) { return std::make_tuple(says(row->extra, "INVISIBLE"), row->position); };
  std::ranges::sort(rows, {}, order);
  std::vector<Column> columns;
  columns.reserve(rows.size());
  for (const ColumnRow* row : rows) columns.push_back(column_of(*row));
  return columns;
}

void add_indexes(std::vector<const IndexRow*> rows, catalog::Relation& relation, catalog::Snapshot::Source& source) {
  std::ranges::sort(rows, {}, [](const IndexRow* row) { return std::tie(row->index, row->position); });
  std::map<std::string, catalog::UniqueKey> uniques;
  std::map<std::string, bool> usable;
  for (const IndexRow* row : rows) {
    if (row->position == 1 && !row->column.empty()) source.indexed_columns.push_back({relation.oid, text_of(*row)});
    if (!row->unique) continue;
    catalog::UniqueKey& key = uniques[row->index];
    key.relation = relation.oid;
    key.primary = row->index == "PRIMARY";
    key.columns.push_back(text_of(*row));
    const bool whole = !row->prefix && !row->column.empty();
    const auto [place, first] = usable.try_emplace(row->index, true);
    place->second = place->second && whole;
  }
  if (uniques.size() == 1 && usable.begin()->second) relation.only_unique_key = uniques.begin()->second.columns;
  for (auto& [index, key] : uniques) {
    if (usable[index]) source.unique_keys.push_back(std::move(key));
  }
}

}  // namespace tapri::dbclient::mysql
