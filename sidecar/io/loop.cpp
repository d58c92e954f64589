#include "io/loop.h"

#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <utility>

#include "io/detail/asio_loop.h"

namespace tapri::io {
namespace detail {
namespace {

// How often completions may bring forth new ones in one turn before other streams get theirs.
constexpr int kRoundsPerTurn = 16;

struct TimerState {
  TimerState(AsioLoop& owner) : loop(owner), timer(owner.context()) {}
  AsioLoop& loop;
  asio::steady_timer timer;
  std::function<void()> callback;
  // Tells a wait that was overtaken by set() or cancel() although it had already come to its end.
  std::uint64_t generation = 0;
};

class AsioTimer final : public Timer {
 public:
  explicit AsioTimer(AsioLoop& loop) : state_(std::make_shared<TimerState>(loop)) {}
  AsioTimer(const AsioTimer&) = delete;
  AsioTimer& operator=(const AsioTimer&) = delete;
  ~AsioTimer() override { end(); }

  void set(Duration delay, std::function<void()> callback) override {
    state_->callback = std::move(callback);
    state_->timer.expires_after(delay);
    state_->timer.async_wait([state = state_, generation = ++state_->generation](std::error_code) {
      if (state->generation != generation || !state->callback) return;
      AsioLoop::Turn turn(state->loop);
      std::exchange(state->callback, nullptr)();
    });
  }
  void cancel() override { end(); }

 private:
  void end() {
    ++state_->generation;
    state_->callback = nullptr;
    state_->timer.cancel();
  }

  std::shared_ptr<TimerState> state_;
};

}  // namespace

AsioLoop::AsioLoop() : context_(std::make_unique<asio::io_context>(1)), work_(context_->get_executor()) {}

AsioLoop::~AsioLoop() {
  // What is outstanding is dropped. Streams that listeners own may go with it and want to defer: that ends here.
  ending_ = true;
  running_.swap(deferred_);
  running_.clear();
  work_.reset();
  context_.reset();
}

void AsioLoop::run() {
  context_->run();
  context_->restart();
}

void AsioLoop::stop() { context_->stop(); }

void AsioLoop::post(std::function<void()> task) {
  asio::post(*context_, [this, task = std::move(task)] {
    Turn turn(*this);
    task();
  });
}

std::unique_ptr<Timer> AsioLoop::make_timer() { return std::make_unique<AsioTimer>(*this); }

void AsioLoop::defer(std::shared_ptr<Deferred> deferred) {
  if (ending_) return;
  deferred_.push_back(std::move(deferred));
  if (depth_ == 0) post_deferred();
}

void AsioLoop::run_deferred() {
  for (int round = 0; round < kRoundsPerTurn && !deferred_.empty(); ++round) {
    running_.swap(deferred_);
    for (const auto& deferred : running_) deferred->run_deferred();
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

std::unique_ptr<Loop> make_loop() { return std::make_unique<detail::AsioLoop>(); }

}  // namespace tapri::io
