#include "io/loop.h"

#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <optional>
#include <utility>

#include "io/detail/asio_loop.h"

namespace tapri::io {
namespace detail {
namespace {

// How often completions may bring forth new ones in one turn before other streams get theirs.
constexpr int kRoundsPerTurn = 16;

class TimerState final : public LoopMember, public std::enable_shared_from_this<TimerState> {
 public:
  explicit TimerState(AsioLoop& loop) : LoopMember(loop), loop_(loop), timer_(std::in_place, loop.context()) {}

  void set(Duration delay, std::function<void()> callback) {
    if (!timer_) return;
    callback_ = std::move(callback);
    timer_->expires_after(delay);
    timer_->async_wait([self = shared_from_this(), generation = ++generation_](std::error_code) {
      if (self->generation_ != generation || !self->callback_) return;
      const AsioLoop::Turn turn(self->loop_);
      std::exchange(self->callback_, nullptr)();
    });
  }
  void cancel() {
    ++generation_;
    const auto dropped = std::exchange(callback_, nullptr);
    if (timer_) timer_->cancel();
  }
  void abandon() override {
    const auto self = shared_from_this();
    timer_.reset();
    cancel();
  }

 private:
  AsioLoop& loop_;
  std::optional<asio::steady_timer> timer_;  // empty once the loop has ended
  std::function<void()> callback_;
  // Tells a wait that was overtaken by set() or cancel() although it had already come to its end.
  std::uint64_t generation_ = 0;
};

class AsioTimer final : public Timer {
 public:
  explicit AsioTimer(AsioLoop& loop) : state_(std::make_shared<TimerState>(loop)) {}
  AsioTimer(const AsioTimer&) = delete;
  AsioTimer& operator=(const AsioTimer&) = delete;
  ~AsioTimer() override { state_->cancel(); }
  void set(Duration delay, std::function<void()> callback) override { state_->set(delay, std::move(callback)); }
  void cancel() override { state_->cancel(); }

 private:
  std::shared_ptr<TimerState> state_;
};

}  // namespace

LoopMember::LoopMember(AsioLoop& loop) : linked_to_(&loop), next_(loop.members_) {
  if (next_ != nullptr) next_->previous_ = this;
  loop.members_ = this;
}

void LoopMember::unlink() {
  if (linked_to_ == nullptr) return;
  if (next_ != nullptr) next_->previous_ = previous_;
  (previous_ != nullptr ? previous_->next_ : linked_to_->members_) = next_;
  linked_to_ = nullptr;
}

// One thread runs the context and uses its sockets, so that these need no locks; tasks are posted by all.
AsioLoop::AsioLoop(Duration busy_poll)
    : busy_poll_(busy_poll),
      context_(std::make_unique<asio::io_context>(ASIO_CONCURRENCY_HINT_UNSAFE_IO)),
      work_(context_->get_executor()) {}

AsioLoop::~AsioLoop() {
  ending_ = true;
  deferred_.clear();
  while (members_ != nullptr) {
    LoopMember& member = *members_;
    member.unlink();
    member.abandon();
  }
  work_.reset();
  context_.reset();
}

void AsioLoop::run() {
  if (busy_poll_ > Duration::zero()) {
    poll_busily();
  } else {
    context_->run();
  }
  context_->restart();
}

void AsioLoop::poll_busily() {
  const SystemClock clock;
  TimePoint last = clock.now();
  while (!context_->stopped()) {
    if (context_->poll() == 0) {
      if (clock.now() - last < busy_poll_) continue;
      context_->run_one();
    }
    last = clock.now();
  }
}

void AsioLoop::stop() { context_->stop(); }

void AsioLoop::post(std::function<void()> task) {
  asio::post(*context_, [this, task = std::move(task)] {
    Turn turn(*this);
    task();
  });
}

std::unique_ptr<Timer> AsioLoop::make_timer() { return std::make_unique<AsioTimer>(*this); }

void AsioLoop::defer(std::shared_ptr<LoopMember> member) {
  if (ending_) return;
  deferred_.push_back(std::move(member));
  if (depth_ == 0) post_deferred();
}

void AsioLoop::run_deferred() {
  for (int round = 0; round < kRoundsPerTurn && !deferred_.empty(); ++round) {
    running_.swap(deferred_);
    for (const auto& member : running_) member->run_deferred();
    running_.clear();
  }
  if (!deferred_.empty()) post_deferred();
}

void AsioLoop::post_deferred() {
  if (std::exchange(posted_, true)) return;
  asio::post(*context_, [this] {
    posted_ = false;
    Turn turn(*this);
  });
}

}  // namespace detail

std::unique_ptr<Loop> make_loop(Duration busy_poll) { return std::make_unique<detail::AsioLoop>(busy_poll); }

}  // namespace tapri::io
