// The cursor over the tokens, names and nodes.
#include "sql/mysql/parser.h"

#include <algorithm>

namespace tapri::sql::mysql {

Parser::Parser(std::string_view sql, const std::vector<Token>& tokens, const Piece& piece, const Dialect& dialect,
               const Limits& limits, Arena& arena)
    : sql_(sql),
      tokens_(tokens),
      dialect_(dialect),
      limits_(limits),
      arena_(arena),
      at_(piece.first),
      end_(piece.end) {}

Parsed Parser::run() {
  statement();
  if (!at_end()) fail();
  out_.root = root_;
  return std::move(out_);
}

Parsed Parser::run_in_body() {
  in_body_ = true;
  return run();
}

void Parser::fail(Reason reason) {
  if (!failed()) out_.failure = reason;
  at_ = end_;
}

void Parser::obstacle(Reason reason) {
  if (out_.obstacle == Reason::none || reason < out_.obstacle) out_.obstacle = reason;
}

const Token& Parser::peek(std::size_t ahead) const {
  static const Token kEnd;
  return at_ + ahead < end_ ? tokens_[at_ + ahead] : kEnd;
}

bool Parser::at_any(std::initializer_list<Word> words, std::size_t ahead) const {
  const Word word = peek(ahead).word;
  return word != kNoWord && std::find(words.begin(), words.end(), word) != words.end();
}

bool Parser::at_name(std::size_t ahead) const {
  const Token& token = peek(ahead);
  return token.kind == TokenKind::name || (token.kind == TokenKind::word && !is_reserved(token.word));
}

bool Parser::accept(Word word) {
  if (!at(word)) return false;
  skip();
  return true;
}

bool Parser::accept(Symbol symbol) {
  if (!at(symbol)) return false;
  skip();
  return true;
}

bool Parser::accept(TokenKind kind) {
  if (!at(kind) || at_end()) return false;
  skip();
  return true;
}

bool Parser::accept_any(std::initializer_list<Word> words) {
  if (!at_any(words)) return false;
  skip();
  return true;
}

bool Parser::accept_all(std::initializer_list<Word> words) {
  std::size_t ahead = 0;
  for (const Word word : words) {
    if (!at(word, ahead++)) return false;
  }
  at_ += words.size();
  return true;
}

void Parser::expect(Word word) {
  if (!accept(word)) fail();
}

void Parser::expect(Symbol symbol) {
  if (!accept(symbol)) fail();
}

void Parser::expect(TokenKind kind) {
  if (!accept(kind)) fail();
}

std::string_view Parser::text_of(const Token& token) const { return sql_.substr(token.begin, token.end - token.begin); }

std::string Parser::decoded(const Token& token) const { return unquoted(text_of(token), dialect_); }

std::string_view Parser::fold(std::string_view text) {
  if (std::none_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) return text;
  std::string folded(text);
  std::transform(folded.begin(), folded.end(), folded.begin(), lower);
  return arena_.keep(std::move(folded));
}

std::string_view Parser::any_name() {
  const Token& token = peek();
  if (token.kind != TokenKind::name && token.kind != TokenKind::word) {
    fail();
    return {};
  }
  skip();
  return token.kind == TokenKind::word ? text_of(token) : arena_.keep(decoded(token));
}

std::string_view Parser::name() {
  if (!at_name()) {
    fail();
    return {};
  }
  const std::string_view written = any_name();
  return dialect_.folds_table_names ? fold(written) : written;
}

std::string_view Parser::folded_name() {
  if (!at_name()) {
    fail();
    return {};
  }
  return fold(any_name());
}

void Parser::qualified_name(Node* node) {
  node->name = name();
  if (!accept("."_s)) return;
  node->schema = node->name;
  node->name = dialect_.folds_table_names ? fold(any_name()) : any_name();
}

QualifiedName Parser::qualified_name() {
  Node node;
  qualified_name(&node);
  return {std::string(node.schema), std::string(node.name)};
}

void Parser::name_list() {
  expect("("_s);
  if (accept(")"_s)) return;
  do (void)any_name();
  while (accept(","_s));
  expect(")"_s);
}

void Parser::skip_parentheses() {
  expect("("_s);
  std::size_t open = 1;
  while (!at_end() && open > 0) {
    if (at("("_s)) ++open;
    if (at(")"_s)) --open;
    if (at(TokenKind::bad)) return fail();
    skip();
  }
  if (open > 0) fail();
}

void Parser::skip_rest() {
  while (!at_end()) {
    if (at(TokenKind::bad)) return fail();
    skip();
  }
}

Node* Parser::make(Kind kind) {
  Node* node = arena_.node(kind);
  if (node != nullptr) return node;
  fail(Reason::too_large);
  spare_ = Node();
  spare_.kind = kind;
  return &spare_;
}

Node* Parser::add(Node* parent, Node* child) {
  if (parent == &spare_ || child == &spare_ || parent == child) return parent;
  (parent->last == nullptr ? parent->first : parent->last->next) = child;
  parent->last = child;
  if (child->depth + 1U > parent->depth) parent->depth = static_cast<std::uint16_t>(child->depth + 1U);
  // What walks the tree goes as deep.
  if (parent->depth > 4 * limits_.max_depth) fail(Reason::too_deep);
  return parent;
}

Node* Parser::make(Kind kind, Node* first, Node* second) {
  Node* node = add(make(kind), first);
  return second == nullptr ? node : add(node, second);
}

}  // namespace tapri::sql::mysql
