// A libpq session of the hunt: errors are exceptions, results are freed by themselves.
//
// disturb() sends a statement and ends it from outside; libpq's session is of no more use after a reset or termination.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace hunt {

// (row id, version) pairs of a result whose first two columns are these.
using Versions = std::vector<std::pair<int, std::int64_t>>;

enum class Fault : std::uint8_t {
  reset,      // the client's socket, without a word
  cancel,     // a cancel request
  terminate,  // of the server's process
};
enum class Outcome : std::uint8_t { acknowledged, refused, unknown };

class Session {
 public:
  explicit Session(const std::string& address);

  // Simple protocol; the last result of the string.
  Versions run(const std::string& text);
  // Simple protocol; the database must refuse it.
  void refused(const std::string& text);
  // Extended protocol, unnamed.
  Versions parameters(const std::string& text, const std::vector<std::string>& values);
  // Extended protocol; prepared under the text's own name the first time.
  Versions prepared(const std::string& text, const std::vector<std::string>& values, bool binary = false);
  // COPY ... FROM STDIN with these lines.
  void copy(const std::string& text, const std::string& lines);
  // Extended protocol, all sent before the first answer is read, one Sync; the results of each.
  std::vector<Versions> pipeline(const std::vector<std::string>& texts);
  // Simple protocol; disturbed after some time. `administrator` is a session that may end others.
  Outcome disturb(const std::string& text, Fault fault, std::chrono::microseconds after, Session& administrator);

 private:
  using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;
  Versions versions(const Result& result);
  Result keep(PGresult* result) { return {result, &PQclear}; }
  std::string known(const std::string& text);
  void reset();
  void cancel();
  Outcome outcome();

  std::unique_ptr<PGconn, decltype(&PQfinish)> link_;
  std::vector<std::string> prepared_;
};

}  // namespace hunt
