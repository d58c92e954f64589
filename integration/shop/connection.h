// A libpq connection that prepares its statements once and runs them with text parameters, as drivers do. Errors are
// exceptions (std::runtime_error with the server's message).
//
// Thread-safety: one thread at a time.
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace shop {

// The rows of one answer.
class Rows {
 public:
  explicit Rows(PGresult* result) : result_(result, &PQclear) {}

  [[nodiscard]] int count() const { return PQntuples(result_.get()); }
  // A field as a number; NULL counts as 0. Throws if it is no number or not there.
  [[nodiscard]] std::int64_t number(int row, int column) const;

 private:
  std::unique_ptr<PGresult, decltype(&PQclear)> result_;
};

class Connection {
 public:
  // `address`: what PQconnectdb takes.
  explicit Connection(const std::string& address);

  void prepare(const char* name, const char* text);
  Rows execute(const char* name, const std::vector<std::int64_t>& parameters);
  // Simple protocol, one statement.
  Rows run(const char* text);

 private:
  Rows checked(PGresult* result);

  std::unique_ptr<PGconn, decltype(&PQfinish)> link_;
};

}  // namespace shop
