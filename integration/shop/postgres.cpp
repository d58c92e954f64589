// The shop in PostgreSQL, by libpq: prepared statements, parameters and answers as text.
#include <libpq-fe.h>

#include <stdexcept>

#include "connection.h"

namespace shop {
namespace {

class Result final : public Answer {
 public:
  explicit Result(PGresult* result) : result_(result, &PQclear) {}

  [[nodiscard]] int rows() const override { return PQntuples(result_.get()); }
  [[nodiscard]] int columns() const override { return PQnfields(result_.get()); }
  [[nodiscard]] std::string_view text(int row, int column) const override {
    return {PQgetvalue(result_.get(), row, column), static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
  }

 private:
  std::unique_ptr<PGresult, decltype(&PQclear)> result_;
};

class Postgres final : public Connection {
 public:
  explicit Postgres(const std::string& address) : link_(PQconnectdb(address.c_str()), &PQfinish) {
    if (PQstatus(link_.get()) != CONNECTION_OK) {
      throw std::runtime_error(PQerrorMessage(link_.get()));
    }
  }

  void prepare(const Statement& statement) override {
    checked(PQprepare(link_.get(), statement.name, statement.postgres, 0, nullptr));
  }

  Rows execute(const Statement& statement, const std::vector<std::int64_t>& parameters) override {
    std::vector<std::string> texts;
    std::vector<const char*> values;
    texts.reserve(parameters.size());
    values.reserve(parameters.size());
    for (const auto parameter : parameters) {
      texts.push_back(std::to_string(parameter));
      values.push_back(texts.back().c_str());
    }
    return checked(PQexecPrepared(link_.get(), statement.name, static_cast<int>(values.size()), values.data(), nullptr,
                                  nullptr, 0));
  }

  Rows run(const char* text) override { return checked(PQexec(link_.get(), text)); }

 private:
  Rows checked(PGresult* result) {
    auto answer = std::make_unique<Result>(result);
    const auto status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
      throw std::runtime_error(PQerrorMessage(link_.get()));
    }
    return Rows(std::move(answer));
  }

  std::unique_ptr<PGconn, decltype(&PQfinish)> link_;
};

}  // namespace

std::unique_ptr<Connection> open_postgres(const std::string& address) { return std::make_unique<Postgres>(address); }

}  // namespace shop
