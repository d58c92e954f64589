// A loop, its timers and its streams that do what a test tells them and nothing by themselves: no sockets, no time.
//
//   ScriptedLoop loop;
//   const auto peer = std::make_shared<Remote>(loop);   the far end, in the test's hand
//   Connection connection(..., peer->stream());         the near end
//   peer->send("...");                                  runs the loop until nothing is left to do
//
// As with real streams no callback comes from inside a call, and after close() outstanding ones come with an error.
#pragma once

#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "io/loop.h"
#include "io/stream.h"

namespace tapri::proxy::test {

class Remote;

class ScriptedLoop final : public io::Loop {
 public:
  ScriptedLoop() = default;
  ScriptedLoop(const ScriptedLoop&) = delete;
  ScriptedLoop& operator=(const ScriptedLoop&) = delete;
  // Drops what is outstanding without calling back.
  ~ScriptedLoop() override;

  struct Connect {
    io::Address address;
    Duration timeout{};
    std::function<void(Result<std::unique_ptr<io::Stream>>)> done;
  };

  void run() override {}
  void stop() override {}
  void post(std::function<void()> task) override {
    if (!ended_) tasks_.push_back(std::move(task));
  }
  [[nodiscard]] std::unique_ptr<io::Timer> make_timer() override;
  void connect(const io::Address& address, Duration timeout,
               std::function<void(Result<std::unique_ptr<io::Stream>>)> done) override;
  [[nodiscard]] Result<std::unique_ptr<io::Listener>> listen(
      const io::Address& address, std::function<io::Loop&()> pick,
      std::function<void(io::Loop&, std::unique_ptr<io::Stream>)> accepted) override;

  // Runs what was posted, and what that posts.
  void turn();
  // Timers that are set.
  [[nodiscard]] std::size_t armed() const;
  // The time of a timer set with this delay has come; false: there is none.
  [[nodiscard]] bool fire(Duration delay);
  // Ends the oldest connect() with that.
  void connected(Result<std::unique_ptr<io::Stream>> stream);

  std::deque<Connect> connects;  // under way

 private:
  friend class Remote;
  struct Alarm;
  class ScriptedTimer;
  std::deque<std::function<void()>> tasks_;
  std::vector<std::weak_ptr<Alarm>> alarms_;
  std::vector<std::weak_ptr<Remote>> remotes_;
  bool ended_ = false;
};

// The far end of a stream.
class Remote : public std::enable_shared_from_this<Remote> {
 public:
  explicit Remote(ScriptedLoop& loop) : loop_(loop) {}
  // The near end; once.
  [[nodiscard]] std::unique_ptr<io::Stream> stream();

  // What the peer does.
  void send(std::string_view bytes);
  void end();    // closes its side in good order
  void reset();  // is gone: reads and writes fail
  // From now on the kernel takes no more than that many bytes; what waits is written as far as there is room.
  void make_room(std::size_t size);
  void handshake_done(std::error_code error = {});

  // What the peer sees.
  [[nodiscard]] std::string received();                                     // since the last look
  [[nodiscard]] bool is_read() const { return read_listener_ != nullptr; }  // somebody reads what it sends
  [[nodiscard]] std::size_t unread() const { return inbox_.size(); }
  [[nodiscard]] bool closed() const { return closed_; }
  [[nodiscard]] bool sees_end() const { return closed_ || write_shut_; }
  [[nodiscard]] bool asked_for_tls() const { return tls_asked_; }
  [[nodiscard]] std::size_t writes() const { return writes_; }  // by write(), not try_write()

 private:
  friend class ScriptedLoop;
  class Near;
  void progress();
  void drop();
  void read_progress();
  void write_progress();
  std::size_t take(std::string_view bytes);

  ScriptedLoop& loop_;
  std::string inbox_;  // sent, not read yet
  std::string got_;
  std::size_t room_ = std::numeric_limits<std::size_t>::max();
  bool ended_ = false;
  bool failed_ = false;
  bool closed_ = false;
  bool write_shut_ = false;
  bool tls_asked_ = false;
  bool is_tls_ = false;
  std::size_t writes_ = 0;

  std::shared_ptr<io::StreamListener> read_listener_;
  std::span<char> read_into_;
  int read_tag_ = 0;
  std::shared_ptr<io::StreamListener> write_listener_;
  std::deque<std::string_view> writing_;
  int write_tag_ = 0;
  std::shared_ptr<io::StreamListener> tls_listener_;
  int tls_tag_ = 0;
};

}  // namespace tapri::proxy::test
