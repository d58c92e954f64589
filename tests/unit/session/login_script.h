// A login between a client and a server that are both played by the test.
//
//   Party party(split);
//   party.server(made(append_auth_cleartext_password));   what the server says
//   party.client(password("x"));                          what the client says
//   EXPECT_EQ(party.to_server(), password("x"));          what the server got since the last look, to the byte
//
// Every input goes in `split` bytes at a time (0: whole); what is not consumed is handed in again.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "session/pg/login.h"
#include "unit/session/script.h"
#include "wire/pg/backend.h"
#include "wire/pg/frontend.h"

namespace tapri::session::test {

using namespace wire::pg;
using pg::Login;

inline constexpr std::size_t kSplits[] = {0, 1, 2, 3, 5, 7, 64};
inline constexpr ByteView kPlus = "SCRAM-SHA-256-PLUS";
inline constexpr ByteView kScram = "SCRAM-SHA-256";
inline constexpr ByteView kSecret = "pencil";
inline constexpr ByteView kClientLeg = "hash of Tapri's certificate";
inline constexpr ByteView kUpstreamLeg = "hash of the server's certificate";

inline Login::Legs legs(bool client_tls, bool upstream_tls) {
  Login::Legs out;
  out.client_tls = client_tls;
  out.upstream_tls = upstream_tls;
  if (client_tls) out.client_certificate_hash = kClientLeg;
  if (upstream_tls) out.upstream_certificate_hash = kUpstreamLeg;
  return out;
}

inline StartupMessage startup(std::vector<std::pair<ByteView, ByteView>> more = {},
                              std::uint32_t protocol = kProtocol30) {
  StartupMessage message;
  message.protocol = protocol;
  message.parameters = {{"user", "ann"}, {"database", "shop"}};
  message.parameters.insert(message.parameters.end(), more.begin(), more.end());
  return message;
}

class Party {
 public:
  explicit Party(std::size_t split, Login::Legs the_legs = {}, const StartupMessage& message = startup(),
                 std::optional<std::string> secret = std::nullopt)
      : login(message, std::move(the_legs),
              [this, secret](const std::string& user) {
                asked_for = user;
                return secret;
              }),
        split_(split) {}

  void client(ByteView bytes) { feed(client_in_, bytes, true); }
  void server(ByteView bytes) { feed(server_in_, bytes, false); }
  // All bytes since the last look.
  std::string to_client() { return std::exchange(client_got_, {}); }
  std::string to_server() { return std::exchange(server_got_, {}); }
  // What was handed in and not taken.
  [[nodiscard]] const std::string& client_left() const { return client_in_; }
  [[nodiscard]] const std::string& server_left() const { return server_in_; }

  std::string asked_for;  // the user whose secret was looked up
  std::string refusal;
  bool closed = false;
  Login login;

 private:
  void feed(std::string& buffer, ByteView bytes, bool from_client) {
    while (!bytes.empty() && !closed) {
      const std::size_t size = split_ == 0 ? bytes.size() : std::min(split_, bytes.size());
      buffer += bytes.substr(0, size);
      bytes.remove_prefix(size);
      // A buffer of its own, which ends where the bytes do: what is read or kept beyond it is found out.
      const std::string input = buffer;
      Actions actions;
      const std::size_t used =
          from_client ? login.on_client_data(input, actions) : login.on_upstream_data(input, actions);
      ASSERT_LE(used, input.size());
      for (const auto& chunk : actions.to_client.chunks()) client_got_ += chunk.bytes;
      for (const auto& chunk : actions.to_upstream.chunks()) server_got_ += chunk.bytes;
      closed = closed || actions.close;
      if (login.refused_at_once()) refusal = login.refusal();
      buffer.erase(0, used);
    }
  }

  std::size_t split_;
  std::string client_in_, server_in_, client_got_, server_got_;
};

template <typename Append, typename... Arguments>
inline std::string made(Append append, Arguments&&... arguments) {
  std::string out;
  append(out, std::forward<Arguments>(arguments)...);
  return out;
}

inline std::string auth_ok() { return made(append_auth_ok); }
inline std::string sasl(std::vector<ByteView> mechanisms) { return made(append_auth_sasl, mechanisms); }
inline std::string key(ByteView secret) { return made(append_backend_key_data, 4711U, secret); }
inline std::string password(ByteView text) { return made(append_password, text); }
inline std::string fatal(ByteView sqlstate) {
  return made(append_error, "FATAL", sqlstate, "refused", ByteView(), ByteView());
}

// What a server says once it lets somebody in.
inline std::string welcome(ByteView secret = "1234") {
  return auth_ok() + parameter("client_encoding", "UTF8") + parameter("standard_conforming_strings", "on") +
         parameter("application_name", "app") + key(secret) + ready();
}

// The SQLSTATE of the one ErrorResponse that `bytes` are; else what they are instead.
inline std::string refused_with(const std::string& bytes) {
  Frame frame;
  ErrorOrNotice problem;
  if (take_frame(bytes, frame) != FrameStatus::complete || frame.whole.size() != bytes.size()) return "not one message";
  return frame.type == 'E' && decode(frame.body, problem) ? std::string(problem.code) : "not an error";
}

// The first message of `bytes` as SASLInitialResponse or SASLResponse.
template <typename Message>
Message sasl_message(const std::string& bytes) {
  Frame frame;
  Message message;
  EXPECT_EQ(take_frame(bytes, frame), FrameStatus::complete);
  EXPECT_EQ(frame.type, 'p');
  EXPECT_TRUE(decode(frame.body, message));
  return message;
}

inline Authentication authentication(const std::string& bytes) {
  Frame frame;
  Authentication message;
  EXPECT_EQ(take_frame(bytes, frame), FrameStatus::complete);
  EXPECT_EQ(frame.type, 'R');
  EXPECT_TRUE(decode(frame.body, message));
  return message;
}

// Runs each of its tests with every way of cutting the input.
class LoginTest : public ::testing::TestWithParam<std::size_t> {};

}  // namespace tapri::session::test
