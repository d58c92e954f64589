// A session of MariaDB Connector/C: a statement as text or prepared, and if wanted something that ends it from outside.
//
// Errors of the database are answers, not exceptions: the caller knows what they mean for its transaction. After a lost
// answer the session is of no more use. Thread-safety: none.
#pragma once

#include <mysql.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors.h"

namespace history {

struct Parameter {
  enum class Kind : std::uint8_t { number, text, null, value };  // value: a number that is filled in later
  Kind kind = Kind::number;
  std::int64_t number = 0;
  std::string text;
};

// Question marks in the text stand for the parameters, in order.
struct Statement {
  std::string text;
  std::vector<Parameter> parameters;

  Statement& add(const std::string& more) {
    text += more;
    return *this;
  }
  Statement& add(Parameter parameter) {
    text += '?';
    parameters.push_back(std::move(parameter));
    return *this;
  }
  Statement& add(std::int64_t number) { return add(Parameter{Parameter::Kind::number, number, ""}); }
  void fill_in(std::int64_t value);
};

inline Parameter text_of(std::string text) { return {Parameter::Kind::text, 0, std::move(text)}; }
inline const Parameter kNull{Parameter::Kind::null, 0, ""};
inline const Parameter kValue{Parameter::Kind::value, 0, ""};

enum class Form : std::uint8_t { text, prepared, count };

// Each field as the server writes it; none for NULL.
using Field = std::optional<std::string>;
using Rows = std::vector<std::vector<Field>>;

// Of a fleet that was told to (fail_writes): committed, but the other instances do not know of it. The session is over.
inline constexpr unsigned kUnannounced = 1180;

struct Answer {
  enum class End : std::uint8_t { good, refused, lost };
  End end = End::good;
  unsigned code = 0;  // of the server's error
  std::string message;
  Rows rows;                 // of the last result
  int results = 0;           // statements that ended well
  std::int64_t changed = 0;  // rows, by the last statement
  std::int64_t made = 0;     // the last statement's AUTO_INCREMENT
  bool over = false;         // the session is of no more use, however this ended

  [[nodiscard]] bool good() const { return end == End::good; }
};

class Session {
 public:
  // host:port; no database before there is one.
  explicit Session(const std::string& address, const char* database = "history");

  // With a disturbance it is sent as text, whatever the form.
  Answer run(const Statement& statement, Form form = Form::text, const std::optional<Disturbance>& disturbance = {},
             Session* administrator = nullptr);
  Answer run(const std::string& text) { return run(Statement{text, {}}); }
  // As if it had just been opened; false if it is lost.
  bool reset();
  // The server's number of it.
  [[nodiscard]] unsigned long process() const { return mysql_thread_id(link_.get()); }
  [[nodiscard]] bool is_mariadb() const { return mariadb_connection(link_.get()) != 0; }

 private:
  using Prepared = std::unique_ptr<MYSQL_STMT, decltype(&mysql_stmt_close)>;
  void disturb(const Disturbance& disturbance, Session* administrator);
  Answer collect(bool sent);
  Answer execute(const Statement& statement);
  MYSQL_STMT* known(const std::string& text);
  void take_rows(MYSQL_STMT* prepared, Answer& out);
  Answer& failed(Answer& out, unsigned code, const char* message);

  std::string address_;
  std::unique_ptr<MYSQL, decltype(&mysql_close)> link_;
  std::map<std::string, Prepared> prepared_;
  int executions_ = 0;  // since these were begun with
};

// The text with the parameters in their places.
std::string written_out(const Statement& statement);

}  // namespace history
