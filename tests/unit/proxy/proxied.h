// A connection between a client and a server that are both played by the test, over scripted streams:
//
//   Proxied p;
//   p.log_in();
//   p.client->send(query("update orders set c = 1"));
//   EXPECT_EQ(p.client->received(), "");
//   p.server->send(complete("UPDATE 1") + ready());
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "proxy/pg/connection.h"
#include "unit/proxy/scripted_loop.h"
#include "unit/session/script.h"
#include "unit/session/world.h"
#include "wire/pg/startup.h"

namespace tapri::proxy::test {

inline constexpr std::uint32_t kProcess = 4711;
inline constexpr const char* kSecret = "s3cr";

// What a client sends first, and what a server that asks for no password answers.
[[nodiscard]] std::string startup_message(std::uint32_t protocol = wire::pg::kProtocol30);
[[nodiscard]] std::string logged_in(std::uint32_t process = kProcess, std::string_view secret = kSecret);
// The letters of messages, errors with their code: "T D C Z", "E(53300)". A rest that is no message: "(cut)".
[[nodiscard]] std::string letters(std::string_view bytes);

struct Proxied {
  Proxied();
  // A client that the proxy accepts.
  void open(bool refused = false);
  // The proxy's connection to the database succeeds.
  void reach_server();
  void log_in(std::uint32_t protocol = wire::pg::kProtocol30, std::string_view secret = kSecret);
  // The session's settings become known; both sides are quiet again.
  void settle();
  // Answers the session probe that the server got.
  void answer_probe();
  [[nodiscard]] std::string server_got() { return letters(server->received()); }
  [[nodiscard]] std::string client_got() { return letters(client->received()); }

  session::test::World world;
  ScriptedLoop loop;
  CancelRegistry cancels;
  UpstreamTarget target{.address = {"db", 5432, ""}, .host = "db", .mode = io::SslMode::disable};
  std::vector<std::pair<int, std::function<void(std::optional<bool>)>>> asked;  // which server processes still run
  std::shared_ptr<Orphans> orphans;
  ConnectionServices services;
  std::shared_ptr<Remote> client, server;
  std::shared_ptr<Connection> connection;
  int ended = 0;  // connections that said so
};

}  // namespace tapri::proxy::test
