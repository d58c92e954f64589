// The words that the grammar of MySQL and MariaDB gives a meaning to. Private to sql/mysql, but for same_word().
//
// Reserved are those that both servers keep from being names; words that only one of them reserves are taken for
// keywords where the grammar has a use for them, else for names.
// Sources: MySQL 9 manual, "Keywords and Reserved Words"; MariaDB's "Reserved Words".
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace tapri::sql::mysql {

[[nodiscard]] constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
[[nodiscard]] constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// `known` is in lower case.
[[nodiscard]] inline bool same_word(std::string_view word, std::string_view known) {
  return word.size() == known.size() &&
         std::equal(word.begin(), word.end(), known.begin(), [](char a, char b) { return lower(a) == b; });
}

// A place in the list of words, counted from 1.
using Word = std::uint16_t;
inline constexpr Word kNoWord = 0;

// The words of a text that holds `Count` of them, with one space between any two.
template <std::size_t Count>
consteval std::array<std::string_view, Count> split_words(std::string_view text) {
  std::array<std::string_view, Count> words{};
  for (std::string_view& word : words) {
    const std::size_t space = text.find(' ');
    word = text.substr(0, space);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    if (word.empty()) throw "fewer words than said";
  }
  if (!text.empty()) throw "more words than said";
  return words;
}

namespace detail {

// In order.
inline constexpr auto kWords = split_words<378>(
    "accessible add against all alter analyze and any array as asc ascii asensitive at backup before begin between "
    "bigint binary binlog blob both by cache call cascade case cast chain change char character charset check "
    "checksum clone close collate column columns commit concurrent condition consistent constraint continue "
    "convert count create cross cube current current_date current_role current_time current_timestamp current_user "
    "cursor data database databases date day_hour day_microsecond day_minute day_second deallocate dec decimal "
    "declare default delayed delete desc describe deterministic distinct distinctrow div do double drop dual "
    "dumpfile duplicate each else elseif empty enclosed end engine error escape escaped event examined except "
    "exclude execute exists exit explain extended false fetch fields first float float4 float8 flush following for "
    "force foreign format from fulltext function get global grant group groups handler having help high_priority "
    "history hour_microsecond hour_minute hour_second if ignore immediate import in index infile inner inout "
    "insensitive insert install instance int int1 int2 int3 int4 int8 integer intersect interval into is isolation "
    "iterate join json json_table key keys kill last lateral leading leave left level like limit linear lines load "
    "local localtime localtimestamp lock locked long longblob longtext loop low_priority match maxvalue mediumblob "
    "mediumint mediumtext member middleint migrate minus minute_microsecond minute_second mod mode modifies names "
    "natural nested next no no_write_to_binlog not nowait null nulls numeric of offset on one only open optimize "
    "option optionally or order ordinality out outer outfile over package partition partitions password path "
    "persist persist_only phase portion preceding precision prepare previous primary privileges procedure purge "
    "quick range read read_write reads real recover recursive references regexp release rename repair repeat "
    "replace require reset resignal resource respect restart restrict resume return returning revoke right rlike "
    "role rollback rollup row rows savepoint scalar schema schemas second_microsecond select sensitive separator "
    "sequence server session set share show shutdown signal signed skip smallint snapshot some sounds spatial "
    "specific sql sql_big_result sql_buffer_result sql_cache sql_calc_found_rows sql_no_cache sql_small_result "
    "sqlexception sqlstate sqlwarning ssl start starting statement stop straight_join suspend system system_time "
    "table tables tablespace temporary terminated then ties time timestamp tinyblob tinyint tinytext to trailing "
    "transaction trigger true truncate unbounded undo unicode uninstall union unique unknown unlock unsigned until "
    "update usage use user using utc_date utc_time utc_timestamp value values varbinary varchar varying view wait "
    "when where while window with within without work write xa xml xor year_month zerofill");
inline constexpr auto kReserved = split_words<230>(
    "accessible add all alter analyze and as asc asensitive before between bigint binary blob both by call cascade "
    "case change char character check collate column condition constraint continue convert create cross "
    "current_date current_time current_timestamp current_user cursor database databases day_hour day_microsecond "
    "day_minute day_second dec decimal declare default delayed delete desc describe deterministic distinct "
    "distinctrow div double drop dual each else elseif enclosed escaped except exists exit explain false fetch "
    "float float4 float8 for force foreign from fulltext grant group having high_priority hour_microsecond "
    "hour_minute hour_second if ignore in index infile inner inout insensitive insert int int1 int2 int3 int4 int8 "
    "integer intersect interval into is iterate join key keys kill leading leave left like limit linear lines load "
    "localtime localtimestamp lock long longblob longtext loop low_priority match maxvalue mediumblob mediumint "
    "mediumtext middleint minute_microsecond minute_second mod modifies natural no_write_to_binlog not null "
    "numeric on optimize option optionally or order out outer outfile over partition precision primary procedure "
    "purge range read read_write reads real recursive references regexp release rename repeat replace require "
    "resignal restrict return revoke right rlike rows schema schemas second_microsecond select sensitive separator "
    "set show signal smallint spatial specific sql sql_big_result sql_calc_found_rows sql_small_result "
    "sqlexception sqlstate sqlwarning ssl starting straight_join table terminated then tinyblob tinyint tinytext "
    "to trailing trigger true undo union unique unlock unsigned update usage use using utc_date utc_time "
    "utc_timestamp values varbinary varchar varying when where while with write xor year_month zerofill");
inline constexpr std::size_t kLongestWord = 19;

}  // namespace detail

// `word` is in lower case.
[[nodiscard]] constexpr Word find_word(std::string_view word) {
  const auto* found = std::lower_bound(detail::kWords.begin(), detail::kWords.end(), word);
  if (found == detail::kWords.end() || *found != word) return kNoWord;
  return static_cast<Word>(found - detail::kWords.begin() + 1);
}

// Does not compile for a word that is not in the list.
consteval Word operator""_w(const char* text, std::size_t size) {
  const Word word = find_word(std::string_view(text, size));
  if (word == kNoWord) throw "not in the list of words";
  return word;
}

namespace detail {

consteval std::array<bool, kWords.size() + 1> reserved_words() {
  std::array<bool, kWords.size() + 1> reserved{};
  for (const std::string_view word : kReserved) reserved[find_word(word)] = true;
  return reserved;
}
inline constexpr std::array<bool, kWords.size() + 1> kIsReserved = reserved_words();

}  // namespace detail

// It cannot be a name without quotes.
[[nodiscard]] constexpr bool is_reserved(Word word) { return detail::kIsReserved[word]; }

}  // namespace tapri::sql::mysql
