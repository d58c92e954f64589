// All tokens of a text at once, and what quoted ones stand for.
#include <algorithm>
#include <array>

#include "sql/mysql/scanner.h"

namespace tapri::sql::mysql {
namespace {

Word word_of(std::string_view text) {
  if (text.size() > detail::kLongestWord) return kNoWord;
  std::array<char, detail::kLongestWord> folded{};
  std::transform(text.begin(), text.end(), folded.begin(), lower);
  return find_word(std::string_view(folded.data(), text.size()));
}

bool sets_variable(std::string_view hint) {
  constexpr std::string_view kSetVariable = "set_var";
  const auto* found = std::search(hint.begin(), hint.end(), kSetVariable.begin(), kSetVariable.end(),
                                  [](char a, char b) { return lower(a) == b; });
  return found != hint.end();
}

char escaped(char c) {
  switch (c) {
    case '0':
      return '\0';
    case 'b':
      return '\b';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'Z':
      return '\x1a';
    default:
      return c;
  }
}

}  // namespace

Tokens tokens_of(std::string_view sql, const Dialect& dialect) {
  Tokens out;
  Scanner scanner(sql, dialect);
  bool after_hint = false;
  for (;;) {
    Token token = scanner.next();
    token.blank = token.blank || after_hint;
    after_hint = token.kind == TokenKind::hint;
    const std::string_view text = sql.substr(token.begin, token.end - token.begin);
    if (after_hint) {
      out.sets_variables = out.sets_variables || sets_variable(text);
      continue;
    }
    if (token.kind == TokenKind::word) token.word = word_of(text);
    out.tokens.push_back(token);
    if (token.kind == TokenKind::end || token.kind == TokenKind::bad) break;
  }
  out.saw_executable = scanner.saw_executable();
  return out;
}

std::string unquoted(std::string_view token, const Dialect& dialect) {
  if (!token.empty() && token.front() == '@') token.remove_prefix(1);
  if (token.size() > 2 && lower(token.front()) == 'n' && token[1] == '\'') token.remove_prefix(1);
  const char quote = token.empty() ? '\0' : token.front();
  if (quote != '\'' && quote != '"' && quote != '`') return std::string(token);
  const bool escapes = quote != '`' && !(quote == '"' && dialect.ansi_quotes) && !dialect.no_backslash_escapes;
  std::string out;
  for (std::size_t i = 1; i + 1 < token.size(); ++i) {
    if (token[i] == '\\' && escapes && i + 2 < token.size()) {
      ++i;
      // \% and \_ keep their backslash outside patterns.
      if (token[i] == '%' || token[i] == '_') out += '\\';
      out += escaped(token[i]);
      continue;
    }
    out += token[i];
    if (token[i] == quote) ++i;
  }
  return out;
}

}  // namespace tapri::sql::mysql
