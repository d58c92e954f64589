// What the tests of deferred BEGINs share: a cached read, what the server gets for a BEGIN, and what it says to that.
#pragma once

#include <gtest/gtest.h>

#include "unit/session/script.h"

namespace tapri::session::test {

inline constexpr const char* kSelect = "select c from orders where id = 1";
inline constexpr const char* kHit = "T D(1) C(SELECT 1) Z(T)";
inline constexpr const char* kOther = "select c from prices";
inline constexpr const char* kUpdate = "update orders set c = 2";

// What the server gets for a BEGIN that came as a Query, and for one that was executed in the unnamed portal.
inline std::string sent(std::string_view sql) {
  return "C(S) P(," + std::string(sql) + ") B(_tapri_begin,) E(_tapri_begin) C(S) C(P_tapri_begin)";
}
inline std::string sent_in_portal(std::string_view sql) {
  return "C(S_tapri_begin) P(_tapri_begin," + std::string(sql) + ") B(,_tapri_begin) E() C(S_tapri_begin)";
}
inline std::string begun(std::string_view tag = "BEGIN") {
  return closed() + parsed() + bound() + complete(tag) + closed() + closed();
}
inline std::string begun_in_portal() { return closed() + parsed() + bound() + complete("BEGIN") + closed(); }

struct LazyBegin : ::testing::Test {
  LazyBegin() {
    world.shared->limits.lazy_begin = true;
    b.miss(kSelect, "1");
  }
  // Whatever the session has to ask first.
  void know(Peer& peer) const { EXPECT_TRUE(peer.hits(kSelect)); }
  void begin(Peer& peer) const {
    peer.client(query("begin"));
    EXPECT_EQ(peer.to_client(), "C(BEGIN) Z(T)");
    EXPECT_EQ(peer.to_server(), "");
  }
  [[nodiscard]] std::uint64_t begins(telemetry::BeginResult result) const {
    return world.metrics.deferred_begins[static_cast<std::size_t>(result)].value();
  }
  [[nodiscard]] std::uint64_t avoided() const { return begins(telemetry::BeginResult::avoided); }
  World world;
  Peer a{world}, b{world};
};

}  // namespace tapri::session::test
