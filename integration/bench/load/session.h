// One connection: what it has sent, what it waits for, and the bytes on the way.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "answer.h"
#include "encoder.h"
#include "workload.h"

namespace bench {

// An answer that is owed.
struct Owed {
  std::size_t unit = 0, step = 0;
  std::uint64_t key = 0;
  std::int64_t least = 0;  // the version that a read may not go below
  std::int64_t begun = 0;  // of the unit: nanoseconds on the steady clock
};

class Session {
 public:
  // Connects, logs in and prepares; waits for that. Throws std::runtime_error or std::system_error.
  Session(const Workload& workload, const std::vector<Encoder>& encoders);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  [[nodiscard]] int socket() const { return socket_; }
  [[nodiscard]] bool wants_to_write() const { return sent_ < out_.size(); }

  // The number of the workload's statement here, if it is one that a MySQL server has prepared.
  [[nodiscard]] std::uint32_t prepared(std::size_t statement) const { return prepared_[statement]; }
  // To be filled with statements, and then flushed.
  [[nodiscard]] std::string& out() { return out_; }
  // Writes what the socket takes; the rest stays.
  void flush();
  // Reads once.
  void receive();
  // The next answer that is there, or null. It holds until the next call.
  [[nodiscard]] const Answer* next();

  std::deque<Owed> owed;

 private:
  void log_in(const Workload& workload);
  const Answer& ask(const std::string& bytes);
  const Answer& wait_for_answer();

  int socket_;
  std::unique_ptr<AnswerReader> reader_;
  std::vector<std::uint32_t> prepared_;  // by statement
  std::string out_;
  std::size_t sent_ = 0;
  std::vector<char> in_;
  std::size_t begin_ = 0, end_ = 0;  // of what was read into in_ and not yet used
};

}  // namespace bench
