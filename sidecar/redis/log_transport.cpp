#include "redis/log_transport.h"

#include <algorithm>
#include <random>
#include <utility>

namespace tapri::redis {
namespace {

using coherence::RecordKind;

// Failed tickets that are remembered.
constexpr std::size_t kMostFailed = 65'536;

LogConfig with_writer(LogConfig config) {
  if (config.fleet.writer != 0) return config;
  std::random_device device;
  config.fleet.writer = (std::uint64_t{device()} << 32U | device()) | 1U;
  return config;
}

}  // namespace

LogTransport::LogTransport(LogConfig config, const Clock& clock, coherence::InvalidationLog& log,
                           coherence::Freshness& freshness, const MakeClient& make_appender,
                           const MakeClient& make_follower, std::function<void(const coherence::SchemaHint&)> hint)
    : config_(with_writer(std::move(config))),
      loop_(io::make_loop()),
      log_(log),
      link_(*loop_, clock, config_, log, freshness, make_appender(*loop_), make_follower(*loop_), std::move(hint),
            [this] { settle(); }) {
  log.join_fleet(*this);
}

LogTransport::~LogTransport() { stop(); }

void LogTransport::start() {
  thread_ = std::thread([this] { loop_->run(); });
}

void LogTransport::stop() {
  if (std::exchange(inbox_.lock()->stopped, true)) return;
  if (thread_.joinable()) {
    loop_->stop();
    thread_.join();
  }
  // This thread is the link's now. Whatever comes from here on is handed over by whoever asks.
  link_.close();
  take_inbox();
}

coherence::Announcer::Ticket LogTransport::intend(coherence::Token& token, const coherence::Footprint& footprint,
                                                  std::uint8_t flags) {
  return ask({RecordKind::intent, 0, token, footprint, flags}, &token);
}

coherence::Announcer::Ticket LogTransport::announce(coherence::Token token, coherence::Footprint footprint,
                                                    std::uint8_t flags) {
  return ask({RecordKind::done, 0, token, std::move(footprint), flags}, nullptr);
}

void LogTransport::cancel(coherence::Token token) { (void)ask({RecordKind::cancel, 0, token, {}, 0}, nullptr); }

coherence::Announcer::Ticket LogTransport::flush(coherence::Footprint what) {
  return ask({RecordKind::flush, 0, 0, std::move(what), 0}, nullptr);
}

coherence::Announcer::Ticket LogTransport::ask(Asked asked, coherence::Token* new_token) {
  auto inbox = inbox_.lock();
  if (new_token != nullptr && *new_token == 0) asked.token = *new_token = ++inbox->tokens;
  if (asked.kind != RecordKind::cancel) asked.ticket = ++inbox->tickets;
  const Ticket ticket = asked.ticket;
  if (inbox->stopped) {
    // Under the lock: the writer has no thread of its own any more.
    hand_over(asked);
    settle();
    return ticket;
  }
  inbox->asked.push_back(std::move(asked));
  post(*inbox);
  return ticket;
}

void LogTransport::post(Inbox& inbox) {
  if (!std::exchange(inbox.posted, true)) loop_->post([this] { take_inbox(); });
}

void LogTransport::take_inbox() {
  std::vector<Asked> asked;
  std::vector<std::function<void(bool)>> syncs;
  bool stopped = false;
  {
    auto inbox = inbox_.lock();
    asked.swap(inbox->asked);
    syncs.swap(inbox->syncs);
    inbox->posted = false;
    stopped = inbox->stopped;
  }
  for (Asked& each : asked) hand_over(each);
  if (stopped) {
    for (const auto& done : syncs) done(false);
    return settle();
  }
  link_.pump();
  if (!syncs.empty()) link_.sync(std::move(syncs));
}

void LogTransport::hand_over(Asked& asked) {
  coherence::FleetWriter& writer = link_.writer();
  switch (asked.kind) {
    case RecordKind::intent:
      return writer.intend(asked.ticket, asked.token, asked.footprint, asked.flags);
    case RecordKind::done:
      return writer.announce(asked.ticket, asked.token, std::move(asked.footprint), asked.flags);
    case RecordKind::flush:
      return writer.flush(asked.ticket, std::move(asked.footprint));
    default:
      return writer.cancel(asked.token);
  }
}

// Failures first, then the tickets, then whoever waits: who is woken finds both.
void LogTransport::settle() {
  coherence::FleetWriter& writer = link_.writer();
  const std::vector<Ticket> failed = writer.take_failed();
  std::vector<std::function<void()>> wake;
  {
    auto settled = settled_.lock();
    settled->failed.insert(settled->failed.end(), failed.begin(), failed.end());
    for (; settled->failed.size() > kMostFailed; settled->failed.pop_front()) {
      settled->forgotten = settled->failed.front();
    }
    completed_.store(writer.completed(), std::memory_order_release);
    const auto end = settled->waiting.upper_bound(writer.completed());
    for (auto each = settled->waiting.begin(); each != end; ++each) wake.push_back(std::move(each->second));
    settled->waiting.erase(settled->waiting.begin(), end);
  }
  for (const auto& each : wake) each();
  const coherence::FleetFollower& follower = link_.follower();
  epoch_tag_.store(coherence::tag_of(follower.epoch()), std::memory_order_release);
  *status_.lock() = {.appending = writer.ready(),
                     .following = link_.following(),
                     .epoch = follower.epoch().number,
                     .position = log_.position(),
                     .base = log_.base(),
                     .open_here = writer.open(),
                     .open_elsewhere = follower.open(),
                     .gaps = follower.gaps(),
                     .unannounced = log_.unannounced()};
}

bool LogTransport::failed(Ticket ticket) {
  auto settled = settled_.lock();
  return ticket <= settled->forgotten || std::ranges::binary_search(settled->failed, ticket);
}

void LogTransport::when_completed(Ticket ticket, std::function<void()> wake) {
  {
    auto settled = settled_.lock();
    if (completed() < ticket) {
      settled->waiting.emplace(ticket, std::move(wake));
      return;
    }
  }
  wake();
}

void LogTransport::sync(std::function<void(bool)> done) {
  {
    auto inbox = inbox_.lock();
    if (!inbox->stopped) {
      inbox->syncs.push_back(std::move(done));
      return post(*inbox);
    }
  }
  done(false);
}

LogStatus LogTransport::status() { return *status_.lock(); }

}  // namespace tapri::redis
