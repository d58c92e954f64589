// Logins that are tried in more than one way, that talk too early or too long, or that are of no database.
#include "session/pg/login.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/session/world.h"
#include "wire/pg/backend.h"
#include "wire/pg/frontend.h"

namespace tapri::session::test {
namespace {

using Parameters = std::vector<std::pair<ByteView, ByteView>>;

// The bytes of a list of chunks, in order.
std::string bytes_of(ChunkList& list) {
  std::string bytes;
  for (const auto& chunk : list.chunks()) bytes += chunk.bytes;
  return bytes;
}

struct Played {
  explicit Played(Parameters parameters = {{"user", "ann"}, {"database", "shop"}})
      : login({wire::pg::kProtocol30, std::move(parameters)}, {}, [](const std::string&) { return std::nullopt; }) {}

  // What goes on to the other side; the bytes must all be taken.
  std::string server(const std::string& bytes) {
    Actions actions;
    EXPECT_EQ(login.on_upstream_data(bytes, actions), bytes.size());
    return bytes_of(actions.to_client);
  }
  std::string client(const std::string& bytes) {
    Actions actions;
    EXPECT_EQ(login.on_client_data(bytes, actions), bytes.size());
    EXPECT_FALSE(actions.close);
    return bytes_of(actions.to_upstream);
  }

  pg::Login login;
};

std::string negotiation() {
  std::string message;
  wire::pg::append_negotiate_protocol_version(message, wire::pg::kProtocol30, {});
  return message;
}

std::string refusal(ByteView sqlstate = "28000") {
  std::string message;
  wire::pg::append_error(message, "FATAL", sqlstate, "no pg_hba.conf entry");
  return message;
}

std::string let_in() {
  std::string message;
  wire::pg::append_auth_ok(message);
  return message;
}

// A second attempt brings another, and a client is to see one.
TEST(LoginAttemptsTest, TheNegotiationOfAnAttemptThatIsGivenUpIsNotSeen) {
  Played first;
  EXPECT_EQ(first.server(negotiation()), "");
  EXPECT_EQ(first.server(refusal()), "");
  EXPECT_TRUE(first.login.refused_at_once());
  EXPECT_EQ(first.login.refusal(), negotiation() + refusal()) << "where there is no other attempt";
  Played second;
  EXPECT_EQ(second.server(negotiation() + let_in()), negotiation() + let_in());
  EXPECT_EQ(second.server(refusal()), refusal());
  EXPECT_FALSE(second.login.refused_at_once());
}

TEST(LoginAttemptsTest, AnyOtherRefusalComesBehindTheNegotiation) {
  Played played;
  EXPECT_EQ(played.server(negotiation()), "");
  EXPECT_EQ(played.server(refusal("3D000")), negotiation() + refusal("3D000"));
}

TEST(LoginAttemptsTest, APasswordMayBeAsLongAsTheServerTakesIt) {
  Played played;
  std::string longest;
  wire::pg::append_password(longest, std::string(65'500, 'x'));
  EXPECT_EQ(played.client(longest), longest);
  std::string too_long;
  wire::pg::append_password(too_long, std::string(66'000, 'x'));
  Actions actions;
  EXPECT_EQ(played.login.on_client_data(too_long.substr(0, 100), actions), 0U) << "refused before it has come";
  EXPECT_TRUE(actions.close);
}

// However long it is: the session will see to that.
TEST(LoginAttemptsTest, AQueryThatComesTooEarlyWaits) {
  Played played;
  std::string query;
  wire::pg::append_query(query, std::string(300'000, 'x'));
  for (const std::string& come : {query, query.substr(0, 4096)}) {
    Actions actions;
    EXPECT_EQ(played.login.on_client_data(come, actions), 0U);
    EXPECT_FALSE(actions.close);
    EXPECT_EQ(bytes_of(actions.to_client) + bytes_of(actions.to_upstream), "");
  }
}

// The database that psql names then, "replication", does not exist.
TEST(LoginAttemptsTest, PhysicalReplicationIsOfNoDatabase) {
  for (const char* value : {"true", "on", "1", "yes"}) {
    const auto identity =
        Played({{"user", "ann"}, {"database", "replication"}, {"replication", value}}).login.take_identity();
    EXPECT_TRUE(identity.replication) << value;
    EXPECT_EQ(identity.database, "") << value;
  }
  const auto logical =
      Played({{"user", "ann"}, {"database", "shop"}, {"replication", "database"}}).login.take_identity();
  EXPECT_TRUE(logical.replication);
  EXPECT_EQ(logical.database, "shop");
  const auto none = Played({{"replication", "off"}, {"user", "ann"}}).login.take_identity();
  EXPECT_FALSE(none.replication);
  EXPECT_EQ(none.database, "ann");
}

TEST(LoginAttemptsTest, ASessionWithoutADatabaseAsksForNoCatalog) {
  World world;
  std::vector<std::string> asked;
  world.shared->catalog = [&](const std::string& database) {
    asked.push_back(database);
    return world.catalog;
  };
  const auto begin = [&](const std::string& database) {
    pg::Identity identity;
    identity.user = "ann";
    identity.database = database;
    identity.replication = true;
    const pg::Session session({*world.shared, *world.analyzer, world.metrics}, identity, [] {});
    EXPECT_TRUE(session.idle());
  };
  begin("");
  EXPECT_TRUE(asked.empty());
  begin("shop");
  EXPECT_EQ(asked, std::vector<std::string>{"shop"}) << "it takes SQL, and may change the schema";
}

}  // namespace
}  // namespace tapri::session::test
