#include "unit/session/script.h"

#include <gtest/gtest.h>

#include "wire/pg/backend.h"
#include "wire/pg/frontend.h"

namespace tapri::session::test {
namespace {

using wire::pg::Frame;

constexpr std::size_t kProbeMessages = 8;

std::string quoted(char type, std::string_view text) { return std::string(1, type) + "(" + std::string(text) + ")"; }

std::string c_strings(ByteView body) {
  const auto end = body.find('\0');
  return std::string(body.substr(0, end)) + "," + std::string(body.substr(end + 1, body.find('\0', end + 1) - end - 1));
}

std::string shown_to_server(const Frame& frame) {
  wire::pg::Query query;
  wire::pg::Execute run;
  switch (frame.type) {
    case 'Q':
      return decode(frame.body, query) ? quoted('Q', query.sql) : "Q?";
    case 'P':
    case 'B':
      return quoted(frame.type, c_strings(frame.body));
    case 'D':
    case 'C':
      return quoted(frame.type,
                    std::string(1, frame.body[0]) + std::string(frame.body.substr(1, frame.body.size() - 2)));
    case 'E':
      if (!decode(frame.body, run)) return "E?";
      return quoted('E', std::string(run.portal) + (run.max_rows > 0 ? "," + std::to_string(run.max_rows) : ""));
    default:
      return {frame.type};
  }
}

std::string shown_to_client(const Frame& frame) {
  wire::pg::DataRow data;
  wire::pg::CommandComplete done;
  wire::pg::ErrorOrNotice problem;
  std::string text;
  switch (frame.type) {
    case 'D':
      if (!decode(frame.body, data)) return "D?";
      data.for_each_column([&text](bool is_null, ByteView value) { text += is_null ? "NULL" : std::string(value); });
      return quoted('D', text);
    case 'C':
      return decode(frame.body, done) ? quoted('C', done.tag) : "C?";
    case 'E':
      return decode(frame.body, problem) ? quoted('E', problem.code) : "E?";
    case 'Z':
      return quoted('Z', frame.body);
    default:
      return {frame.type};
  }
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : " ") + part;
  return text;
}

bool starts_probe(const Frame& frame) { return frame.type == 'C' && frame.body == ByteView("P_tapri_probe\0", 14); }

}  // namespace

std::string probe_answer(const std::string& sql, const std::map<std::string, std::string>& settings, char status) {
  const auto value = [&settings](const std::string& name, const std::string& otherwise) {
    const auto found = settings.find(name);
    return found == settings.end() ? otherwise : found->second;
  };
  const std::string isolation = value("default_transaction_isolation", "read committed");
  std::vector<std::string> values = {"ann\1" + value("role", "ann"),
                                     value("search_path", "pg_catalog\1public"),
                                     value("temporary", "0"),
                                     value("standby", "false"),
                                     isolation,
                                     value("transaction_isolation", isolation)};
  for (std::size_t at = 0; (at = sql.find("current_setting(E'", at)) != std::string::npos;) {
    at += 18;
    values.push_back(value(sql.substr(at, sql.find('\'', at) - at), ""));
  }
  std::vector<std::optional<ByteView>> columns(values.begin(), values.end());
  std::string out = closed() + closed() + parsed() + bound();
  wire::pg::append_data_row(out, columns);
  return out + complete("SELECT 1") + closed() + closed() + ready(status);
}

Peer::Peer(World& world, std::size_t split, pg::Identity identity)
    : world_(world),
      split_(split),
      session_(std::make_unique<pg::Session>(
          WorkerServices{*world.shared, *world.analyzer, world.metrics, 0, world.remote, world.demotions},
          std::move(identity), [woken = woken_] { *woken = true; })) {
  session_->started('I');
}

void Peer::client(std::string_view bytes) {
  feed(client_in_, bytes, true);
  answer_due_probes();
}

void Peer::server(std::string_view bytes) {
  for (std::string_view rest = bytes; rest.size() >= 5;) {
    Frame frame;
    if (take_frame(rest, frame) != wire::pg::FrameStatus::complete) break;
    if (frame.type == 'Z') ++rounds_answered_;
    rest.remove_prefix(frame.whole.size());
  }
  feed(server_in_, bytes, false);
  answer_due_probes();
}

void Peer::feed(std::string& buffer, std::string_view bytes, bool from_client) {
  while (!bytes.empty()) {
    const std::size_t size = split_ == 0 ? bytes.size() : std::min(split_, bytes.size());
    buffer += bytes.substr(0, size);
    bytes.remove_prefix(size);
    step(buffer, from_client);
    if (!from_client) resume();
  }
}

void Peer::step(std::string& buffer, bool from_client) {
  // A buffer of its own, which ends where the bytes do: what is kept of it past this call is found out.
  const std::string input = buffer;
  const std::size_t used =
      from_client ? session_->on_client_data(input, actions_) : session_->on_upstream_data(input, actions_);
  ASSERT_LE(used, input.size());
  carry_out();
  buffer.erase(0, used);
}

void Peer::resume() {
  while (session_->resumable() && !session_->blocked()) step(client_in_, true);
}

void Peer::woken() {
  ASSERT_TRUE(std::exchange(*woken_, false)) << "nobody woke it";
  session_->flight_landed();
  resume();
  answer_due_probes();
}

void Peer::carry_out() {
  for (const auto& chunk : actions_.to_client.chunks()) client_got_ += chunk.bytes;
  for (const auto& chunk : actions_.to_upstream.chunks()) server_got_ += chunk.bytes;
  waits_ = actions_.wait_for_flight;
  closed_ = closed_ || actions_.close;
  actions_.clear();
  cut_upstream();
}

void Peer::cut_upstream() {
  Frame frame;
  while (take_frame(server_got_, frame) == wire::pg::FrameStatus::complete) {
    const std::size_t size = frame.whole.size();
    if (in_probe_ == 0 && starts_probe(frame)) {
      in_probe_ = kProbeMessages;
      ++probes;
    }
    const bool ends_round = frame.type == 'S' || frame.type == 'Q' || frame.type == 'F';
    if (in_probe_ == 0) {
      server_messages_.push_back(shown_to_server(frame));
    } else {
      wire::pg::Parse text;
      if (frame.type == 'P' && decode(frame.body, text)) probe_sql_ = text.sql;
      if (--in_probe_ == 0) due_.emplace_back(rounds_sent_, probe_sql_);
    }
    if (ends_round) ++rounds_sent_;
    server_got_.erase(0, size);
  }
}

void Peer::answer_due_probes() {
  while (answer_probes && !due_.empty() && due_.front().first <= rounds_answered_) {
    const std::string sql = due_.front().second;
    due_.pop_front();
    ++rounds_answered_;
    if (!probe_error.empty()) {
      const char after = status == 'T' ? 'E' : status;
      feed(server_in_, closed() + closed() + std::exchange(probe_error, {}) + ready(after), false);
      continue;
    }
    feed(server_in_, probe_answer(sql, settings, status), false);
  }
}

std::string Peer::to_server() {
  EXPECT_EQ(in_probe_, 0U);
  return joined(std::exchange(server_messages_, {}));
}

std::string Peer::to_client() {
  std::vector<std::string> parts;
  Frame frame;
  while (take_frame(client_got_, frame) == wire::pg::FrameStatus::complete) {
    parts.push_back(shown_to_client(frame));
    client_got_.erase(0, frame.whole.size());
  }
  if (!client_got_.empty()) parts.push_back("(cut)");
  return joined(parts);
}

void Peer::miss(std::string_view sql, std::string_view value) {
  client(query(sql));
  EXPECT_EQ(to_server(), "Q(" + std::string(sql) + ")");
  server(result(value) + ready(status));
  EXPECT_EQ(to_client(), "T D(" + std::string(value) + ") C(SELECT 1) Z(" + status + ")");
}

void Peer::run(std::string_view sql, std::string_view tag, char after) {
  client(query(sql));
  EXPECT_EQ(to_server(), "Q(" + std::string(sql) + ")");
  status = after;
  server(complete(tag) + ready(after));
  EXPECT_EQ(to_client(), "C(" + std::string(tag) + ") Z(" + after + ")");
}

bool Peer::hits(std::string_view sql) {
  client(query(sql));
  if (to_server().empty()) {
    EXPECT_NE(to_client(), "");
    return true;
  }
  server(result("fresh") + ready(status));
  EXPECT_EQ(to_client(), "T D(fresh) C(SELECT 1) Z(" + std::string(1, status) + ")");
  return false;
}

}  // namespace tapri::session::test
