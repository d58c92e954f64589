// How often lost writes are asked about: each question may take a database that does not answer a while.
#include <gtest/gtest.h>

#include <functional>
#include <utility>
#include <vector>

#include "proxy/orphans.h"

namespace tapri::proxy {
namespace {

using Answer = std::function<void(std::optional<bool>)>;

// Runs tasks when told; counts how often its timers are set.
class StillLoop final : public io::Loop {
 public:
  void run() override {
    for (auto& task : std::exchange(tasks_, {})) task();
  }
  void stop() override {}
  void post(std::function<void()> task) override { tasks_.push_back(std::move(task)); }
  [[nodiscard]] std::unique_ptr<io::Timer> make_timer() override { return std::make_unique<StillTimer>(*this); }
  void connect(const io::Address&, Duration, std::function<void(Result<std::unique_ptr<io::Stream>>)>) override {}
  [[nodiscard]] Result<std::unique_ptr<io::Listener>> listen(
      const io::Address&, std::function<io::Loop&()>,
      std::function<void(io::Loop&, std::unique_ptr<io::Stream>)>) override {
    return fail("no sockets here");
  }

  [[nodiscard]] bool armed() const { return alarm_ != nullptr; }
  [[nodiscard]] int times_set() const { return times_set_; }
  void ring() {
    if (auto alarm = std::exchange(alarm_, nullptr)) alarm();
  }

 private:
  class StillTimer final : public io::Timer {
   public:
    explicit StillTimer(StillLoop& loop) : loop_(loop) {}
    void set(Duration, std::function<void()> callback) override {
      loop_.alarm_ = std::move(callback);
      ++loop_.times_set_;
    }
    void cancel() override { loop_.alarm_ = nullptr; }

   private:
    StillLoop& loop_;
  };

  std::vector<std::function<void()>> tasks_;
  std::function<void()> alarm_;
  int times_set_ = 0;
};

class OrphanQuestionsTest : public testing::Test {
 protected:
  void lose(coherence::Dependency dependency, std::uint32_t process_id) {
    coherence::Footprint footprint;
    footprint.add(dependency);
    orphans_->add(coherence::DirtyMark(log_, footprint), process_id);
    loop_.run();
  }
  [[nodiscard]] bool dirty(coherence::Dependency dependency) const {
    const coherence::Dependency on[] = {dependency};
    return log_.check(on, log_.position()) == coherence::Validity::write_in_flight;
  }

  coherence::InvalidationLog log_{64};
  ManualClock clock_;
  StillLoop loop_;
  std::vector<std::pair<int, Answer>> asked_;
  std::shared_ptr<Orphans> orphans_ = std::make_shared<Orphans>(
      loop_, clock_, [this](int process_id, Answer answer) { asked_.emplace_back(process_id, std::move(answer)); },
      Orphans::Config{});
};

TEST_F(OrphanQuestionsTest, OneIsOutstandingHoweverLongItTakes) {
  lose(1, 42);
  for (int i = 0; i < 100; ++i) loop_.ring();
  ASSERT_EQ(asked_.size(), 1U);
  asked_[0].second(true);
  for (int i = 0; i < 100; ++i) loop_.ring();
  ASSERT_EQ(asked_.size(), 2U);
  lose(2, 43);
  loop_.ring();
  ASSERT_EQ(asked_.size(), 3U) << "the other is asked about meanwhile";
  EXPECT_EQ(asked_[2].first, 43);
  asked_[1].second(false);
  EXPECT_FALSE(dirty(1));
  EXPECT_TRUE(dirty(2));
}

TEST_F(OrphanQuestionsTest, WritesThatAreLostOneAfterAnotherDoNotPutTheQuestionsOff) {
  for (std::uint32_t i = 0; i < 100; ++i) lose(i, i);
  EXPECT_EQ(loop_.times_set(), 1);
  loop_.ring();
  EXPECT_EQ(asked_.size(), 100U);
}

TEST_F(OrphanQuestionsTest, TheGraceBeginsWhenItWasLastKnownToRun) {
  const Duration grace = Orphans::Config{}.grace;
  lose(1, 42);
  clock_.advance(grace * 10);
  loop_.ring();
  asked_.back().second(true);
  clock_.advance(grace / 2);
  loop_.ring();
  asked_.back().second(std::nullopt);
  EXPECT_TRUE(dirty(1)) << "the control connection was lost, not the server process";
  clock_.advance(grace);
  loop_.ring();
  asked_.back().second(std::nullopt);
  EXPECT_FALSE(dirty(1));
}

TEST_F(OrphanQuestionsTest, TheAnswerMayComeFromInsideTheCall) {
  const auto orphans = std::make_shared<Orphans>(
      loop_, clock_, [](int, const Answer& answer) { answer(false); }, Orphans::Config{});
  coherence::Footprint footprint;
  footprint.add(7);
  orphans->add(coherence::DirtyMark(log_, footprint), 42);
  loop_.run();
  loop_.ring();
  EXPECT_FALSE(dirty(7));
  EXPECT_EQ(orphans->count(), 0U);
  loop_.ring();
  EXPECT_FALSE(loop_.armed()) << "nothing is left to ask about";
}

}  // namespace
}  // namespace tapri::proxy
