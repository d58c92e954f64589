// What the tests of deferred statements share: reads that a server has accepted, and what it says of them.
#pragma once

#include <gtest/gtest.h>

#include "unit/session/script.h"

namespace tapri::session::test {

inline constexpr const char* kRead = "select c from orders";
inline constexpr const char* kLiteral = "select c from orders where c = '2024-01-01'";

// What the server says to a Describe of a statement without parameters.
inline std::string described() { return message('t', std::string(2, '\0')) + description(); }
// The same, if the column was of another type.
inline std::string described_otherwise() {
  std::string rows = description();
  rows[rows.size() - 12] = '\x17';  // the last byte of the type
  return message('t', std::string(2, '\0')) + rows;
}

// What the server gets when a statement has to be there first: in the client's batch, and in a round of its own.
inline std::string sent_first(std::string_view name, std::string_view sql) {
  return "P(" + std::string(name) + "," + std::string(sql) + ") D(S" + std::string(name) + ") H";
}
inline std::string sent_alone(std::string_view name, std::string_view sql) {
  return "P(" + std::string(name) + "," + std::string(sql) + ") D(S" + std::string(name) + ") S";
}

struct LazyPrepare : ::testing::Test {
  LazyPrepare() {
    world.shared->limits.lazy_prepare = true;
    for (const char* sql : {kRead, kLiteral}) {
      const std::string name = sql == kRead ? "read" : "literal";
      learn(b, name, sql);
      b.client(prepared(name) + sync());
      b.server(bound() + row("1") + complete("SELECT 1") + ready());
      (void)b.to_server();
      (void)b.to_client();
    }
    a.miss("select c from prices", "p");  // now the context is known
  }
  // A Parse that is sent, and of which is learned what there is to learn.
  static void learn(Peer& peer, const std::string& name, const std::string& sql) {
    peer.client(parse(name, sql) + sync());
    EXPECT_EQ(peer.to_server(), "P(" + name + "," + sql + ") D(S" + name + ") S");
    peer.server(parsed() + described() + ready());
    EXPECT_EQ(peer.to_client(), "1 Z(I)");
  }
  // Whatever has to be known of it anew.
  static void know(Peer& peer) {
    (void)peer.hits("select c from prices");
    peer.client(parse("known", kRead) + sync());
    if (!peer.to_server().empty()) peer.server(parsed() + described() + ready());
    peer.client(close('S', "known") + sync());
    if (!peer.to_server().empty()) peer.server(closed() + ready());
    (void)peer.to_client();
  }
  static void defer(Peer& peer, const std::string& name, const std::string& sql, char status = 'I') {
    peer.client(parse(name, sql) + sync());
    EXPECT_EQ(peer.to_server(), "");
    EXPECT_EQ(peer.to_client(), std::string("1 Z(") + status + ")");
  }
  // Forwarded, as something that is not known to be accepted.
  static void not_deferred(Peer& peer, const std::string& name, const std::string& sql) {
    peer.client(parse(name, sql) + sync());
    EXPECT_NE(peer.to_server(), "") << name;
    peer.server(parsed() + ready(peer.status));
    (void)peer.to_client();
  }
  void write_orders() { b.run("update orders set c = 2", "UPDATE 1"); }
  [[nodiscard]] std::uint64_t prepares(telemetry::PrepareResult result) const {
    return world.metrics.deferred_prepares[static_cast<std::size_t>(result)].value();
  }
  World world;
  Peer a{world}, b{world};
};

}  // namespace tapri::session::test
