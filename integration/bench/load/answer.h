// Reads answers from a stream of bytes and keeps of each what is checked.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "workload.h"

namespace bench {

struct Answer {
  int rows = 0;
  std::int64_t key = -1;       // first column of the first row
  std::int64_t version = -1;   // its second column; -1: none, or no number
  std::int64_t affected = -1;  // by a write
  std::uint32_t prepared = 0;  // the number of the statement that a MySQL server has prepared
  std::string plugin;          // of authentication: a MySQL server's greeting names it
  std::string error;
};

// -1: no number.
[[nodiscard]] std::int64_t decimal(std::string_view text);

class AnswerReader {
 public:
  virtual ~AnswerReader() = default;

  // Takes from `data` what it can use; true: an answer is complete, and the next call begins a new one.
  // What is left of `data` otherwise is the begin of something that must be seen whole.
  [[nodiscard]] virtual bool read(std::string_view& data) = 0;

  [[nodiscard]] const Answer& answer() const { return answer_; }

 protected:
  Answer answer_;
};

// For one connection, from its first byte on. Redis and memcached: the value must be an answer of PostgreSQL's in its
// protocol, and is read as such.
std::unique_ptr<AnswerReader> make_reader(const Workload& workload);

// MySQL's (mysql_answer.cpp): the greeting and what the login is answered with count as answers, then come those to
// so many preparations. binary: rows are as executions of prepared statements give them.
std::unique_ptr<AnswerReader> make_mysql_reader(std::size_t preparations, bool binary);

}  // namespace bench
