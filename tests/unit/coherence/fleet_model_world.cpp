#include <algorithm>

#include "fleet_model.h"

namespace tapri::coherence::fleet_model {
namespace {

using Stage = Operation::Stage;
using namespace std::chrono_literals;

}  // namespace

World::World(std::uint64_t seed, FleetMode mode, Broken broken) : random_(seed), mode_(mode), broken_(broken) {
  for (std::unique_ptr<Instance>& instance : instances_) {
    instance = std::make_unique<Instance>(*this, next_writer_++, mode_, broken_);
  }
  // They know each other for long.
  for (const auto& instance : instances_) join(*instance);
  for (Duration passed{}; passed <= kLease; passed += 20ms) {
    pass_time(20ms);
    for (const auto& instance : instances_) join(*instance);
  }
}

void World::join(Instance& instance) {
  if (!instance.up) instance.connect();
  instance.send_appends();
  instance.send_read(instance.appends, {});
  while (instance.deliver_request(instance.appends) && instance.deliver_answer(instance.appends)) {
  }
}

int World::acknowledged_before(std::size_t reg, TimePoint moment) const {
  int value = 0;
  for (const auto& [when, acknowledged_value] : history[reg]) {
    // At that very moment: perhaps after a read of the log that was sent then.
    if (when < moment) value = std::max(value, acknowledged_value);
  }
  return value;
}

Outcome World::run(std::size_t steps) {
  for (std::size_t each = 0; each < steps; ++each) step();
  for (const auto& instance : instances_) outcome.gaps += instance->follower.gaps();
  return outcome;
}

void World::step() {
  Instance& instance = *instances_[draw(kInstances)];
  const std::size_t choice = draw(200);
  Channel& busier = instance.appends.requests.size() + instance.appends.answers.size() > draw(2) ? instance.appends
                                                                                                 : instance.follows;
  if (choice < 30) {
    if (instance.operations.size() < 4) instance.begin(draw(6) == 0, draw(kRegisters));
  } else if (choice < 100) {
    if (!instance.operations.empty()) instance.step(draw(instance.operations.size()));
  } else if (choice < 115) {
    if (instance.up) instance.send_appends();
  } else if (choice < 130) {
    if (instance.up && !std::exchange(instance.following, true)) instance.send_read(instance.follows, {});
  } else if (choice < 158) {
    (void)instance.deliver_request(busier);
  } else if (choice < 186) {
    (void)instance.deliver_answer(busier);
  } else if (choice < 187) {
    ++database[kAround];
  } else if (choice < 190) {
    if (!instance.up || instance.writer.is_fenced()) instance.connect();
  } else if (choice < 197) {
    pass_time(draw(20) == 0 ? 20ms : 1ms);
  } else if (choice < 199) {
    arrive_late();
  } else if (draw(6) == 0) {
    fault();
  }
}

// What a lost connection had sent.
void World::arrive_late() {
  if (late.empty()) return;
  Request request = std::move(late.front());
  late.pop_front();
  (void)shared.append(request.epoch, std::move(request.append->record));
}

// Requests whose deadline is over end their connection; commits of instances that are gone happen in time or never.
void World::pass_time(Duration by) {
  clock.advance(by);
  const TimePoint now = clock.now();
  for (const auto& instance : instances_) {
    bool overdue = false;
    for (const Channel* channel : {&instance->appends, &instance->follows}) {
      overdue |= !channel->requests.empty() && now - channel->requests.front().sent > kDeadline;
      overdue |= !channel->answers.empty() && now - channel->answers.front().read.sent > kDeadline;
    }
    if (overdue) instance->disconnect(draw(2) == 0);
    instance->writer.tick(now);
    instance->follower.tick(now);
    if (instance->up) instance->send_appends();
  }
  std::erase_if(ghosts, [&](const Ghost& ghost) { return now > ghost.until; });
}

void World::fault() {
  ++outcome.faults;
  Instance& instance = *instances_[draw(kInstances)];
  switch (draw(8)) {
    case 0:
    case 1:
      instance.disconnect(draw(2) == 0);
      break;
    case 2:
      kill(draw(kInstances));
      break;
    case 3:
      shared.trim(draw(4));
      break;
    case 4: {  // another server takes over, without the last of what this one had
      ++shared.server;
      for (std::size_t lost = draw(4); lost > 0 && !shared.entries.empty(); --lost) shared.entries.pop_back();
      shared.tail = shared.entries.empty() ? 0 : shared.entries.back().position;
      if (epoch_of(shared.tail) != shared.epoch.number) shared.epoch = {epoch_of(shared.tail), 0};
      late.clear();
      for (const auto& each : instances_) each->disconnect(false);
      break;
    }
    case 5:  // somebody deletes it
      if (draw(4) != 0) break;
      shared.entries.clear();
      shared.tail = 0;
      if (draw(2) == 0) shared.epoch = {};
      break;
    case 6:  // nobody reads for a while
      for (int each = 0; each < 12; ++each) pass_time(40ms);
      break;
    default:
      if (!ghosts.empty()) {
        const std::size_t which = draw(ghosts.size());
        ++database[ghosts[which].reg];
        ghosts.erase(ghosts.begin() + static_cast<std::ptrdiff_t>(which));
      }
      break;
  }
}

void World::kill(std::size_t which) {
  Instance& victim = *instances_[which];
  for (const auto& [number, operation] : victim.operations) {
    if (operation.stage == Stage::forwarded) ghosts.push_back({operation.reg, operation.forwarded + kLongestCommit});
  }
  outcome.gaps += victim.follower.gaps();
  victim.disconnect(draw(2) == 0);
  instances_[which] = std::make_unique<Instance>(*this, next_writer_++, mode_, broken_);
}

}  // namespace tapri::coherence::fleet_model
