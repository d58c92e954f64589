#include "redis/conversation.h"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <memory>
#include <utility>

namespace tapri::redis {
namespace {

// hiredis moves what is left of its input with every reply: the less of it, the cheaper.
constexpr std::size_t kPiece = 16UL * 1024;
// What an argument takes besides its bytes, at most: "$<length>\r\n" and "\r\n".
constexpr std::size_t kArgumentOverhead = 32;
// hiredis tells sizes and numbers of arguments as int.
constexpr std::size_t kMostInt = std::numeric_limits<int>::max();

std::size_t command_size(std::span<const std::string_view> arguments) {
  std::size_t size = kArgumentOverhead;
  for (const auto argument : arguments) size += argument.size() + kArgumentOverhead;
  return size;
}

struct FreeCommand {
  void operator()(char* command) const { redisFreeCommand(command); }
};

}  // namespace

Conversation::Conversation(InFlightLimits in_flight, ReplyLimits reply, ConversationObserver* observer)
    : limits_(in_flight), observer_(observer), reader_(reply) {
  limits_.bytes = std::min(limits_.bytes, kMostInt);
}

bool Conversation::send(std::span<const std::string_view> arguments, TimePoint now, TimePoint deadline,
                        ReplyHandler& done) {
  if (aborted_ || arguments.empty() || pending_.size() >= limits_.commands) return false;
  const std::size_t size = command_size(arguments);
  if (size > limits_.bytes - bytes_) return false;
  argument_data_.clear();
  argument_sizes_.clear();
  for (const auto argument : arguments) {
    argument_data_.push_back(argument.data());
    argument_sizes_.push_back(argument.size());
  }
  char* made = nullptr;
  const int length =
      redisFormatCommandArgv(&made, static_cast<int>(arguments.size()), argument_data_.data(), argument_sizes_.data());
  if (length < 0) return false;
  const std::unique_ptr<char, FreeCommand> command(made);
  output_.append(made, static_cast<std::size_t>(length));
  pending_.push_back({std::move(done), now, deadline, size});
  bytes_ += size;
  return true;
}

void Conversation::take_output(std::string& into) { output_.swap(into); }

Result<void> Conversation::receive(ByteView bytes, TimePoint now) {
  heard_ = now;
  while (!bytes.empty() && !aborted_) {
    reader_.feed(bytes.substr(0, kPiece));
    bytes.remove_prefix(std::min(bytes.size(), kPiece));
    if (auto good = deliver_all(now); !good) return good;
  }
  return {};
}

Result<void> Conversation::deliver_all(TimePoint now) {
  while (!aborted_) {
    const auto reply = reader_.next();
    if (!reply) return fail(reply.error().message);
    if (!*reply) break;
    if (auto good = deliver(**reply, now); !good) return good;
  }
  return {};
}

Result<void> Conversation::deliver(const Reply& reply, TimePoint now) {
  if (pending_.empty()) {
    // A server that has no room for another connection says so unasked, and what it says is what a person wants to
    // know.
    if (!push_) return fail(reply.is_error() ? std::string(reply.text()) : "a reply to nothing that was asked");
    push_(reply);
    return {};
  }
  Pending answered = std::move(pending_.front());
  pending_.pop_front();
  bytes_ -= answered.bytes;
  if (!answered.done) return {};
  if (observer_ != nullptr) observer_->answered(now - answered.sent, error_code(reply));
  if (!forgotten_) answered.done(reply);
  return {};
}

void Conversation::expire(TimePoint now) {
  // By index: a handler may send, and end it all.
  for (std::size_t i = 0; i < pending_.size() && !aborted_; ++i) {
    if (!pending_[i].done || pending_[i].deadline > now) continue;
    const ReplyHandler done = std::exchange(pending_[i].done, nullptr);
    if (observer_ != nullptr) observer_->expired(heard_ <= pending_[i].sent);
    if (!forgotten_) done(fail("Redis has not answered in time"));
  }
}

std::size_t Conversation::end_waiting(const Error& error) {
  // What a handler sends is waited for.
  const std::size_t sent = pending_.size();
  std::size_t ended = 0;
  for (std::size_t i = 0; i < sent && !aborted_; ++i) {
    if (!pending_[i].done) continue;
    const ReplyHandler done = std::exchange(pending_[i].done, nullptr);
    ++ended;
    done(tl::unexpected<Error>(error));
  }
  return ended;
}

std::optional<TimePoint> Conversation::next_deadline() const {
  std::optional<TimePoint> next;
  for (const auto& pending : pending_) {
    if (pending.done && (!next || pending.deadline < *next)) next = pending.deadline;
  }
  return next;
}

std::optional<TimePoint> Conversation::oldest_deadline() const {
  if (pending_.empty()) return std::nullopt;
  return pending_.front().deadline;
}

void Conversation::abort(const Error& error) {
  aborted_ = true;
  output_.clear();
  bytes_ = 0;
  const auto left = std::exchange(pending_, {});
  for (const auto& pending : left) {
    if (pending.done && !forgotten_) pending.done(tl::unexpected<Error>(error));
  }
}

void Conversation::forget() {
  aborted_ = forgotten_ = true;
  output_.clear();
  bytes_ = 0;
  const auto left = std::exchange(pending_, {});
}

}  // namespace tapri::redis
