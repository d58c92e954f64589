// Loop on an asio::io_context that one thread runs.
//
// Completions that are known at once (a write that the kernel took, plaintext that was already there) are not called
// back from inside the call that asked for them, nor sent through the io_context's queue, which would cost an
// epoll_wait each: they wait for the end of the current turn. A turn is one callback of Asio, bracketed by a Turn
// object.
//
// Thread-safety: as Loop.
#pragma once

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <memory>
#include <vector>

#include "io/loop.h"

namespace tapri::io::detail {

class AsioLoop;

// What lives on a loop. Made and destroyed on its thread; may outlive it, as a dead thing.
class LoopMember {
 public:
  explicit LoopMember(AsioLoop& loop);
  LoopMember(const LoopMember&) = delete;
  LoopMember& operator=(const LoopMember&) = delete;
  virtual ~LoopMember() { unlink(); }
  // Delivers completions; see AsioLoop::defer().
  virtual void run_deferred() {}
  // The loop ends: let go of it, of Asio's objects and of every callback, without calling one. Callbacks may own their
  // streams and timers in turn: who kept them would leak.
  virtual void abandon() = 0;

 private:
  friend class AsioLoop;
  void unlink();

  AsioLoop* linked_to_;  // null once out of the loop's list
  LoopMember* previous_ = nullptr;
  LoopMember* next_ = nullptr;
};

class AsioLoop final : public Loop {
 public:
  explicit AsioLoop(Duration busy_poll);
  ~AsioLoop() override;
  AsioLoop(const AsioLoop&) = delete;
  AsioLoop& operator=(const AsioLoop&) = delete;

  void run() override;
  void stop() override;
  void post(std::function<void()> task) override;
  [[nodiscard]] std::unique_ptr<Timer> make_timer() override;
  void connect(const Address& address, Duration timeout,
               std::function<void(Result<std::unique_ptr<Stream>>)> done) override;
  [[nodiscard]] Result<std::unique_ptr<Listener>> listen(
      const Address& address, std::function<Loop&()> pick,
      std::function<void(Loop&, std::unique_ptr<Stream>)> accepted) override;

  [[nodiscard]] asio::io_context& context() { return *context_; }
  // Calls run_deferred() once, soon, not from inside this call.
  void defer(std::shared_ptr<LoopMember> member);

  class Turn {
   public:
    explicit Turn(AsioLoop& loop) : loop_(loop) { ++loop_.depth_; }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      if (loop_.depth_ == 1 && !loop_.deferred_.empty()) loop_.run_deferred();
      --loop_.depth_;
    }

   private:
    AsioLoop& loop_;
  };

 private:
  friend class LoopMember;
  void poll_busily();
  void run_deferred();
  void post_deferred();

  const Duration busy_poll_;
  LoopMember* members_ = nullptr;
  std::unique_ptr<asio::io_context> context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::vector<std::shared_ptr<LoopMember>> deferred_;
  std::vector<std::shared_ptr<LoopMember>> running_;
  int depth_ = 0;
  bool posted_ = false;
  bool ending_ = false;
};

}  // namespace tapri::io::detail
