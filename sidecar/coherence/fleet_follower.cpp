#include "coherence/fleet_follower.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace tapri::coherence {
namespace {

using record_flags::kEverything;
using record_flags::kFinal;
using record_flags::kPartial;
using record_flags::kSchema;

// Of all others together; 8 bytes a dependency.
constexpr std::size_t kMostOpen = 65'536;
constexpr std::size_t kMostOpenDependencies = std::size_t{4} << 20U;

bool names_unknown_writes(const Footprint& footprint) {
  return std::ranges::any_of(footprint.dependencies(), [](Dependency dependency) {
    const DependencyKind kind = kind_of(dependency);
    return kind == DependencyKind::all || kind == DependencyKind::roles;
  });
}

}  // namespace

Epoch FleetFollower::epoch() const {
  const Epoch read{epoch_of(log_.position()), epoch_id_};
  const Epoch told = writer_.epoch();
  if (read.number == told.number && read.id != 0) return read;
  return told.number >= read.number ? told : read;
}

FleetFollower::Outcome FleetFollower::read(const LogRead& read, TimePoint now) {
  // An answer that comes late may be behind position(), but not behind where it began, nor of an older epoch.
  if (read.tail < read.from || epoch_of(read.tail) < epoch_of(log_.position())) return Outcome::outdated;
  for (const LogEntry& entry : read.entries) apply(entry, now);
  // It was there before the entries were read, so it was trimmed.
  if (read.complete && log_.position() < read.tail) {
    gap(read.tail, now);
    if (epoch_of(read.tail) != epoch_of(log_.position())) epoch_id_ = 0;
    log_.advance(read.tail);
  }
  if (read.complete && !std::exchange(joined_, true)) hint({}, true, true);
  if (read.complete) {
    freshness_.synced(read.sent, suspended(now));
  } else if (suspended(now)) {
    freshness_.suspend();
  }
  return Outcome::applied;
}

void FleetFollower::apply(const LogEntry& entry, TimePoint now) {
  const Position position = log_.position();
  if (entry.position <= position) return;  // came before, by another read
  if (position == 0 || entry.position != position + 1) {
    if (joined_ || sequence_of(entry.position) != 1) {
      gap(entry.position - 1, now);
    } else {
      unsure(entry.position - 1, now);  // an epoch that has begun before this process
    }
  }
  const auto record = decode(entry.record);
  if (epoch_of(entry.position) != epoch_of(position)) {
    epoch_id_ = record && record->kind == RecordKind::epoch ? record->writer : 0;
  }
  if (record) {
    apply(*record, entry.position, now);
  } else {
    gap(entry.position, now);  // of a newer version: it may mean anything
  }
  log_.advance(entry.position);
}

void FleetFollower::apply(const Record& record, Position position, TimePoint now) {
  if (record.kind != RecordKind::lapsed) heard(record.writer, now);
  switch (record.kind) {
    case RecordKind::write:
      note_written(record, position);
      break;
    case RecordKind::done:
      note_written(record, position);
      end(record.writer, record.token);
      break;
    case RecordKind::lapsed:
      note_written(record, position);
      if (record.has(kFinal)) end(record.writer, record.token);
      break;
    case RecordKind::intent:
      note_intent(record, now);
      break;
    case RecordKind::cancel:
      end(record.writer, record.token);
      break;
    case RecordKind::alive:
      note_alive(record, now);
      break;
    case RecordKind::flush:
      log_.apply_flush(record.footprint, position);
      break;
    case RecordKind::epoch:
      break;
  }
}

void FleetFollower::gap(Position base, TimePoint now) {
  ++gaps_;
  hint({}, true, true);
  unsure(base, now);
}

void FleetFollower::unsure(Position base, TimePoint now) {
  unsure_until_ = std::max(unsure_until_, now + config_.lease);
  // What was missed may have been a flush.
  log_.apply_flush({}, base);
}

// While what was written before this process began is read, one hint at the end says it all.
void FleetFollower::hint(const Footprint& footprint, bool everything, bool surely) {
  if (joined_ && hint_) hint_({footprint, everything, surely});
}

void FleetFollower::note_written(const Record& record, Position position) {
  const bool own = record.writer == config_.writer && record.kind != RecordKind::lapsed;
  const bool everything = record.has(kEverything);
  const bool surely = record.has(kSchema);
  if (!own && (surely || everything || names_unknown_writes(record.footprint))) {
    hint(record.footprint, everything, surely || everything);
  }
  log_.apply(record.footprint, position);
  // What of its own this process has announced so is in the table with all that it names.
  if (everything && !own) log_.raise_base(position);
}

void FleetFollower::note_intent(const Record& record, TimePoint now) {
  if (record.writer == config_.writer) return;
  Other& other = others_[record.writer];
  other.heard = now;
  if (other.unseen.erase(record.token) > 0) --unseen_;
  const bool is_new = !other.intents.contains(record.token);
  if (is_new && open_ >= kMostOpen) {
    // One that is not noted is found missing when its writer names it.
    unsure_until_ = std::max(unsure_until_, now + config_.lease);
    return forget_idle(others_.find(record.writer));
  }
  if (is_new) ++open_;
  Intent& intent = other.intents[record.token];
  intent.flags |= record.flags & kSchema;
  std::vector<Dependency> missing;
  std::ranges::set_difference(record.footprint.dependencies(), intent.footprint.dependencies(),
                              std::back_inserter(missing));
  const bool fits = open_dependencies_ + missing.size() <= kMostOpenDependencies;
  if ((record.has(kEverything) || !fits) && !std::exchange(intent.everything, true)) ++everything_;
  if (!fits || missing.empty()) return;
  open_dependencies_ += missing.size();
  const Footprint added(std::move(missing));
  log_.raise(added);
  intent.footprint.add(added);
}

void FleetFollower::note_alive(const Record& record, TimePoint now) {
  if (record.writer == config_.writer || record.has(kPartial)) return;
  const std::vector<Token>& named = record.footprint.dependencies();
  Other& other = others_[record.writer];
  other.heard = now;
  const auto over = [&](Token token) { return token <= record.token && !record.footprint.contains(token); };
  for (auto each = other.intents.begin(); each != other.intents.end();) {
    if (over(each->first)) drop(each->second);
    each = over(each->first) ? other.intents.erase(each) : std::next(each);
  }
  unseen_ -= std::erase_if(other.unseen, over);
  // What is not known is over, and its end on the way to its writer; or its intent was never seen.
  if (now < unsure_until_) {
    for (const Token token : named) {
      if (other.intents.contains(token) || unseen_ >= kMostOpen) continue;
      if (other.unseen.insert(token).second) ++unseen_;
    }
  }
  forget_idle(others_.find(record.writer));
}

void FleetFollower::heard(Writer writer, TimePoint now) {
  const auto other = others_.find(writer);
  if (other != others_.end()) other->second.heard = now;
}

void FleetFollower::drop(const Intent& intent) {
  log_.lower(intent.footprint);
  open_dependencies_ -= intent.footprint.dependencies().size();
  if (intent.everything) --everything_;
  --open_;
}

void FleetFollower::end(Writer writer, Token token) {
  const auto other = others_.find(writer);
  if (other == others_.end()) return;
  unseen_ -= other->second.unseen.erase(token);
  const auto intent = other->second.intents.find(token);
  if (intent != other->second.intents.end()) {
    drop(intent->second);
    other->second.intents.erase(intent);
  }
  forget_idle(other);
}

void FleetFollower::forget_idle(std::map<Writer, Other>::iterator other) {
  if (other->second.intents.empty() && other->second.unseen.empty()) others_.erase(other);
}

// Everybody judges by the time since it has itself heard of the writer, and only where it has read the log since. The
// marks go down when the final record comes back by the log, which has been applied by then.
void FleetFollower::tick(TimePoint now) {
  for (auto& [writer, other] : others_) {
    const Duration silent =
        freshness_.last_sync() == TimePoint::min() ? Duration{} : freshness_.last_sync() - other.heard;
    if (silent <= config_.lease + config_.grace) continue;
    const bool final = silent > config_.lease + 2 * config_.grace;
    for (auto& [token, intent] : other.intents) {
      if (final) {
        if (intent.end_told != TimePoint::min() && now - intent.end_told < config_.grace) continue;
        intent.end_told = now;
      } else if (std::exchange(intent.lapse_told, true)) {
        continue;
      }
      tell_lapse(writer, token, intent, final);
    }
    if (!final) continue;
    for (const Token token : other.unseen) tell_lapse(writer, token, {.everything = true}, true);
  }
}

void FleetFollower::tell_lapse(Writer writer, Token token, const Intent& intent, bool final) {
  Record record{RecordKind::lapsed, intent.flags, writer, token, intent.footprint};
  if (intent.everything) record.flags |= kEverything;
  if (final) record.flags |= kFinal;
  writer_.lapse(record);
}

bool FleetFollower::suspended(TimePoint now) const {
  if (everything_ > 0) return true;
  return freshness_.mode() == FleetMode::strict && (unseen_ > 0 || now < unsure_until_);
}

}  // namespace tapri::coherence
