#include "coherence/record.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tapri::coherence {
namespace {

Record intent() {
  Record record;
  record.kind = RecordKind::intent;
  record.flags = record_flags::kSchema;
  record.writer = 0x1122334455667788ULL;
  record.token = 9;
  record.footprint = Footprint({0xffeeddccbbaa0099ULL, 3});
  return record;
}

TEST(Record, IsLaidOutAsTheHeaderSays) {
  const std::string expected(
      "\x01\x02\x01\x00"
      "\x88\x77\x66\x55\x44\x33\x22\x11"
      "\x09\x00\x00\x00\x00\x00\x00\x00"
      "\x03\x00\x00\x00\x00\x00\x00\x00"
      "\x99\x00\xaa\xbb\xcc\xdd\xee\xff",
      36);
  EXPECT_EQ(encode(intent()), expected);
}

TEST(Record, ComesBackAsItWas) {
  for (const RecordKind kind : {RecordKind::write, RecordKind::intent, RecordKind::done, RecordKind::cancel,
                                RecordKind::epoch, RecordKind::flush, RecordKind::alive, RecordKind::lapsed}) {
    for (std::uint8_t flags = 0; flags < 16; ++flags) {
      Record record = intent();
      record.kind = kind;
      record.flags = flags;
      const auto decoded = decode(encode(record));
      ASSERT_TRUE(decoded.has_value());
      EXPECT_EQ(*decoded, record);
    }
  }
}

TEST(Record, AFootprintThatDoesNotFitIsEverything) {
  std::vector<Dependency> many(kMostRecordDependencies);
  for (std::size_t index = 0; index < many.size(); ++index) many[index] = index;
  Record record = intent();
  record.footprint = Footprint(many);
  EXPECT_EQ(encode(record).size(), kLongestRecord);
  EXPECT_EQ(*decode(encode(record)), record);
  many.push_back(many.size());
  record.footprint = Footprint(many);
  auto decoded = decode(encode(record));
  ASSERT_TRUE(decoded.has_value());
  EXPECT_TRUE(decoded->has(record_flags::kEverything));
  EXPECT_TRUE(decoded->has(record_flags::kSchema));
  EXPECT_TRUE(decoded->footprint.empty());
  record.kind = RecordKind::alive;
  decoded = decode(encode(record));
  ASSERT_TRUE(decoded.has_value());
  EXPECT_TRUE(decoded->has(record_flags::kPartial));
  EXPECT_FALSE(decoded->has(record_flags::kEverything));
}

TEST(Record, WhatIsNotKnownIsTold) {
  const std::string good = encode(intent());
  const auto changed = [&](std::size_t place, char to) {
    std::string bytes = good;
    bytes[place] = to;
    return decode(bytes);
  };
  EXPECT_EQ(changed(0, 2).error(), RecordFault::version);
  EXPECT_EQ(changed(1, 0).error(), RecordFault::kind);
  EXPECT_EQ(changed(1, 9).error(), RecordFault::kind);
  EXPECT_EQ(changed(2, 16).error(), RecordFault::flags);
  EXPECT_EQ(changed(3, 1).error(), RecordFault::flags);
}

TEST(Record, LengthsAreChecked) {
  const std::string good = encode(intent());
  for (std::size_t length = 0; length < good.size(); ++length) {
    const auto decoded = decode(good.substr(0, length));
    const bool whole = length == kRecordHeader || length == kRecordHeader + 8;
    EXPECT_EQ(decoded.has_value(), whole) << length;
  }
  std::string longest(kLongestRecord + 8, '\0');
  longest[0] = longest[1] = 1;
  EXPECT_EQ(decode(longest).error(), RecordFault::length);
  longest.resize(kLongestRecord);
  EXPECT_TRUE(decode(longest).has_value());
}

TEST(Record, DependenciesInAnyOrderAreSortedAndWithoutDuplicates) {
  std::string bytes = encode(intent());
  bytes += bytes.substr(kRecordHeader);
  const auto decoded = decode(bytes);
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(decoded->footprint, intent().footprint);
}

}  // namespace
}  // namespace tapri::coherence
