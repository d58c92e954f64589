#include "sql/mysql/split.h"

namespace tapri::sql::mysql {
namespace {

// CREATE [OR REPLACE] [DEFINER = ...] [AGGREGATE] FUNCTION ...: what is defined is named within so many tokens.
constexpr std::size_t kMaxHeader = 24;

bool is_routine(Word word) {
  return word == "procedure"_w || word == "function"_w || word == "trigger"_w || word == "event"_w ||
         word == "package"_w;
}

bool is_other_object(Word word) {
  return word == "table"_w || word == "view"_w || word == "index"_w || word == "database"_w || word == "schema"_w ||
         word == "user"_w || word == "role"_w || word == "server"_w || word == "tablespace"_w || word == "sequence"_w ||
         word == "unique"_w || word == "fulltext"_w || word == "spatial"_w;
}

class Cutter {
 public:
  explicit Cutter(const std::vector<Token>& tokens) : tokens_(tokens) {}

  std::vector<Piece> run() {
    for (at_ = 0; at_ < tokens_.size(); ++at_) {
      const Token& token = tokens_[at_];
      if (token.kind == TokenKind::end) break;
      if (at_ == start_) has_body_ = starts_body();
      if (has_body_) follow_body(token.word);
      if (token.symbol == ";"_s && blocks_ == 0) cut();
    }
    cut();
    return std::move(pieces_);
  }

 private:
  [[nodiscard]] Word word(std::size_t at) const { return at < tokens_.size() ? tokens_[at].word : kNoWord; }

  [[nodiscard]] bool starts_body() const {
    if (word(at_) == "begin"_w) return word(at_ + 1) == "not"_w;
    if (word(at_) != "create"_w && word(at_) != "alter"_w) return false;
    for (std::size_t i = at_ + 1; i < tokens_.size() && i < at_ + kMaxHeader; ++i) {
      if (is_routine(tokens_[i].word)) return true;
      if (is_other_object(tokens_[i].word) || tokens_[i].symbol == ";"_s || tokens_[i].symbol == "("_s) return false;
    }
    return false;
  }

  // END IF and the like end what was not counted.
  void follow_body(Word current) {
    const bool ends = at_ > start_ && word(at_ - 1) == "end"_w;
    if (current == "begin"_w || (current == "case"_w && !ends)) ++blocks_;
    if (current != "end"_w || blocks_ == 0) return;
    const Word next = word(at_ + 1);
    const bool of_other =
        next == "if"_w || next == "loop"_w || next == "while"_w || next == "repeat"_w || next == "for"_w;
    if (!of_other) --blocks_;
  }

  void cut() {
    if (at_ > start_) pieces_.push_back({start_, at_});
    start_ = at_ + 1;
    blocks_ = 0;
    has_body_ = false;
  }

  const std::vector<Token>& tokens_;
  std::vector<Piece> pieces_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;   // of the piece
  std::size_t blocks_ = 0;  // BEGIN and CASE without their END
  bool has_body_ = false;
};

}  // namespace

std::vector<Piece> pieces_of(const std::vector<Token>& tokens) { return Cutter(tokens).run(); }

std::vector<std::string_view> split_statements(std::string_view sql, const Dialect& dialect) {
  const Tokens all = tokens_of(sql, dialect);
  std::vector<std::string_view> out;
  for (const Piece& piece : pieces_of(all.tokens)) {
    const std::size_t begin = all.tokens[piece.first].begin;
    const Token& last = all.tokens[piece.end - 1];
    const std::size_t end = last.kind == TokenKind::bad ? sql.size() : last.end;
    out.push_back(sql.substr(begin, end - begin));
  }
  return out;
}

}  // namespace tapri::sql::mysql
