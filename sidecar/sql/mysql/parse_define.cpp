// Definitions by their first words. What they touch beyond what they name (dependants, defaults, events) the text does
// not say, so all but the creation of a temporary table may write anything.
#include <array>

#include "sql/mysql/parser.h"

namespace tapri::sql::mysql {
namespace {

// Engines whose temporary tables keep their rows to themselves; MERGE, FEDERATED and others hand them on.
constexpr std::array<std::string_view, 7> kPlainEngines = {"innodb", "myisam", "memory", "heap",
                                                           "aria",   "csv",    "archive"};

}  // namespace

bool Parser::define() {
  switch (peek().word) {
    case "create"_w:
      create();
      return true;
    case "drop"_w:
      drop();
      return true;
    case "alter"_w:
      define_statement(at_any({"user"_w, "role"_w}, 1), at_any({"database"_w, "schema"_w}, 1));
      return true;
    case "rename"_w:
      define_statement(at("user"_w, 1), false);
      return true;
    case "grant"_w:
    case "revoke"_w:
      // Privileges reach over all databases of the server.
      define_statement(true, false);
      return true;
    case "install"_w:
    case "uninstall"_w:
    case "import"_w:
      define_statement(false, false);
      return true;
    case "change"_w:
    case "stop"_w:
    case "binlog"_w:
    case "clone"_w:
      // Replication, and rows that come in other ways.
      unknown_effects();
      skip_rest();
      return true;
    default:
      return false;
  }
}

void Parser::define_statement(bool roles, bool database) {
  out_.facts.verb = Verb::define;
  out_.facts.changes_session = true;  // the current database may go
  out_.facts.commits_implicitly = true;
  out_.facts.changes_roles = roles;
  out_.facts.database_level = database;
  out_.facts.writes_unknown = true;
  out_.facts.drops_or_alters = true;
  // A definition with a body is as long as its end is sure (split.h): what follows might be anything.
  for (std::size_t i = at_; i < end_; ++i) {
    if (tokens_[i].symbol == ";"_s) out_.facts.changes_unknown_setting = true;
  }
  skip_rest();
}

void Parser::create() {
  std::size_t ahead = at("or"_w, 1) ? 3 : 1;
  if (at("temporary"_w, ahead)) {
    at_ += ahead + 1;
    if (create_temporary()) return;
    if (failed()) return;
    root_ = nullptr;
    ahead = 0;
  }
  define_statement(at_any({"user"_w, "role"_w}, ahead), at_any({"database"_w, "schema"_w}, ahead));
}

// Behind TEMPORARY. False: it is not surely no more than that.
bool Parser::create_temporary() {
  if (!at_any({"table"_w, "sequence"_w}) || !has_plain_engine()) return false;
  const std::size_t start = at_;
  // CREATE ... SELECT calls functions, which may write.
  for (std::size_t i = at_; i < end_; ++i) {
    const Word word = tokens_[i].word;
    if (word == "with"_w && tokens_[i].kind == TokenKind::word && i + 1 < end_ && tokens_[i + 1].word != "system"_w) {
      return false;
    }
    if (word != "select"_w && word != "values"_w) continue;
    at_ = i;
    while (at_ > start && tokens_[at_ - 1].symbol == "("_s) --at_;
    root_ = query();
    break;
  }
  if (failed()) return false;
  skip_rest();
  out_.facts.verb = Verb::define;
  out_.facts.changes_session = true;
  out_.facts.temporary_only = true;
  return true;
}

bool Parser::has_plain_engine() const {
  for (std::size_t i = at_; i < end_; ++i) {
    if (tokens_[i].word == "union"_w && i + 1 < end_ && tokens_[i + 1].symbol == "="_s) return false;
    if (tokens_[i].word != "engine"_w && !same_word(text_of(tokens_[i]), "type")) continue;
    const std::size_t value = i + 1 < end_ && tokens_[i + 1].symbol == "="_s ? i + 2 : i + 1;
    if (value >= end_) return false;
    const std::string engine = decoded(tokens_[value]);
    bool plain = false;
    for (const std::string_view known : kPlainEngines) plain = plain || same_word(engine, known);
    if (!plain) return false;
  }
  return true;
}

// DROP TEMPORARY drops what is the session's own; DROP PREPARE is DEALLOCATE.
void Parser::drop() {
  if (at("prepare"_w, 1)) return deallocate();
  const bool temporary = at("temporary"_w, 1);
  define_statement(at_any({"user"_w, "role"_w}, 1), at_any({"database"_w, "schema"_w}, 1));
  if (!temporary) return;
  out_.facts.temporary_only = true;
  out_.facts.writes_unknown = out_.facts.drops_or_alters = out_.facts.commits_implicitly = false;
}

}  // namespace tapri::sql::mysql
