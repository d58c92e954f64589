// What one instance tells its fleet, step by step: what is to be appended, and what becomes of tickets, marks and
// tokens.
#include "coherence/fleet_writer.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "unit/coherence/record_text.h"

namespace tapri::coherence {
namespace {

using namespace std::chrono_literals;
using Tickets = std::vector<FleetWriter::Ticket>;

constexpr Epoch kEpoch{3, 9};
constexpr TimePoint kNow{1h};

class FleetWriterTest : public testing::Test {
 protected:
  FleetWriterTest() { log_.advance(at(1)); }
  static Position at(std::uint64_t sequence) { return position_of(kEpoch.number, sequence); }

  void connect(Epoch epoch = kEpoch, TimePoint now = kNow) { writer_.connected(epoch, now); }
  // Connected, and what that has to say is in the log.
  void start() {
    connect();
    static_cast<void>(take());
    answer_all();
  }
  // What is to be appended, in its order; sent_ has the numbers.
  std::string take() {
    std::string all;
    while (auto append = writer_.next()) {
      const auto record = decode(append->record);
      all += (record ? text_of(*record) : "?") + ";";
      if (record) last_writer_ = record->writer;
      sent_.push_back(append->number);
    }
    return all;
  }
  void answer_all() {
    for (const std::uint64_t number : std::exchange(sent_, {})) writer_.appended(number, at(++appended_));
  }
  // A commit whose marks are up.
  void commit(FleetWriter::Ticket ticket, Token token, const Footprint& footprint) {
    log_.raise(footprint);
    writer_.announce(ticket, token, footprint, 0);
  }
  [[nodiscard]] Validity check(Dependency dependency, Position as_of) const {
    return log_.check(std::array{dependency}, as_of);
  }

  FleetConfig config_{.writer = 7, .lease = 3s, .grace = 2s, .most_unannounced = 4, .most_pending = 8};
  InvalidationLog log_{16};
  FleetWriter writer_{config_, log_};
  std::vector<std::uint64_t> sent_;
  std::uint64_t appended_ = 1;
  Writer last_writer_ = 0;
};

TEST_F(FleetWriterTest, RefusesAtOnceWhileThereIsNoLog) {
  writer_.intend(1, 1, Footprint({10}), 0);
  writer_.flush(2, {});
  EXPECT_EQ(writer_.completed(), 2U);
  EXPECT_EQ(writer_.take_failed(), (Tickets{1, 2}));
  EXPECT_EQ(writer_.take_failed(), Tickets{});
  EXPECT_EQ(take(), "");
  EXPECT_EQ(writer_.open(), 1U) << "the write goes on";
}

TEST_F(FleetWriterTest, TellsOnceConnectedOfWhatIsOpen) {
  writer_.intend(1, 1, Footprint({10}), 0);
  writer_.intend(2, 1, Footprint({11}), record_flags::kSchema);
  writer_.intend(3, 2, Footprint({12}), 0);
  writer_.cancel(2);
  EXPECT_EQ(writer_.open(), 1U) << "nobody has heard of the other";
  connect();
  EXPECT_EQ(take(), "intent 1:10,11 S;alive 2:1;");
  EXPECT_EQ(last_writer_, config_.writer);
}

TEST_F(FleetWriterTest, SettlesTicketsInTheirOrderWhateverThatOfTheAnswers) {
  start();
  writer_.intend(1, 1, Footprint({10}), 0);
  writer_.intend(2, 2, Footprint({11}), 0);
  writer_.flush(3, {});
  EXPECT_EQ(take(), "intent 1:10;intent 2:11;flush 0:;");
  writer_.appended(sent_[2], at(4));
  writer_.appended(sent_[1], at(3));
  EXPECT_EQ(writer_.completed(), 0U);
  writer_.appended(sent_[0], at(2));
  EXPECT_EQ(writer_.completed(), 3U);
  EXPECT_EQ(writer_.take_failed(), Tickets{});
}

TEST_F(FleetWriterTest, ACommitIsAppliedWhereTheLogHasItAndThenItsMarksFall) {
  start();
  writer_.intend(1, 1, Footprint({10}), 0);
  commit(2, 1, Footprint({10}));
  EXPECT_EQ(take(), "intent 1:10;done 1:10;");
  EXPECT_EQ(check(10, at(9)), Validity::write_in_flight);
  EXPECT_EQ(writer_.open(), 1U);
  answer_all();
  EXPECT_EQ(appended_, 4U);
  EXPECT_EQ(check(10, at(3)), Validity::invalidated);
  EXPECT_EQ(check(10, at(4)), Validity::valid);
  EXPECT_EQ(writer_.open(), 0U);
  EXPECT_EQ(writer_.completed(), 2U);
}

TEST_F(FleetWriterTest, ACommitNobodyWasToldOfBeforeIsAWrite) {
  start();
  commit(1, 0, Footprint({10}));
  EXPECT_EQ(take(), "write 0:10;");
}

TEST_F(FleetWriterTest, ACancelledWriteIsOpenUntilTheLogSaysSo) {
  start();
  writer_.intend(1, 1, Footprint({10}), 0);
  writer_.cancel(1);
  writer_.cancel(5);
  EXPECT_EQ(take(), "intent 1:10;cancel 1:;");
  EXPECT_EQ(writer_.open(), 1U);
  answer_all();
  EXPECT_EQ(writer_.open(), 0U);
}

TEST_F(FleetWriterTest, ALostCancelIsMadeGoodByTheNextAlive) {
  start();
  writer_.intend(1, 1, Footprint({10}), 0);
  static_cast<void>(take());
  answer_all();
  writer_.tick(kNow + 1s);
  EXPECT_EQ(take(), "alive 1:1;");
  answer_all();
  writer_.cancel(1);
  static_cast<void>(take());
  writer_.failed(sent_[0]);
  EXPECT_EQ(writer_.open(), 0U);
  writer_.tick(kNow + 2s);
  EXPECT_EQ(take(), "alive 1:;") << "which does not name it";
}

TEST_F(FleetWriterTest, FailsWhatHasNoAnswerWhenTheConnectionIsLost) {
  start();
  writer_.intend(1, 1, Footprint({10}), 0);
  commit(2, 1, Footprint({10}));
  writer_.flush(3, {});
  static_cast<void>(take());
  writer_.appended(sent_[0], at(2));
  writer_.disconnected();
  EXPECT_EQ(writer_.completed(), 3U);
  EXPECT_EQ(writer_.take_failed(), (Tickets{2, 3}));
  EXPECT_EQ(check(10, at(9)), Validity::valid) << "no mark is left";
  EXPECT_TRUE(log_.unannounced());
  writer_.appended(sent_[1], at(3));
  EXPECT_EQ(writer_.open(), 1U) << "an answer that comes then is none";
}

TEST_F(FleetWriterTest, TellsLaterWhatItCouldNot) {
  start();
  writer_.intend(1, 1, Footprint({10}), 0);
  commit(2, 1, Footprint({10}));
  static_cast<void>(take());
  writer_.disconnected();
  sent_.clear();
  commit(3, 2, Footprint({11}));
  EXPECT_EQ(check(11, at(9)), Validity::valid);
  EXPECT_EQ(writer_.take_failed(), (Tickets{1, 2, 3}));
  connect();
  EXPECT_EQ(take(), "write 0:10,11;alive 1:1;") << "it is named until the others have heard of the write";
  EXPECT_TRUE(log_.unannounced());
  answer_all();
  EXPECT_FALSE(log_.unannounced());
  EXPECT_EQ(writer_.open(), 0U);
  EXPECT_EQ(check(10, at(1)), Validity::invalidated);
  EXPECT_EQ(check(11, at(1)), Validity::invalidated);
  EXPECT_EQ(log_.base(), 0U);
}

TEST_F(FleetWriterTest, TellsItAgainUntilItIsInTheLog) {
  commit(1, 0, Footprint({10}));
  connect();
  EXPECT_EQ(take(), "write 0:10;alive 0:;");
  writer_.failed(sent_[0]);
  EXPECT_TRUE(log_.unannounced());
  sent_.clear();
  writer_.tick(kNow);
  EXPECT_EQ(take(), "write 0:10;");
  answer_all();
  EXPECT_FALSE(log_.unannounced());
}

TEST_F(FleetWriterTest, TellsOneAfterTheOtherOfWhatItCouldNot) {
  commit(1, 0, Footprint({10}));
  connect();
  commit(2, 0, Footprint({11}));
  EXPECT_EQ(take(), "write 0:10;alive 0:;write 0:11;");
  writer_.failed(sent_[2]);
  writer_.tick(kNow);
  EXPECT_EQ(take(), "");
  writer_.appended(sent_[0], at(2));
  EXPECT_TRUE(log_.unannounced()) << "of the second";
  writer_.tick(kNow);
  sent_.clear();
  EXPECT_EQ(take(), "write 0:11;");
  answer_all();
  EXPECT_FALSE(log_.unannounced());
}

TEST_F(FleetWriterTest, WhatIsTooMuchToKeepCountsAsEverything) {
  commit(1, 0, Footprint({1, 2, 3, 4}));
  commit(2, 0, Footprint({5}));
  connect();
  EXPECT_EQ(take(), "write 0: E;alive 0:;");
  answer_all();
  EXPECT_EQ(log_.base(), at(2)) << "here, too: what it had is forgotten";
}

TEST_F(FleetWriterTest, AnotherEpochMayLackWhatTheLastWasTold) {
  start();
  commit(1, 0, Footprint({10}));
  static_cast<void>(take());
  answer_all();
  connect();
  EXPECT_EQ(take(), "alive 0:;") << "the same epoch";
  connect({kEpoch.number + 1, 4});
  EXPECT_TRUE(log_.unannounced());
  EXPECT_EQ(take(), "write 0: E;alive 0:;");
  connect({kEpoch.number + 2, 5});
  sent_.clear();
  EXPECT_EQ(take(), "alive 0:;") << "is on its way still, and was told nothing else";
}

TEST_F(FleetWriterTest, WhatIsFencedWaitsForTheNextEpoch) {
  start();
  writer_.intend(1, 1, Footprint({10}), 0);
  commit(2, 0, Footprint({11}));
  static_cast<void>(take());
  writer_.fenced(sent_[0]);
  writer_.fenced(sent_[1]);
  EXPECT_TRUE(writer_.is_fenced());
  EXPECT_FALSE(writer_.ready());
  writer_.flush(3, {});
  EXPECT_EQ(take(), "");
  EXPECT_EQ(writer_.completed(), 0U);
  sent_.clear();
  connect({kEpoch.number + 1, 4});
  EXPECT_EQ(take(), "intent 1:10;write 0:11;flush 0:;intent 1:10;alive 1:1;");
  answer_all();
  EXPECT_EQ(writer_.completed(), 3U);
  EXPECT_EQ(writer_.take_failed(), Tickets{});
}

TEST_F(FleetWriterTest, SaysThatItLivesEachThirdOfALeaseWhileSomethingIsOpen) {
  start();
  writer_.tick(kNow + 1h);
  EXPECT_EQ(take(), "") << "nobody waits for it";
  writer_.intend(1, 1, Footprint({10}), 0);
  static_cast<void>(take());
  answer_all();
  writer_.tick(kNow + 1s - 1ns);
  EXPECT_EQ(take(), "");
  writer_.tick(kNow + 1s);
  EXPECT_EQ(take(), "alive 1:1;");
  answer_all();
  writer_.tick(kNow + 2s - 1ns);
  EXPECT_EQ(take(), "");
  commit(2, 1, Footprint({10}));
  static_cast<void>(take());
  answer_all();
  writer_.tick(kNow + 2s);
  EXPECT_EQ(take(), "");
  writer_.tick(kNow + 1h);
  EXPECT_EQ(take(), "");
  writer_.intend(3, 2, Footprint({10}), 0);
  commit(4, 2, Footprint({10}));
  static_cast<void>(take());
  answer_all();
  writer_.tick(kNow + 1h);
  EXPECT_EQ(take(), "alive 2:;") << "and once after something was, in case its end was not heard of";
}

TEST_F(FleetWriterTest, NamesNoMoreThanARecordHolds) {
  config_.most_pending = 2 * kMostRecordDependencies;
  for (Token token = 1; token <= kMostRecordDependencies + 1; ++token) writer_.intend(token, token, Footprint({1}), 0);
  connect();
  const std::string all = take();
  EXPECT_TRUE(all.ends_with("alive " + std::to_string(kMostRecordDependencies + 1) + ": P;"));
}

TEST_F(FleetWriterTest, GivesUpAllWhereTooMuchWaits) {
  start();
  for (Token token = 1; token <= config_.most_pending + 1; ++token) writer_.intend(token, token, Footprint({token}), 0);
  EXPECT_EQ(writer_.completed(), config_.most_pending);
  EXPECT_EQ(writer_.take_failed().size(), config_.most_pending);
  EXPECT_EQ(take(), "intent 9:9;");
  answer_all();
  writer_.cancel(9);
  static_cast<void>(take());
  answer_all();
  config_.most_pending = 64;
  writer_.tick(kNow);
  EXPECT_EQ(take(), "intent 1:1;intent 2:2;intent 3:3;intent 4:4;intent 5:5;intent 6:6;intent 7:7;intent 8:8;")
      << "the others hear of them after all";
}

TEST_F(FleetWriterTest, TellsOfOthersThatAreSilent) {
  const Record lapsed{RecordKind::lapsed, record_flags::kFinal, 42, 5, Footprint({10})};
  writer_.lapse(lapsed);
  connect();
  EXPECT_EQ(take(), "alive 0:;") << "they are looked at again";
  writer_.lapse(lapsed);
  EXPECT_EQ(take(), "lapsed 5:10 F;");
  EXPECT_EQ(last_writer_, 42U);
}

TEST_F(FleetWriterTest, AFlushEndsWhatWasReadBefore) {
  start();
  writer_.flush(1, {});
  static_cast<void>(take());
  answer_all();
  EXPECT_EQ(log_.base(), at(appended_));
}

TEST_F(FleetWriterTest, AnswersToNothingAreNone) {
  start();
  writer_.intend(1, 1, Footprint({10}), 0);
  writer_.appended(99, at(7));
  writer_.failed(99);
  writer_.fenced(99);
  EXPECT_TRUE(writer_.ready());
  static_cast<void>(take());
  const std::uint64_t number = sent_[0];
  writer_.appended(number, at(3));
  writer_.failed(number);
  writer_.fenced(number);
  EXPECT_TRUE(writer_.ready());
  EXPECT_EQ(writer_.completed(), 1U);
  EXPECT_EQ(writer_.take_failed(), Tickets{});
}

}  // namespace
}  // namespace tapri::coherence
