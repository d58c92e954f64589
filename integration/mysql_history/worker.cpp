#include "worker.h"

#include <algorithm>
#include <stdexcept>

#include "writer.h"

namespace history {
namespace {

constexpr std::array kWays = {Way::one,          Way::one,
                              Way::one,          Way::one,
                              Way::one,          Way::in,
                              Way::in,           Way::group,
                              Way::group,        Way::range,
                              Way::whole,        Way::group,
                              Way::sum,          Way::key_and_group,
                              Way::join,         Way::join,
                              Way::arrays,       Way::never,
                              Way::in,           Way::subquery,
                              Way::group_arrays, Way::never,
                              Way::slow,         Way::beyond,
                              Way::prefix,       Way::joined_by_group,
                              Way::null_group};

class Worker {
 public:
  Worker(Shared& shared, int number)
      : shared_(shared),
        random_(static_cast<unsigned>(number + 1)),
        writer_(shared, random_),
        links_{link(2 * number), link(2 * number + 1)} {}

  void run() {
    while (shared_.journal.running()) {
      auto& link = links_.at(static_cast<std::size_t>(pick(random_, 2)));
      const int what = pick(random_, 100);
      if (what < 84) {
        for (int burst = pick(random_, 6); burst >= 0; --burst) {
          read(link, nullptr, choose_look());
        }
      } else if (what < 92) {
        writer_.single(link);
      } else if (what == 92) {
        if (pick(random_, 6) == 0) {  // seldom: it ends all that is known of the schema
          writer_.string(link);
        }
      } else {
        transaction(link, what < 97);
      }
    }
  }

 private:
  Link link(int number) { return {shared_.addresses.of(number), number}; }
  // With reads in between: in the transaction, and in the thread's other session.
  void transaction(Link& link, bool writes) {
    auto& other = &link == links_.data() ? links_[1] : links_[0];
    Work work(link);
    bool good = writer_.begin(work, writes);
    for (int step = (writes ? 1 : 3) + pick(random_, 5); step > 0 && good; --step) {
      switch (pick(random_, writes ? 6 : 2)) {
        case 0:
          good = read(link, &work, choose_look());
          break;
        case 1:
          good = writes ? read_own(work) : read_what_is_new(work, other);
          break;
        case 2:
          if (!writer_.meet(work, other)) {
            read(other, nullptr, choose_look());
          }
          break;
        case 3:
          good = writer_.savepoint(work);
          break;
        default:
          good = writer_.change(work);
          break;
      }
    }
    if (good) {
      writer_.end(work);
    } else {
      writer_.abandon(work);
    }
  }

  // What another session has written and read since the transaction began: it may be in the cache by now.
  bool read_what_is_new(Work& work, Link& other) {
    writer_.single(other);
    const auto look = new_look();
    read(other, nullptr, look);
    return read(work.link, &work, look);
  }

  // What the transaction wrote, by any way.
  bool read_own(Work& work) {
    if (work.writes.empty()) {
      return true;
    }
    const auto object =
        work.writes[static_cast<std::size_t>(pick(random_, static_cast<int>(work.writes.size())))].object;
    auto look = choose_look();
    look.table = table_of(object);
    look.key = key_of(object);
    return read(work.link, &work, fitting(look));
  }

  Look choose_look() {
    auto look = shared_.pool.take(random_, [&] { return new_look(); });
    if (look.table == kNumbered) {  // around the newest, and such as will be
      look.key = std::max<std::int64_t>(1, shared_.numbered.load() - 3 + pick(random_, 6));
    }
    if (pick(random_, 8) == 0) {
      look.form = static_cast<Form>(pick(random_, static_cast<int>(Form::count)));
    }
    return look;
  }

  Look new_look() {
    Look look;
    look.way = kWays.at(static_cast<std::size_t>(pick(random_, static_cast<int>(kWays.size()))));
    look.table = pick(random_, 2) == 0 ? writer_.busy_table() : pick(random_, static_cast<int>(kTables.size()));
    look.key = is_list(look.table)       ? writer_.list_of(look.table)
               : look.table == kNumbered ? shared_.numbered.load() + 1
                                         : writer_.key_for(look.table);
    const auto kind = table_at(look.table).kind;
    look.group = pick(random_, kind == Kind::coded || kind == Kind::child ? kKeys : kGroups);
    look.form = static_cast<Form>(pick(random_, static_cast<int>(Form::count)));
    look.spelling = static_cast<unsigned>(pick(random_, 64));
    return fitting(look);
  }

  // Of a transaction that sees a snapshot, by what was known before that was taken.
  Reading reading_of(const Link& link, Work* work, const Question& asked) {
    return shared_.journal.tell([&](Checker& checker) {
      for (const auto object : asked.scope.objects) {
        if (table_of(object) == kNumbered && !checker.knows(object)) {
          checker.start(object, {false, 0});
        }
      }
      auto out = checker.reading(link.number, work == nullptr ? kNone : work->id, asked.scope);
      if (work != nullptr && work->repeatable && has_transactions(asked.table)) {
        work->before_read(checker);
        for (std::size_t at = 0; at < out.floors.size(); ++at) {
          out.floors[at] = work->snapshot->floors[asked.scope.objects[at]];
        }
        out.until = work->snapshot->until;
      }
      return out;
    });
  }

  // Adds what it found; what was found before must be found again.
  void see(const Work& work, Snapshot& snapshot, const Question& asked, const std::vector<Row>& rows) {
    for (const auto object : asked.scope.objects) {
      const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.object == object; });
      if (work.wrote(object) || (asked.scope.group && found == rows.end())) {
        continue;
      }
      const auto row = found == rows.end() ? std::nullopt : std::optional(*found);
      const auto [before, added] = snapshot.seen.emplace(object, row);
      const auto value = [](const std::optional<Row>& one) { return one ? one->value : -1; };
      if (!added && value(before->second) != value(row)) {
        shared_.journal.report(Anomaly::fractured, object,
                               "session " + std::to_string(work.link.number) + ": values " +
                                   std::to_string(value(row)) + " and " + std::to_string(value(before->second)) +
                                   " at one snapshot");
      }
    }
  }

  // A list that the transaction has written, and which shows that: what others have added between its snapshot and its
  // own element may be missing, so the elements are fewer than the version.
  static bool shows_own_beyond_snapshot(const Work& work, const Question& asked, const Rows& rows) {
    if (!work.snapshot || asked.shape != Question::Shape::list || rows.empty()) {
      return false;
    }
    const auto own = std::find_if(work.writes.rbegin(), work.writes.rend(), [&](const Work::Write& write) {
      return write.object == asked.scope.objects.front();
    });
    return own != work.writes.rend() && elements(rows).back() == own->value;
  }

  // Of a read outside transactions, now and then. What takes a while is told to end more often.
  std::optional<Disturbance> disturbance_of(const Look& look) {
    if (pick(random_, 2000) == 0) {
      return writer_.disturbance();
    }
    if (look.way != Way::slow || pick(random_, 20) != 0) {
      return std::nullopt;
    }
    shared_.journal.count("cancels");
    return Disturbance{Fault::cancel, std::chrono::microseconds(pick(random_, 3000))};
  }

  // Both servers may take a sub-query that they were told to end for one that has found nothing, and say nothing of it.
  static bool may_be_cut_short(const Look& look, const std::optional<Disturbance>& disturbance) {
    return disturbance && disturbance->fault == Fault::cancel && (look.way == Way::slow || look.way == Way::subquery);
  }

  bool read(Link& link, Work* work, const Look& look) {
    if (work != nullptr && look.way == Way::beyond) {
      return true;  // the server may know that without looking, and then takes no snapshot
    }
    const auto asked = question(look, ++salt_ * 1000 + link.number);
    const auto reading = reading_of(link, work, asked);
    auto operation = begun(link.number, reading.transaction, written_out(asked.statement));
    const auto disturbance = work == nullptr ? disturbance_of(look) : std::nullopt;
    operation.objects = asked.scope.objects;
    const auto answer = link.session->run(asked.statement, look.form, disturbance, &writer_.administrator());
    shared_.journal.count(work == nullptr ? "reads" : "reads_in_transactions");
    shared_.journal.count("way_" + std::to_string(static_cast<int>(look.way)));
    writer_.take_note(link, answer, operation.text, disturbance.has_value());
    if (!answer.good()) {
      return false;
    }
    if (may_be_cut_short(look, disturbance)) {
      shared_.journal.count("told_to_end");
      return true;
    }
    if (asked.shape <= Question::Shape::arrays) {
      operation.rows = taken(asked, answer.rows);
    }
    operation.outcome = std::to_string(answer.rows.size()) + " rows";
    const auto rows = operation.rows;
    shared_.journal.ended(std::move(operation), [&](Checker& checker) {
      if (work == nullptr || !shows_own_beyond_snapshot(*work, asked, answer.rows)) {
        judge(checker, asked, reading, answer.rows);
      }
      if (work != nullptr) {
        work->after_read(checker);
      }
    });
    if (work != nullptr && work->snapshot && has_transactions(asked.table) && asked.shape <= Question::Shape::arrays) {
      see(*work, *work->snapshot, asked, rows);
    }
    return true;
  }

  Shared& shared_;
  Random random_;
  Writer writer_;
  std::array<Link, 2> links_;
  std::int64_t salt_ = 0;
};

}  // namespace

void work_until_stopped(Shared& shared, int number) { run_worker<Worker>(shared, number); }

void last_reads(Shared& shared) {
  read_everywhere<Session>(shared, static_cast<int>(kTables.size()), [&](Session& session, int number, int table) {
    for (int slot = 0; slot < (is_list(table) ? kSlots : 1) && table != kNumbered; ++slot) {
      const int list = shared.lists.at(static_cast<std::size_t>(table)).at(static_cast<std::size_t>(slot));
      const auto asked = question({Way::whole, table, list, 0, Form::text, 0}, 0);
      const auto reading =
          shared.journal.tell([&](const Checker& checker) { return checker.reading(number, kNone, asked.scope); });
      const auto answer = session.run(asked.statement);
      if (!answer.good()) {
        throw std::runtime_error("the last reads: " + answer.message);
      }
      shared.journal.ended(begun(number, kNone, "at the end: " + asked.statement.text),
                           [&](Checker& checker) { judge(checker, asked, reading, answer.rows); });
    }
  });
}

}  // namespace history
