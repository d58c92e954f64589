// A libpq session of the hunt: errors are exceptions, results are freed by themselves.
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace hunt {

// (row id, version) pairs of a result whose first two columns are these.
using Versions = std::vector<std::pair<int, std::int64_t>>;

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

 private:
  using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;
  Versions versions(const Result& result);
  Result keep(PGresult* result) { return {result, &PQclear}; }
  std::string known(const std::string& text);

  std::unique_ptr<PGconn, decltype(&PQfinish)> link_;
  std::vector<std::string> prepared_;
};

}  // namespace hunt
