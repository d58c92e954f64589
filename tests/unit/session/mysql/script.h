// A session between a client and a server that are both played by the test:
//
//   Script s;
//   EXPECT_EQ(s.client(query("select 1")), query("select 1"));
//   EXPECT_EQ(s.server(ok()), ok());
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "session/mysql/session.h"
#include "support/mysql_settings.h"
#include "unit/session/mysql/messages.h"
#include "unit/session/world.h"

namespace tapri::session::mysql::test {

inline constexpr std::uint32_t kOrders = 10;
inline constexpr std::uint32_t kItems = 11;
inline constexpr std::uint32_t kBooks = 12;

// Tables of the database shop: orders (10), items (11, with orders as its parent, cascading), books (12, MyISAM),
// elsewhere (13, foreign); orders (20) of the database other.
[[nodiscard]] catalog::Snapshot::Source shop();

class Script final : private Driver {
 public:
  explicit Script(wire::mysql::Capabilities capabilities = kUsual, std::string version = "10.11.6-MariaDB",
                  cache::RemoteTier* remote = nullptr);
  // Another client of the same Tapri.
  [[nodiscard]] std::unique_ptr<Script> beside() const;
  // What was waited for has come, or not.
  void woken();

  // What goes to the server of these bytes, behind those that were left before; what went to the client meanwhile is in
  // to_client.
  std::string client(const std::string& bytes);
  // What goes to the client of these bytes, and whatever the session does next; what went to the server is in
  // to_server.
  std::string server(const std::string& bytes);

  // The session asks for its settings next: they are given, and whatever was held back for them goes on.
  std::string settings(const Settings& settings = {});
  // Asks for what may be cached, in a session whose settings are known; true: it was answered from the cache.
  bool hits(const std::string& command);

  const std::shared_ptr<session::test::World> shared_world;
  session::test::World& world;
  std::unique_ptr<Session> session;
  std::string to_client, to_server;  // of the last call
  std::string left;                  // of the client's bytes
  bool closed = false;
  // Called when bytes are on their way and the session is not done with them.
  std::function<void()> meanwhile;

 private:
  Script(std::shared_ptr<session::test::World> world, wire::mysql::Capabilities capabilities, std::string version);
  void begin();
  void carry_out_now() override;
  void take();
  void take_client();
  wire::mysql::Capabilities capabilities_;
  std::string version_;  // the server's
  std::string server_left_;
  Actions actions_;
};

}  // namespace tapri::session::mysql::test
