#include "answer.h"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace bench {
namespace {

std::size_t number(std::string_view data, std::size_t at, std::size_t bytes) {
  std::size_t out = 0;
  for (std::size_t byte = 0; byte < bytes; ++byte) {
    out = (out << 8U) | static_cast<unsigned char>(data[at + byte]);
  }
  return out;
}

class PostgresReader final : public AnswerReader {
 public:
  bool read(std::string_view& data) override {
    constexpr std::size_t kHeader = 5;
    if (begins_) {
      answer_ = {};
      begins_ = false;
    }
    while (data.size() >= kHeader) {
      const auto size = 1 + number(data, 1, 4);
      if (data.size() < size) {
        break;
      }
      const char type = data[0];
      take(type, data.substr(kHeader, size - kHeader));
      data.remove_prefix(size);
      if (type == 'Z') {
        begins_ = true;
        return true;
      }
    }
    return false;
  }

 private:
  void take(char type, std::string_view body) {
    if (type == 'D') {
      if (++answer_.rows == 1) {
        take_first_row(body);
      }
    } else if (type == 'C') {
      const auto tag = body.substr(0, body.size() - 1);
      answer_.affected = decimal(tag.substr(tag.rfind(' ') + 1));
    } else if (type == 'E') {
      answer_.error = body;
      std::replace(answer_.error.begin(), answer_.error.end(), '\0', ' ');
    }
  }

  void take_first_row(std::string_view row) {
    const auto columns = number(row, 0, 2);
    std::size_t at = 2;
    for (std::size_t column = 0; column < std::min<std::size_t>(columns, 2); ++column) {
      const auto size = number(row, at, 4);
      (column == 0 ? answer_.key : answer_.version) = decimal(row.substr(at + 4, size));
      at += 4 + size;
    }
  }

  bool begins_ = true;
};

// A line that ends with the length of a value, the value, and what follows it.
class ValueReader final : public AnswerReader {
 public:
  // `begin`: of the line; `end`: what follows the value.
  ValueReader(std::string_view begin, std::string_view end) : begin_(begin), end_(end) {}

  bool read(std::string_view& data) override {
    const auto line = data.substr(0, data.find("\r\n"));
    if (line.size() == data.size()) {
      return false;
    }
    answer_ = {};
    const auto blank = line.find_last_of(" $");
    const auto size = line.starts_with(begin_) ? decimal(line.substr(blank + 1)) : -1;
    if (size < 0) {
      answer_.error = line;
      data.remove_prefix(line.size() + 2);
      return true;
    }
    const auto value = line.size() + 2;
    const auto whole = value + static_cast<std::size_t>(size) + end_.size();
    if (data.size() < whole) {
      return false;
    }
    auto kept = data.substr(value, static_cast<std::size_t>(size));
    const bool good = inner_.read(kept) && kept.empty() && data.substr(whole - end_.size(), end_.size()) == end_;
    answer_ = inner_.answer();
    if (!good) {
      answer_.error = "the value is no answer";
    }
    data.remove_prefix(whole);
    return true;
  }

 private:
  std::string_view begin_, end_;
  PostgresReader inner_;
};

}  // namespace

std::int64_t decimal(std::string_view text) {
  std::int64_t out = -1;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  return read.ptr == text.data() + text.size() ? out : -1;
}

std::unique_ptr<AnswerReader> make_reader(const Workload& workload) {
  const auto& statements = workload.statements;
  const auto prepared = std::count_if(statements.begin(), statements.end(),
                                      [](const auto& one) { return one.protocol == Protocol::mysql_binary; });
  switch (statements.front().protocol) {
    case Protocol::mysql_text:
    case Protocol::mysql_binary:
      return make_mysql_reader(static_cast<std::size_t>(prepared), prepared > 0);
    case Protocol::redis:
      return std::make_unique<ValueReader>("$", "\r\n");
    case Protocol::memcached:
      return std::make_unique<ValueReader>("VALUE ", "\r\nEND\r\n");
    default:
      return std::make_unique<PostgresReader>();
  }
}

}  // namespace bench
