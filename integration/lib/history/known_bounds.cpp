// What a fleet may do that keeps to a bound, and what it may not: just within, and just beyond.
#include "told.h"

namespace history {
namespace {

using namespace std::chrono_literals;

constexpr auto kBound = 100ms;
constexpr int kWithin = 99;
constexpr int kBeyond = 100;
constexpr int kThere = kReader + 1;  // a session of the other instance
constexpr int kHere = kReader + 2;   // and one of the reader's

// Seen by a session of the writer's instance while it commits; the acknowledgement comes 60 ms later.
void seen_early(Told& told) {
  const auto by = told.begin(kThere);
  const auto value = told.writes(by, kX, 1);
  told.checker().committing(by);
  told.reads({{kX, 1, value}}, kNone, kThere);
  told.pass(60);
  told.checker().committed(by);
}

// One transaction of another instance takes X out of the group that is read, and writes Y.
void gone_with(Told& told, Version x, Version y = 1) {
  const auto by = told.begin(kThere);
  told.writes(by, kX, x, {true, 1});
  told.writes(by, kY, y);
  told.commits(by);
}

const std::vector<Known> kAllowed = {
    {"a write through another instance may be missed within the bound", "",
     [](Told& told) {
       told.wrote_by(kThere, kX, 1);
       told.pass(kWithin);
       told.reads({{kX, 0, 0}});
     }},
    {"and the other way round", "",
     [](Told& told) {
       told.wrote_by(kReader, kX, 1);
       told.pass(kWithin);
       told.reads({{kX, 0, 0}}, kNone, kThere);
     }},
    {"a session may see older after newer within the bound", "",
     [](Told& told) {
       const auto value = told.wrote_by(kThere, kX, 1);
       told.reads({{kX, 1, value}});
       told.pass(kWithin);
       told.reads({{kX, 0, 0}});
     }},
    {"the newest beyond the bound may be seen, not what is newer", "",
     [](Told& told) {
       const auto value = told.wrote_by(kThere, kX, 1);
       told.pass(50);
       told.wrote_by(kThere, kX, 2);
       told.pass(kWithin);
       told.reads({{kX, 1, value}});
     }},
    {"what was seen before it was acknowledged may be missed within the bound from then", "",
     [](Told& told) {
       seen_early(told);
       told.pass(kWithin - 60);
       told.reads({{kX, 0, 0}});
     }},
    {"what was seen and never acknowledged may be missed elsewhere", "",
     [](Told& told) {
       const auto by = told.begin(kThere);
       const auto value = told.writes(by, kX, 1);
       told.checker().committing(by);
       told.checker().unknown(by);
       told.reads({{kX, 1, value}}, kNone, kThere);
       told.pass(kBeyond);
       told.reads({{kX, 0, 0}});
     }},
    {"a row added through another instance may be missing within the bound", "",
     [](Told& told) {
       told.checker().start(kX, {false, 0});
       told.wrote_by(kThere, kX, 1);
       told.pass(kWithin);
       told.misses({kX});
     }},
    {"a row removed through another instance may be found within the bound", "",
     [](Told& told) {
       told.wrote_by(kThere, kX, 1, {false, 0});
       told.pass(kWithin);
       told.reads({{kX, 0, 0}});
     }},
    {"a list may be without its end within the bound", "",
     [](Told& told) {
       const auto first = told.wrote_by(kThere, kX, 1);
       told.pass(1);
       told.wrote_by(kThere, kX, 2);
       told.pass(kWithin);
       told.lists({first});
     }},
};

const std::vector<Known> kTooOld = {
    {"a write through another instance missed beyond the bound", "stale",
     [](Told& told) {
       told.wrote_by(kThere, kX, 1);
       told.pass(kBeyond);
       told.reads({{kX, 0, 0}});
     }},
    {"and the other way round, too", "stale",
     [](Told& told) {
       told.wrote_by(kReader, kX, 1);
       told.pass(kBeyond);
       told.reads({{kX, 0, 0}}, kNone, kThere);
     }},
    {"a write through the same instance missed", "stale",
     [](Told& told) {
       told.wrote_by(kHere, kX, 1);
       told.reads({{kX, 0, 0}});
     }},
    {"a write through the same instance missed, after one through another", "stale",
     [](Told& told) {
       told.wrote_by(kHere, kX, 1);
       told.wrote_by(kThere, kX, 2);
       told.reads({{kX, 0, 0}});
     }},
    {"a write through the same instance missed that was seen elsewhere before", "stale",
     [](Told& told) {
       const auto by = told.begin(kHere);
       const auto value = told.writes(by, kX, 1);
       told.checker().committing(by);
       told.reads({{kX, 1, value}}, kNone, kThere);
       told.checker().committed(by);
       told.reads({{kX, 0, 0}});
     }},
    {"older than the newest beyond the bound", "stale",
     [](Told& told) {
       told.wrote_by(kThere, kX, 1);
       told.pass(50);
       told.wrote_by(kThere, kX, 2);
       told.pass(kWithin);
       told.reads({{kX, 0, 0}});
     }},
    {"what was seen before it was acknowledged, missed beyond the bound from then", "stale",
     [](Told& told) {
       seen_early(told);
       told.pass(kBeyond - 60);
       told.reads({{kX, 0, 0}});
     }},
    {"what was seen longer than the bound before it was acknowledged, missed then", "stale",
     [](Told& told) {
       const auto by = told.begin(kThere);
       const auto value = told.writes(by, kX, 1);
       told.checker().committing(by);
       told.reads({{kX, 1, value}}, kNone, kThere);
       told.pass(kBeyond + 1);
       told.checker().committed(by);
       told.reads({{kX, 0, 0}});
     }},
    {"a row added through another instance missing beyond the bound", "stale",
     [](Told& told) {
       told.checker().start(kX, {false, 0});
       told.wrote_by(kThere, kX, 1);
       told.pass(kBeyond);
       told.misses({kX});
     }},
    {"a row removed through another instance found beyond the bound", "stale",
     [](Told& told) {
       told.wrote_by(kThere, kX, 1, {false, 0});
       told.pass(kBeyond);
       told.reads({{kX, 0, 0}});
     }},
    {"a list without its end beyond the bound", "stale",
     [](Told& told) {
       const auto first = told.wrote_by(kThere, kX, 1);
       told.wrote_by(kThere, kX, 2);
       told.pass(kBeyond);
       told.lists({first});
     }},
    {"a sum from before a write beyond the bound", "stale",
     [](Told& told) {
       told.wrote_by(kThere, kX, 1);
       told.pass(kBeyond);
       told.checker().read_sum(told.checker().reading(kReader, kNone, {{kX, kY}, {}}), 0);
     }},
    {"the database itself missing what was acknowledged", "stale",
     [](Told& told) {
       told.wrote_by(kThere, kX, 1);
       told.reads({{kX, 0, 0}}, kNone, -1);
     }},
    {"a statement that no cache answers missing what was acknowledged", "stale",
     [](Told& told) {
       told.wrote_by(kThere, kX, 1);
       told.checker().read(told.checker().reading(kReader, kNone, {{kX}, {}}, Held::to_everything), {{kX, 0, 0}});
     }},
    {"a row missing that was back beyond the bound, and has gone again since with a change of another", "stale",
     [](Told& told) {
       told.wrote_by(kThere, kX, 1, {true, 1});
       told.wrote_by(kThere, kX, 2);
       told.pass(kBeyond);
       gone_with(told, 3);
       told.misses({kX, kY}, {{kY, 0, 0}}, 0);
     }},
    {"and so another row as well, which was not there before either", "stale",
     [](Told& told) {
       told.checker().start(kY, {true, 1});
       told.wrote_by(kThere, kY, 1);
       told.wrote_by(kThere, kY, 2, {true, 1});
       told.wrote_by(kThere, kX, 1, {true, 1});
       told.wrote_by(kThere, kX, 2);
       told.pass(kBeyond);
       gone_with(told, 3, 3);
       told.misses({kX, kY}, {}, 0);
     }},
};

const std::vector<Known> kWrongAnyway = {
    {"a row missing that has gone with a change of another, within the bound", "fractured",
     [](Told& told) {
       gone_with(told, 1);
       told.misses({kX, kY}, {{kY, 0, 0}}, 0);
     }},
    {"a part of a transaction in one statement, within the bound", "fractured",
     [](Told& told) {
       const auto by = told.begin(kThere);
       told.writes(by, kX, 1);
       const auto value = told.writes(by, kY, 1);
       told.commits(by);
       told.reads({{kX, 0, 0}, {kY, 1, value}});
     }},
    {"what was rolled back, within the bound", "aborted",
     [](Told& told) {
       const auto by = told.begin(kThere);
       const auto value = told.writes(by, kX, 1);
       told.checker().aborted(by);
       told.reads({{kX, 1, value}});
     }},
    {"what the transaction wrote once more, within the bound", "intermediate",
     [](Told& told) {
       const auto by = told.begin(kThere);
       const auto value = told.writes(by, kX, 1);
       told.writes(by, kX, 2);
       told.commits(by);
       told.reads({{kX, 1, value}});
     }},
    {"what nobody wrote, within the bound", "impossible",
     [](Told& told) {
       told.wrote_by(kThere, kX, 1);
       told.reads({{kX, 2, 12345}});
     }},
    {"a transaction that does not see its own write, within the bound", "own",
     [](Told& told) {
       const auto by = told.begin(kReader);
       told.writes(by, kX, 1);
       told.reads({{kX, 0, 0}}, by);
     }},
    {"two writes of one version, within the bound", "lost",
     [](Told& told) {
       told.wrote_by(kThere, kX, 1);
       told.wrote_by(kReader, kX, 1);
     }},
};

}  // namespace

const std::vector<Known>& bounded_histories() {
  static const std::vector<Known> kAll = [] {
    std::vector<Known> out;
    for (const auto* group : {&kAllowed, &kTooOld, &kWrongAnyway}) {
      out.insert(out.end(), group->begin(), group->end());
    }
    for (auto& known : out) {
      known.bound = kBound;
    }
    return out;
  }();
  return kAll;
}

}  // namespace history
