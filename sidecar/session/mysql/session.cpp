#include "session/mysql/session.h"

#include <utility>

namespace tapri::session::mysql {
namespace {

using wire::mysql::kPacketHeaderSize;
using wire::mysql::ResponseFollower;

}  // namespace

Session::Session(WorkerServices services, Identity identity, std::function<void()> wake)
    : services_(services),
      identity_(std::move(identity)),
      catalog_(services.shared.catalog(identity_.database)),
      tracker_(services.shared, *catalog_, catalog_->name_space(), identity_.status),
      wake_(std::move(wake)),
      response_(identity_.capabilities),
      status_(identity_.status),
      database_(identity_.database),
      variables_(identity_.version) {
  (void)sql::mysql::apply_version(dialect_, identity_.server_version);
}

std::size_t Session::on_client_data(ByteView data, Actions& actions) {
  resumable_ = false;
  now_ = services_.shared.clock.now();
  std::size_t done = 0;
  while (done < data.size() && !blocked() && !actions.close) {
    const std::size_t taken = receive(data.substr(done), actions);
    if (taken == 0) break;
    done += taken;
  }
  return done;
}

std::size_t Session::receive(ByteView data, Actions& actions) {
  switch (receiving_) {
    case Receiving::command:
      return receive_command(data, actions);
    case Receiving::body:
      return receive_body(data, actions);
    case Receiving::file:
      return receive_file(data, actions);
    case Receiving::authentication:
      return receive_authentication(data, actions);
    case Receiving::nothing:
      return 0;
    case Receiving::anything:
      actions.to_upstream.add(data);
      return data.size();
  }
  return 0;
}

std::size_t Session::receive_command(ByteView data, Actions& actions) {
  wire::mysql::PacketHeader header;
  if (!wire::mysql::peek_packet(data, header)) return 0;
  const std::size_t size = kPacketHeaderSize + header.payload_size;
  if (header.continued() || size > max_whole_message()) {
    if (data.size() < kPacketHeaderSize + ResponseFollower::kHeadSize) return 0;
    const ByteView head = data.substr(kPacketHeaderSize, ResponseFollower::kHeadSize);
    if (tells_first(actions) || sends_types_first(head, actions)) return 0;
    large_command(head);
    if (receiving_ != Receiving::anything) receiving_ = Receiving::body;
    return receive(data, actions);
  }
  client_wanted_ = size > data.size() ? size : 0;
  if (size > data.size()) return 0;
  const Step step = command(data.substr(0, size), data.substr(kPacketHeaderSize, header.payload_size), actions);
  return step == Step::done ? size : 0;
}

std::size_t Session::receive_body(ByteView data, Actions& actions) {
  std::size_t done = 0;
  while (done < data.size()) {
    if (walk_.at_header()) {
      wire::mysql::PacketHeader header;
      if (!wire::mysql::peek_packet(data.substr(done), header)) break;
      walk_.enter(header);
    }
    done += walk_.pass(data.size() - done);
    if (!walk_.at_message()) continue;
    go_on();
    break;
  }
  if (done > 0) actions.to_upstream.add(data.substr(0, done));
  return done;
}

// A message without any bytes ends it.
std::size_t Session::receive_file(ByteView data, Actions& actions) {
  std::size_t done = 0;
  while (done < data.size() && receiving_ == Receiving::file) {
    if (walk_.at_header()) {
      wire::mysql::PacketHeader header;
      if (!wire::mysql::peek_packet(data.substr(done), header)) break;
      if (walk_.at_message() && header.payload_size == 0) wait();
      walk_.enter(header);
    }
    done += walk_.pass(data.size() - done);
  }
  if (done > 0) actions.to_upstream.add(data.substr(0, done));
  return done;
}

std::size_t Session::receive_authentication(ByteView data, Actions& actions) {
  wire::mysql::Message message;
  switch (wire::mysql::take_message(data, AuthRelay::kMaxMessage, joined_, message)) {
    case wire::mysql::MessageStatus::incomplete:
      client_wanted_ = AuthRelay::kMaxMessage;
      return 0;
    case wire::mysql::MessageStatus::too_large:
      actions.close = true;
      return 0;
    case wire::mysql::MessageStatus::complete:
      break;
  }
  client_wanted_ = 0;
  sequences_.client = static_cast<std::uint8_t>(message.last_sequence + 1);
  authenticated(auth_->from_client(message.payload, sequences_, actions), {});
  return message.whole.size();
}

// A command is sent whole, or an answer is complete.
void Session::go_on() {
  if (receiving_ == Receiving::anything) return;
  if (answering_) return wait();
  receiving_ = Receiving::command;
  resumable_ = true;
}

void Session::become_opaque() {
  tracker_.sending_unknown();
  receiving_ = Receiving::anything;
  answering_ = false;
  recording_.reset();
  resumable_ = true;
}

void Session::flight_landed() {
  if (!wait_.waiting()) return;
  wait_.end();
  go_on();
}

void Session::flight_timed_out() { flight_landed(); }

}  // namespace tapri::session::mysql
