// Expressions: operators by precedence. MySQL reference manual, "Operator Precedence".
#include "sql/mysql/parser.h"

namespace tapri::sql::mysql {
namespace {

// From loose to tight.
enum Precedence : std::uint8_t {
  kOr = 1,
  kXor,
  kAnd,
  kNot,
  kComparison,
  kBitOr,
  kBitAnd,
  kShift,
  kSum,
  kProduct,
  kBitXor,
  kUnary,
  kCollate,
};

}  // namespace

// The tightest that stands to the left of `lowest` is taken; operators of one precedence group to the left.
Node* Parser::operation(int lowest) {
  const Nesting nesting(*this);
  return operation_on(prefix(), lowest);
}

// The same where the leftmost operand has been read.
Node* Parser::operation_on(Node* left, int lowest) {
  for (;;) {
    const Operator op = operator_here();
    if (op.precedence == 0 || op.precedence < lowest || failed()) return left;
    left = combine(left, op);
  }
}

Parser::Operator Parser::operator_here() const {
  const Token& token = peek();
  if (token.kind == TokenKind::word) return word_operator();
  switch (token.symbol) {
    case "||"_s:
      if (dialect_.pipes_as_concat) return {kUnary, Kind::other};
      return {kOr, Kind::any};
    case "&&"_s:
      return {kAnd, Kind::all};
    case "="_s:
      return {kComparison, Kind::equal};
    case "<=>"_s:
    case "<"_s:
    case "<="_s:
    case ">"_s:
    case ">="_s:
    case "<>"_s:
    case "!="_s:
      return {kComparison, Kind::other};
    case "|"_s:
      return {kBitOr, Kind::other};
    case "&"_s:
      return {kBitAnd, Kind::other};
    case "<<"_s:
    case ">>"_s:
      return {kShift, Kind::other};
    case "+"_s:
    case "-"_s:
      return {kSum, Kind::other};
    case "*"_s:
    case "/"_s:
    case "%"_s:
      return {kProduct, Kind::other};
    case "^"_s:
      return {kBitXor, Kind::other};
    case "->"_s:
    case "->>"_s:
      return {kCollate, Kind::other};
    default:
      return {};
  }
}

Parser::Operator Parser::word_operator() const {
  switch (peek().word) {
    case "or"_w:
      return {kOr, Kind::any};
    case "xor"_w:
      return {kXor, Kind::other};
    case "and"_w:
      return {kAnd, Kind::all};
    case "not"_w:
      if (!at_any({"in"_w, "like"_w, "between"_w, "regexp"_w, "rlike"_w}, 1)) return {};
      return {kComparison, Kind::other};
    case "is"_w:
    case "in"_w:
    case "like"_w:
    case "between"_w:
    case "regexp"_w:
    case "rlike"_w:
      return {kComparison, Kind::other};
    case "sounds"_w:
      if (!at("like"_w, 1)) return {};
      return {kComparison, Kind::other};
    case "member"_w:
      if (!at("of"_w, 1) && !at("("_s, 1)) return {};
      return {kComparison, Kind::other};
    case "div"_w:
    case "mod"_w:
      return {kProduct, Kind::other};
    case "collate"_w:
      return {kCollate, Kind::other};
    default:
      return {};
  }
}

Node* Parser::combine(Node* left, const Operator& op) {
  if (op.precedence == kComparison) return comparison(left, op);
  if (accept("collate"_w)) {
    if (!accept(TokenKind::string) && !accept("binary"_w)) (void)any_name();
    return make(Kind::other, left);
  }
  skip();
  Node* right = operation(op.precedence + 1);
  // A chain of one kind is one node: AND and OR, and whatever says nothing of its operands.
  if (left->kind == op.kind && left->index == static_cast<std::uint32_t>(op.precedence)) return add(left, right);
  Node* node = make(op.kind, left, right);
  node->index = static_cast<std::uint32_t>(op.precedence);
  return node;
}

Node* Parser::comparison(Node* left, const Operator& op) {
  if (peek().kind == TokenKind::word) return predicate(left);
  skip();
  if (at_any({"any"_w, "some"_w, "all"_w}) && at("("_s, 1)) {
    skip();
    return make(Kind::other, left, operand());
  }
  return make(op.kind, left, operation(kComparison + 1));
}

Node* Parser::predicate(Node* left) {
  if (accept("is"_w)) return is_predicate(left);
  const bool negated = accept("not"_w);
  if (accept("in"_w)) return in_predicate(left, negated);
  if (accept("between"_w)) {
    Node* node = make(Kind::other, left, operation(kBitOr));
    expect("and"_w);
    return add(node, operation(kComparison));
  }
  if (accept("member"_w)) {
    (void)accept("of"_w);
    return make(Kind::other, left, operand());
  }
  (void)accept("sounds"_w);
  const bool like = accept("like"_w);
  if (!like) skip();
  Node* node = make(Kind::other, left, operation(kBitOr));
  if (like && accept("escape"_w)) add(node, operation(kBitOr));
  return node;
}

Node* Parser::is_predicate(Node* left) {
  (void)accept("not"_w);
  if (accept_all({"distinct"_w, "from"_w})) return make(Kind::other, left, operation(kBitOr));
  if (accept("json"_w)) {
    (void)accept_any({"value"_w, "array"_w, "scalar"_w});
    if (accept_any({"with"_w, "without"_w})) {
      expect("unique"_w);
      (void)accept("keys"_w);
    }
    return make(Kind::other, left);
  }
  if (!accept_any({"null"_w, "true"_w, "false"_w, "unknown"_w})) fail();
  return make(Kind::other, left);
}

// A list with one element is told from a sub-query by its first word.
Node* Parser::in_predicate(Node* left, bool negated) {
  if (at("("_s) && at_query_word(1)) return make(Kind::other, left, query_in_parentheses());
  Node* node = make(negated ? Kind::other : Kind::in, left);
  if (!accept("("_s)) {
    fail();
    return node;
  }
  add(node, continued(expression()));
  if (accept(","_s)) expressions(node);
  expect(")"_s);
  return node;
}

void Parser::expressions(Node* parent) {
  do add(parent, expression());
  while (accept(","_s));
}

Node* Parser::prefix() {
  if (accept("not"_w)) return make(Kind::other, operation(kNot));
  if (accept("-"_s)) return negative();
  if (accept("!"_s) || accept("~"_s) || accept("+"_s) || accept("binary"_w)) {
    return make(Kind::other, operation(kUnary));
  }
  return operand();
}

// A minus sign belongs to the literal behind it.
Node* Parser::negative() {
  Node* node = operation(kUnary);
  if (node->kind != Kind::literal || node->flag) return make(Kind::other, node);
  node->flag = true;
  return node;
}

}  // namespace tapri::sql::mysql
