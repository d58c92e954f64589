#include "unit/proxy/scripted_loop.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace tapri::proxy::test {

struct ScriptedLoop::Alarm {
  Duration delay{};
  std::function<void()> callback;  // null: not set
};

class ScriptedLoop::ScriptedTimer final : public io::Timer {
 public:
  explicit ScriptedTimer(std::shared_ptr<Alarm> alarm) : alarm_(std::move(alarm)) {}
  void set(Duration delay, std::function<void()> callback) override {
    alarm_->delay = delay;
    alarm_->callback = std::move(callback);
  }
  void cancel() override { alarm_->callback = nullptr; }

 private:
  std::shared_ptr<Alarm> alarm_;
};

ScriptedLoop::~ScriptedLoop() {
  ended_ = true;
  std::exchange(connects, {}).clear();
  std::exchange(tasks_, {}).clear();
  for (const auto& weak : std::exchange(alarms_, {})) {
    if (const auto alarm = weak.lock()) std::exchange(alarm->callback, nullptr) = nullptr;
  }
  for (const auto& weak : std::exchange(remotes_, {})) {
    if (const auto remote = weak.lock()) remote->drop();
  }
}

std::unique_ptr<io::Timer> ScriptedLoop::make_timer() {
  auto alarm = std::make_shared<Alarm>();
  alarms_.push_back(alarm);
  return std::make_unique<ScriptedTimer>(std::move(alarm));
}

void ScriptedLoop::connect(const io::Address& address, Duration timeout,
                           std::function<void(Result<std::unique_ptr<io::Stream>>)> done) {
  connects.push_back({address, timeout, std::move(done)});
}

Result<std::unique_ptr<io::Listener>> ScriptedLoop::listen(
    const io::Address&, std::function<io::Loop&()>, std::function<void(io::Loop&, std::unique_ptr<io::Stream>)>) {
  return fail("a scripted loop does not listen");
}

void ScriptedLoop::turn() {
  while (!tasks_.empty()) {
    const auto task = std::move(tasks_.front());
    tasks_.pop_front();
    task();
  }
}

std::size_t ScriptedLoop::armed() const {
  return static_cast<std::size_t>(std::count_if(alarms_.begin(), alarms_.end(), [](const auto& weak) {
    const auto alarm = weak.lock();
    return alarm && alarm->callback;
  }));
}

bool ScriptedLoop::fire(Duration delay) {
  for (const auto& weak : alarms_) {
    const auto alarm = weak.lock();
    if (!alarm || !alarm->callback || alarm->delay != delay) continue;
    std::exchange(alarm->callback, nullptr)();
    turn();
    return true;
  }
  return false;
}

void ScriptedLoop::connected(Result<std::unique_ptr<io::Stream>> stream) {
  ASSERT_FALSE(connects.empty()) << "nobody connects";
  auto done = std::move(connects.front().done);
  connects.pop_front();
  done(std::move(stream));
  turn();
}

class Remote::Near final : public io::Stream {
 public:
  explicit Near(std::shared_ptr<Remote> far) : far_(std::move(far)) {}
  Near(const Near&) = delete;
  Near& operator=(const Near&) = delete;
  ~Near() override { close_far(); }

  void read_some(std::span<char> buffer, std::shared_ptr<io::StreamListener> listener, int tag) override {
    EXPECT_FALSE(far_->read_listener_) << "two reads at once";
    EXPECT_FALSE(buffer.empty());
    far_->read_into_ = buffer;
    far_->read_listener_ = std::move(listener);
    far_->read_tag_ = tag;
    far_->progress();
  }
  void write(std::span<const std::string_view> buffers, std::shared_ptr<io::StreamListener> listener,
             int tag) override {
    EXPECT_FALSE(far_->write_listener_) << "two writes at once";
    EXPECT_FALSE(far_->write_shut_);
    ++far_->writes_;
    far_->writing_.assign(buffers.begin(), buffers.end());
    far_->write_listener_ = std::move(listener);
    far_->write_tag_ = tag;
    far_->progress();
  }
  std::size_t try_write(std::span<const std::string_view> buffers) override {
    if (far_->write_listener_ || far_->failed_ || far_->closed_) return 0;
    std::size_t size = 0;
    for (const std::string_view bytes : buffers) {
      const std::size_t taken = far_->take(bytes);
      size += taken;
      if (taken < bytes.size()) break;
    }
    return size;
  }
  void start_tls(const io::TlsContext&, std::string_view, const Buffered&, std::shared_ptr<io::StreamListener> listener,
                 int tag) override {
    far_->tls_asked_ = true;
    far_->tls_listener_ = std::move(listener);
    far_->tls_tag_ = tag;
  }
  [[nodiscard]] bool is_tls() const override { return far_->is_tls_; }
  [[nodiscard]] std::string certificate_hash() const override { return far_->is_tls_ ? "hash" : ""; }
  void shutdown_write() override { far_->write_shut_ = true; }
  void close() override { close_far(); }
  [[nodiscard]] std::string peer() const override { return "scripted"; }

 private:
  void close_far() {
    far_->closed_ = true;
    far_->progress();
  }
  std::shared_ptr<Remote> far_;
};

std::unique_ptr<io::Stream> Remote::stream() {
  loop_.remotes_.push_back(weak_from_this());
  return std::make_unique<Near>(shared_from_this());
}

void Remote::drop() {
  const auto read = std::exchange(read_listener_, nullptr);
  const auto write = std::exchange(write_listener_, nullptr);
  const auto tls = std::exchange(tls_listener_, nullptr);
}

void Remote::send(std::string_view bytes) {
  inbox_ += bytes;
  progress();
  loop_.turn();
}

void Remote::end() {
  ended_ = true;
  progress();
  loop_.turn();
}

void Remote::reset() {
  failed_ = true;
  progress();
  loop_.turn();
}

void Remote::make_room(std::size_t size) {
  room_ = size;
  progress();
  loop_.turn();
}

void Remote::handshake_done(std::error_code error) {
  is_tls_ = !error;
  const auto listener = std::exchange(tls_listener_, nullptr);
  ASSERT_TRUE(listener) << "no handshake is under way";
  listener->on_ready(tls_tag_, error);
  loop_.turn();
}

std::string Remote::received() { return std::exchange(got_, {}); }

std::size_t Remote::take(std::string_view bytes) {
  const std::size_t size = std::min(room_, bytes.size());
  got_ += bytes.substr(0, size);
  room_ -= size;
  return size;
}

// Never from inside a call of the stream.
void Remote::progress() {
  loop_.post([self = shared_from_this()] {
    self->read_progress();
    self->write_progress();
  });
}

void Remote::read_progress() {
  if (!read_listener_) return;
  const bool fails = failed_ || closed_;
  if (inbox_.empty() && !ended_ && !fails) return;
  const auto listener = std::exchange(read_listener_, nullptr);
  if (fails) return listener->on_read(read_tag_, std::make_error_code(std::errc::connection_reset), 0);
  const std::size_t size = std::min(inbox_.size(), read_into_.size());
  std::memcpy(read_into_.data(), inbox_.data(), size);
  inbox_.erase(0, size);
  listener->on_read(read_tag_, {}, size);
}

void Remote::write_progress() {
  if (!write_listener_) return;
  const bool fails = failed_ || closed_;
  while (!fails && !writing_.empty()) {
    const std::size_t size = take(writing_.front());
    writing_.front().remove_prefix(size);
    if (!writing_.front().empty()) return;
    writing_.pop_front();
  }
  writing_.clear();
  const auto listener = std::exchange(write_listener_, nullptr);
  listener->on_written(write_tag_, fails ? std::make_error_code(std::errc::connection_reset) : std::error_code());
}

}  // namespace tapri::proxy::test
