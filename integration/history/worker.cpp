#include "worker.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "writer.h"

namespace history {
namespace {

constexpr std::array kWays = {Way::one,   Way::one, Way::one,           Way::one,   Way::one,   Way::in,
                              Way::any,   Way::any, Way::group,         Way::group, Way::range, Way::whole,
                              Way::group, Way::sum, Way::key_and_group, Way::join,  Way::join,  Way::arrays,
                              Way::never, Way::in,  Way::group_arrays,  Way::never, Way::slow};

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
          read(link, kNone, choose_look());
        }
      } else if (what < 92) {
        writer_.single(link);
      } else if (what < 94) {
        writer_.string(link);
      } else if (what < 96) {
        snapshot(link);
      } else {
        transaction(link);
      }
    }
  }

 private:
  Link link(int number) { return {shared_.addresses.of(number), number}; }
  // With reads in between: in the transaction, and in the thread's other session.
  void transaction(Link& link) {
    auto& other = &link == links_.data() ? links_[1] : links_[0];
    Work work(link);
    if (!writer_.begin(work)) {
      return;
    }
    for (int step = 1 + pick(random_, 5); step > 0; --step) {
      bool good = true;
      switch (pick(random_, 6)) {
        case 0:
          good = read(link, work.id, choose_look());
          break;
        case 1:
          good = read_own(work);
          break;
        case 2:
          read(other, kNone, choose_look());
          break;
        case 3:
          good = writer_.savepoint(work);
          break;
        default:
          good = writer_.change(work);
          break;
      }
      if (!good) {
        writer_.abandon(work);
        return;
      }
    }
    writer_.end(work);
  }

  // All reads of a transaction above READ COMMITTED are one: the state is that of its first.
  void snapshot(Link& link) {
    static constexpr std::array kSnapshotWays = {Way::one,   Way::in,     Way::any,  Way::range,
                                                 Way::whole, Way::arrays, Way::slow, Way::join};
    static constexpr std::array kLevels = {"repeatable read", "repeatable read, read only",
                                           "repeatable read, read only", "serializable"};
    std::vector<Question> questions;
    Scope scope;
    const auto first = new_look();
    for (int step = 2 + pick(random_, 3); step > 0 && !is_list(first.table); --step) {
      auto look = new_look();
      look.table = first.table;
      look.key = writer_.key_for(first.table);
      look.way = kSnapshotWays.at(static_cast<std::size_t>(pick(random_, static_cast<int>(kSnapshotWays.size()))));
      look.form = first.form;
      look.binary = first.binary;
      questions.push_back(question(fitting(look), 0));
      if (pick(random_, 3) > 0) {
        read(link, kNone, fitting(look));  // so that it may be in the cache
      }
      const auto& objects = questions.back().scope.objects;
      std::copy_if(objects.begin(), objects.end(), std::back_inserter(scope.objects), [&](Object object) {
        return std::find(scope.objects.begin(), scope.objects.end(), object) == scope.objects.end();
      });
    }
    const auto* level = kLevels.at(static_cast<std::size_t>(pick(random_, static_cast<int>(kLevels.size()))));
    const auto begin = link.session->run(std::string("begin isolation level ") + level);
    auto operation = begun(link.number, kNone, "at one snapshot:");
    const auto reading = shared_.journal.tell(
        [&](const Checker& checker) { return checker.reading(link.number, kNone, scope, Held::to_everything); });
    std::map<Object, std::optional<Row>> together;
    bool good = begin.good();
    for (const auto& asked : questions) {
      good = good && read_at_snapshot(link, asked, first.form, first.binary, together);
      operation.text += " " + written_out(asked.statement) + ";";
    }
    writer_.take_note(link, link.session->run("commit"), "commit", false);
    if (!good || questions.empty()) {
      return;
    }
    shared_.journal.count("snapshots");
    for (const auto& [object, row] : together) {
      if (row) {
        operation.rows.push_back(*row);
      }
    }
    operation.objects = scope.objects;
    const auto rows = operation.rows;
    shared_.journal.ended(std::move(operation), [&](Checker& checker) { checker.read(reading, rows); });
  }

  // Adds what it found; what was found before must be found again.
  bool read_at_snapshot(Link& link, const Question& asked, Form form, bool binary,
                        std::map<Object, std::optional<Row>>& together) {
    const auto answer = link.session->run(asked.statement, form, binary);
    writer_.take_note(link, answer, written_out(asked.statement), false);
    if (!answer.good()) {
      return false;
    }
    const auto rows = taken(asked, answer.results.back());
    for (const auto object : asked.scope.objects) {
      const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.object == object; });
      const auto row = found == rows.end() ? std::nullopt : std::optional(*found);
      const auto [before, added] = together.emplace(object, row);
      const auto value = [](const std::optional<Row>& one) { return one ? one->value : -1; };
      if (!added && value(before->second) != value(row)) {
        shared_.journal.report(Anomaly::fractured, object,
                               "session " + std::to_string(link.number) + ": values " + std::to_string(value(row)) +
                                   " and " + std::to_string(value(before->second)) + " at one snapshot");
      }
    }
    return true;
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
    return read(work.link, work.id, fitting(look));
  }

  Look choose_look() {
    auto look = shared_.pool.take(random_, [&] { return new_look(); });
    if (pick(random_, 8) == 0) {
      look.form = static_cast<Form>(pick(random_, static_cast<int>(Form::count)));
    }
    return look;
  }

  Look new_look() {
    Look look;
    look.way = kWays.at(static_cast<std::size_t>(pick(random_, static_cast<int>(kWays.size()))));
    look.table = pick(random_, 2) == 0 ? writer_.busy_table() : pick(random_, static_cast<int>(kTables.size()));
    look.key = is_list(look.table) ? writer_.list_of(look.table) : writer_.key_for(look.table);
    look.group = pick(random_, kGroups);
    look.form = static_cast<Form>(pick(random_, static_cast<int>(Form::count)));
    look.binary = pick(random_, 3) == 0;
    return fitting(look);
  }

  static Look fitting(Look look) {
    const auto kind = table_at(look.table).kind;
    const bool joined = kind == Kind::plain || kind == Kind::parent || kind == Kind::child;
    if (look.way == Way::join && !joined) {
      look.way = Way::one;
    }
    return look;
  }

  bool read(Link& link, Transaction transaction, const Look& look) {
    auto asked = question(look, ++salt_ * 1000 + link.number);
    auto operation = begun(link.number, transaction, written_out(asked.statement));
    const auto reading = shared_.journal.tell(
        [&](const Checker& checker) { return checker.reading(link.number, transaction, asked.scope); });
    const auto disturbance = transaction == kNone && pick(random_, 2000) == 0 ? writer_.disturbance() : std::nullopt;
    operation.objects = asked.scope.objects;
    const auto answer =
        link.session->run(asked.statement, look.form, look.binary, disturbance, &writer_.administrator());
    shared_.journal.count(transaction == kNone ? "reads" : "reads_in_transactions");
    writer_.take_note(link, answer, operation.text, disturbance.has_value());
    if (!answer.good()) {
      return false;
    }
    const auto& rows = answer.results.back();
    if (asked.shape <= Question::Shape::arrays) {
      operation.rows = taken(asked, rows);
    }
    operation.outcome = std::to_string(rows.size()) + " rows";
    shared_.journal.ended(std::move(operation), [&](Checker& checker) { judge(checker, asked, reading, rows); });
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
    for (int slot = 0; slot < (is_list(table) ? kSlots : 1); ++slot) {
      const int list = shared.lists.at(static_cast<std::size_t>(table)).at(static_cast<std::size_t>(slot));
      const auto asked = question({Way::whole, table, list, 0, Form::simple, false}, 0);
      const auto reading =
          shared.journal.tell([&](const Checker& checker) { return checker.reading(number, kNone, asked.scope); });
      const auto answer = session.run(asked.statement);
      if (!answer.good()) {
        throw std::runtime_error("the last reads: " + answer.message);
      }
      shared.journal.ended(begun(number, kNone, "at the end: " + asked.statement.text),
                           [&](Checker& checker) { judge(checker, asked, reading, answer.results.back()); });
    }
  });
}

}  // namespace history
