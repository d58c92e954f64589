#include "proxy/write_queue.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "unit/proxy/scripted_loop.h"

namespace tapri::proxy {
namespace {

using session::ChunkList;

class Listener final : public io::StreamListener {
 public:
  explicit Listener(WriteQueue& queue) : queue_(queue) {}
  void on_read(int, std::error_code, std::size_t) override { FAIL(); }
  void on_ready(int, std::error_code) override { FAIL(); }
  void on_written(int tag, std::error_code error) override {
    EXPECT_EQ(tag, 5);
    ++written;
    failed = failed || error;
    queue_.written();
  }
  int written = 0;
  bool failed = false;

 private:
  WriteQueue& queue_;
};

class WriteQueueTest : public testing::Test {
 protected:
  void add(std::string_view bytes) {
    ChunkList chunks;
    chunks.add(bytes);
    queue_.add(chunks);
    EXPECT_TRUE(chunks.empty());
  }
  void flush() { queue_.flush(*stream_, listener_, 5); }

  test::ScriptedLoop loop_;
  std::shared_ptr<test::Remote> remote_ = std::make_shared<test::Remote>(loop_);
  std::unique_ptr<io::Stream> stream_ = remote_->stream();
  WriteQueue queue_;
  std::shared_ptr<Listener> listener_ = std::make_shared<Listener>(queue_);
};

TEST_F(WriteQueueTest, WhatTheKernelTakesIsDoneAtOnce) {
  EXPECT_TRUE(queue_.empty());
  flush();
  add("one ");
  add("two ");
  EXPECT_FALSE(queue_.empty());
  flush();
  EXPECT_TRUE(queue_.empty());
  EXPECT_EQ(remote_->received(), "one two ");
  EXPECT_EQ(remote_->writes(), 0U);
}

// Every place at which the kernel may stop taking.
TEST_F(WriteQueueTest, APartOfAWriteKeepsTheOrder) {
  const std::string parts[] = {"abc", "d", "efgh", "ij"};
  for (std::size_t room = 0; room <= 10; ++room) {
    remote_->make_room(room);
    for (const std::string& part : parts) add(part);
    flush();
    EXPECT_EQ(queue_.empty(), room == 10) << room;
    EXPECT_EQ(remote_->received(), std::string("abcdefghij").substr(0, room));
    // More, while the rest is outstanding: behind it, and only when it is done.
    add("klm");
    flush();
    loop_.turn();
    EXPECT_FALSE(queue_.empty());
    remote_->make_room(1000);
    flush();
    EXPECT_TRUE(queue_.empty());
    EXPECT_EQ(remote_->received(), std::string("abcdefghijklm").substr(room)) << room;
  }
  EXPECT_EQ(listener_->written, 11);
}

TEST_F(WriteQueueTest, KeepsOwnersUntilTheirBytesAreOut) {
  const auto owner = std::make_shared<const std::string>("owned");
  ChunkList chunks;
  chunks.add(*owner, owner);
  queue_.add(chunks);
  EXPECT_EQ(owner.use_count(), 2);
  remote_->make_room(2);
  flush();
  loop_.turn();
  EXPECT_EQ(owner.use_count(), 2);
  remote_->make_room(3);
  EXPECT_EQ(owner.use_count(), 1);
  EXPECT_EQ(remote_->received(), "owned");
}

TEST_F(WriteQueueTest, ClearLeavesWhatIsOutstanding) {
  const auto outstanding = std::make_shared<const std::string>("first");
  const auto waiting = std::make_shared<const std::string>("second");
  remote_->make_room(0);
  ChunkList chunks;
  chunks.add(*outstanding, outstanding);
  queue_.add(chunks);
  flush();
  chunks.add(*waiting, waiting);
  queue_.add(chunks);
  queue_.clear();
  EXPECT_EQ(waiting.use_count(), 1);
  EXPECT_EQ(outstanding.use_count(), 2) << "the stream still reads it";
  EXPECT_FALSE(queue_.empty());
  remote_->make_room(100);
  EXPECT_TRUE(queue_.empty());
  EXPECT_EQ(remote_->received(), "first");
}

TEST_F(WriteQueueTest, AnErrorComesBackLikeTheEndOfAWrite) {
  remote_->reset();
  add("abc");
  flush();
  EXPECT_FALSE(queue_.empty());
  loop_.turn();
  EXPECT_TRUE(listener_->failed);
  EXPECT_TRUE(queue_.empty());
}

}  // namespace
}  // namespace tapri::proxy
