// The shop in MySQL or MariaDB, by MariaDB's Connector/C: statements as text with the values in their places, as most
// drivers send them, whatever their users call prepared.
#include <mysql.h>

#include <map>
#include <sstream>
#include <stdexcept>

#include "connection.h"

namespace shop {
namespace {

// Fields one behind the other, row by row.
class Table final : public Answer {
 public:
  explicit Table(int columns) : columns_(columns) {}
  void add(const char* field, std::size_t size) {
    text_.append(field, size);
    ends_.push_back(text_.size());
  }

  [[nodiscard]] int rows() const override { return columns_ == 0 ? 0 : static_cast<int>(ends_.size()) / columns_; }
  [[nodiscard]] int columns() const override { return columns_; }
  [[nodiscard]] std::string_view text(int row, int column) const override {
    const auto at =
        static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(column);
    const std::size_t begin = at == 0 ? 0 : ends_.at(at - 1);
    return std::string_view(text_).substr(begin, ends_.at(at) - begin);
  }

 private:
  int columns_;
  std::string text_;
  std::vector<std::size_t> ends_;
};

// The number that a write told the session.
std::unique_ptr<Table> told(std::uint64_t number) {
  auto table = std::make_unique<Table>(1);
  const std::string text = std::to_string(number);
  table->add(text.data(), text.size());
  return table;
}

class MySql final : public Connection {
 public:
  explicit MySql(const std::string& address) : link_(mysql_init(nullptr), &mysql_close) {
    std::map<std::string, std::string> words;
    std::istringstream text(address);
    for (std::string word; text >> word;) {
      const auto equals = word.find('=');
      if (equals != std::string::npos) {
        words[word.substr(0, equals)] = word.substr(equals + 1);
      }
    }
    if (mysql_real_connect(link_.get(), words["host"].c_str(), words["user"].c_str(), "", words["dbname"].c_str(),
                           static_cast<unsigned>(std::stoul(words["port"])), nullptr, 0) == nullptr) {
      throw std::runtime_error(mysql_error(link_.get()));
    }
  }

  void prepare(const Statement& /*statement*/) override {}

  Rows execute(const Statement& statement, const std::vector<std::int64_t>& parameters) override {
    std::string text;
    auto next = parameters.begin();
    for (const char* at = statement.mysql; *at != 0; ++at) {
      if (*at != '?') {
        text += *at;
      } else if (next != parameters.end()) {
        text += std::to_string(*next++);
      }
    }
    return run(text.c_str());
  }

  Rows run(const char* text) override {
    if (mysql_query(link_.get(), text) != 0) {
      throw std::runtime_error(mysql_error(link_.get()));
    }
    const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> found(mysql_store_result(link_.get()),
                                                                         &mysql_free_result);
    if (found == nullptr) {
      if (mysql_field_count(link_.get()) != 0) {
        throw std::runtime_error(mysql_error(link_.get()));
      }
      return Rows(told(mysql_insert_id(link_.get())));
    }
    const unsigned count = mysql_num_fields(found.get());
    auto table = std::make_unique<Table>(static_cast<int>(count));
    while (MYSQL_ROW row = mysql_fetch_row(found.get())) {
      const unsigned long* lengths = mysql_fetch_lengths(found.get());
      for (unsigned at = 0; at < count; ++at) {
        table->add(row[at] == nullptr ? "" : row[at], lengths[at]);
      }
    }
    return Rows(std::move(table));
  }

 private:
  std::unique_ptr<MYSQL, decltype(&mysql_close)> link_;
};

}  // namespace

std::unique_ptr<Connection> open_mysql(const std::string& address) { return std::make_unique<MySql>(address); }

}  // namespace shop
