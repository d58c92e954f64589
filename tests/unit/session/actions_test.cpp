// Lists of bytes to be written: what is joined, what is copied, and who keeps what alive.
#include "session/actions.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

#include "cache/memory/memory_store.h"

namespace tapri::session {
namespace {

std::string text_of(const ChunkList& list) {
  std::string text;
  for (const Chunk& chunk : list.chunks()) text += chunk.bytes;
  return text;
}

// An entry with such a payload, in a store that can be made to let go of it.
class Kept {
 public:
  explicit Kept(std::string payload) {
    cache::NewEntry entry;
    entry.payload = std::move(payload);
    entry.expires_at = TimePoint::max();
    const coherence::FillLease lease = log_.lease();
    entry.as_of = lease.as_of();
    EXPECT_EQ(store_->put(cache::make_key("k"), std::move(entry), lease), cache::PutResult::stored);
  }
  [[nodiscard]] cache::EntryRef entry() { return store_->get(cache::make_key("k")); }

 private:
  coherence::InvalidationLog log_{64};
  std::unique_ptr<cache::memory::MemoryStore> store_ = *cache::memory::MemoryStore::make({});
};

TEST(ChunkList, JoinsWhatLiesBehindEachOther) {
  const std::string bytes = "abcdef";
  ChunkList list;
  list.add(ByteView(bytes).substr(0, 2));
  list.add(ByteView(bytes).substr(2, 3));
  list.add({});
  EXPECT_EQ(list.chunks().size(), 1U);
  EXPECT_EQ(text_of(list), "abcde");
}

TEST(ChunkList, CopiesSmallPartsIntoOnePiece) {
  Kept kept("payload ");
  ChunkList list;
  list.add_small("begin ");
  list.add_small(kept.entry()->payload(), kept.entry());
  list.add_small("end");
  EXPECT_EQ(list.chunks().size(), 1U);
  EXPECT_FALSE(list.chunks()[0].entry);
  EXPECT_EQ(text_of(list), "begin payload end");
}

TEST(ChunkList, KeepsTheEntryOfWhatIsLarge) {
  const std::string payload(ChunkList::kSmall + 1, 'x');
  Kept kept(payload);
  ChunkList list;
  list.add_small("a");
  list.add_small(kept.entry()->payload(), kept.entry());
  list.add_small("b");
  ASSERT_EQ(list.chunks().size(), 3U);
  EXPECT_EQ(list.chunks()[1].bytes.data(), kept.entry()->payload().data()) << "not copied";
  EXPECT_EQ(list.chunks()[1].entry, kept.entry());
  EXPECT_EQ(text_of(list), "a" + payload + "b");
}

// What somebody owns is never joined, though the bytes lie behind each other.
TEST(ChunkList, JoinsNothingThatIsOwned) {
  Kept kept(std::string(1000, 'x'));
  const cache::EntryRef entry = kept.entry();
  ChunkList list;
  list.add(entry->payload().substr(0, 500), entry);
  list.add(entry->payload().substr(500));
  EXPECT_EQ(list.chunks().size(), 2U);
}

TEST(ChunkList, TakesPartsAsTheyAreWhereItsRoomEnds) {
  Kept kept(std::string(100, 'x'));
  ChunkList list;
  std::string expected;
  for (int i = 0; i < 40; ++i) {
    list.add_small(kept.entry()->payload(), kept.entry());
    expected += kept.entry()->payload();
  }
  EXPECT_EQ(text_of(list), expected);
  EXPECT_EQ(list.chunks().size(), 1 + 40 - ChunkList::kRoom / 100);
}

TEST(ChunkList, AppendsAnotherWithWhatWasCopiedThere) {
  const auto owner = std::make_shared<const std::string>(ChunkList::kSmall + 1, 'o');
  ChunkList first, second;
  first.append(second);
  EXPECT_TRUE(first.empty());
  second.add_small("one ");
  first.append(second);
  second.add_small("two ");
  second.add(*owner, owner);
  first.append(second);
  EXPECT_TRUE(second.empty());
  second.add_small("elsewhere");  // over what the second had copied before
  EXPECT_EQ(text_of(first), "one two " + *owner);
}

TEST(ChunkList, MovesWithItsRoom) {
  ChunkList list;
  list.add_small("kept");
  ChunkList moved(std::move(list));
  ChunkList other;
  other.add_small("other");
  EXPECT_EQ(text_of(moved), "kept");
  moved.swap(other);
  EXPECT_EQ(text_of(moved), "other");
  EXPECT_EQ(text_of(other), "kept");
}

TEST(ChunkList, RoomsOfOtherThreadsAreNotMixedUp) {
  ChunkList here;
  here.add_small("here");
  std::thread([] {
    ChunkList there;
    there.add_small("there");
    EXPECT_EQ(text_of(there), "there");
  }).join();
  EXPECT_EQ(text_of(here), "here");
}

}  // namespace
}  // namespace tapri::session
