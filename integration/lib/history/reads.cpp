// The checker's side of readers.
#include <algorithm>

#include "checker.h"

namespace history {
namespace {

// A row in this state is missing from what asks for the group.
bool is_out(const State& state, const std::optional<int>& group) {
  return !state.present || (group && state.group != *group);
}

}  // namespace

const char* name(Anomaly anomaly) {
  static constexpr std::array kNames = {"stale", "backwards", "aborted",    "intermediate", "fractured",
                                        "own",   "lost",      "impossible", "dirty_write",  "circular"};
  static_assert(kNames.size() == static_cast<std::size_t>(Anomaly::count));
  return kNames.at(static_cast<std::size_t>(anomaly));
}

Reading Checker::reading(int session, Transaction transaction, Scope scope, Held held) const {
  Reading out{session, transaction, std::move(scope), {}};
  out.floors.reserve(out.scope.objects.size());
  for (const auto object : out.scope.objects) {
    const auto* key = find(object);
    const bool all = held == Held::to_everything || !bound_ || session < 0;
    out.floors.push_back(key == nullptr ? Floor{} : all ? key->floor : floor_of(*key, session));
  }
  return out;
}

void Checker::found(Anomaly anomaly, const Reading& reading, const Row& row, const std::string& why) {
  found_(anomaly, row.object,
         "session " + std::to_string(reading.session) + " saw version " + std::to_string(row.version) + ", value " +
             std::to_string(row.value) + " of " + told(row.value / kWritesEach) + ", group " +
             std::to_string(row.group) + ": " + why);
}

void Checker::read(const Reading& reading, const std::vector<Row>& rows) {
  auto* mine = record(reading.transaction);
  const auto& objects = reading.scope.objects;
  std::vector<Row> seen;
  std::vector<std::size_t> missing;
  for (std::size_t at = 0; at < objects.size(); ++at) {
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& one) { return one.object == objects[at]; });
    const bool there = row != rows.end();
    if (const auto* own = own_write(mine, objects[at])) {
      judge_own(reading, there ? &*row : nullptr, *own);
    } else if (!there) {
      missing.push_back(at);
    } else if (judge(reading, *row, reading.floors[at], false)) {
      seen.push_back(*row);
    }
  }
  const auto stray = std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
    return std::find(objects.begin(), objects.end(), row.object) == objects.end();
  });
  if (stray != rows.end() || rows.size() > objects.size()) {
    found(Anomaly::impossible, reading, stray != rows.end() ? *stray : rows.back(), "nobody asked for this row");
  }
  auto sure = seen;
  for (const auto at : missing) {
    judge_missing(reading, at, seen, sure);
  }
  const auto least = least_together(reading, seen);
  const auto surely = least_together(reading, sure);
  for (const auto& row : seen) {
    const auto at = static_cast<std::size_t>(std::find(objects.begin(), objects.end(), row.object) - objects.begin());
    if (row.version < least[at]) {
      found(row.version < surely[at] ? Anomaly::fractured : Anomaly::stale, reading, row,
            "the same statement saw of another row what came with version " + std::to_string(least[at]) +
                (row.version < surely[at] ? "" : ", or that one as it was before what was known"));
    }
    raise(key(row.object), row.version, true, reading.session);
    if (mine != nullptr) {
      mine->reads.push_back(row.value);
    }
  }
}

void Checker::read_list(const Reading& reading, const std::vector<Value>& elements) {
  const auto object = reading.scope.objects.front();
  for (std::size_t at = 0; at + 1 < elements.size(); ++at) {
    if (elements[at] / kWritesEach != reading.transaction) {
      judge(reading, {object, static_cast<Version>(at + 1), elements[at]}, {}, true);
    }
  }
  read(reading, {{object, static_cast<Version>(elements.size()), elements.empty() ? 0 : elements.back()}});
}

void Checker::read_sum(const Reading& reading, Version sum) {
  Version least = 0;
  for (const auto& floor : reading.floors) {
    least += floor.version;
  }
  if (sum < least) {
    found(Anomaly::stale, reading, {reading.scope.objects.front(), sum, 0},
          "the sum of the versions was at least " + std::to_string(least));
  }
}

bool Checker::judge(const Reading& reading, const Row& row, const Floor& floor, bool inner) {
  if (row.version < floor.version) {
    const bool mine = floor.by_read && floor.session == reading.session;
    found(mine ? Anomaly::backwards : Anomaly::stale, reading, row,
          "version " + std::to_string(floor.version) + " was known before, by " +
              (floor.by_read ? "a read of session " : "the acknowledged write of session ") +
              std::to_string(floor.session));
    return false;
  }
  if (reading.scope.group && row.group != *reading.scope.group) {
    found(Anomaly::impossible, reading, row, "another group was asked for");
    return false;
  }
  if (too_new(row.value, reading.until)) {
    found(Anomaly::fractured, reading, row, "its commit was asked for after the snapshot had been taken");
    return false;
  }
  return identify(reading, row, inner);
}

bool Checker::identify(const Reading& reading, const Row& row, bool inner) {
  auto& where = key(row.object);
  if (row.version < 0 || row.version <= where.newest - kVersions) {
    ++unjudged_;
    return false;
  }
  const auto& at = slot(where, row.version);
  if (at.version == row.version && at.firm) {
    if (at.value != row.value) {
      found(Anomaly::lost, reading, row, "this version was made by " + told(at.value / kWritesEach));
    } else if (at.hidden && !inner) {
      found(Anomaly::intermediate, reading, row, "its transaction wrote it once more");
    } else if (at.state.group != row.group || !at.state.present) {
      found(Anomaly::impossible, reading, row, "it was written otherwise");
    } else {
      return true;
    }
    return false;
  }
  auto* by = writer(row.value);
  if (by == nullptr) {
    unjudged_ += row.value / kWritesEach <= newest_ && row.value > 0 ? 1 : 0;
    if (row.value / kWritesEach > newest_ || row.value <= 0) {
      found(Anomaly::impossible, reading, row, "nobody has written that");
    }
    return false;
  }
  auto* write = write_of(*by, row.value, row.object);
  if (write == nullptr) {
    found(Anomaly::impossible, reading, row, "nobody has written that there");
    return false;
  }
  return admit(reading, row, *by, *write, inner);
}

// A version that is seen for the first time: from now on it is known to be.
bool Checker::admit(const Reading& reading, const Row& row, Record& record, Write& write, bool inner) {
  if (record.status == Status::aborted || write.undone) {
    found(Anomaly::aborted, reading, row, "that was rolled back");
  } else if (record.status == Status::open) {
    found(Anomaly::aborted, reading, row, "its commit has not been asked for");
  } else if (!write.last && !inner) {
    found(Anomaly::intermediate, reading, row, "its transaction wrote it once more");
  } else if (write.version != 0 && write.version != row.version) {
    found(Anomaly::lost, reading, row, "it was written as version " + std::to_string(write.version));
  } else if ((write.state.group != kSameGroup && write.state.group != row.group) || !write.state.present) {
    found(Anomaly::impossible, reading, row, "it was written otherwise");
  } else {
    write.version = row.version;
    write.state.group = row.group;
    drop_pending(write.object, write.value);
    install(record, write, true);
    if (!record.seen) {
      see(record, reading.session);
    }
    if (record.status == Status::unknown) {
      link(record);
    }
    return true;
  }
  return false;
}

void Checker::judge_own(const Reading& reading, const Row* row, const Write& write) {
  const auto& group = reading.scope.group;
  const bool expected = write.state.present && (!group || write.state.group == *group);
  const auto wanted = std::to_string(write.value);
  if (row == nullptr) {
    if (expected) {
      found(Anomaly::own, reading, {write.object, 0, 0}, "the row is missing; it wrote itself " + wanted);
    }
  } else if (!expected || row->value != write.value || row->group != write.state.group ||
             (write.version != 0 && row->version != write.version)) {
    found(Anomaly::own, reading, *row, "it wrote itself " + (expected ? wanted : "what is not to be found"));
  }
}

bool Checker::too_new(Value value, Place until) {
  const auto* by = writer(value);
  return by != nullptr && by->asked > until;
}

Checker::Candidates Checker::candidates(Object object, Version from, const std::optional<int>& group, Place until) {
  auto& where = key(object);
  Candidates out;
  out.unknown = from <= where.newest - kVersions;
  for (auto version = from; version <= where.newest && !out.unknown; ++version) {
    const auto& at = slot(where, version);
    if (at.version != version) {
      out.unknown = true;
    } else if (!at.hidden && is_out(at.state, group) && !too_new(at.value, until)) {
      out.first = out.count++ == 0 ? version : out.first;
    }
  }
  for (const auto& pending : where.pending) {
    const auto* by = writer(pending.value);
    const bool ended = by != nullptr && (by->status == Status::open || by->status == Status::aborted);
    const bool may = !ended && !too_new(pending.value, until);
    out.unknown = out.unknown || (may && is_out(pending.state, group));
  }
  return out;
}

bool Checker::was_missing(Object object, Version before, const std::optional<int>& group) {
  auto& where = key(object);
  for (auto version = before - 1; version >= 0; --version) {
    if (version <= where.newest - kVersions) {
      return true;
    }
    const auto& at = slot(where, version);
    if (at.version != version || is_out(at.state, group)) {
      return true;
    }
  }
  return false;
}

// A row that is not there: deleted, not yet inserted, or in another group, in some version that it may have had. Where
// that can be only one, it counts as seen; for sure, unless the row had been missing before as well: then an answer
// that is too old shows the same.
void Checker::judge_missing(const Reading& reading, std::size_t at, std::vector<Row>& seen, std::vector<Row>& sure) {
  const auto object = reading.scope.objects[at];
  const auto& floor = reading.floors[at];
  const auto least = least_together(reading, seen)[at];
  const auto among = candidates(object, std::max(least, floor.version), reading.scope.group, reading.until);
  if (among.unknown) {
    return;
  }
  if (among.count == 0) {
    const auto alone = candidates(object, floor.version, reading.scope.group, kNever);
    const auto surely = std::max(least_together(reading, sure)[at], floor.version);
    const bool old = candidates(object, surely, reading.scope.group, reading.until).count > 0;
    found((alone.count > 0 || alone.unknown) && !old ? Anomaly::fractured : Anomaly::stale, reading, {object, 0, 0},
          "the row is missing, but has been there since version " + std::to_string(std::max(least, floor.version)));
    return;
  }
  auto& where = key(object);
  auto& installed = slot(where, among.first);
  if (among.count > 1) {
    raise(where, among.first, true, reading.session);
    return;
  }
  if (auto* by = writer(installed.value); by != nullptr && !installed.firm) {
    see(*by, reading.session);
  }
  seen.push_back({object, among.first, installed.value, installed.state.group});
  if (!was_missing(object, floor.version, reading.scope.group)) {
    sure.push_back(seen.back());
  }
}

std::vector<Version> Checker::least_together(const Reading& reading, const std::vector<Row>& seen) {
  const auto& objects = reading.scope.objects;
  std::vector<Version> out(objects.size(), 0);
  for (const auto& row : seen) {
    const auto* by = objects.size() > 1 ? writer(row.value) : nullptr;
    for (const auto& write : by == nullptr ? std::vector<Write>{} : by->writes) {
      const auto at =
          static_cast<std::size_t>(std::find(objects.begin(), objects.end(), write.object) - objects.begin());
      if (at < objects.size() && !write.undone && write.last) {
        out[at] = std::max(out[at], write.version);
      }
    }
  }
  return out;
}

}  // namespace history
