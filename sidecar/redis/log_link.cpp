#include "redis/log_link.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <random>
#include <utility>

namespace tapri::redis {
namespace {

// Of one read. A record may have 128 KiB.
constexpr std::size_t kMostEntries = 256;
constexpr std::string_view kMostEntriesText = "256";

std::uint64_t random_id() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U | device()) | 1U;
}

// An error reply that is none of those which belong here: told once, until what is asked for is done again. Of what
// becomes of connections the clients tell.
void tell_refused(telemetry::StateLog& state, const Result<Reply>& reply) {
  constexpr std::size_t kMostText = 200;
  if (!reply || !reply->is_error()) return;
  const std::string_view text = reply->text().substr(0, kMostText);
  // A script's commands are refused in other words than a client's.
  const bool no_right = text.starts_with("NOPERM") || text.find("user executing the script") != std::string_view::npos;
  state.degraded(no_right
                     ? "Redis does not let this user keep the log of writes: allow it what the documentation lists "
                       "(ACL SETUSER)"
                     : "Redis refuses what the log of writes needs",
                 {{"error", text}});
}

std::int64_t milliseconds_of(Duration duration) {
  return std::max<std::int64_t>(1, std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

}  // namespace

LogLink::LogLink(io::Loop& loop, const Clock& clock, const LogConfig& config, coherence::InvalidationLog& log,
                 coherence::Freshness& freshness, std::unique_ptr<Client> appender, std::unique_ptr<Client> follower,
                 std::function<void(const coherence::SchemaHint&)> hint, std::function<void()> settled)
    : clock_(clock),
      config_(config),
      keys_(config.name_space),
      freshness_(freshness),
      writer_(config.fleet, log),
      follower_(config.fleet, log, freshness, writer_, std::move(hint)),
      settled_(std::move(settled)),
      appending_(std::move(appender)),
      waiting_(std::move(follower)),
      timer_(loop.make_timer()),
      sync_timer_(loop.make_timer()) {
  appending_->watch([this](bool connected) { connection_changed(connected); });
  waiting_->watch([this](bool connected) {
    if (connected) follow();
  });
  timer_->set(config_.retry, [this] { tick(); });
}

LogLink::~LogLink() = default;

void LogLink::connection_changed(bool connected) {
  if (connected) return ask_epoch();
  drop();
}

// Everything that waits has failed; the next tick begins again.
void LogLink::drop() {
  writer_.disconnected();
  settled_();
}

void LogLink::tick() {
  if (closed_) return;
  timer_->set(config_.retry, [this] { tick(); });
  if (appending_->connected() && !writer_.ready()) ask_epoch();
  if (waiting_->connected() && !reading_) follow();
  writer_.tick(clock_.now());
  follower_.tick(clock_.now());
  pump();
}

void LogLink::ask_epoch() {
  if (closed_ || std::exchange(asking_, true)) return;
  const std::array<std::string_view, 2> info{"INFO", "replication"};
  appending_->send(info, config_.deadline, [this](const Result<Reply>& reply) {
    const std::string_view replication = reply ? replication_id(*reply) : std::string_view();
    if (!replication.empty()) return ask_epoch_on(replication);
    asking_ = false;
    tell_refused(writing_state_, reply);
    drop();
  });
}

void LogLink::ask_epoch_on(std::string_view replication) {
  coherence::Record first;
  first.kind = coherence::RecordKind::epoch;
  first.writer = random_id();
  const coherence::Epoch known = follower_.epoch();
  const std::string record = coherence::encode(first);
  const std::string number = std::to_string(known.number);
  const std::string id = std::to_string(known.id);
  const std::string new_id = std::to_string(first.writer);
  const std::array<std::string_view, 10> command{"EVAL", epoch_script(), "2",    keys_.epoch, keys_.log, number,
                                                 id,     replication,    new_id, record};
  appending_->send(command, config_.deadline, [this](const Result<Reply>& reply) {
    asking_ = false;
    const auto epoch = reply ? parse_epoch(*reply) : std::nullopt;
    if (!epoch) tell_refused(writing_state_, reply);
    if (!epoch || closed_) return drop();
    writer_.connected(*epoch, clock_.now());
    pump();
    // There may have been no log before.
    if (waiting_->connected()) follow();
  });
}

void LogLink::pump() {
  while (in_flight_ < config_.most_in_flight) {
    auto append = writer_.next();
    if (!append) break;
    send(*append);
  }
  settled_();
}

void LogLink::send(const coherence::FleetWriter::Append& append) {
  const std::string most = std::to_string(config_.most_records);
  const std::string id = std::to_string(writer_.epoch().number) + "-*";
  const std::array<std::string_view, 9> command{"XADD", keys_.log, "NOMKSTREAM", "MAXLEN",     "~",
                                                most,   id,        "r",          append.record};
  ++in_flight_;
  appending_->send(command, config_.deadline, [this, number = append.number](const Result<Reply>& reply) {
    --in_flight_;
    appended(number, reply);
  });
}

void LogLink::appended(std::uint64_t number, const Result<Reply>& reply) {
  const Appended answer = reply ? parse_appended(*reply) : Appended{};
  switch (answer.fault) {
    case AppendFault::none:
      writing_state_.recovered("The log of writes can be written again");
      writer_.appended(number, answer.position);
      break;
    case AppendFault::fenced:
      writer_.fenced(number);
      ask_epoch();
      break;
    case AppendFault::failed:
      tell_refused(writing_state_, reply);
      writer_.failed(number);
      return drop();
  }
  pump();
}

void LogLink::follow() {
  if (closed_ || std::exchange(reading_, true)) return;
  read(*waiting_, config_.poll, std::make_shared<Read>(), [this](bool good) {
    reading_ = false;
    following_ = good;
    // Otherwise the next tick tries again.
    if (good && waiting_->connected()) follow();
  });
}

void LogLink::sync(std::vector<std::function<void(bool)>> waiting) {
  sync_until(std::move(waiting), clock_.now() + config_.sync_wait);
}

void LogLink::sync_until(std::vector<std::function<void(bool)>> waiting, TimePoint until) {
  // Of a server that has not been asked for its epoch it is not known whether it has lost what others were told of.
  if (!writer_.ready() || sync_overdue_) {
    for (const auto& done : waiting) done(false);
    return;
  }
  auto read = std::make_shared<Read>();
  read->waiting = std::move(waiting);
  read->until = until;
  syncs_.push_back(read);
  watch_syncs();
  LogLink::read(*appending_, Duration{}, read, [this, read](bool good) {
    sync_overdue_ = false;
    auto told = std::exchange(read->waiting, {});
    while (!syncs_.empty() && syncs_.front()->waiting.empty()) syncs_.pop_front();
    if (told.empty()) return;
    if (good && !read->read.complete) return sync_until(std::move(told), read->until);
    const bool fresh = good && writer_.ready() && freshness_.fresh(clock_.now());
    for (const auto& done : told) done(fresh);
  });
}

// The timer is set rarely: it may find that those it was set for are done.
void LogLink::watch_syncs() {
  if (syncs_.empty() || std::exchange(sync_timer_set_, true)) return;
  sync_timer_->set(std::max(syncs_.front()->until - clock_.now(), Duration::zero()), [this] { end_late_syncs(); });
}

void LogLink::end_late_syncs() {
  sync_timer_set_ = false;
  const TimePoint now = clock_.now();
  std::vector<std::function<void(bool)>> late;
  for (; !syncs_.empty() && syncs_.front()->until <= now; syncs_.pop_front()) {
    std::ranges::move(std::exchange(syncs_.front()->waiting, {}), std::back_inserter(late));
  }
  sync_overdue_ |= !late.empty();
  watch_syncs();
  for (const auto& done : late) done(false);
}

// `block`: how long Redis may wait for what is new; none: not at all.
void LogLink::read(Client& client, Duration block, const std::shared_ptr<Read>& read, std::function<void(bool)> done) {
  read->read.sent = clock_.now();
  read->read.from = follower_.cursor();
  const std::array<std::string_view, 3> info{"XINFO", "STREAM", keys_.log};
  client.send(info, config_.deadline, [this, read](const Result<Reply>& reply) {
    const auto tail = reply ? parse_tail(*reply) : std::nullopt;
    if (reply && !reply->text().starts_with("ERR no such key")) tell_refused(reading_state_, reply);
    read->has_tail = tail.has_value();
    read->read.tail = tail.value_or(0);
  });
  const std::string from = id_text(read->read.from);
  const std::string wait = std::to_string(milliseconds_of(block));
  std::vector<std::string_view> command{"XREAD", "COUNT", kMostEntriesText};
  if (block > Duration{}) command.insert(command.end(), {"BLOCK", wait});
  command.insert(command.end(), {"STREAMS", keys_.log, from});
  client.send(command, config_.deadline + block,
              [this, read, done = std::move(done)](const Result<Reply>& reply) { done(apply(*read, reply)); });
}

bool LogLink::apply(Read& read, const Result<Reply>& reply) {
  if (closed_) return false;
  const auto entries = reply ? parse_entries(*reply) : std::nullopt;
  if (!entries || !read.has_tail) {
    tell_refused(reading_state_, reply);
    // There is no log, perhaps, or not one that can be read: whoever begins an epoch makes one.
    if (reply && appending_->connected()) ask_epoch();
    return false;
  }
  read.read.entries = *entries;
  read.read.complete = entries->size() < kMostEntries;
  reading_state_.recovered("The log of writes can be read again");
  const bool applied = follower_.read(read.read, clock_.now()) == coherence::FleetFollower::Outcome::applied;
  read.read.entries = {};
  if (!applied && appending_->connected()) ask_epoch();
  pump();
  return applied;
}

void LogLink::close() {
  if (std::exchange(closed_, true)) return;
  timer_->cancel();
  sync_timer_->cancel();
  writer_.disconnected();
  settled_();
  appending_->close();
  waiting_->close();
}

}  // namespace tapri::redis
