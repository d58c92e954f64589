// Sessions of MySQL and MariaDB, from the login on or after it, between clients and servers that send anything, cut
// anywhere.
//
// Input: a byte that chooses how the session begins, and steps (session_world.h): who sends, or that time passes, that
// a wait is over, that the server gives the settings that were asked for. Held to: nothing that was not given is
// consumed, and nothing is left that could be; what goes to the server is the client's own bytes, or what Tapri asks
// itself; what goes to the client is the server's own, or an answer that the server gave to somebody before, or an
// error of Tapri's. Before the first input: that a plain read is answered from the cache here.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mysql_login_side.h"
#include "session/mysql/probe.h"
#include "session/mysql/session.h"
#include "session_world.h"
#include "support/mysql_settings.h"
#include "wire/mysql/column.h"
#include "wire/mysql/commands.h"
#include "wire/mysql/replay.h"
#include "wire/mysql/response.h"
#include "wire/mysql/rows.h"

namespace {

using namespace tapri;
using namespace tapri::session;
using namespace tapri::session::fuzz;
using namespace tapri::wire::mysql;

constexpr std::string_view kProbe = "SELECT DATABASE(), CURRENT_USER()";
constexpr std::string_view kTold = "SELECT 1";  // for FOUND_ROWS()
constexpr std::string_view kOwnError = "tapri: ";

bool holds(ByteView whole, ByteView part) { return whole.find(part) != ByteView::npos; }

using Answered = std::array<std::string, 2>;
using Row = std::vector<std::optional<ByteView>>;

// A result of one row.
std::string result(Capabilities capabilities, const Row& row) {
  std::string out;
  std::uint8_t sequence = 1;
  append_column_count(out, sequence, capabilities, {.count = row.size()});
  for (std::size_t column = 0; column < row.size(); ++column) {
    append_column_definition(out, sequence, capabilities,
                             {.catalog = "def", .name = "v", .collation = 45, .type = Type::var_string});
  }
  const Eof end{.warnings = 0, .status = status::kAutocommit};
  if (!has(capabilities, capability::kDeprecateEof)) append_eof(out, sequence, end);
  append_text_row(out, sequence, row);
  append_end_of_rows(out, sequence, capabilities, end);
  return out;
}

// One client with its server.
class Side final : private Driver {
 public:
  // `answered`: what servers have sent so far, in each session of the world; this one is `number`.
  Side(World& world, mysql::Identity identity, Answered& answered, std::size_t number, bool relays_passwords)
      : capabilities_(identity.capabilities),
        version_(identity.version),
        answered_(answered),
        heard_(answered.at(number)),
        relays_passwords_(relays_passwords),
        session_(world.services(), std::move(identity), [] {}) {
    actions_.driver = this;
  }

  void client(ByteView bytes) {
    client_left_ += bytes;
    asked_ += bytes;
    if (!session_.blocked()) feed_client();
  }
  void server(ByteView bytes) {
    if (closed_) return;
    server_left_ += bytes;
    heard_ += bytes;
    const std::string input = server_left_;  // of the exact size
    begin(input, false);
    const std::size_t used = session_.on_upstream_data(input, actions_);
    check(used <= input.size());
    carry_out_now();
    server_left_.erase(0, used);
    check(closed_ || !begins_whole(server_left_));
    resume();
  }
  // A row of settings, as an answer to the probe.
  void settings(ByteView bytes) {
    const mysql::ProbeVariables variables(version_);
    const auto texts = mysql::test::settings_row(
        variables, {.database = "db",
                    .sql_mode = bytes.empty() ? "" : "ANSI_QUOTES",
                    .isolation = !bytes.empty() && bytes[0] % 2 != 0 ? "READ-COMMITTED" : "REPEATABLE-READ"});
    const Row row(texts.begin(), texts.end());
    check(is_read(row, variables));
    server(result(capabilities_, row));
  }
  // Or nothing would be answered from the cache here.
  static bool is_read(const Row& row, const mysql::ProbeVariables& variables) {
    std::string bytes;
    std::uint8_t sequence = 1;
    append_text_row(bytes, sequence, row);
    Packet packet;
    mysql::ProbeAnswer answer;
    return take_packet(bytes, packet) && mysql::read_probe(packet.payload, 45, variables, {}, answer) &&
           !answer.finds_last_insert && !answer.tracks_transactions;
  }
  void wait_is_over() {
    session_.flight_landed();
    resume();
  }
  [[nodiscard]] bool was_answered_from_the_cache() const { return served_; }
  void lost() {
    coherence::DirtyMark orphan = session_.upstream_lost();
    orphan.lower();
  }

 private:
  static bool begins_whole(ByteView bytes) {
    Packet packet;
    return take_packet(bytes, packet) && !packet.payload.empty();
  }

  void resume() {
    while (session_.resumable() && !session_.blocked() && !closed_) feed_client();
  }

  void feed_client() {
    if (closed_) return;
    const std::string input = client_left_;
    begin(input, true);
    const std::size_t used = session_.on_client_data(input, actions_);
    check(used <= input.size());
    carry_out_now();
    client_left_.erase(0, used);
    const std::size_t wanted = session_.client_bytes_wanted();
    check(wanted <= mysql::AuthRelay::kMaxMessage);
    // Else it would wait for ever.
    constexpr std::size_t kHead = kPacketHeaderSize + ResponseFollower::kHeadSize;
    check(closed_ || session_.blocked() || client_left_.size() < std::max(wanted, kHead));
  }

  void begin(ByteView input, bool from_client) {
    input_ = input;
    from_client_ = from_client;
  }

  void carry_out_now() override {
    for (const auto& chunk : actions_.to_client.chunks()) {
      if (!from_client_ && inside(chunk.bytes, input_)) continue;
      check(own_answers(chunk.bytes));
      served_ = served_ || known_answer(chunk.bytes) != 0;
    }
    for (const auto& chunk : actions_.to_upstream.chunks()) {
      check((from_client_ && inside(chunk.bytes, input_)) || relays_passwords_ || own_questions(chunk.bytes));
    }
    closed_ = closed_ || actions_.close;
    actions_.clear();
  }

  bool own_questions(ByteView bytes) const {
    return all_packets(bytes, [this](ByteView payload) {
      return holds(asked_, payload) || holds(payload, kProbe) || holds(payload, kTold) || completed(payload);
    });
  }

  // An execution to which the types of its parameters were added: the same statement, flags and iterations.
  bool completed(ByteView payload) const {
    constexpr std::size_t kHead = 1 + 4 + 1 + 4;
    return payload.size() > kHead && payload.front() == static_cast<char>(Command::stmt_execute) &&
           holds(asked_, payload.substr(0, kHead));
  }

  bool own_answers(ByteView bytes) const {
    for (std::size_t size = 0; !bytes.empty(); bytes.remove_prefix(size)) {
      size = known_answer(bytes);
      if (size != 0) continue;
      Packet packet;
      if (!take_packet(bytes, packet)) return false;
      // Of an authentication, relayed with another sequence id.
      if (!holds(heard_, packet.payload) && !holds(packet.payload, kOwnError)) return false;
      size = packet.whole.size();
    }
    return true;
  }

  // The size of the result at the front, if it is one that a server gave, but for the flags in its end.
  std::size_t known_answer(ByteView bytes) const {
    ResponseStream response(capabilities_);
    response.begin(Command::stmt_execute);
    std::size_t size = 0;
    while (!response.done()) {
      const auto step = response.advance(bytes.substr(size));
      size += step.passed;
      if (step.part == ResponsePart::none || step.part == ResponsePart::violation) return 0;
    }
    const auto layout = find_layout(bytes.substr(0, size), capabilities_);
    if (!layout) return 0;
    const bool known = std::any_of(answered_.begin(), answered_.end(), [&](const std::string& one) {
      return holds(one, bytes.substr(0, layout->columns_end)) &&
             holds(one, bytes.substr(layout->rows_at, layout->rows_end - layout->rows_at));
    });
    return known && layout->warnings == 0 ? size : 0;
  }

  Capabilities capabilities_;
  ServerVersion version_;
  Answered& answered_;
  std::string& heard_;  // of it, by this client
  bool relays_passwords_;
  mysql::Session session_;
  Actions actions_;
  std::string asked_;  // by this client
  std::string client_left_, server_left_;
  ByteView input_;  // what the session has been handed
  bool from_client_ = false;
  bool closed_ = false;
  bool served_ = false;
};

// t (id, its primary key, and v) and u, which keeps what was written whatever becomes of the transaction.
std::shared_ptr<Catalog> tables() {
  catalog::Snapshot::Source source = two_tables("db", "v");
  source.dialect = catalog::Dialect::mysql;
  source.relations[0].columns[0].assignable.range = {.least = -1000, .greatest = 1000};
  source.relations[1].writes_survive_rollback = true;
  return std::make_shared<Catalog>("fuzz/", std::move(source));
}

// What a client and its server may have agreed on.
mysql::Identity identity(std::uint8_t kind) {
  constexpr Capabilities kUsual = capability::kLongPassword | capability::kLongFlag | capability::kProtocol41 |
                                  capability::kTransactions | capability::kSecureConnection |
                                  capability::kMultiStatements | capability::kMultiResults |
                                  capability::kPsMultiResults | capability::kPluginAuth | capability::kLocalFiles;
  constexpr std::array kMore = {Capabilities{0}, capability::kDeprecateEof,
                                capability::kDeprecateEof | capability::kSessionTrack,
                                capability::kDeprecateEof | capability::kQueryAttributes};
  constexpr std::array kMaria = {Capabilities{0}, capability::kMariaCacheMetadata,
                                 capability::kMariaExtendedMetadata | capability::kMariaStmtBulkOperations,
                                 capability::kMariaProgress};
  const bool mariadb = (kind & 4U) != 0;
  mysql::Identity found;
  found.user = "ann";
  found.database = "db";
  found.server_version = mariadb ? "10.11.6-MariaDB" : "9.1.0";
  found.version = parse_version(found.server_version);
  found.capabilities = kUsual | kMore[kind % 4];
  if (mariadb) found.capabilities = (found.capabilities & ~capability::kLongPassword) | kMaria[kind % 4];
  found.status = status::kAutocommit;
  found.nonce = "abcdefghijklmnopqrst";
  return found;
}

void play(std::array<Side*, 2> sides, World& world, Steps steps) {
  std::uint8_t what = 0;
  std::string_view bytes;
  while (steps.next(what, bytes)) {
    Side& side = *sides.at(what >> 7U);
    switch (what % 8) {
      case 0:
      case 1:
        side.client(bytes);
        break;
      case 2:
      case 3:
        side.server(bytes);
        break;
      case 4:
        side.settings(bytes);
        break;
      case 5:
        side.wait_is_over();
        break;
      case 6:
        world.clock.advance(std::chrono::minutes(3));
        break;
      default:
        world.catalog->load();
        break;
    }
  }
  for (Side* side : sides) side->lost();
}

void play_login(std::uint8_t kind, Steps steps) {
  mysql::Login::Legs legs;
  legs.client = static_cast<mysql::Tls>(kind % 3);
  legs.upstream = static_cast<mysql::Tls>(kind / 3 % 3);
  legs.client_tls_passes = kind % 16 == 15;
  LoginSide login(legs);
  std::uint8_t what = 0;
  std::string_view bytes;
  while (!login.over() && steps.next(what, bytes)) login.step(bytes, what % 8 < 2);
  if (!login.begun()) return;
  mysql::Identity found = login.identity();
  check((found.capabilities & (capability::kAnyCompression | capability::kSsl)) == 0);
  World world(tables());
  world.shared->dialect = catalog::Dialect::mysql;
  {
    Answered answered;
    const bool relays = found.legs.client.encrypted != found.legs.server.encrypted;
    Side side(world, found, answered, 0, relays);
    Side other(world, identity(kind), answered, 1, false);
    side.server(login.server_left());
    side.client(login.client_left());
    play({&side, &other}, world, steps);
  }
  world.check_quiet();
}

void play_session(std::uint8_t kind, Steps steps) {
  World world(tables());
  world.shared->dialect = catalog::Dialect::mysql;
  {
    Answered answered;
    Side first(world, identity(kind), answered, 0, false);
    Side second(world, identity(kind), answered, 1, false);
    play({&first, &second}, world, steps);
  }
  world.check_quiet();
}

void check_that_reads_are_answered() {
  World world(tables());
  world.shared->dialect = catalog::Dialect::mysql;
  const mysql::Identity usual = identity(0);
  std::string read;
  append_query(read, usual.capabilities, "select v from t where id = 1");
  Answered answered;
  Side side(world, usual, answered, 0, false);
  side.client(read);
  side.settings({});
  side.server(result(usual.capabilities, {"1"}));
  check(!side.was_answered_from_the_cache());
  side.client(read);
  check(side.was_answered_from_the_cache());
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  check_that_reads_are_answered();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto kind = static_cast<std::uint8_t>(input[0]);
  if (kind % 2 == 0) {
    play_login(kind / 2, Steps(input.substr(1)));
  } else {
    play_session(kind / 2, Steps(input.substr(1)));
  }
  return 0;
}
