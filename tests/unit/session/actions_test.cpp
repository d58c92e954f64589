// Lists of bytes to be written: what is joined, what is copied, and who keeps what alive.
#include "session/pg/actions.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

namespace tapri::session::pg {
namespace {

std::string text_of(const ChunkList& list) {
  std::string text;
  for (const Chunk& chunk : list.chunks()) text += chunk.bytes;
  return text;
}

TEST(ChunkList, JoinsWhatLiesBehindEachOther) {
  const std::string bytes = "abcdef";
  ChunkList list;
  list.add(ByteView(bytes).substr(0, 2));
  list.add(ByteView(bytes).substr(2, 3));
  list.add({});
  EXPECT_EQ(list.chunks().size(), 1U);
  EXPECT_EQ(text_of(list), "abcde");
}

TEST(ChunkList, CopiesSmallPartsIntoOnePieceAndLetsTheirOwnersGo) {
  auto owner = std::make_shared<std::string>("payload ");
  ChunkList list;
  list.add_small("begin ");
  list.add_small(*owner, owner);
  list.add_small("end");
  EXPECT_EQ(list.chunks().size(), 1U);
  EXPECT_EQ(owner.use_count(), 1);
  owner->assign("xxxxxxxx");
  EXPECT_EQ(text_of(list), "begin payload end");
}

TEST(ChunkList, KeepsTheOwnerOfWhatIsLarge) {
  const auto owner = std::make_shared<const std::string>(ChunkList::kSmall + 1, 'x');
  ChunkList list;
  list.add_small("a");
  list.add_small(*owner, owner);
  list.add_small("b");
  EXPECT_EQ(list.chunks().size(), 3U);
  EXPECT_EQ(list.chunks()[1].bytes.data(), owner->data()) << "not copied";
  EXPECT_EQ(owner.use_count(), 2);
  EXPECT_EQ(text_of(list), "a" + *owner + "b");
  list.clear();
  EXPECT_EQ(owner.use_count(), 1);
}

TEST(ChunkList, TakesPartsAsTheyAreWhereItsRoomEnds) {
  ChunkList list;
  std::string expected;
  for (int i = 0; i < 40; ++i) {
    const auto owner = std::make_shared<const std::string>(100, static_cast<char>('A' + i));
    list.add_small(*owner, owner);
    expected += *owner;
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
}  // namespace tapri::session::pg
