#include "unit/proxy/proxied.h"

#include <gtest/gtest.h>

#include "wire/pg/backend.h"
#include "wire/pg/frontend.h"
#include "wire/pg/startup.h"

namespace tapri::proxy::test {

namespace script = session::test;

std::string startup_message(std::uint32_t protocol) {
  std::string out;
  wire::pg::append_startup(out, protocol, {{"user", "ann"}, {"database", "shop"}});
  return out;
}

std::string logged_in(std::uint32_t process, std::string_view secret) {
  std::string out;
  wire::pg::append_auth_ok(out);
  wire::pg::append_parameter_status(out, "standard_conforming_strings", "on");
  wire::pg::append_parameter_status(out, "client_encoding", "UTF8");
  wire::pg::append_backend_key_data(out, process, secret);
  wire::pg::append_ready_for_query(out, 'I');
  return out;
}

std::string letters(std::string_view bytes) {
  std::string text;
  wire::pg::Frame frame;
  while (wire::pg::take_frame(bytes, frame) == wire::pg::FrameStatus::complete) {
    text += text.empty() ? "" : " ";
    text += frame.type;
    wire::pg::ErrorOrNotice error;
    if (frame.type == 'E' && wire::pg::decode(frame.body, error)) text.append("(").append(error.code).append(")");
    bytes.remove_prefix(frame.whole.size());
  }
  return bytes.empty() ? text : text + "(cut)";
}

Proxied::Proxied()
    : orphans(std::make_shared<Orphans>(
          loop, world.clock, [this](int process, auto reply) { asked.emplace_back(process, std::move(reply)); },
          Orphans::Config{})),
      services{.loop = loop,
               .session = {*world.shared, *world.analyzer, world.metrics, 0},
               .target = target,
               .cancels = cancels,
               .orphans = orphans,
               .find_secret = [](const std::string&) { return std::nullopt; }} {}

void Proxied::open(bool refused) {
  client = std::make_shared<Remote>(loop);
  connection = std::make_shared<pg::Connection>(services, client->stream(), refused, [this](Connection& closed) {
    ++ended;
    if (&closed == connection.get()) connection.reset();
  });
  connection->start();
  loop.turn();
}

void Proxied::reach_server() {
  server = std::make_shared<Remote>(loop);
  loop.connected(server->stream());
}

void Proxied::log_in(std::uint32_t protocol, std::string_view secret) {
  open();
  client->send(startup_message(protocol));
  reach_server();
  EXPECT_EQ(server->received(), startup_message(protocol));
  server->send(logged_in(kProcess, secret));
  EXPECT_EQ(client->received(), logged_in(kProcess, secret));
}

void Proxied::settle() {
  client->send(script::query("select c from prices"));
  answer_probe();
  EXPECT_EQ(server_got(), "Q");
  server->send(script::result("1") + script::ready());
  EXPECT_EQ(client_got(), "T D C Z");
}

void Proxied::answer_probe() {
  const std::string got = server->received();
  std::string_view rest = got;
  wire::pg::Frame frame;
  while (wire::pg::take_frame(rest, frame) == wire::pg::FrameStatus::complete) {
    wire::pg::Parse parse;
    if (frame.type == 'P' && decode(frame.body, parse)) {
      server->send(script::probe_answer(std::string(parse.sql), {}));
      return;
    }
    rest.remove_prefix(frame.whole.size());
  }
  FAIL() << "no probe in " << letters(got);
}

}  // namespace tapri::proxy::test
