#include "connection.h"

#include <charconv>
#include <stdexcept>

namespace shop {

std::int64_t Rows::number(int row, int column) const {
  if (row >= answer_->rows() || column >= answer_->columns()) {
    throw std::runtime_error("an answer has fewer rows or columns than it should");
  }
  const std::string_view text = answer_->text(row, column);
  const char* end = text.data() + text.size();
  std::int64_t value = 0;
  if (!text.empty() && std::from_chars(text.data(), end, value).ptr != end) {
    throw std::runtime_error("not a number: " + std::string(text));
  }
  return value;
}

std::unique_ptr<Connection> Connection::open(const std::string& address) {
  return address.rfind("mysql ", 0) == 0 ? open_mysql(address) : open_postgres(address);
}

}  // namespace shop
