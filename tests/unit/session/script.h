// A session between a client and a server that are both played by the test:
//
//   Peer a(world);
//   a.client(query("select 1"));                       what the client sends
//   EXPECT_EQ(a.to_server(), "Q(select 1)");           what the server got since the last look
//   a.server(result("1") + ready());                   what the server answers
//   EXPECT_EQ(a.to_client(), "T D(1) C(SELECT 1) Z(I)");  what the client got since the last look
//
// Messages are shown by their letters in the protocol with what matters of their contents. Session probes are taken out
// of what the server got, counted, and answered from `settings` when it is their turn. With `split` set, every input
// goes in that many bytes at a time; what a session does not consume it gets again in a new buffer of the exact size.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "unit/session/world.h"

namespace tapri::session::test {

// What a client sends.
[[nodiscard]] std::string query(std::string_view sql);
[[nodiscard]] std::string parse(std::string_view name, std::string_view sql);
// One text parameter each.
[[nodiscard]] std::string bind_message(std::string_view portal, std::string_view statement,
                                       const std::vector<std::string>& parameters = {});
[[nodiscard]] std::string describe(char kind, std::string_view name);
[[nodiscard]] std::string execute(std::string_view portal = "", std::int32_t max_rows = 0);
[[nodiscard]] std::string close(char kind, std::string_view name);
[[nodiscard]] std::string sync();
[[nodiscard]] std::string flush();
[[nodiscard]] std::string message(char type, std::string_view body = {});
// Parse, Bind, Describe, Execute of unnamed ones, without Sync.
[[nodiscard]] std::string extended(std::string_view sql, const std::vector<std::string>& parameters = {});
// Bind and Execute of a named statement, without Sync.
[[nodiscard]] std::string prepared(std::string_view statement, const std::vector<std::string>& parameters = {});

// What a server sends.
[[nodiscard]] std::string ready(char status = 'I');
[[nodiscard]] std::string complete(std::string_view tag);
[[nodiscard]] std::string description();
[[nodiscard]] std::string row(std::string_view value);
[[nodiscard]] std::string result(std::string_view value);  // description, row, SELECT 1
[[nodiscard]] std::string error(std::string_view sqlstate = "22012");
[[nodiscard]] std::string notice();
[[nodiscard]] std::string notification();
[[nodiscard]] std::string parameter(std::string_view name, std::string_view value);
[[nodiscard]] std::string parsed();
[[nodiscard]] std::string bound();
[[nodiscard]] std::string closed();
[[nodiscard]] std::string no_data();
[[nodiscard]] std::string copy_in();
// The answer to extended(): with the description.
[[nodiscard]] std::string extended_result(std::string_view value);
// What a server with these settings (as Peer::settings) answers to the session probe with that text.
[[nodiscard]] std::string probe_answer(const std::string& sql, const std::map<std::string, std::string>& settings,
                                       char status = 'I');

class Peer {
 public:
  explicit Peer(World& world, std::size_t split = 0, pg::Identity identity = {.user = "ann", .database = "shop"});

  void client(std::string_view bytes);
  void server(std::string_view bytes);
  // Goes on where the session says it can.
  void resume();
  // A flight that was waited for has landed.
  void woken();
  [[nodiscard]] std::string to_server();
  [[nodiscard]] std::string to_client();
  // Query and answer of a server that gives `value`, nothing looked at.
  void miss(std::string_view sql, std::string_view value);
  // Runs a statement that the server answers with this tag and status.
  void run(std::string_view sql, std::string_view tag, char status = 'I');
  // Whether the query is answered without the server; what it then says.
  [[nodiscard]] bool hits(std::string_view sql);

  pg::Session& session() { return *session_; }
  [[nodiscard]] bool waits() const { return waits_; }
  [[nodiscard]] bool closed_down() const { return closed_; }

  std::map<std::string, std::string> settings;  // as the probe reads them; also "search_path", "temporary", ...
  int probes = 0;
  bool answer_probes = true;
  std::string probe_error;  // the next probe is answered with this error
  char status = 'I';        // what the probe's ReadyForQuery says

 private:
  void feed(std::string& buffer, std::string_view bytes, bool from_client);
  void step(std::string& buffer, bool from_client);
  void carry_out();
  void cut_upstream();
  void answer_due_probes();

  World& world_;
  std::size_t split_;
  std::shared_ptr<bool> woken_ = std::make_shared<bool>(false);
  std::unique_ptr<pg::Session> session_;
  Actions actions_;
  std::string client_in_, server_in_;    // not consumed yet
  std::string client_got_, server_got_;  // bytes not shown yet; server_got_: not cut yet
  std::vector<std::string> server_messages_;
  std::deque<std::pair<std::size_t, std::string>> due_;  // probes: rounds of the server's before it, and its answer
  std::size_t rounds_sent_ = 0, rounds_answered_ = 0;
  std::size_t in_probe_ = 0;  // messages of a probe still to come
  std::string probe_sql_;
  bool waits_ = false;
  bool closed_ = false;
};

}  // namespace tapri::session::test
