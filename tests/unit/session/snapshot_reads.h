// What the tests of cached answers at REPEATABLE READ share: two cached reads, a transaction that has not been sent,
// and what the server gets before anything else is sent in it.
#pragma once

#include <string>

#include "unit/session/lazy_begin.h"

namespace tapri::session::test {

inline constexpr const char* kBegin = "begin isolation level repeatable read read only";
inline constexpr const char* kItem = "select c from items";
inline constexpr const char* kMissing = "select d from prices";
inline constexpr const char* kHitPrice = "T D(p) C(SELECT 1) Z(T)";
inline constexpr const char* kSnapshot =
    "C(S_tapri_snapshot) P(_tapri_snapshot,SELECT 1) B(_tapri_snapshot,_tapri_snapshot) E(_tapri_snapshot) "
    "C(S_tapri_snapshot) C(P_tapri_snapshot) S";

struct SnapshotReads : LazyBegin {
  SnapshotReads() {
    world.rules.set(R"({"version": 1, "defaults": {"snapshot_reads": true}})");
    b.miss(kOther, "p");
    know(a);
  }
  void begin_snapshot(Peer& peer, const std::string& sql = kBegin) const {
    peer.client(query(sql));
    EXPECT_EQ(peer.to_client(), "C(BEGIN) Z(T)");
    EXPECT_EQ(peer.to_server(), "");
  }
  // The first read, which fixes the moment.
  void hit(Peer& peer) const {
    peer.client(query(kSelect));
    EXPECT_EQ(peer.to_client(), kHit);
    EXPECT_EQ(peer.to_server(), "");
  }
  void write(const char* sql = kUpdate) { b.run(sql, "UPDATE 1"); }
  // The client sends what the server has to see: the server gets BEGIN and the statement that takes the snapshot.
  void ask(Peer& peer, const std::string& bytes) const {
    peer.client(bytes);
    EXPECT_EQ(peer.to_server(), sent(kBegin) + " " + kSnapshot);
    EXPECT_EQ(peer.to_client(), "");
  }
  [[nodiscard]] static std::string snapshot() {
    return begun() + closed() + parsed() + bound() + row("1") + complete("SELECT 1") + closed() + closed() + ready('T');
  }
  // The transaction is broken, and the next error of the server's is told as another.
  void fails(Peer& peer, const std::string& then) const {
    EXPECT_EQ(peer.to_server(), "E(_tapri_begin) S");
    EXPECT_EQ(peer.to_client(), "");
    peer.server(error("34000") + ready('E'));
    EXPECT_EQ(peer.to_server(), then);
    EXPECT_EQ(peer.to_client(), "");
  }
};

}  // namespace tapri::session::test
