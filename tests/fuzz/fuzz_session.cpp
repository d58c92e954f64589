// A session, after its login, between a client and a server that both send anything, cut anywhere.
//
// Input: steps (session_world.h): who sends, or that the server gives the settings that were asked for, that time
// passes, a cancel comes, ... Held to: nothing that was not given is consumed; bytes that reach the client are the
// server's own or whole local messages of a few known kinds; what is kept for a session stays within what was given.
// Before the first input: that a plain read is answered from the cache here, so that this is about more than relaying.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "session/pg/login.h"
#include "session/pg/session.h"
#include "session_world.h"
#include "wire/pg/backend.h"
#include "wire/pg/frontend.h"

namespace {

using namespace tapri;
using namespace tapri::session;
using namespace tapri::session::fuzz;

// What a session may say of itself: whole messages that answer requests, or an error; and what servers have said.
bool own_reply(ByteView bytes, const std::string& said) {
  while (!bytes.empty()) {
    wire::pg::Frame frame;
    if (take_frame(bytes, frame) != wire::pg::FrameStatus::complete) return false;
    const bool local = std::string_view("123CZE").find(frame.type) != std::string_view::npos;
    if (!local && said.find(frame.whole) == std::string::npos) return false;
    bytes.remove_prefix(frame.whole.size());
  }
  return true;
}

bool has_rows(ByteView bytes) {
  wire::pg::Frame frame;
  for (; take_frame(bytes, frame) == wire::pg::FrameStatus::complete; bytes.remove_prefix(frame.whole.size())) {
    if (frame.type == 'D') return true;
  }
  return false;
}

// What a server answers the probe (session/pg/probe.h), with more columns than it asks for.
std::string settings_answer(std::string_view bytes) {
  constexpr std::array kLevels = {"read committed", "read committed", "repeatable read", "serializable"};
  constexpr std::size_t kColumns = 64;
  const unsigned flags = bytes.empty() ? 0U : static_cast<unsigned char>(bytes[0]);
  const std::string_view level = kLevels.at((flags >> 2U) % kLevels.size());
  std::vector<std::optional<ByteView>> row = {
      "a\1a", "pg_catalog\1public", (flags & 1U) != 0 ? "5" : "0", (flags & 2U) != 0 ? "true" : "false", level, level};
  row.resize(kColumns, "");
  using namespace std::string_view_literals;
  std::string out("3\0\0\0\0043\0\0\0\0041\0\0\0\0042\0\0\0\4"sv);
  wire::pg::append_data_row(out, row);
  out += "C\0\0\0\15SELECT 1\0003\0\0\0\0043\0\0\0\4Z\0\0\0\5I"sv;
  return out;
}

template <typename Machine>
class Side {
 public:
  // `said`: by servers, to any session.
  Side(Machine& machine, std::string& said) : machine_(machine), said_(said) {}

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
  [[nodiscard]] bool was_answered_from_the_cache() const { return served_; }

 private:
  void feed(std::string& buffer, std::string_view bytes, bool from_client) {
    if (closed_) return;
    buffer += bytes;
    if (!from_client) said_ += bytes;
    const std::string input = buffer;  // of the exact size
    const std::size_t used =
        from_client ? machine_.on_client_data(input, actions_) : machine_.on_upstream_data(input, actions_);
    check(used <= input.size());
    for (const auto& chunk : actions_.to_client.chunks()) {
      if (!from_client && inside(chunk.bytes, input)) continue;
      // A login asks for the password itself.
      if (std::is_same_v<Machine, pg::Login> && chunk.owner) continue;
      check(own_reply(chunk.bytes, said_));
      served_ = served_ || has_rows(chunk.bytes);
    }
    closed_ = actions_.close;
    actions_.clear();
    buffer.erase(0, used);
  }

  Machine& machine_;
  std::string& said_;
  Actions actions_;
  std::string client_in_, server_in_;
  bool closed_ = false;
  bool served_ = false;
};

// t (id, its primary key, and c), u; numbers may be compared.
std::shared_ptr<Catalog> tables() {
  catalog::Snapshot::Source source = two_tables("public", "c");
  catalog::Routine& equal = source.operators.emplace_back();
  equal.schema = "pg_catalog";
  equal.name = "=";
  equal.volatility = catalog::Volatility::immutable;
  equal.takes_row = false;
  source.server_version = 150004;
  return std::make_shared<Catalog>("fuzz/db", std::move(source));
}

// Whether anybody was answered from the cache.
bool play_session(Steps steps) {
  bool served = false;
  World world(tables());
  {
    pg::Session first(world.services(), {.user = "a", .database = "db"}, [] {});
    pg::Session second(world.services(), {.user = "a", .database = "db"}, [] {});
    first.started('I');
    second.started('I');
    std::string said;
    Side<pg::Session> sides[] = {Side(first, said), Side(second, said)};
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
          side.client(bytes);
          break;
        case 2:
          side.server(settings_answer(bytes));
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
    for (const Side<pg::Session>& side : sides) served = served || side.was_answered_from_the_cache();
  }
  world.check_quiet();
  return served;
}

void check_that_reads_are_answered() {
  using namespace std::string_view_literals;
  std::string read;
  wire::pg::append_query(read, "select c from t where id = 1");
  constexpr std::string_view kAnswer =
      "T\0\0\0\32\0\1c\0\0\0\0\0\0\0\0\0\0\31\377\377\377\377\377\377\0\0"
      "D\0\0\0\13\0\1\0\0\0\0011C\0\0\0\15SELECT 1\0Z\0\0\0\5I"sv;
  const auto step = [](std::uint8_t what, std::string_view bytes) {
    return std::string{static_cast<char>(what), static_cast<char>(bytes.size())} + std::string(bytes);
  };
  check(play_session(Steps(step(0, read) + step(2, "") + step(3, kAnswer) + step(0x80, read) + step(0x82, ""))));
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
  std::string said;
  Side<pg::Login> side(login, said);
  std::uint8_t what = 0;
  std::string_view bytes;
  while (steps.next(what, bytes) && !login.done()) (what % 2 == 0) ? side.client(bytes) : side.server(bytes);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  check_that_reads_are_answered();
  return 0;
}

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
