#include "fleet_model.h"

#include <algorithm>

namespace tapri::coherence::fleet_model {
namespace {

using Stage = Operation::Stage;
using namespace std::chrono_literals;

constexpr std::size_t kMostEntriesOfARead = 3;

// All registers hang on what stands for the whole database; each has one of its own.
std::vector<Dependency> dependencies_of(std::size_t reg) { return {1, 10 + reg}; }
Footprint footprint_of(std::size_t reg) { return Footprint({10 + reg}); }
std::vector<Dependency> scopes_of(std::size_t reg) {
  return {rule_scope(reg == kAround ? "around" : "other"), fingerprint_scope(reg)};
}

}  // namespace

Epoch SharedLog::connect(Epoch known, Writer id) {
  const bool other = epoch.number == known.number && known.id != 0 && known.id != epoch.id;
  if (made_on == server && epoch.number >= known.number && !other && tail != 0) return epoch;
  epoch = {std::max(epoch.number, known.number) + 1, id};
  made_on = server;
  tail = position_of(epoch.number, 1);
  Record first;
  first.kind = RecordKind::epoch;
  first.writer = id;
  entries.push_back({tail, encode(first)});
  return epoch;
}

std::optional<Position> SharedLog::append(std::uint64_t of_epoch, std::string record) {
  if (tail == 0 || epoch_of(tail) != of_epoch) return std::nullopt;
  entries.push_back({++tail, std::move(record)});
  return tail;
}

Instance::Instance(World& the_world, Writer id, FleetMode the_mode, Broken the_broken)
    : world(the_world),
      mode(the_mode),
      broken(the_broken),
      config{.writer = id, .lease = kLease, .grace = kGrace, .most_unannounced = 2, .most_pending = 64},
      freshness(the_mode, kMaxStaleness),
      writer(config, log),
      follower(config, log, freshness, writer, {}) {
  log.join_fleet(*this);
}

Announcer::Ticket Instance::intend(Token& token, const Footprint& footprint, std::uint8_t flags) {
  if (token == 0) token = ++tokens_;
  writer.intend(++tickets_, token, footprint, flags);
  return tickets_;
}

Announcer::Ticket Instance::announce(Token token, Footprint footprint, std::uint8_t flags) {
  ++tickets_;
  if (broken == Broken::not_announced || (broken == Broken::unannounced_forgotten && !up)) {
    if (!up) failed_.insert(tickets_);
    writer.cancel(token);
    log.settle(footprint, log.position() + 1);
    return settled_here_ = tickets_;
  }
  writer.announce(tickets_, token, std::move(footprint), flags);
  return tickets_;
}

bool Instance::failed(Ticket ticket) {
  for (const Ticket each : writer.take_failed()) failed_.insert(each);
  return failed_.contains(ticket);
}

void Instance::connect() {
  const Epoch epoch = world.shared.connect(follower.epoch(), world.draw(1'000'000) + 1);
  writer.connected(epoch, world.clock.now());
  up = true;
}

// What has been sent may be lost, or come to the log later.
void Instance::disconnect(bool requests_arrive) {
  up = false;
  if (requests_arrive) {
    for (Request& request : appends.requests) {
      if (request.append) world.late.push_back(std::move(request));
    }
  }
  appends = {};
  follows = {};
  following = false;
  for (auto& [number, operation] : operations) {
    if (operation.stage == Stage::syncing) operation.stage = Stage::fetch;
  }
  writer.disconnected();
}

void Instance::send_appends() {
  while (auto append = writer.next()) {
    Request request;
    request.epoch = writer.epoch().number;
    request.append = std::move(append);
    request.sent = world.clock.now();
    appends.requests.push_back(std::move(request));
  }
}

void Instance::send_read(Channel& channel, std::vector<std::size_t> waiting) {
  Request request;
  request.sent = world.clock.now();
  request.from = follower.cursor();
  request.waiting = std::move(waiting);
  channel.requests.push_back(std::move(request));
}

bool Instance::deliver_request(Channel& channel) {
  if (channel.requests.empty()) return false;
  Request request = std::move(channel.requests.front());
  channel.requests.pop_front();
  Answer answer;
  answer.read.sent = request.sent;
  if (request.append) {
    answer.is_append = true;
    answer.number = request.append->number;
    answer.position = world.shared.append(request.epoch, std::move(request.append->record));
  } else {
    answer.read.from = request.from;
    answer.read.tail = world.shared.tail;
    for (const SharedLog::Stored& entry : world.shared.entries) {
      if (entry.position > request.from && answer.entries.size() < kMostEntriesOfARead) answer.entries.push_back(entry);
    }
    answer.read.complete = answer.entries.size() < kMostEntriesOfARead;
    answer.waiting = std::move(request.waiting);
  }
  channel.answers.push_back(std::move(answer));
  return true;
}

bool Instance::deliver_answer(Channel& channel) {
  if (channel.answers.empty()) return false;
  const Answer answer = std::move(channel.answers.front());
  channel.answers.pop_front();
  if (!answer.is_append) {
    if (&channel == &follows) following = false;
    read(answer);
    return true;
  }
  if (answer.position) {
    writer.appended(answer.number, *answer.position);
  } else {
    writer.fenced(answer.number);
  }
  return true;
}

void Instance::read(const Answer& answer) {
  LogRead read = answer.read;
  if (broken == Broken::synced_when_answered) read.sent = world.clock.now();
  if (broken == Broken::incomplete_is_synced) read.complete = true;
  if (broken == Broken::tail_not_compared)
    read.tail = answer.entries.empty() ? read.from : answer.entries.back().position;
  std::vector<std::string> records;
  std::vector<LogEntry> entries;
  records.reserve(answer.entries.size());
  for (const SharedLog::Stored& stored : answer.entries) {
    records.push_back(stored.record);
    const auto record = decode(stored.record);
    if (broken == Broken::intents_ignored && record && record->kind == RecordKind::intent) {
      records.back() = encode({.kind = RecordKind::cancel});
    }
    entries.push_back({stored.position, records.back()});
  }
  if (broken == Broken::incomplete_is_synced && !entries.empty()) read.tail = entries.back().position;
  read.entries = entries;
  const bool applied = follower.read(read, world.clock.now()) == FleetFollower::Outcome::applied;
  if (broken == Broken::base_not_raised) LogSteps::forget_base(log);
  for (const std::size_t number : answer.waiting) {
    const auto operation = operations.find(number);
    if (operation == operations.end() || operation->second.stage != Stage::syncing) continue;
    operation->second.stage = applied && read.complete ? Stage::look_up : Stage::fetch;
  }
  if (!applied) disconnect(false);
}

void Instance::begin(bool writes, std::size_t reg) {
  Operation& operation = operations[++operations_begun_];
  operation.writes = writes;
  operation.reg = reg;
  operation.floor = std::max(world.acknowledged[reg], world.returned[reg]);
  operation.own_floor = acknowledged[reg];
}

void Instance::step(std::size_t which) {
  auto found = operations.begin();
  std::advance(found, which);
  Operation& operation = found->second;
  if (!operation.writes) {
    step_read(operation, found->first);
  } else {
    operation.reg == kAround ? step_flush(operation) : step_write(operation);
  }
  if (operation.stage == Stage::over) operations.erase(found);
}

void Instance::step_read(Operation& operation, std::size_t number) {
  switch (operation.stage) {
    case Stage::begun:
      operation.stage = Stage::look_up;
      if (mode != FleetMode::strict || broken == Broken::sync_before_request) break;
      operation.stage = up ? Stage::syncing : Stage::fetch;
      if (up) send_read(appends, {number});
      break;
    case Stage::look_up:
      look_up(operation);
      break;
    case Stage::fetch:
      if (!operation.lease) {
        operation.lease = log.lease();
        break;
      }
      operation.value = world.database[operation.reg];
      operation.stage = Stage::store;
      break;
    case Stage::store: {
      ++world.outcome.misses;
      const Entry entry{operation.value, operation.lease->as_of()};
      cache[operation.reg] = entry;
      if (up) world.second_tier[operation.reg] = entry;
      return_value(operation, operation.value, false);
      break;
    }
    default:
      break;
  }
}

bool Instance::valid(std::size_t reg, const Entry& entry) const {
  return !log.flushes().flushed(scopes_of(reg), entry.as_of) &&
         log.check(dependencies_of(reg), entry.as_of) == Validity::valid;
}

bool Instance::adoptable(std::size_t reg, const Entry& entry) const {
  if (broken == Broken::dirty_lowered_early) {
    const bool under_way = std::ranges::any_of(
        operations, [&](const auto& each) { return each.second.reg == reg && !each.second.mark.empty(); });
    const auto written = [&](Dependency dependency) { return LogSteps::last_write(log, dependency) > entry.as_of; };
    if (!under_way && entry.as_of <= log.position() && entry.as_of >= log.base() && !log.unannounced() &&
        std::ranges::none_of(dependencies_of(reg), written)) {
      return true;
    }
  }
  const bool flushed = log.flushes().flushed(scopes_of(reg), entry.as_of);
  if (flushed && broken != Broken::flush_not_held_against_what_is_found) return false;
  return log.adopt(dependencies_of(reg), entry.as_of).has_value();
}

void Instance::look_up(Operation& operation) {
  operation.stage = Stage::fetch;
  if (!freshness.fresh(world.clock.now())) return;
  const auto local = cache.find(operation.reg);
  if (local != cache.end() && valid(operation.reg, local->second)) {
    ++world.outcome.hits;
    return return_value(operation, local->second.value, true);
  }
  const auto shared = world.second_tier.find(operation.reg);
  if (!up || shared == world.second_tier.end()) return;
  if (!adoptable(operation.reg, shared->second)) return;
  ++world.outcome.adopted;
  cache[operation.reg] = shared->second;
  return_value(operation, shared->second.value, true);
}

void Instance::return_value(Operation& operation, int value, bool hit) {
  operation.stage = Stage::over;
  const std::size_t reg = operation.reg;
  if (hit) {
    const int floor =
        mode == FleetMode::strict ? operation.floor : world.acknowledged_before(reg, world.clock.now() - kMaxStaleness);
    if (value < floor) ++world.outcome.stale;
    if (value < operation.own_floor) ++world.outcome.own_stale;
  }
  if (reg != kAround) world.returned[reg] = std::max(world.returned[reg], value);
}

void Instance::step_write(Operation& operation) {
  const TimePoint now = world.clock.now();
  switch (operation.stage) {
    case Stage::begun:
      operation.mark = DirtyMark(log, footprint_of(operation.reg));
      operation.ticket = operation.mark.intent();
      operation.stage = Stage::intended;
      break;
    case Stage::intended:
      if (mode == FleetMode::strict) {
        if (completed() < operation.ticket) break;
        if (failed(operation.ticket) || !writer.ready()) {
          operation.mark.lower();
          ++world.outcome.unknown;
          operation.stage = Stage::over;
          break;
        }
      }
      operation.forwarded = now;
      operation.stage = Stage::forwarded;
      break;
    case Stage::forwarded:
      if (now - operation.forwarded > kLongestCommit || world.draw(8) == 0) {
        operation.mark.lower();
        operation.stage = Stage::over;
        break;
      }
      operation.value = ++world.database[operation.reg];
      operation.stage = Stage::committed;
      break;
    case Stage::committed:
      operation.ticket = operation.mark.commit();
      operation.stage = Stage::announced;
      break;
    case Stage::announced: {
      if (completed() < operation.ticket) break;
      operation.stage = Stage::over;
      int& own = acknowledged[operation.reg];
      own = std::max(own, operation.value);
      if (failed(operation.ticket)) {
        ++world.outcome.unknown;
        break;
      }
      ++world.outcome.writes;
      acknowledge(operation);
      break;
    }
    default:
      break;
  }
}

void Instance::acknowledge(const Operation& operation) {
  int& all = world.acknowledged[operation.reg];
  all = std::max(all, operation.value);
  world.history[operation.reg].emplace_back(world.clock.now(), all);
}

void Instance::step_flush(Operation& operation) {
  if (operation.stage == Stage::begun) {
    const Footprint what({rule_scope("around")});
    operation.value = world.database[kAround];
    log.flush(what);
    operation.stage = Stage::announced;
    if (broken == Broken::flush_not_told) return;
    operation.ticket = ++tickets_;
    writer.flush(operation.ticket, what);
    return;
  }
  if (completed() < operation.ticket && broken != Broken::flush_settled_early) return;
  operation.stage = Stage::over;
  if (failed(operation.ticket)) {
    ++world.outcome.unknown;
    return;
  }
  ++world.outcome.flushes;
  acknowledged[kAround] = std::max(acknowledged[kAround], operation.value);
  acknowledge(operation);
}

}  // namespace tapri::coherence::fleet_model
