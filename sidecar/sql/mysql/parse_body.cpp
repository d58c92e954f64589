// The statements of a body that hold others, and those that only a body may have.
#include <algorithm>
#include <utility>

#include "sql/mysql/body_parser.h"
#include "sql/mysql/gather.h"

namespace tapri::sql::mysql {
namespace {

// A body of very many tiny statements would cost far more memory as facts than as text.
constexpr std::size_t kMaxStatements = 10'000;

bool sets_variables_only(const StatementFacts& facts) {
  return std::ranges::all_of(facts.settings, [](const std::string& name) { return name.starts_with('@'); });
}

// User variables aside, which no answer that is kept depends on.
bool is_plain(const StatementFacts& facts) {
  return !facts.writes_unknown && !facts.drops_or_alters && !facts.temporary_only && !facts.database_level &&
         !facts.changes_roles && !facts.commits_implicitly && !facts.changes_unknown_setting && facts.inner.empty() &&
         sets_variables_only(facts) && (!facts.changes_session || !facts.settings.empty());
}

bool can_be_followed(const StatementFacts& facts) {
  switch (facts.verb) {
    case Verb::select:
    case Verb::insert:
    case Verb::update:
    case Verb::delete_rows:
      return is_plain(facts);
    case Verb::call:
      // CALL says that it may do anything; the procedure that it names can be followed. DO has no name.
      return facts.name.empty() ? is_plain(facts) : sets_variables_only(facts);
    default:
      return false;
  }
}

}  // namespace

BodyParser::BodyParser(std::string_view sql, const std::vector<Token>& tokens, const Dialect& dialect,
                       const Limits& limits, Arena& arena)
    : Parser(sql, tokens, Piece{0, tokens.size() - 1}, dialect, limits, arena), values_(make(Kind::other)) {
  in_body_ = true;
}

bool BodyParser::run() {
  header();
  body_statement();
  (void)accept(";"_s);
  if (!at_end()) fail();
  if (failed()) return false;
  out_.facts.verb = Verb::select;
  out_.root = values_;
  take(std::move(out_));
  return !failed();
}

void BodyParser::value(Node* expression) { add(values_, expression); }

bool BodyParser::is_variable(std::string_view name) const {
  return std::find(variables_.begin(), variables_.end(), name) != variables_.end();
}

void BodyParser::take(Parsed parsed) {
  if (parsed.failure != Reason::none) return fail(parsed.failure);
  Gather gather(parsed.facts, dialect_, false);
  gather.statement(parsed.root);
  const bool too_many = gather.too_many() || statements_.size() >= kMaxStatements;
  if (too_many || !can_be_followed(parsed.facts)) return fail();
  const Reason gathered = gather.obstacle();
  const bool first = gathered != Reason::none && (parsed.obstacle == Reason::none || gathered < parsed.obstacle);
  parsed.facts.obstacle = parsed.facts.verb != Verb::select ? Reason::not_a_read : first ? gathered : parsed.obstacle;
  statements_.push_back(std::move(parsed.facts));
}

// Up to its semicolon, which no statement has within.
Piece BodyParser::rest_of_statement() const {
  std::size_t end = at_;
  while (end < end_ && tokens_[end].symbol != ";"_s) ++end;
  return {at_, end};
}

Parsed BodyParser::parse(const Piece& piece) {
  Parsed parsed = Parser(sql_, tokens_, piece, dialect_, limits_, arena_).run_in_body();
  if (!failed()) at_ = piece.end;
  return parsed;
}

void BodyParser::simple_statement(bool query) {
  Parsed parsed = parse(rest_of_statement());
  if (query && parsed.facts.verb != Verb::select) return fail();
  take(std::move(parsed));
}

// Without its semicolon.
void BodyParser::body_statement() {
  const Nesting nesting(*this);
  if (failed()) return;
  if (at_name() && at(":"_s, 1)) {
    at_ += 2;
    if (!at_any({"begin"_w, "loop"_w, "while"_w, "repeat"_w, "for"_w})) return fail();
  }
  switch (peek().word) {
    case "begin"_w:
      return block();
    case "if"_w:
      return if_statement();
    case "case"_w:
      return case_statement();
    case "loop"_w:
    case "while"_w:
    case "repeat"_w:
      return loop();
    case "for"_w:
      return for_loop();
    case "return"_w:
      skip();
      return value(expression());
    case "leave"_w:
    case "iterate"_w:
    case "close"_w:
      skip();
      (void)any_name();
      return;
    case "open"_w:
      skip();
      (void)any_name();
      if (!accept("("_s)) return;
      expressions(values_);
      return expect(")"_s);
    case "fetch"_w:
      return fetch();
    case "set"_w:
      return assign_variables();
    case "get"_w:
    case "signal"_w:
    case "resignal"_w:
      return diagnostics_statement();
    default:
      return simple_statement();
  }
}

void BodyParser::statement_list(std::initializer_list<Word> ends) {
  while (!failed() && !at_any(ends)) {
    body_statement();
    expect(";"_s);
  }
}

void BodyParser::optional_label() {
  if (at_name()) skip();
}

void BodyParser::end_of(Word word) {
  expect("end"_w);
  expect(word);
}

// BEGIN [NOT ATOMIC] [declarations] [statements] END [label]
void BodyParser::block() {
  const std::size_t outer = variables_.size();
  expect("begin"_w);
  if (accept("not"_w)) {
    if (!at_text("atomic")) return fail();
    skip();
  }
  while (at("declare"_w)) {
    declaration();
    expect(";"_s);
  }
  statement_list({"end"_w});
  expect("end"_w);
  optional_label();
  variables_.resize(outer);
}

// DECLARE a, b type [DEFAULT value], DECLARE a CONDITION FOR ..., DECLARE a CURSOR FOR ..., DECLARE ... HANDLER FOR ...
void BodyParser::declaration() {
  expect("declare"_w);
  if (at_any({"continue"_w, "exit"_w, "undo"_w}) && at("handler"_w, 1)) return handler();
  std::vector<std::string> names;
  do names.emplace_back(fold(any_name()));
  while (accept(","_s));
  if (accept("condition"_w)) {
    expect("for"_w);
    return handler_condition();
  }
  if (accept("cursor"_w)) return cursor();
  data_type();
  if (accept("default"_w)) value(expression());
  variables_.insert(variables_.end(), names.begin(), names.end());
}

void BodyParser::handler() {
  at_ += 2;
  expect("for"_w);
  do {
    // What fails once may not fail again: a lock that is not got, a server that has too much to do.
    const bool not_found = at("not"_w) || (at("sqlstate"_w) && same_word(decoded(peek(1)), "02000"));
    if (!not_found) obstacle(Reason::volatile_function);
    handler_condition();
  } while (accept(","_s));
  body_statement();
}

// 1146, SQLSTATE [VALUE] '42S02', a name, SQLWARNING, NOT FOUND, SQLEXCEPTION
void BodyParser::handler_condition() {
  if (accept(TokenKind::number) || accept_any({"sqlwarning"_w, "sqlexception"_w})) return;
  if (accept("sqlstate"_w)) {
    (void)accept("value"_w);
    return expect(TokenKind::string);
  }
  if (accept("not"_w)) {
    if (!at_text("found")) return fail();
    return skip();
  }
  (void)folded_name();
}

// CURSOR [(parameters)] FOR query
void BodyParser::cursor() {
  if (at("("_s)) skip_parentheses();
  expect("for"_w);
  simple_statement(true);
}

// IF a THEN ... ELSEIF b THEN ... ELSE ... END IF
void BodyParser::if_statement() {
  do {
    skip();
    value(expression());
    expect("then"_w);
    statement_list({"elseif"_w, "else"_w, "end"_w});
  } while (at("elseif"_w));
  if (accept("else"_w)) statement_list({"end"_w});
  end_of("if"_w);
}

// CASE [a] WHEN b THEN ... ELSE ... END CASE
void BodyParser::case_statement() {
  expect("case"_w);
  if (!at("when"_w)) value(expression());
  while (accept("when"_w)) {
    value(expression());
    expect("then"_w);
    statement_list({"when"_w, "else"_w, "end"_w});
  }
  if (accept("else"_w)) statement_list({"end"_w});
  end_of("case"_w);
}

// LOOP ... END LOOP, WHILE a DO ... END WHILE, REPEAT ... UNTIL a END REPEAT; a label may follow.
void BodyParser::loop() {
  const Word word = peek().word;
  skip();
  if (word == "while"_w) {
    value(expression());
    expect("do"_w);
  }
  if (word == "repeat"_w) {
    statement_list({"until"_w});
    skip();
    value(expression());
  } else {
    statement_list({"end"_w});
  }
  end_of(word);
  optional_label();
}

// MariaDB: FOR a IN (query) DO, FOR a IN cursor DO, FOR a IN [REVERSE] 1..10 DO ... END FOR [label]
void BodyParser::for_loop() {
  expect("for"_w);
  variables_.emplace_back(fold(any_name()));
  expect("in"_w);
  if (at("("_s) && at_query()) {
    const std::size_t begin = at_ + 1;
    skip_parentheses();
    const std::size_t end = at_;
    if (failed()) return;
    Parsed parsed = parse({begin, end - 1});
    at_ = end;
    if (parsed.facts.verb != Verb::select) return fail();
    take(std::move(parsed));
  } else {
    plain_bounds();
  }
  expect("do"_w);
  statement_list({"end"_w});
  end_of("for"_w);
  optional_label();
  if (!failed()) variables_.pop_back();
}

// What lies between two dots is not told from a number's or a name's own. So no more is understood than names, numbers
// and what is computed of them.
void BodyParser::plain_bounds() {
  if (at_text("reverse")) skip();
  bool after_name = false;
  for (; !failed() && !at("do"_w); skip()) {
    const Token& token = peek();
    const bool name = token.kind == TokenKind::name || (token.kind == TokenKind::word && token.word == kNoWord);
    const bool computes = token.symbol == "+"_s || token.symbol == "-"_s || token.symbol == "*"_s ||
                          token.symbol == "."_s || token.symbol == ")"_s || (token.symbol == "("_s && !after_name);
    if (!name && !computes && token.kind != TokenKind::number) return fail();
    after_name = name;
  }
}

// SET a = 1, NEW.b = 2, @c = 3: what else could be set is the session's or the server's.
void BodyParser::assign_variables() {
  expect("set"_w);
  do {
    assigned_variable();
    if (!accept(":="_s)) expect("="_s);
    if (!accept("default"_w)) value(expression());
  } while (accept(","_s));
}

void BodyParser::assigned_variable() {
  if (accept(TokenKind::user_variable)) return obstacle(Reason::volatile_function);
  const std::string_view first = folded_name();
  const bool of_row = accept("."_s);
  if (of_row) (void)any_name();
  if (!is_variable(first) && !(of_row && trigger_ && first == "new")) fail();
}

// FETCH [[NEXT] FROM] c INTO a, b
void BodyParser::fetch() {
  expect("fetch"_w);
  (void)accept("next"_w);
  (void)accept("from"_w);
  (void)any_name();
  expect("into"_w);
  do {
    (void)any_name();
    if (accept("."_s)) (void)any_name();
  } while (accept(","_s));
}

// What GET DIAGNOSTICS tells may be of the statement before; SIGNAL and RESIGNAL only fail. Nothing is called in them.
void BodyParser::diagnostics_statement() {
  if (at("get"_w)) obstacle(Reason::volatile_function);
  const Parsed parsed = parse(rest_of_statement());
  if (parsed.failure != Reason::none || !sets_variables_only(parsed.facts)) return fail();
  if (!parsed.facts.settings.empty()) obstacle(Reason::volatile_function);
}

}  // namespace tapri::sql::mysql
