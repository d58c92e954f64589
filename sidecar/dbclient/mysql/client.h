// A connection by MariaDB Connector/C, which speaks to MySQL as well. Not for other rooms.
//
// Its session: utf8mb4, read only, with timeouts of statements and locks, nothing of sql_mode that changes how SQL is
// read. Thread-safety: none, but that several may be used by a thread each. Blocking.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "dbclient/control_config.h"

namespace tapri::dbclient::mysql {

// In the server's words, or the library's, the password left out.
class ClientError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// One row of a result; good until the next.
class Row {
 public:
  Row(const char* const* fields, const unsigned long* lengths, std::size_t count)
      : fields_(fields), lengths_(lengths), count_(count) {}

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] bool is_null(std::size_t field) const { return fields_[field] == nullptr; }
  // Empty where it is NULL.
  [[nodiscard]] std::string_view text(std::size_t field) const {
    return is_null(field) ? std::string_view() : std::string_view(fields_[field], lengths_[field]);
  }
  // 0 where it is no number.
  [[nodiscard]] std::uint64_t number(std::size_t field) const;

 private:
  const char* const* fields_;
  const unsigned long* lengths_;
  std::size_t count_;
};

class Client {
 public:
  // config.mysql is there. Throws ClientError.
  explicit Client(const ControlConfig& config);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Throws ClientError. Returns how many warnings there were.
  unsigned run(const std::string& sql, const std::function<void(const Row&)>& each = {});
  [[nodiscard]] bool stands() const;
  [[nodiscard]] int descriptor() const;
  // "10.11.6-MariaDB-0+deb12u1"
  [[nodiscard]] std::string version() const;
  [[nodiscard]] bool is_mariadb() const;
  // 101106, 90700
  [[nodiscard]] std::uint32_t version_number() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tapri::dbclient::mysql
