// Tokens, as sql_lex.cc of MySQL and MariaDB cuts them.
#include <gtest/gtest.h>

#include "sql/mysql/scanner.h"

namespace tapri::sql::mysql {
namespace {

std::string kind_name(TokenKind kind) {
  switch (kind) {
    case TokenKind::end:
      return "end";
    case TokenKind::bad:
      return "bad";
    case TokenKind::word:
      return "word";
    case TokenKind::name:
      return "name";
    case TokenKind::string:
      return "string";
    case TokenKind::number:
      return "number";
    case TokenKind::bits:
      return "bits";
    case TokenKind::parameter:
      return "parameter";
    case TokenKind::user_variable:
      return "user";
    case TokenKind::system_variable:
      return "system";
    case TokenKind::symbol:
      return "symbol";
    case TokenKind::hint:
      return "hint";
  }
  return "?";
}

// "word(a) symbol(=) number(1)"; the end is not shown.
std::string scan(std::string_view sql, const Dialect& dialect = {}) {
  Scanner scanner(sql, dialect);
  std::string out;
  for (;;) {
    const Token token = scanner.next();
    if (token.kind == TokenKind::end) return out;
    if (!out.empty()) out += ' ';
    out += kind_name(token.kind);
    if (token.kind == TokenKind::bad) return out;
    out += "(" + std::string(sql.substr(token.begin, token.end - token.begin)) + ")";
  }
}

TEST(MysqlScanner, WordsAndNumbers) {
  EXPECT_EQ(scan("a _b c$ 1a 1e5 1e5x 1e+5 1e+ 1. 1.5.2"),
            "word(a) word(_b) word(c$) word(1a) number(1e5) number(1e5) word(x) number(1e+5) word(1e) symbol(+) "
            "number(1.) number(1.5) number(.2)");
  EXPECT_EQ(scan("0x1F 0X1F 0x 0b01 0b2 x'1f' X'' b'1'"),
            "bits(0x1F) word(0X1F) word(0x) bits(0b01) word(0b2) bits(x'1f') bits(X'') bits(b'1')");
  EXPECT_EQ(scan("1.e"), "bad");
}

TEST(MysqlScanner, BehindADotComesAName) {
  EXPECT_EQ(scan("a.1"), "word(a) symbol(.) word(1)");
  EXPECT_EQ(scan("a.1e5"), "word(a) symbol(.) word(1e5)");
  EXPECT_EQ(scan("a .1"), "word(a) number(.1)");
  EXPECT_EQ(scan("a.x'1'"), "word(a) symbol(.) word(x) string('1')");
  EXPECT_EQ(scan("`a`.`b`.*"), "name(`a`) symbol(.) name(`b`) symbol(.) symbol(*)");
}

TEST(MysqlScanner, Quotes) {
  EXPECT_EQ(scan(R"('a''b' "a""b" `a``b` 'a\'b' N'c')"),
            R"(string('a''b') string("a""b") name(`a``b`) string('a\'b') string(N'c'))");
  Dialect dialect;
  dialect.ansi_quotes = true;
  EXPECT_EQ(scan(R"("a\" 'b\'')", dialect), R"(name("a\") string('b\''))");
  dialect.no_backslash_escapes = true;
  EXPECT_EQ(scan(R"('a\' b)", dialect), R"(string('a\') word(b))");
  EXPECT_EQ(scan("'a"), "bad");
  EXPECT_EQ(scan("'a\\'"), "bad");
  EXPECT_EQ(scan("`a"), "bad");
}

TEST(MysqlScanner, Variables) {
  EXPECT_EQ(scan("@a @a.b$c @'a b' @`c` @\"d\" @@e @@global.f"),
            "user(@a) user(@a.b$c) user(@'a b') user(@`c`) user(@\"d\") system(@@) word(e) system(@@) word(global) "
            "symbol(.) word(f)");
  EXPECT_EQ(scan("u@localhost 'u'@'%'"), "word(u) user(@localhost) string('u') user(@'%')");
  EXPECT_EQ(scan("@ a"), "bad");
}

TEST(MysqlScanner, Symbols) {
  EXPECT_EQ(scan("a<=>b->>c->d:=e!=f||g&&h<<i"),
            "word(a) symbol(<=>) word(b) symbol(->>) word(c) symbol(->) word(d) symbol(:=) word(e) symbol(!=) word(f) "
            "symbol(||) word(g) symbol(&&) word(h) symbol(<<) word(i)");
  EXPECT_EQ(scan("? ?a"), "parameter(?) bad");
  EXPECT_EQ(scan("a \\N"), "word(a) bad");
  EXPECT_EQ(scan("$a"), "bad");
  EXPECT_EQ(scan(std::string_view("a \0 b", 5)), "word(a) bad");
}

TEST(MysqlScanner, Comments) {
  EXPECT_EQ(scan("a -- b\nc--d --\x01 e\nf --"), "word(a) word(c) symbol(-) symbol(-) word(d) word(f)");
  EXPECT_EQ(scan("a # b\nc /* d */ e /**/ f /*/ g */ h"), "word(a) word(c) word(e) word(f) word(h)");
  EXPECT_EQ(scan("a /* b"), "word(a) bad");
  EXPECT_EQ(scan("a /* /* */ b */"), "word(a) word(b) symbol(*) symbol(/)");
  EXPECT_EQ(scan("/*+ x */ a"), "hint(/*+ x */) word(a)");
}

TEST(MysqlScanner, ExecutableComments) {
  EXPECT_EQ(scan("a /*! b */ c"), "word(a) word(b) word(c)");
  EXPECT_EQ(scan("a /*!40100 b */ /*!999999 c */ d"), "word(a) word(b) word(d)");
  // MySQL 5.7 and later are not MariaDB's past.
  EXPECT_EQ(scan("/*!50701 a */ /*!50699 b */ /*M!100100 c */ /*M!110000 d */"), "word(b) word(c)");
  EXPECT_EQ(scan("/*!999999 a /* b */ c */ d"), "word(d)");
  EXPECT_EQ(scan("/*!1234 a */"), "number(1234) word(a)");
  EXPECT_EQ(scan("/*! a"), "word(a) bad");
  EXPECT_EQ(scan("/*! a /*! b */ */"), "word(a) bad");
  EXPECT_EQ(scan("/*! a -- */ b"), "word(a) bad");
  Dialect mysql;
  ASSERT_TRUE(apply_version(mysql, "9.7.0"));
  EXPECT_EQ(scan("/*!80000 a */ /*!090700 b */ /*M! c */ /*!090701 d */", mysql), "word(a) word(b)");
}

TEST(MysqlScanner, LiteralsAndParametersAreCounted) {
  const Tokens tokens = tokens_of("1 ? 'a' ? /*+ SET_VAR(x=1) */ 2", {});
  ASSERT_EQ(tokens.tokens.size(), 6U);
  EXPECT_EQ(tokens.tokens[2].index, 1U);
  EXPECT_EQ(tokens.tokens[3].index, 1U);
  EXPECT_EQ(tokens.tokens[4].index, 2U);
  EXPECT_TRUE(tokens.tokens[4].blank && tokens.sets_variables);
}

TEST(MysqlScanner, WhatQuotesStandFor) {
  EXPECT_EQ(unquoted(R"('a''b\n\'\%\x')", {}), "a'b\n'\\%x");
  EXPECT_EQ(unquoted("`a``b\\`", {}), "a`b\\");
  EXPECT_EQ(unquoted("@`a b`", {}), "a b");
  EXPECT_EQ(unquoted("N'x'", {}), "x");
  EXPECT_EQ(unquoted("plain", {}), "plain");
}

}  // namespace
}  // namespace tapri::sql::mysql
