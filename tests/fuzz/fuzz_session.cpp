// A session, after its login, between a client and a server that both send anything, cut anywhere.
//
// Input: steps. A step is a byte that says what happens (who sends, or that time passes, a cancel comes, ...), a length
// and that many bytes. Held to: nothing that was not given is consumed; bytes that reach the client are the server's
// own or whole local messages of a few known kinds; what is kept for a session stays within what was given.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "cache/memory/memory_store.h"
#include "catalog/snapshot.h"
#include "session/pg/login.h"
#include "session/pg/session.h"

namespace {

using namespace tapri;
using namespace tapri::session;

void check(bool holds) {
  if (!holds) std::abort();
}

class Catalog final : public CatalogSource {
 public:
  Catalog() {
    catalog::Snapshot::Source source;
    source.database = name_;
    for (const char* name : {"t", "u"}) {
      catalog::Relation relation;
      relation.oid = static_cast<catalog::ObjectId>(10 + source.relations.size());
      relation.schema = "public";
      relation.name = name;
      relation.kind = catalog::RelationKind::table;
      source.relations.push_back(relation);
    }
    snapshot_ = catalog::Snapshot::build(std::move(source));
  }
  [[nodiscard]] const std::string& name_space() const override { return name_; }
  [[nodiscard]] std::uint64_t generation() const override { return usable_ ? generation_ : 0; }
  [[nodiscard]] std::shared_ptr<const catalog::Snapshot> snapshot() const override { return snapshot_; }
  [[nodiscard]] bool known() const override { return true; }
  void invalidate() override { usable_ = false; }
  void write_began(std::uint64_t) override { ++writes_; }
  void write_ended(std::uint64_t) override { check(--writes_ >= 0); }
  [[nodiscard]] std::uint64_t settings_generation() const override { return 1; }
  void load() {
    ++generation_;
    usable_ = true;
  }
  [[nodiscard]] int writes() const { return writes_; }

 private:
  std::string name_ = "fuzz/db";
  std::shared_ptr<const catalog::Snapshot> snapshot_;
  std::uint64_t generation_ = 1;
  bool usable_ = true;
  int writes_ = 0;
};

class Rules final : public RulesSource {
 public:
  [[nodiscard]] std::uint64_t generation() const override { return 1; }
  [[nodiscard]] std::shared_ptr<const policy::RuleSet> current() const override { return rules_; }

 private:
  std::shared_ptr<const policy::RuleSet> rules_ = policy::default_rules();
};

struct World {
  World() {
    cache::memory::MemoryStore::Config config;
    config.budget_bytes = std::size_t{1} << 20U;
    store = std::move(*cache::memory::MemoryStore::make(config));
    shared = std::unique_ptr<Shared>(new Shared{.upstream = "fuzz",
                                                .store = *store,
                                                .flights = flights,
                                                .log = log,
                                                .shapes = shapes,
                                                .contexts = contexts,
                                                .prepared_transactions = prepared_transactions,
                                                .rules = rules,
                                                .clock = clock,
                                                .limits = {.max_statement = 2000, .max_message = 1 << 20},
                                                .catalog = [this](const std::string&) { return catalog; }});
    analyzer = std::make_unique<Analyzer>(*shared);
  }
  ManualClock clock;
  std::unique_ptr<cache::memory::MemoryStore> store;
  cache::Flights flights{{}};
  coherence::InvalidationLog log{256};
  ShapeTable shapes{{}};
  ContextTable contexts;
  PreparedTransactions prepared_transactions;
  Rules rules;
  std::shared_ptr<Catalog> catalog = std::make_shared<Catalog>();
  std::unique_ptr<Shared> shared;
  std::unique_ptr<Analyzer> analyzer;
  telemetry::WorkerMetrics metrics;
};

// What a session may say of itself: whole messages that answer requests, or an error.
bool local_reply(ByteView bytes) {
  while (!bytes.empty()) {
    wire::pg::Frame frame;
    if (take_frame(bytes, frame) != wire::pg::FrameStatus::complete) return false;
    if (std::string_view("123CZE").find(frame.type) == std::string_view::npos) return false;
    bytes.remove_prefix(frame.whole.size());
  }
  return true;
}

bool inside(ByteView part, ByteView whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

template <typename Machine>
class Side {
 public:
  explicit Side(Machine& machine) : machine_(machine) {}

  void client(std::string_view bytes) { feed(client_in_, bytes, true); }
  void server(std::string_view bytes) {
    feed(server_in_, bytes, false);
    resume();
  }
  void resume() {
    if constexpr (std::is_same_v<Machine, pg::Session>) {
      while (machine_.resumable() && !machine_.blocked() && !closed_) feed(client_in_, {}, true);
    }
  }
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  void feed(std::string& buffer, std::string_view bytes, bool from_client) {
    if (closed_) return;
    buffer += bytes;
    const std::string input = buffer;  // of the exact size
    const std::size_t used =
        from_client ? machine_.on_client_data(input, actions_) : machine_.on_upstream_data(input, actions_);
    check(used <= input.size());
    for (const auto& chunk : actions_.to_client.chunks()) {
      // The server's own bytes, what was kept of them (an entry has an owner), or a reply of the session's own.
      check((!from_client && inside(chunk.bytes, input)) || chunk.owner || chunk.entry || local_reply(chunk.bytes));
    }
    closed_ = actions_.close;
    actions_.clear();
    buffer.erase(0, used);
  }

  Machine& machine_;
  Actions actions_;
  std::string client_in_, server_in_;
  bool closed_ = false;
};

class Steps {
 public:
  explicit Steps(std::string_view data) : rest_(data) {}
  bool next(std::uint8_t& what, std::string_view& bytes) {
    if (rest_.size() < 2) return false;
    what = static_cast<std::uint8_t>(rest_[0]);
    const std::size_t size = std::min<std::size_t>(static_cast<std::uint8_t>(rest_[1]), rest_.size() - 2);
    bytes = rest_.substr(2, size);
    rest_.remove_prefix(2 + size);
    return true;
  }

 private:
  std::string_view rest_;
};

void play_session(Steps steps) {
  World world;
  {
    pg::Session first({*world.shared, *world.analyzer, world.metrics, 0}, {.user = "a", .database = "db"}, [] {});
    pg::Session second({*world.shared, *world.analyzer, world.metrics, 0}, {.user = "a", .database = "db"}, [] {});
    first.started('I');
    second.started('I');
    Side<pg::Session> sides[] = {Side(first), Side(second)};
    pg::Session* sessions[] = {&first, &second};
    std::uint8_t what = 0;
    std::string_view bytes;
    while (steps.next(what, bytes)) {
      const std::size_t which = what >> 7U;
      Side<pg::Session>& side = sides[which];
      pg::Session& session = *sessions[which];
      switch (what % 8) {
        case 0:
        case 1:
        case 2:
          side.client(bytes);
          break;
        case 3:
        case 4:
          side.server(bytes);
          break;
        case 5:
          session.flight_timed_out();
          side.resume();
          break;
        case 6:
          session.cancelled();
          side.resume();
          break;
        default:
          world.catalog->load();
          world.clock.advance(std::chrono::minutes(3));
          break;
      }
    }
    for (pg::Session* session : sessions) {
      coherence::DirtyMark orphan = session->upstream_lost();
      orphan.lower();
    }
  }
  check(world.catalog->writes() == 0);
  // Nothing stays dirty once the sessions are gone.
  const coherence::Dependency everything[] = {coherence::all_of("fuzz/db"), coherence::any_of("fuzz/db", 10),
                                              coherence::any_of("fuzz/db", 11)};
  check(world.log.check(everything, world.log.position()) == coherence::Validity::valid);
}

void play_login(std::uint8_t kind, Steps steps) {
  wire::pg::StartupMessage startup;
  startup.parameters = {{"user", "ann"}, {"options", "-c app.x=1 --b.c=2"}};
  pg::Login::Legs legs;
  legs.client_tls = (kind & 1U) != 0;
  legs.upstream_tls = (kind & 2U) != 0;
  const bool known = (kind & 4U) != 0;
  pg::Login login(startup, legs,
                  [known](const std::string&) { return known ? std::optional<std::string>("secret") : std::nullopt; });
  Side<pg::Login> side(login);
  std::uint8_t what = 0;
  std::string_view bytes;
  while (steps.next(what, bytes) && !login.done()) (what % 2 == 0) ? side.client(bytes) : side.server(bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (input[0] % 8 == 0) {
    play_login(static_cast<std::uint8_t>(input[0]) >> 3U, Steps(input.substr(1)));
  } else {
    play_session(Steps(input.substr(1)));
  }
  return 0;
}
