#include "wire/mysql/reader.h"

#include <gtest/gtest.h>

#include "unit/wire/mysql/vectors.h"

namespace tapri::wire::mysql {
namespace {

TEST(MysqlReader, ReadsLittleEndianNumbers) {
  const ExactBuffer bytes(hex("01 0203 040506 0708090a 0b0c0d0e0f101112"));
  Reader reader(bytes.view());
  EXPECT_EQ(reader.u8(), 1);
  EXPECT_EQ(reader.u16(), 0x0302);
  EXPECT_EQ(reader.u24(), 0x060504U);
  EXPECT_EQ(reader.u32(), 0x0a090807U);
  EXPECT_EQ(reader.u64(), 0x1211100f0e0d0c0bU);
  EXPECT_TRUE(reader.done());
}

TEST(MysqlReader, ReadsEveryWidthOfALengthEncodedInteger) {
  const std::pair<const char*, std::uint64_t> numbers[] = {{"00", 0},
                                                           {"fa", 250},
                                                           {"fcfb00", 251},
                                                           {"fcffff", 65535},
                                                           {"fd000001", 65536},
                                                           {"fdffffff", 16777215},
                                                           {"fe0000000100000000", 16777216},
                                                           {"feffffffffffffffff", ~std::uint64_t{0}}};
  for (const auto& [digits, value] : numbers) {
    const std::string bytes = hex(digits);
    std::string again;
    append_lenenc(again, value);
    EXPECT_EQ(again, bytes);
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
      const ExactBuffer cut(bytes.substr(0, size));
      Reader partial(cut.view());
      const std::uint64_t read = partial.lenenc();
      EXPECT_EQ(partial.done(), size == bytes.size()) << digits << " cut to " << size;
      EXPECT_EQ(read, size == bytes.size() ? value : 0) << digits;
    }
  }
}

TEST(MysqlReader, TakesALongerFormThanNeeded) {
  const ExactBuffer bytes(hex("fe0100000000000000 fd010000 fc0100"));
  Reader reader(bytes.view());
  EXPECT_EQ(reader.lenenc(), 1U);
  EXPECT_EQ(reader.lenenc(), 1U);
  EXPECT_EQ(reader.lenenc(), 1U);
  EXPECT_TRUE(reader.done());
}

TEST(MysqlReader, RefusesPrefixesThatAreNoInteger) {
  for (const char* digits : {"fb", "ff", "fb000000", "ff0000000000000000"}) {
    const ExactBuffer bytes(hex(digits));
    Reader reader(bytes.view());
    EXPECT_EQ(reader.lenenc(), 0U);
    EXPECT_TRUE(reader.failed()) << digits;
    Reader counted(bytes.view());
    EXPECT_TRUE(counted.lenenc_bytes().empty());
    EXPECT_TRUE(counted.failed()) << digits;
  }
}

TEST(MysqlReader, RefusesLengthsThatOverflow) {
  for (const char* digits : {"02 41", "fcffff 41", "fdffffff 41", "feffffffffffffffff 41", "fe0000000001000000 41",
                             "feffffffffffffff7f 41"}) {
    const ExactBuffer bytes(hex(digits));
    Reader reader(bytes.view());
    EXPECT_TRUE(reader.lenenc_bytes().empty()) << digits;
    EXPECT_TRUE(reader.failed()) << digits;
    EXPECT_EQ(reader.remaining(), 0U);
  }
}

TEST(MysqlReader, TellsNullFromEmpty) {
  const ExactBuffer bytes(hex("fb 00 0141"));
  Reader reader(bytes.view());
  bool is_null = false;
  EXPECT_EQ(reader.lenenc_bytes(is_null), "");
  EXPECT_TRUE(is_null);
  EXPECT_EQ(reader.lenenc_bytes(is_null), "");
  EXPECT_FALSE(is_null);
  EXPECT_EQ(reader.lenenc_bytes(is_null), "A");
  EXPECT_FALSE(is_null);
  EXPECT_TRUE(reader.done());
  static_cast<void>(reader.lenenc_bytes(is_null));
  EXPECT_FALSE(is_null);
  EXPECT_TRUE(reader.failed());
}

TEST(MysqlReader, FailsOneByteShortAndStaysFailed) {
  const ExactBuffer bytes(hex("010203"));
  Reader reader(bytes.view());
  EXPECT_EQ(reader.u32(), 0U);
  EXPECT_TRUE(reader.failed());
  EXPECT_EQ(reader.u8(), 0);
  EXPECT_TRUE(reader.bytes(0).empty());
  EXPECT_FALSE(reader.done());
  Reader text(bytes.view());
  EXPECT_TRUE(text.c_string().empty());
  EXPECT_TRUE(text.failed());
}

TEST(MysqlReader, AppendsWhatItReads) {
  std::string out;
  append_little(out, 0x0102030405060708, 3);
  append_lenenc_bytes(out, raw("a\0b"));
  append_c_string(out, raw("a\0b"));
  EXPECT_EQ(out, hex("080706 03610062 6100"));
  char stored[3];
  store_u24(stored, 0xabcdef);
  EXPECT_EQ(load_u24(stored), 0xabcdefU);
}

}  // namespace
}  // namespace tapri::wire::mysql
