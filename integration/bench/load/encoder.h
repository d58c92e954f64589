// How a statement with a key is put into bytes.
//
// PostgreSQL: a Query; or Parse, Bind, Describe, Execute and Sync of the unnamed statement; or the same without Parse
// of a named one, as libpq sends them (https://www.postgresql.org/docs/15/protocol-message-formats.html). Values are
// texts. MySQL: COM_QUERY, or COM_STMT_EXECUTE of a statement that was prepared, with its type each time
// (https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_command_phase.html). Redis: GET
// (https://redis.io/docs/latest/develop/reference/protocol-spec/). memcached: get of its text protocol.
#pragma once

#include <cstdint>
#include <string>

#include "workload.h"

namespace bench {

class Encoder {
 public:
  // `name`: by which a connection prepares the statement.
  Encoder(const Statement& statement, const std::string& name);

  // `prepared`: the number that a MySQL server has given the statement in this connection.
  void append(std::string& out, std::uint64_t key, std::uint32_t prepared) const;

  // What a connection has to send before; empty: nothing. It is answered.
  [[nodiscard]] const std::string& preparation() const { return preparation_; }

 private:
  void append_bind(std::string& out, std::uint64_t key) const;
  void append_execution(std::string& out, std::uint64_t key, std::uint32_t prepared) const;

  Protocol protocol_;
  bool keyed_;
  std::string preparation_;
  std::string head_, tail_;  // around the key
};

// The first message of a connection to PostgreSQL.
std::string startup(const std::string& user, const std::string& database);

// What a MySQL server's greeting is answered with by a user without a password.
std::string mysql_login(const std::string& user, const std::string& database, const std::string& plugin);

}  // namespace bench
