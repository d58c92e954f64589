// A login of MySQL's protocol between a client and a server that both send anything.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "session/mysql/login.h"
#include "session_world.h"
#include "wire/mysql/packet.h"

namespace tapri::session::fuzz {

// The sequence ids are each leg's own, and packets of a login may be joined: so by their payloads.
template <typename Known>
bool all_packets(ByteView bytes, Known&& known) {
  for (wire::mysql::Packet packet; !bytes.empty(); bytes.remove_prefix(packet.whole.size())) {
    if (!wire::mysql::take_packet(bytes, packet) || !known(packet.payload)) return false;
  }
  return true;
}

// Sends what there is to either side; true once the session has begun.
class LoginSide {
 public:
  explicit LoginSide(mysql::Login::Legs legs) : login_(std::move(legs)) {}

  void step(ByteView bytes, bool from_client) {
    std::string& left = from_client ? client_left_ : server_left_;
    left += bytes;
    const std::string input = left;
    const std::size_t used =
        from_client ? login_.on_client_data(input, actions_) : login_.on_upstream_data(input, actions_);
    check(used <= input.size());
    left.erase(0, used);
    take();
    if (login_.need() == mysql::Login::Need::client_tls) login_.client_encrypted();
    if (login_.need() == mysql::Login::Need::upstream_tls) {
      login_.upstream_encrypted(actions_);
      take();
    }
  }
  [[nodiscard]] bool over() const { return closed_ || login_.done() || login_.need() == mysql::Login::Need::relay; }
  [[nodiscard]] bool begun() const { return !closed_ && login_.done() && login_.need() == mysql::Login::Need::nothing; }
  mysql::Identity identity() { return login_.take_identity(); }
  [[nodiscard]] const std::string& client_left() const { return client_left_; }
  [[nodiscard]] const std::string& server_left() const { return server_left_; }

 private:
  void take() {
    for (const ChunkList* list : {&actions_.to_client, &actions_.to_upstream}) {
      for (const auto& chunk : list->chunks()) {
        check(all_packets(chunk.bytes, [](ByteView) { return true; }));
      }
    }
    closed_ = closed_ || actions_.close;
    actions_.clear();
  }

  mysql::Login login_;
  Actions actions_;
  std::string client_left_, server_left_;
  bool closed_ = false;
};

}  // namespace tapri::session::fuzz
