#include "known.h"

#include <sstream>
#include <vector>

#include "told.h"

namespace history {
namespace {

// What is right, although it may look strange.
const std::vector<Known> kGood = {
    {"a read that began before the write may see the old version", "",
     [](Told& told) {
       const auto sent = told.checker().reading(kReader, kNone, {{kX}, {}});
       told.wrote(kX, 1);
       told.checker().read(sent, {{kX, 0, 0}});
     }},
    {"a commit under way may be seen", "",
     [](Told& told) {
       const auto by = told.begin();
       const auto value = told.writes(by, kX, 1);
       told.checker().committing(by);
       told.reads({{kX, 1, value}});
       told.checker().committed(by);
     }},
    {"a write of unknown outcome may happen late", "",
     [](Told& told) {
       const auto by = told.begin();
       const auto lost = told.checker().write(by, {kX}, {});
       told.checker().committing(by);
       told.checker().unknown(by);
       told.reads({{kX, 0, 0}});
       const auto value = told.wrote(kX, 1);
       told.reads({{kX, 1, value}});
       told.reads({{kX, 2, lost}});
     }},
    {"a write of unknown outcome may never happen", "",
     [](Told& told) {
       const auto by = told.begin();
       told.writes(by, kX, 1);
       told.checker().committing(by);
       told.checker().unknown(by);
       const auto value = told.wrote(kX, 1);
       told.reads({{kX, 1, value}});
     }},
    {"a transaction sees its own writes, others do not", "",
     [](Told& told) {
       const auto by = told.begin();
       const auto value = told.writes(by, kX, 1);
       told.reads({{kX, 1, value}}, by);
       told.reads({{kX, 0, 0}});
       told.commits(by);
       told.reads({{kX, 1, value}});
     }},
    {"a row may be missing while its deletion commits", "",
     [](Told& told) {
       const auto by = told.begin();
       told.writes(by, kX, 1, {false, 0});
       told.checker().committing(by);
       told.misses({kX});
     }},
    {"statements of one transaction may see different states", "",
     [](Told& told) {
       const auto reader = told.begin();
       told.reads({{kX, 0, 0}}, reader);
       const auto by = told.begin();
       told.writes(by, kX, 1);
       const auto value = told.writes(by, kY, 1);
       told.commits(by);
       told.reads({{kY, 1, value}}, reader);
       told.commits(reader);
     }},
    {"a snapshot is as it was taken, whatever has been committed since", "",
     [](Told& told) {
       auto snapshot = told.checker().reading(kReader, kNone, {{kX, kY}, {}});
       const auto value = told.wrote(kY, 1);
       snapshot.until = told.checker().place();
       told.wrote(kX, 1);
       told.checker().read(snapshot, {{kX, 0, 0}, {kY, 1, value}});
     }},
    {"a list grows", "",
     [](Told& told) {
       const auto first = told.wrote(kX, 1);
       told.lists({first});
       const auto second = told.wrote(kX, 2);
       told.lists({first, second});
     }},
};

const std::vector<Known> kStale = {
    {"a stale read after an acknowledged write", "stale",
     [](Told& told) {
       told.wrote(kX, 1);
       told.reads({{kX, 0, 0}});
     }},
    {"a read older than another session's", "stale",
     [](Told& told) {
       const auto by = told.begin();
       const auto value = told.writes(by, kX, 1);
       told.checker().committing(by);
       told.reads({{kX, 1, value}}, kNone, kReader + 1);
       told.reads({{kX, 0, 0}});
     }},
    {"reads that go backwards in one session", "backwards",
     [](Told& told) {
       const auto by = told.begin();
       const auto value = told.writes(by, kX, 1);
       told.checker().committing(by);
       told.reads({{kX, 1, value}});
       told.reads({{kX, 0, 0}});
     }},
    {"one write of a transaction seen, then the other not", "stale",
     [](Told& told) {
       const auto by = told.begin();
       told.writes(by, kX, 1);
       const auto value = told.writes(by, kY, 1);
       told.checker().committing(by);
       told.reads({{kY, 1, value}}, kNone, kReader + 1);
       told.reads({{kX, 0, 0}});
     }},
    {"a row missing after its insertion was acknowledged", "stale",
     [](Told& told) {
       told.checker().start(kX, {false, 0});
       told.wrote(kX, 1);
       told.misses({kX});
     }},
    {"a row found after its deletion was acknowledged", "stale",
     [](Told& told) {
       told.wrote(kX, 1, {false, 0});
       told.reads({{kX, 0, 0}});
     }},
    {"a row missing in the group that it was moved to", "stale",
     [](Told& told) {
       told.wrote(kX, 1, {true, 3});
       told.misses({kX, kY}, {}, 3);
     }},
    {"a row found in the group that it has left", "stale",
     [](Told& told) {
       told.wrote(kX, 1, {true, 3});
       told.misses({kX}, {{kX, 0, 0, 0}}, 0);
     }},
    {"a sum from before an acknowledged write", "stale",
     [](Told& told) {
       told.wrote(kX, 1);
       told.checker().read_sum(told.checker().reading(kReader, kNone, {{kX, kY}, {}}), 0);
     }},
    {"a list without its acknowledged end", "stale",
     [](Told& told) {
       const auto first = told.wrote(kX, 1);
       told.wrote(kX, 2);
       told.lists({first});
     }},
};

const std::vector<Known> kWrong = {
    {"a lost write: two made the same version", "lost",
     [](Told& told) {
       told.wrote(kX, 1);
       told.wrote(kX, 1);
     }},
    {"a lost append: another element in its place", "lost",
     [](Told& told) {
       told.wrote(kX, 1);
       const auto by = told.begin();
       const auto other = told.checker().write(by, {kX}, {});
       told.checker().committing(by);
       told.lists({other});
     }},
    {"a dirty read, rolled back before (G1a)", "aborted",
     [](Told& told) {
       const auto by = told.begin();
       const auto value = told.writes(by, kX, 1);
       told.checker().aborted(by);
       told.reads({{kX, 1, value}});
     }},
    {"a dirty read, rolled back afterwards (G1a)", "aborted",
     [](Told& told) {
       const auto by = told.begin();
       const auto value = told.writes(by, kX, 1);
       told.checker().committing(by);
       told.reads({{kX, 1, value}});
       told.checker().aborted(by);
     }},
    {"a dirty read before the commit was sent (G1a)", "aborted",
     [](Told& told) {
       const auto by = told.begin();
       const auto value = told.writes(by, kX, 1);
       told.reads({{kX, 1, value}});
       told.commits(by);
     }},
    {"a read of what was rolled back to a savepoint (G1a)", "aborted",
     [](Told& told) {
       const auto by = told.begin();
       const auto mark = told.checker().mark(by);
       const auto value = told.writes(by, kX, 1);
       told.checker().undo(by, mark);
       told.writes(by, kX, 1);
       told.commits(by);
       told.wrote(kX, 2);
       told.reads({{kX, 3, value}});
     }},
    {"an intermediate read (G1b)", "intermediate",
     [](Told& told) {
       const auto by = told.begin();
       const auto value = told.writes(by, kX, 1);
       told.writes(by, kX, 2);
       told.checker().committing(by);
       told.reads({{kX, 1, value}});
     }},
    {"a dirty write: two transactions overwrite each other (G0)", "dirty_write",
     [](Told& told) {
       const auto one = told.begin();
       const auto other = told.begin();
       told.writes(one, kX, 1);
       told.writes(other, kX, 2);
       told.writes(other, kY, 1);
       told.writes(one, kY, 2);
       told.commits(one);
       told.commits(other);
     }},
    {"circular flow: two transactions read each other's writes (G1c)", "circular",
     [](Told& told) {
       const auto one = told.begin();
       const auto other = told.begin();
       const auto x = told.writes(one, kX, 1);
       const auto y = told.writes(other, kY, 1);
       told.checker().committing(one);
       told.checker().committing(other);
       told.reads({{kY, 1, y}}, one);
       told.reads({{kX, 1, x}}, other);
       told.checker().committed(one);
       told.checker().committed(other);
     }},
    {"circular flow: one overwrites what it lets the other read (G1c)", "circular",
     [](Told& told) {
       const auto one = told.begin();
       const auto other = told.begin();
       told.writes(one, kX, 1);
       told.writes(other, kX, 2);
       const auto y = told.writes(other, kY, 1);
       told.checker().committing(one);
       told.checker().committing(other);
       told.reads({{kY, 1, y}}, one);
       told.checker().committed(other);
       told.checker().committed(one);
     }},
    {"a fractured read: a part of a transaction in one statement", "fractured",
     [](Told& told) {
       const auto by = told.begin();
       told.writes(by, kX, 1);
       const auto value = told.writes(by, kY, 1);
       told.checker().committing(by);
       told.reads({{kX, 0, 0}, {kY, 1, value}});
     }},
    {"a fractured read: the row that came with another is missing", "fractured",
     [](Told& told) {
       told.checker().start(kX, {false, 0});
       const auto by = told.begin();
       told.writes(by, kX, 1);
       const auto value = told.writes(by, kY, 1);
       told.checker().committing(by);
       told.misses({kX, kY}, {{kY, 1, value}});
     }},
    {"a snapshot that shows what was committed after it had been taken", "fractured",
     [](Told& told) {
       auto snapshot = told.checker().reading(kReader, kNone, {{kX}, {}});
       snapshot.until = told.checker().place();
       const auto value = told.wrote(kX, 1);
       told.checker().read(snapshot, {{kX, 1, value}});
     }},
    {"a snapshot without a row that was deleted after it had been taken", "fractured",
     [](Told& told) {
       auto snapshot = told.checker().reading(kReader, kNone, {{kX}, {}});
       snapshot.until = told.checker().place();
       told.wrote(kX, 1, {false, 0});
       told.checker().read(snapshot, {});
     }},
    {"a transaction that does not see its own write", "own",
     [](Told& told) {
       const auto by = told.begin();
       told.writes(by, kX, 1);
       told.reads({{kX, 0, 0}}, by);
     }},
    {"a transaction that still finds what it has deleted", "own",
     [](Told& told) {
       const auto by = told.begin();
       told.writes(by, kX, 1, {false, 0});
       told.reads({{kX, 0, 0}}, by);
     }},
    {"a value that nobody wrote", "impossible",
     [](Told& told) {
       told.reads({{kX, 1, 12345}});
     }},
    {"a value of another object", "impossible",
     [](Told& told) {
       const auto value = told.wrote(kY, 1);
       told.reads({{kX, 1, value}});
     }},
};

}  // namespace

std::string known_histories() {
  std::ostringstream out;
  out << "[";
  const char* between = "";
  for (const auto* group : {&kGood, &kStale, &kWrong, &bounded_histories()}) {
    for (const auto& known : *group) {
      Told told(known.bound);
      known.tell(told);
      out << between << "{\"history\": \"" << known.what << "\", \"expected\": \"" << known.expected
          << "\", \"found\": \"";
      const char* space = "";
      for (const auto& one : told.found()) {
        out << space << one;
        space = " ";
      }
      out << "\"}";
      between = ", ";
    }
  }
  out << "]";
  return out.str();
}

}  // namespace history
