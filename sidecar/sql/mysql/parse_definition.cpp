// The head of a definition, as SHOW CREATE PROCEDURE, FUNCTION and TRIGGER print it: what comes before the body.
#include "sql/mysql/body_parser.h"

namespace tapri::sql::mysql {
namespace {

// CREATE [OR REPLACE] DEFINER=`a`@`b` PROCEDURE ...: what is defined stands within so many tokens.
constexpr std::size_t kMaxHead = 16;

}  // namespace

bool BodyParser::at_text(std::string_view word, std::size_t ahead) const {
  return at(TokenKind::word, ahead) && same_word(text_of(peek(ahead)), word);
}

void BodyParser::header() {
  expect("create"_w);
  for (std::size_t i = 0; i < kMaxHead && !at_any({"procedure"_w, "function"_w, "trigger"_w}); ++i) {
    // An aggregate function's body is run once for each row.
    if (at_end() || at_text("aggregate")) return fail();
    skip();
  }
  if (accept("trigger"_w)) return trigger_header();
  const bool function = at("function"_w);
  if (!accept_any({"procedure"_w, "function"_w})) return fail();
  routine_header(function);
}

void BodyParser::routine_header(bool function) {
  (void)accept_all({"if"_w, "not"_w, "exists"_w});
  (void)any_name();
  if (accept("."_s)) (void)any_name();
  parameters();
  if (function) {
    if (!at_text("returns")) return fail();
    skip();
    data_type();
  }
  characteristics();
}

// ([IN | OUT | INOUT] name type, ...)
void BodyParser::parameters() {
  expect("("_s);
  if (accept(")"_s)) return;
  do {
    (void)accept_any({"in"_w, "out"_w, "inout"_w});
    variables_.emplace_back(fold(any_name()));
    data_type();
  } while (accept(","_s));
  expect(")"_s);
}

// What a value of type TIME becomes when a date is wanted depends on today's; types that are another's may be that.
void BodyParser::data_type() {
  const bool another = at("row"_w) || (at_text("type") && at("of"_w, 1));
  if (!another) {
    if (type() == "time") obstacle(Reason::volatile_literal);
    return;
  }
  obstacle(Reason::unknown_type);
  if (accept("row"_w) && at("("_s)) return skip_parentheses();
  skip();
  expect("of"_w);
  do (void)any_name();
  while (accept("."_s));
}

void BodyParser::characteristics() {
  while (!failed()) {
    if (at_text("language") || at_text("contains")) {
      skip();
      expect("sql"_w);
    } else if (at("no"_w) && at("sql"_w, 1)) {
      at_ += 2;
    } else if (at_any({"reads"_w, "modifies"_w})) {
      skip();
      expect("sql"_w);
      expect("data"_w);
    } else if (at("sql"_w)) {
      skip();
      if (!at_text("security")) return fail();
      skip();
      if (!at_text("definer") && !at_text("invoker")) return fail();
      skip();
    } else if (at_text("comment") && at(TokenKind::string, 1)) {
      // Printed with backslashes, whatever the sql_mode that the body is read by.
      if (dialect_.no_backslash_escapes) return fail();
      at_ += 2;
    } else if (!accept_all({"not"_w, "deterministic"_w}) && !accept("deterministic"_w)) {
      return;
    }
  }
}

// name BEFORE INSERT ON t FOR EACH ROW [FOLLOWS | PRECEDES other]
void BodyParser::trigger_header() {
  trigger_ = true;
  while (!at_end() && !at("for"_w)) skip();
  if (!accept_all({"for"_w, "each"_w, "row"_w})) return fail();
  if ((at_text("follows") || at_text("precedes")) && !at(":"_s, 1)) {
    skip();
    (void)any_name();
  }
}

}  // namespace tapri::sql::mysql
