// Random clients: what one gets through a session is, byte for byte, what it gets from the server itself.
#include <gtest/gtest.h>

#include <random>

#include "unit/session/model_server.h"
#include "unit/session/script.h"
#include "wire/pg/frame.h"

namespace tapri::session::test {
namespace {

class RandomClient {
 public:
  // `removes`: also removes prepared statements. A pipeline that does so in a batch which turns out to be skipped, and
  // uses the name anew before it can know, is beyond what a session follows.
  RandomClient(unsigned seed, bool removes) : random_(seed), removes_(removes) {}

  // One to a few messages that end a round.
  std::string round() {
    std::string out;
    if (pick(6) == 0) return transaction();
    if (pick(3) == 0) {
      for (unsigned count = 1 + pick(3); count > 0; --count) out += query(sql());
      return out;
    }
    for (unsigned count = 1 + pick(6); count > 0; --count) out += batch_part();
    if (pick(12) == 0) out += query(sql());
    return out + sync();
  }
  // One of a client that uses no statements but those it has, and says nothing of which nobody knows what it does. It
  // begins with have_statements().
  std::string orderly_round() {
    std::string out;
    const std::string s = name();
    if (pick(5) == 0) return query(one_of(kOrderlyTexts));
    if (removes_ && pick(8) == 0) return query("deallocate " + s) + parse(s, read()) + describe('S', s) + sync();
    for (unsigned count = 1 + pick(3); count > 0; --count) out += orderly_part();
    return out + sync();
  }
  std::string have_statements() {
    std::string out;
    for (const char* s : {"s1", "s2", "s3"}) out += parse(s, read()) + (pick(2) == 0 ? describe('S', s) : "") + sync();
    return out;
  }
  unsigned pick(std::size_t below) { return static_cast<unsigned>(random_() % below); }

 private:
  template <std::size_t N>
  std::string one_of(const char* const (&choices)[N]) {
    return choices[pick(N)];
  }
  std::string sql() {
    static constexpr const char* kTexts[] = {"select c from orders",
                                             "select c from orders",
                                             "select c from orders where id = 1",
                                             "select c from prices",
                                             "select c from prices",
                                             "update orders set c = 1",
                                             "update prices set c = 1",
                                             "begin",
                                             "begin",
                                             "begin isolation level repeatable read read only",
                                             "start transaction",
                                             "commit",
                                             "commit",
                                             "rollback",
                                             "select c from nowhere",
                                             "select boom from prices",
                                             "execute s1",
                                             "execute s2",
                                             "deallocate s1",
                                             "deallocate s2",
                                             "deallocate all",
                                             "discard all"};
    return kTexts[pick(std::size(kTexts) - (removes_ ? 0 : 4))];
  }
  static constexpr const char* kOrderlyTexts[] = {"select c from orders",
                                                  "select c from prices",
                                                  "update orders set c = 1",
                                                  "update prices set c = 1",
                                                  "begin",
                                                  "begin isolation level repeatable read read only",
                                                  "commit",
                                                  "rollback",
                                                  "select c from nowhere",
                                                  "select boom from prices",
                                                  "execute s1",
                                                  "set x = 1"};
  std::string orderly_part() {
    const std::string s = name(), p = portal();
    const std::string described = pick(2) == 0 ? describe('S', s) : "";
    switch (pick(removes_ ? 10 : 8)) {
      case 0:
      case 1:
      case 2:
        return bind_message("", s) + (pick(2) == 0 ? describe('P', "") : "") + execute();
      case 3:
        return bind_message(p, s) + execute(p, static_cast<std::int32_t>(pick(2)));
      case 4:
        return described + flush();
      case 5:
        return parse("", pick(6) == 0 ? "select c from nowhere" : read()) + bind_message("", "") + execute();
      case 6:
        return pick(6) == 0 ? parse(s, read()) : described;
      case 7:
        return parse("", "update prices set c = 1") + bind_message("", "") + execute();
      default:
        return close('S', s) + parse(s, read()) + described +
               (pick(2) == 0 ? bind_message("", s) + describe('P', "") + execute() : "");
    }
  }
  std::string read() {
    static constexpr const char* kTexts[] = {"select c from orders", "select c from orders where id = 1",
                                             "select c from prices"};
    return one_of(kTexts);
  }
  // Reads in a transaction, in one protocol or the other, in one batch or in several.
  std::string transaction() {
    static constexpr const char* kBegins[] = {"start transaction", "begin",
                                              "begin isolation level repeatable read read only"};
    const bool in_batches = pick(2) == 0;
    const auto one = [&](const std::string& sql) {
      if (!in_batches) return query(sql);
      return parse("", sql) + bind_message("", "") + execute() + (pick(2) == 0 ? sync() : "");
    };
    std::string out = one(one_of(kBegins));
    for (unsigned count = pick(4); count > 0; --count) out += one(pick(8) == 0 ? sql() : read());
    return out + one(pick(4) == 0 ? "rollback" : "commit") + (in_batches ? sync() : "");
  }
  // As drivers send BEGIN and COMMIT: with a name or without, with a row limit, with questions about them.
  std::string control() {
    static constexpr const char* kTexts[] = {"begin", "begin isolation level repeatable read read only", "commit",
                                             "rollback"};
    const std::string text = one_of(kTexts);
    const std::string statement = pick(3) == 0 ? text.substr(0, 1) : "";
    const bool parses = statement.empty() || pick(2) == 0;
    return (parses ? parse(statement, text) : "") + bind_message("", statement) +
           (pick(3) == 0 ? describe('P', "") : "") + execute("", static_cast<std::int32_t>(pick(2)));
  }
  std::string name() {
    static constexpr const char* kNames[] = {"s1", "s2", "s3"};
    return one_of(kNames);
  }
  std::string portal() { return pick(8) == 0 ? "p1" : ""; }
  std::string batch_part() {
    const std::string s = name(), p = portal();
    switch (pick(13)) {
      case 0:
      case 1:
      case 2:
        return parse("", read()) + bind_message("", "") + (pick(2) == 0 ? describe('P', "") : "") + execute();
      case 3:
        return parse(s, read()) + bind_message(p, s) + execute(p);
      case 4:
        return parse(s, sql());
      case 5:
        return bind_message(p, s) + (pick(2) == 0 ? describe('P', p) : "") + execute(p, pick(4) == 0 ? 1 : 0);
      case 6:
        return bind_message(p, s) + execute(p);
      case 7:
        return describe(pick(2) == 0 ? 'S' : 'P', s);
      case 8:
        return close(removes_ && pick(2) == 0 ? 'S' : 'P', s);
      case 9:
        return execute(p, static_cast<std::int32_t>(pick(2)));
      case 10:
        return flush();
      case 11:
        return control();
      default:
        return parse("", sql()) + bind_message("", "") + execute();
    }
  }
  std::mt19937 random_;
  bool removes_;
};

std::string names(std::string_view bytes) {
  std::string text;
  wire::pg::Frame frame;
  while (take_frame(bytes, frame) == wire::pg::FrameStatus::complete) {
    text += frame.type;
    for (const char c : frame.body) {
      if (c >= ' ' && c < 127) text += c;
    }
    text += ' ';
    bytes.remove_prefix(frame.whole.size());
  }
  return text;
}

class ThroughSession {
 public:
  explicit ThroughSession(World& world)
      : session_({*world.shared, *world.analyzer, world.metrics, 0}, {.user = "ann", .database = "shop"}, [] {}) {
    session_.started('I');
  }
  void client(std::string_view bytes) {
    client_in_ += bytes;
    feed_client();
  }
  // Some of what the server has to do; all: until nothing is left.
  void serve(unsigned steps) {
    for (; steps > 0 && server_.step(); --steps) {
      server_in_ += server_.take_output();
      const std::string input = server_in_;
      server_in_.erase(0, session_.on_upstream_data(input, actions_));
      carry_out();
      while (session_.resumable() && !session_.blocked()) feed_client();
    }
  }
  [[nodiscard]] const std::string& got() const { return got_; }
  [[nodiscard]] const pg::Session& session() const { return session_; }

 private:
  void feed_client() {
    if (session_.blocked()) return;
    const std::string input = client_in_;
    client_in_.erase(0, session_.on_client_data(input, actions_));
    carry_out();
  }
  void carry_out() {
    for (const auto& chunk : actions_.to_client.chunks()) got_ += chunk.bytes;
    for (const auto& chunk : actions_.to_upstream.chunks()) server_.receive(chunk.bytes);
    actions_.clear();
  }
  pg::Session session_;
  Actions actions_;
  ModelServer server_;
  std::string client_in_, server_in_, got_;
};

// BEGINs and named statements that no server ever saw, and the latter that one saw late.
std::uint64_t avoided = 0;
std::uint64_t unprepared = 0;
std::uint64_t prepared_late = 0;

// Another session whose statements the server accepts, so that it is known to.
void prepare_reads(World& world) {
  ThroughSession through(world);
  for (const char* sql : {"select c from orders", "select c from orders where id = 1", "select c from prices"}) {
    through.client(parse(std::to_string(std::string_view(sql).size()), sql) + sync());
    through.serve(100'000);
  }
}

struct How {
  bool pipelined = false;
  bool orderly = false;
  bool lazy = false;
};

// What the server says, and what it says through a session.
struct Said {
  std::string sent, expected, got;
};

Said talk(World& world, unsigned seed, How how) {
  RandomClient random(seed, !how.pipelined);
  ThroughSession through(world);
  ModelServer direct;
  Said said;
  for (int round = 0; round < 25; ++round) {
    std::string bytes = how.orderly ? random.orderly_round() : random.round();
    if (how.orderly && round == 0) bytes = random.have_statements();
    said.sent += bytes;
    direct.receive(bytes);
    while (direct.step()) said.expected += direct.take_output();
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t size = 1 + random.pick(60);
      through.client(std::string_view(bytes).substr(at, size));
      at += size;
      if (random.pick(2) == 0) through.serve(random.pick(4));
    }
    if (!how.pipelined || random.pick(3) == 0) through.serve(100'000);
  }
  through.serve(100'000);
  said.got = through.got();
  return said;
}

// Returns whether any difference was found.
bool differs(unsigned seed, How how) {
  World world;
  world.shared->limits.lazy_begin = how.lazy;
  world.shared->limits.lazy_prepare = seed % 3 != 0;
  world.rules.set(R"({"version": 1, "defaults": {"snapshot_reads": true}})");
  prepare_reads(world);
  const Said said = talk(world, seed, how);
  EXPECT_EQ(names(said.got), names(said.expected)) << "seed " << seed << "\n" << names(said.sent);
  avoided += world.metrics.deferred_begins[static_cast<std::size_t>(telemetry::BeginResult::avoided)].value();
  const auto& prepares = world.metrics.deferred_prepares;
  unprepared += prepares[static_cast<std::size_t>(telemetry::PrepareResult::avoided)].value();
  prepared_late += prepares[static_cast<std::size_t>(telemetry::PrepareResult::sent)].value();
  return said.got != said.expected;
}

TEST(RandomClients, GetWhatTheServerItselfWouldSay) {
  for (unsigned seed = 1; seed <= 1500; ++seed) {
    if (differs(seed, {.lazy = seed % 2 == 0})) return;
  }
}

TEST(RandomClients, ThatPipelineGetWhatTheServerItselfWouldSay) {
  for (unsigned seed = 1; seed <= 1500; ++seed) {
    if (differs(seed, {.pipelined = true, .lazy = seed % 2 == 0})) return;
  }
}

TEST(RandomClients, HaveTransactionsThatNoServerSees) {
  avoided = 0;
  for (unsigned seed = 2; seed <= 200; seed += 2) {
    if (differs(seed, {.lazy = true})) return;
  }
  EXPECT_GT(avoided, 50U);
}

TEST(RandomClients, HaveStatementsThatNoServerSees) {
  unprepared = prepared_late = 0;
  for (unsigned seed = 1; seed <= 1500; ++seed) {
    if (differs(seed, {.orderly = true, .lazy = seed % 2 == 0})) return;
  }
  EXPECT_GT(unprepared, 1000U);
  EXPECT_GT(prepared_late, 1000U);
}

TEST(RandomClients, ThatPipelineHaveStatementsThatNoServerSees) {
  prepared_late = 0;
  for (unsigned seed = 1; seed <= 1500; ++seed) {
    if (differs(seed, {.pipelined = true, .orderly = true, .lazy = seed % 2 == 0})) return;
  }
  EXPECT_GT(prepared_late, 1000U);
}

}  // namespace
}  // namespace tapri::session::test
