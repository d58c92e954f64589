#include "connection.h"

#include <charconv>
#include <stdexcept>

namespace shop {

std::int64_t Rows::number(int row, int column) const {
  if (row >= PQntuples(result_.get()) || column >= PQnfields(result_.get())) {
    throw std::runtime_error("an answer has fewer rows or columns than it should");
  }
  const char* begin = PQgetvalue(result_.get(), row, column);
  const char* end = begin + PQgetlength(result_.get(), row, column);
  std::int64_t value = 0;
  if (begin != end && std::from_chars(begin, end, value).ptr != end) {
    throw std::runtime_error("not a number: " + std::string(begin, end));
  }
  return value;
}

Connection::Connection(const std::string& address) : link_(PQconnectdb(address.c_str()), &PQfinish) {
  if (PQstatus(link_.get()) != CONNECTION_OK) {
    throw std::runtime_error(PQerrorMessage(link_.get()));
  }
}

Rows Connection::checked(PGresult* result) {
  Rows rows(result);
  const auto status = PQresultStatus(result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    throw std::runtime_error(PQerrorMessage(link_.get()));
  }
  return rows;
}

void Connection::prepare(const char* name, const char* text) {
  checked(PQprepare(link_.get(), name, text, 0, nullptr));
}

Rows Connection::execute(const char* name, const std::vector<std::int64_t>& parameters) {
  std::vector<std::string> texts;
  std::vector<const char*> values;
  texts.reserve(parameters.size());
  values.reserve(parameters.size());
  for (const auto parameter : parameters) {
    texts.push_back(std::to_string(parameter));
    values.push_back(texts.back().c_str());
  }
  return checked(
      PQexecPrepared(link_.get(), name, static_cast<int>(values.size()), values.data(), nullptr, nullptr, 0));
}

Rows Connection::run(const char* text) { return checked(PQexec(link_.get(), text)); }

}  // namespace shop
