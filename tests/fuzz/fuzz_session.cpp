// A session, after its login, between a client and a server that both send anything, cut anywhere.
//
// Input: steps (session_world.h): who sends, or that time passes, a cancel comes, ... Held to: nothing that was not
// given is consumed; bytes that reach the client are the server's own or whole local messages of a few known kinds;
// what is kept for a session stays within what was given.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "session/pg/login.h"
#include "session/pg/session.h"
#include "session_world.h"

namespace {

using namespace tapri;
using namespace tapri::session;
using namespace tapri::session::fuzz;

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

void play_session(Steps steps) {
  World world(std::make_shared<Catalog>("fuzz/db", two_tables("public")));
  {
    pg::Session first(world.services(), {.user = "a", .database = "db"}, [] {});
    pg::Session second(world.services(), {.user = "a", .database = "db"}, [] {});
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
  world.check_quiet();
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
