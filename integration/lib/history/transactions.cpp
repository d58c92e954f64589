// The checker's side of writers: what they intend, what came of it, and circles among them.
#include <algorithm>

#include "checker.h"

namespace history {

Checker::Checker(Found found, std::optional<Bound> bound)
    : found_(std::move(found)), bound_(std::move(bound)), records_(kTransactions) {}

void Checker::start(Object object, State state) {
  auto& key = keys_[object];
  key = Key{};
  slot(key, 0) = {0, 0, state, false, true};
}

Checker::Key& Checker::key(Object object) {
  const auto found = keys_.find(object);
  if (found != keys_.end()) {
    return found->second;
  }
  start(object, {});
  return keys_.at(object);
}

const Checker::Key* Checker::find(Object object) const {
  const auto found = keys_.find(object);
  return found == keys_.end() ? nullptr : &found->second;
}

Version Checker::floor(Object object) const {
  const auto* key = find(object);
  return key == nullptr ? 0 : key->floor.version;
}

std::unordered_map<Object, Floor> Checker::floors() const {
  std::unordered_map<Object, Floor> out;
  for (const auto& [object, key] : keys_) {
    out.emplace(object, key.floor);
  }
  return out;
}

Checker::Record* Checker::record(Transaction transaction) {
  auto& at = records_.at(static_cast<std::size_t>(transaction) % kTransactions);
  return transaction != kNone && at.id == transaction ? &at : nullptr;
}

Checker::Write* Checker::write_of(Record& record, Value value, Object object) {
  const auto found = std::find_if(record.writes.begin(), record.writes.end(),
                                  [&](const Write& write) { return write.value == value && write.object == object; });
  return found == record.writes.end() ? nullptr : &*found;
}

const Checker::Write* Checker::own_write(const Record* record, Object object) {
  if (record == nullptr) {
    return nullptr;
  }
  const auto found = std::find_if(record->writes.rbegin(), record->writes.rend(),
                                  [&](const Write& write) { return write.object == object && !write.undone; });
  return found == record->writes.rend() ? nullptr : &*found;
}

Transaction Checker::begin(int session) {
  ++newest_;
  auto& at = records_.at(static_cast<std::size_t>(newest_) % kTransactions);
  at.id = newest_;
  at.session = session;
  at.status = Status::open;
  at.seen = at.linked = false;
  at.asked = 0;
  at.writes.clear();
  at.reads.clear();
  at.next.clear();
  return newest_;
}

void Checker::renumber(Record& record) {
  for (auto& write : record.writes) {
    write.last = &write == own_write(&record, write.object);
  }
}

Value Checker::write(Transaction transaction, const std::vector<Object>& objects, State state) {
  std::vector<std::pair<Object, State>> all;
  for (const auto object : objects) {
    all.emplace_back(object, state);
  }
  return write(transaction, all);
}

Value Checker::write(Transaction transaction, const std::vector<std::pair<Object, State>>& objects) {
  auto& at = *record(transaction);
  const Value before = at.writes.empty() ? transaction * kWritesEach : at.writes.back().value;
  for (const auto& [object, state] : objects) {
    at.writes.push_back({object, before + 1, 0, state});
    key(object).pending.push_back({before + 1, state});
  }
  renumber(at);
  return before + 1;
}

void Checker::written(Transaction transaction, Value value, Object object, Version version, State state) {
  auto& at = *record(transaction);
  auto& write = *write_of(at, value, object);
  write.version = version;
  write.state = state;
  if (at.status == Status::committing) {
    install(at, write, false);
  }
  drop_pending(object, value);
}

void Checker::not_written(Transaction transaction, Value value, Object object) {
  auto& at = *record(transaction);
  std::erase_if(at.writes, [&](const Write& write) { return write.value == value && write.object == object; });
  renumber(at);
  drop_pending(object, value);
}

std::size_t Checker::mark(Transaction transaction) const {
  return records_.at(static_cast<std::size_t>(transaction) % kTransactions).writes.size();
}

void Checker::undo(Transaction transaction, std::size_t mark) {
  auto& at = *record(transaction);
  for (auto number = mark; number < at.writes.size(); ++number) {
    at.writes[number].undone = true;
    drop_pending(at.writes[number].object, at.writes[number].value);
  }
  renumber(at);
}

void Checker::committing(Transaction transaction) {
  auto& at = *record(transaction);
  at.status = Status::committing;
  at.asked = ++place_;
  for (const auto& write : at.writes) {
    install(at, write, false);
  }
}

void Checker::committed(Transaction transaction) {
  auto& at = *record(transaction);
  at.status = Status::committed;
  for (const auto& write : at.writes) {
    install(at, write, true);
    drop_pending(write.object, write.value);
  }
  raise_all(at, false, at.session);
  acknowledge(at);
  link(at);
}

void Checker::aborted(Transaction transaction) {
  auto& at = *record(transaction);
  at.status = Status::aborted;
  for (const auto& write : at.writes) {
    drop_pending(write.object, write.value);
  }
  uninstall(at);
  if (at.seen && !at.writes.empty()) {
    found_(Anomaly::aborted, at.writes.front().object, told(transaction) + " was rolled back after others had seen it");
  }
}

void Checker::unknown(Transaction transaction) { record(transaction)->status = Status::unknown; }

void Checker::settled(Transaction transaction, Object object, Version now, std::optional<bool> happened) {
  auto* at = record(transaction);
  if (at == nullptr || at->status != Status::unknown) {
    return;
  }
  if (happened == false) {
    aborted(transaction);
    return;
  }
  for (auto& write : at->writes) {
    if (write.object != object || write.undone) {
      continue;
    }
    if (happened == true && write.last && write.state.group != kSameGroup) {
      write.version = now;
      install(*at, write, true);
      drop_pending(object, write.value);
    }
    for (auto& pending : key(object).pending) {
      pending.limit = pending.value == write.value ? now : pending.limit;
    }
  }
}

void Checker::drop_pending(Object object, Value value) {
  std::erase_if(key(object).pending, [&](const Pending& pending) { return pending.value == value; });
}

void Checker::install(Record& record, const Write& write, bool firm) {
  if (write.undone || write.version == 0) {
    return;
  }
  auto& where = key(write.object);
  auto& at = slot(where, write.version);
  if (at.version > write.version) {
    return;  // so old that its place is taken
  }
  if (at.version == write.version && at.value != write.value && at.firm) {
    if (firm) {
      found_(Anomaly::lost, write.object,
             "version " + std::to_string(write.version) + " was made by " + told(record.id) + " and by " +
                 told(at.value / kWritesEach));
    }
    return;
  }
  at = {write.version, write.value, write.state, !write.last, firm || (at.value == write.value && at.firm)};
  where.newest = std::max(where.newest, write.version);
}

void Checker::uninstall(const Record& record) {
  for (const auto& write : record.writes) {
    auto& at = slot(key(write.object), write.version);
    if (write.version != 0 && at.version == write.version && at.value == write.value) {
      at = {};
    }
  }
}

void Checker::raise(Key& key, Version version, bool by_read, int session) {
  if (version > key.floor.version) {
    key.floor = {version, by_read, session};
    std::erase_if(key.pending, [&](const Pending& pending) { return pending.limit <= version; });
  }
}

void Checker::raise_all(Record& record, bool by_read, int session) {
  for (const auto& write : record.writes) {
    if (write.last && !write.undone && write.version != 0) {
      raise(key(write.object), write.version, by_read, session);
    }
  }
}

// In the circle's last transaction, whose end is told here, all edges of it are known: so it is found from there.
void Checker::link(Record& record) {
  if (std::exchange(record.linked, true)) {
    return;
  }
  const auto edge = [&](Value from, Transaction to, bool overwrites) {
    auto* before = writer(from);
    if (before != nullptr && before->id != to) {
      before->next.push_back({to, overwrites});
    }
  };
  for (const auto& write : record.writes) {
    auto& where = key(write.object);
    if (write.undone || write.version == 0) {
      continue;
    }
    if (const auto& at = slot(where, write.version - 1); at.version == write.version - 1) {
      edge(at.value, record.id, true);
    }
    if (const auto& at = slot(where, write.version + 1); at.version == write.version + 1 && at.firm) {
      edge(write.value, at.value / kWritesEach, true);
    }
  }
  for (const auto value : record.reads) {
    edge(value, record.id, false);
  }
  for (const bool overwriting_only : {true, false}) {
    std::vector<Transaction> path;
    if (reaches(record.id, record.id, overwriting_only, path)) {
      std::string circle;
      for (const auto one : path) {
        circle += told(one) + " -> ";
      }
      const auto kind = overwriting_only ? Anomaly::dirty_write : Anomaly::circular;
      found_(kind, record.writes.empty() ? 0 : record.writes.front().object, circle + told(record.id));
      return;
    }
  }
}

// Few transactions depend on one whose end has just been told: a plain search does.
bool Checker::reaches(Transaction from, Transaction to, bool overwriting_only, std::vector<Transaction>& path) {
  std::unordered_map<Transaction, Transaction> reached{{from, kNone}};
  std::vector<Transaction> waiting{from};
  while (!waiting.empty()) {
    const auto at = waiting.back();
    waiting.pop_back();
    const auto* one = record(at);
    if (one == nullptr) {
      continue;
    }
    for (const auto& edge : one->next) {
      if (overwriting_only && !edge.overwrites) {
        continue;
      }
      if (edge.to == to) {
        for (auto step = at; step != kNone; step = reached.at(step)) {
          path.insert(path.begin(), step);
        }
        return true;
      }
      if (reached.emplace(edge.to, at).second) {
        waiting.push_back(edge.to);
      }
    }
  }
  return false;
}

std::string Checker::told(Transaction transaction) {
  static constexpr std::array kStatus = {"open", "committing", "committed", "rolled back", "of unknown outcome"};
  const auto* at = record(transaction);
  if (at == nullptr) {
    return transaction == kNone ? "the start" : "transaction " + std::to_string(transaction) + " (forgotten)";
  }
  return "transaction " + std::to_string(transaction) + " (session " + std::to_string(at->session) + ", " +
         kStatus.at(static_cast<std::size_t>(at->status)) + ")";
}

}  // namespace history
