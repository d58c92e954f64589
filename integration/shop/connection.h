// A connection to the shop's database that runs statements with parameters as drivers of that database do. Errors are
// exceptions (std::runtime_error with the server's message).
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "statements.h"

namespace shop {

// What a client library holds of one answer.
class Answer {
 public:
  virtual ~Answer() = default;
  [[nodiscard]] virtual int rows() const = 0;
  [[nodiscard]] virtual int columns() const = 0;
  // A field as text, empty for NULL; it lives as long as the answer.
  [[nodiscard]] virtual std::string_view text(int row, int column) const = 0;
};

// The rows of one answer.
class Rows {
 public:
  explicit Rows(std::unique_ptr<const Answer> answer) : answer_(std::move(answer)) {}

  [[nodiscard]] int count() const { return answer_->rows(); }
  // A field as a number; NULL counts as 0. Throws if it is no number or not there.
  [[nodiscard]] std::int64_t number(int row, int column) const;

 private:
  std::unique_ptr<const Answer> answer_;
};

class Connection {
 public:
  // `address`: "mysql" and words of the form name=value (host, port, user, dbname), else what PQconnectdb takes.
  static std::unique_ptr<Connection> open(const std::string& address);
  virtual ~Connection() = default;

  // Comes before the first execution of the statement.
  virtual void prepare(const Statement& statement) = 0;
  // A write that has no rows to return answers with the number it told the session (LAST_INSERT_ID), in a row of one.
  virtual Rows execute(const Statement& statement, const std::vector<std::int64_t>& parameters) = 0;
  // As text, one statement without parameters.
  virtual Rows run(const char* text) = 0;
};

// Both take what open() does.
std::unique_ptr<Connection> open_postgres(const std::string& address);
std::unique_ptr<Connection> open_mysql(const std::string& address);

}  // namespace shop
