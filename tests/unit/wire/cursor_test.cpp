#include "wire/cursor.h"

#include <gtest/gtest.h>

#include "unit/wire/exact.h"

namespace tapri::wire {
namespace {

TEST(Cursor, ReadsBigEndianNumbers) {
  const ExactBuffer bytes(raw("\x01\x02\x03\x84\x85\x86\x87\xff\xff\xff\xfe\xff\xfd"));
  Cursor cursor(bytes.view());
  EXPECT_EQ(cursor.u8(), 1);
  EXPECT_EQ(cursor.u16(), 0x0203);
  EXPECT_EQ(cursor.u32(), 0x84858687U);
  EXPECT_EQ(cursor.i32(), -2);
  EXPECT_EQ(cursor.i16(), -3);
  EXPECT_TRUE(cursor.done());
}

TEST(Cursor, FailsOneByteShortAndStaysFailed) {
  const ExactBuffer bytes(raw("\x01\x02\x03"));
  Cursor cursor(bytes.view());
  EXPECT_EQ(cursor.u32(), 0U);
  EXPECT_TRUE(cursor.failed());
  EXPECT_EQ(cursor.remaining(), 0U);
  EXPECT_EQ(cursor.u8(), 0);  // the bytes that were there are not handed out after a failure
  EXPECT_TRUE(cursor.bytes(0).empty());
  EXPECT_TRUE(cursor.failed());
  EXPECT_FALSE(cursor.done());
}

TEST(Cursor, EachReaderFailsOnNothing) {
  const auto fails = [](auto read) {
    Cursor cursor(ByteView{});
    read(cursor);
    return cursor.failed();
  };
  EXPECT_TRUE(fails([](Cursor& cursor) { static_cast<void>(cursor.u8()); }));
  EXPECT_TRUE(fails([](Cursor& cursor) { static_cast<void>(cursor.u16()); }));
  EXPECT_TRUE(fails([](Cursor& cursor) { static_cast<void>(cursor.u32()); }));
  EXPECT_TRUE(fails([](Cursor& cursor) { static_cast<void>(cursor.c_string()); }));
  EXPECT_TRUE(fails([](Cursor& cursor) { static_cast<void>(cursor.bytes(1)); }));
  EXPECT_FALSE(fails([](Cursor& cursor) { static_cast<void>(cursor.bytes(0)); }));
  EXPECT_FALSE(fails([](Cursor& cursor) { static_cast<void>(cursor.rest()); }));
}

TEST(Cursor, RefusesAbsurdCounts) {
  const ExactBuffer bytes("abc");
  Cursor cursor(bytes.view());
  EXPECT_TRUE(cursor.bytes(static_cast<std::size_t>(-1)).empty());
  EXPECT_TRUE(cursor.failed());
}

TEST(Cursor, ReadsCStrings) {
  const ExactBuffer bytes(raw("ab\0\0c"));
  Cursor cursor(bytes.view());
  EXPECT_EQ(cursor.c_string(), "ab");
  EXPECT_EQ(cursor.c_string(), "");
  EXPECT_FALSE(cursor.failed());
  EXPECT_EQ(cursor.c_string(), "");  // "c" has no end
  EXPECT_TRUE(cursor.failed());
}

TEST(Cursor, RestTakesAllAndUnreadTakesNothing) {
  const ExactBuffer bytes("abcd");
  Cursor cursor(bytes.view());
  EXPECT_EQ(cursor.bytes(1), "a");
  EXPECT_EQ(cursor.unread(), "bcd");
  EXPECT_EQ(cursor.remaining(), 3U);
  EXPECT_FALSE(cursor.done());
  EXPECT_EQ(cursor.rest(), "bcd");
  EXPECT_TRUE(cursor.done());
}

TEST(Cursor, AppendsWhatItReads) {
  std::string out;
  append_u8(out, 0xfe);
  append_u16(out, 0xfedc);
  append_u32(out, 0xfedcba98U);
  EXPECT_EQ(out, raw("\xfe\xfe\xdc\xfe\xdc\xba\x98"));
  EXPECT_EQ(load_u16(out.data() + 1), 0xfedc);
  EXPECT_EQ(load_u32(out.data() + 3), 0xfedcba98U);
}

}  // namespace
}  // namespace tapri::wire
