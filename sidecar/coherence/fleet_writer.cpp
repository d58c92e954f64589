#include "coherence/fleet_writer.h"

#include <algorithm>

namespace tapri::coherence {
namespace {

using record_flags::kEverything;

}  // namespace

void FleetWriter::Backlog::add(const Footprint& more, std::uint8_t more_flags, std::size_t most) {
  any = true;
  flags |= more_flags;
  if ((flags & kEverything) == 0) footprint.add(more);
  if (footprint.dependencies().size() > most) flags |= kEverything;
  if ((flags & kEverything) != 0) footprint.clear();
}

void FleetWriter::push(RecordKind kind, Ticket ticket, Token token, Footprint footprint, std::uint8_t flags,
                       bool marked) {
  if (pending_.size() >= config_.most_pending) give_up_all();
  Pending pending;
  pending.number = ++numbers_;
  pending.ticket = ticket;
  pending.record = {kind, flags, config_.writer, token, std::move(footprint)};
  pending.marked = marked;
  pending_.push_back(std::move(pending));
}

// Nothing is on its way, or it would be settled out of turn.
void FleetWriter::refuse(Ticket ticket) {
  if (ticket == 0) return;
  completed_ = ticket;
  failed_.push_back(ticket);
}

void FleetWriter::intend(Ticket ticket, Token token, const Footprint& footprint, std::uint8_t flags) {
  Open& open = open_[token];
  youngest_ = std::max(youngest_, token);
  open.footprint.add(footprint);
  open.flags |= flags;
  if (link_ == Link::down) return refuse(ticket);
  open.told = true;
  push(RecordKind::intent, ticket, token, footprint, flags);
}

void FleetWriter::announce(Ticket ticket, Token token, Footprint footprint, std::uint8_t flags) {
  const auto open = open_.find(token);
  if (open != open_.end()) open->second.ended = true;
  const RecordKind kind = token == 0 ? RecordKind::write : RecordKind::done;
  if (link_ != Link::down) return push(kind, ticket, token, std::move(footprint), flags, true);
  keep_for_later({kind, flags, config_.writer, token, footprint});
  log_.lower(footprint);
  refuse(ticket);
}

void FleetWriter::cancel(Token token) {
  const auto open = open_.find(token);
  if (open == open_.end()) return;
  open->second.ended = true;
  // Down, the next alive says it.
  if (link_ == Link::down || !open->second.told) return end(token);
  push(RecordKind::cancel, 0, token, {}, 0);
}

void FleetWriter::flush(Ticket ticket, Footprint what) {
  if (link_ == Link::down) return refuse(ticket);
  push(RecordKind::flush, ticket, 0, std::move(what), 0);
}

void FleetWriter::lapse(const Record& lapsed) {
  if (link_ != Link::ready) return;
  push(RecordKind::lapsed, 0, lapsed.token, lapsed.footprint, lapsed.flags);
  pending_.back().record.writer = lapsed.writer;
}

void FleetWriter::connected(Epoch epoch, TimePoint now) {
  link_ = Link::ready;
  // What the log was told in another epoch may have been lost with its tail, after it was read or before.
  if (epoch.number != epoch_.number && told_in_epoch_) {
    log_.set_unannounced(true);
    unannounced_.add({}, kEverything, config_.most_unannounced);
  }
  if (epoch.number != epoch_.number) told_in_epoch_ = false;
  epoch_ = epoch;
  push_backlog();
  push_intents();
  push_alive(now);
}

void FleetWriter::disconnected() {
  link_ = Link::down;
  give_up_all();
}

void FleetWriter::push_backlog() {
  if (!unannounced_.any || unannounced_sent_.any) return;
  unannounced_sent_ = std::exchange(unannounced_, {});
  push(RecordKind::write, 0, 0, unannounced_sent_.footprint, unannounced_sent_.flags);
  pending_.back().backlog = true;
}

void FleetWriter::push_intents() {
  retell_ = false;
  for (auto& [token, open] : open_) {
    if (open.ended) continue;
    open.told = true;
    push(RecordKind::intent, 0, token, open.footprint, open.flags);
  }
}

void FleetWriter::push_alive(TimePoint now) {
  last_alive_ = now;
  alive_due_ = false;
  std::vector<Token> tokens;
  if (open_.size() <= kMostRecordDependencies) {
    for (const auto& [token, open] : open_) tokens.push_back(token);
  }
  const bool partial = tokens.size() < open_.size() || unannounced_.tokens_lost || unannounced_sent_.tokens_lost;
  push(RecordKind::alive, 0, youngest_, Footprint(std::move(tokens)),
       partial ? record_flags::kPartial : std::uint8_t{0});
}

void FleetWriter::tick(TimePoint now) {
  if (link_ != Link::ready) return;
  push_backlog();
  if (retell_) push_intents();
  if ((alive_due_ || !open_.empty()) && now - last_alive_ >= config_.lease / 3) push_alive(now);
}

std::optional<FleetWriter::Append> FleetWriter::next() {
  if (link_ != Link::ready) return std::nullopt;
  while (sent_ < pending_.size() && pending_[sent_].place != Place::waits) ++sent_;
  if (sent_ == pending_.size()) return std::nullopt;
  Pending& pending = pending_[sent_++];
  pending.place = Place::sent;
  return Append{pending.number, encode(pending.record)};
}

FleetWriter::Pending* FleetWriter::find(std::uint64_t number) {
  if (pending_.empty() || number < pending_.front().number) return nullptr;
  const std::size_t index = number - pending_.front().number;
  return index < pending_.size() && pending_[index].place == Place::sent ? &pending_[index] : nullptr;
}

void FleetWriter::appended(std::uint64_t number, Position position) {
  Pending* const pending = find(number);
  if (pending == nullptr) return;
  settle(*pending, position);
  pop_settled();
}

void FleetWriter::failed(std::uint64_t number) {
  Pending* const pending = find(number);
  if (pending == nullptr) return;
  give_up(*pending);
  pop_settled();
}

void FleetWriter::fenced(std::uint64_t number) {
  Pending* const pending = find(number);
  if (pending == nullptr) return;
  pending->place = Place::waits;
  sent_ = std::min<std::size_t>(sent_, number - pending_.front().number);
  link_ = Link::fenced;
}

void FleetWriter::settle(Pending& pending, Position position) {
  pending.place = Place::settled;
  const Record& record = pending.record;
  switch (record.kind) {
    case RecordKind::write:
    case RecordKind::done:
      told_in_epoch_ = true;
      if (!pending.backlog) {
        log_.settle(record.footprint, position);
        end(record.token);
        break;
      }
      log_.apply(record.footprint, position);
      // Beyond what this process remembers, too.
      if (record.has(kEverything)) log_.raise_base(position);
      for (const Token token : unannounced_sent_.tokens) end(token);
      unannounced_sent_ = {};
      if (!unannounced_.any) log_.set_unannounced(false);
      break;
    case RecordKind::cancel:
      end(record.token);
      break;
    case RecordKind::flush:
      log_.apply_flush(record.footprint, position);
      break;
    default:
      alive_due_ |= record.kind == RecordKind::intent;
      break;
  }
}

void FleetWriter::keep_for_later(const Record& record) {
  log_.set_unannounced(true);
  unannounced_.add(record.footprint, record.flags, config_.most_unannounced);
  const auto open = open_.find(record.token);
  if (open == open_.end()) return;
  if (!open->second.told) return end(record.token);
  // Not over for the others before they have heard of the write.
  if (unannounced_.tokens.size() < config_.most_pending) return unannounced_.tokens.push_back(record.token);
  unannounced_.tokens_lost = true;
  end(record.token);
}

void FleetWriter::give_up(Pending& pending) {
  pending.place = Place::settled;
  if (pending.ticket != 0) failed_.push_back(pending.ticket);
  const Record& record = pending.record;
  switch (record.kind) {
    case RecordKind::write:
    case RecordKind::done:
      if (!pending.backlog) {
        keep_for_later(record);
        log_.lower(record.footprint);
        break;
      }
      unannounced_.add(unannounced_sent_.footprint, unannounced_sent_.flags, config_.most_unannounced);
      unannounced_.tokens.insert(unannounced_.tokens.end(), unannounced_sent_.tokens.begin(),
                                 unannounced_sent_.tokens.end());
      unannounced_.tokens_lost |= unannounced_sent_.tokens_lost;
      unannounced_sent_ = {};
      break;
    case RecordKind::intent:
      retell_ = true;
      break;
    case RecordKind::cancel:
      end(record.token);
      alive_due_ = true;
      break;
    default:
      alive_due_ |= record.kind == RecordKind::alive;
      break;
  }
}

void FleetWriter::give_up_all() {
  for (Pending& pending : pending_) {
    if (pending.place != Place::settled) give_up(pending);
  }
  pop_settled();
}

void FleetWriter::pop_settled() {
  while (!pending_.empty() && pending_.front().place == Place::settled) {
    if (pending_.front().ticket != 0) completed_ = pending_.front().ticket;
    pending_.pop_front();
    if (sent_ > 0) --sent_;
  }
}

}  // namespace tapri::coherence
