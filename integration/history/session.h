// A libpq session of the history: a statement in any form, and if wanted something that ends it from outside.
//
// Errors of the database are answers, not exceptions: the caller knows what they mean for its transaction. After a lost
// answer the session is of no more use.
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "actors.h"

namespace history {

// Integers, or a text that an array is written as.
struct Parameter {
  std::int64_t number = 0;
  bool big = false;  // bigint, or integer
  std::string array;
};

// $1 and so on in the text stand for the parameters.
struct Statement {
  std::string text;
  std::vector<Parameter> parameters;
};

enum class Form : std::uint8_t { simple, unnamed, prepared, count };

// Each field's integers: one, or an array's; none for NULL.
using Field = std::vector<std::int64_t>;
using Rows = std::vector<std::vector<Field>>;

struct Answer {
  enum class End : std::uint8_t { good, refused, lost };
  End end = End::good;
  std::string state;  // SQLSTATE if refused
  std::string message;
  std::vector<Rows> results;  // of the statements that ended well, in order
  std::string tag;            // of the last of them: "COMMIT"
  bool over = false;          // the session is of no more use, however this ended

  [[nodiscard]] bool good() const { return end == End::good; }
};

class Session {
 public:
  explicit Session(const std::string& address);

  // binary: parameters (where they are integers) and results; not in simple form.
  Answer run(const Statement& statement, Form form = Form::simple, bool binary = false,
             const std::optional<Disturbance>& disturbance = {}, Session* administrator = nullptr);
  Answer run(const std::string& text) { return run(Statement{text, {}}); }
  [[nodiscard]] int process() const { return PQbackendPID(link_.get()); }

 private:
  using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;
  bool send(const Statement& statement, Form form, bool binary);
  std::string known(const Statement& statement, const std::vector<Oid>& types);
  void disturb(const Disturbance& disturbance, Session* administrator);
  void reset();
  void cancel();
  Answer collect();

  std::unique_ptr<PGconn, decltype(&PQfinish)> link_;
  std::vector<std::string> prepared_;
  std::string refused_;  // SQLSTATE of a statement that was not prepared
};

// The text with the parameters in their places.
std::string written_out(const Statement& statement);

}  // namespace history
