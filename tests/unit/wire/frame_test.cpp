#include "wire/pg/frame.h"

#include <gtest/gtest.h>

#include "unit/wire/exact.h"

namespace tapri::wire::pg {
namespace {

TEST(Frame, IsTakenWholeAtEverySplitPoint) {
  const std::string stream = raw("Q\0\0\0\x0dselect 1\0S\0\0\0\x04");
  for (std::size_t size = 0; size <= stream.size(); ++size) {
    const ExactBuffer buffer(ByteView(stream).substr(0, size));
    Frame frame;
    const FrameStatus status = take_frame(buffer.view(), frame);
    if (size < 14) {
      EXPECT_EQ(status, FrameStatus::incomplete) << size;
      EXPECT_EQ(frame.type, 0);
      continue;
    }
    ASSERT_EQ(status, FrameStatus::complete) << size;
    EXPECT_EQ(frame.type, 'Q');
    EXPECT_EQ(frame.whole.size(), 14U);
    EXPECT_EQ(frame.body, raw("select 1\0"));
  }
}

TEST(Frame, MayHaveNoBody) {
  const ExactBuffer buffer(raw("S\0\0\0\x04"));
  Frame frame;
  ASSERT_EQ(take_frame(buffer.view(), frame), FrameStatus::complete);
  EXPECT_TRUE(frame.body.empty());
  EXPECT_EQ(frame.whole, buffer.view());
}

TEST(Frame, HeaderIsKnownBeforeTheBody) {
  FrameHeader header;
  ASSERT_EQ(peek_frame(ExactBuffer(raw("d\x40\0\0\0")).view(), header), FrameStatus::complete);
  EXPECT_EQ(header.type, 'd');
  EXPECT_EQ(header.size, 0x40000001U);
  EXPECT_EQ(header.body_size(), 0x3ffffffcU);
}

TEST(Frame, RefusesLengthsThatCannotBe) {
  FrameHeader header;
  Frame frame;
  for (const std::string& bytes :
       {raw("Q\0\0\0\x03"), raw("Q\0\0\0\0"), raw("Q\x80\0\0\0"), raw("Q\xff\xff\xff\xff")}) {
    EXPECT_EQ(peek_frame(ExactBuffer(bytes).view(), header), FrameStatus::invalid);
    EXPECT_EQ(take_frame(ExactBuffer(bytes).view(), frame), FrameStatus::invalid);
  }
  EXPECT_EQ(header.size, 0U);
}

TEST(Frame, LargestLengthDoesNotWrap) {
  FrameHeader header;
  const ExactBuffer buffer(raw("D\x7f\xff\xff\xff"));
  ASSERT_EQ(peek_frame(buffer.view(), header), FrameStatus::complete);
  EXPECT_EQ(header.size, 0x80000000U);
  Frame frame;
  EXPECT_EQ(take_frame(buffer.view(), frame), FrameStatus::incomplete);
}

}  // namespace
}  // namespace tapri::wire::pg
