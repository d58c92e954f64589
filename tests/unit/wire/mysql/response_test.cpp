#include "wire/mysql/response.h"

#include <gtest/gtest.h>

#include "unit/wire/mysql/vectors.h"
#include "wire/mysql/packet.h"
#include "wire/mysql/session_track.h"

namespace tapri::wire::mysql {
namespace {

using capability::kDeprecateEof;
using capability::kLongPassword;
using capability::kProtocol41;
using capability::kSessionTrack;

constexpr Capabilities kPlain = kProtocol41 | kLongPassword;
constexpr Capabilities kTracked = kPlain | kSessionTrack;

// As MySQL 9.7 answered SET autocommit = 0, time_zone = '+01:00', with every tracker on.
const std::string kTrackedOk = hex(
    "00000000400000003a000f0a6175746f636f6d6d6974034f464600110c73746174656d656e745f69640331363000110974696d655f7a6f6e"
    "65062b30313a3030020131");

TEST(MysqlResponse, OkOfAnUpdate) {
  const std::string payload = hex("00 01 fc2c01 0200 0300") + hex("28") + "Rows matched: 1  Changed: 1  Warnings: 0";
  Ok ok;
  ASSERT_TRUE(decode(payload, kPlain, ok));
  EXPECT_FALSE(ok.in_place_of_eof);
  EXPECT_EQ(ok.affected_rows, 1U);
  EXPECT_EQ(ok.last_insert_id, 300U);
  EXPECT_EQ(ok.status, status::kAutocommit);
  EXPECT_EQ(ok.warnings, 3);
  EXPECT_EQ(ok.info, "Rows matched: 1  Changed: 1  Warnings: 0");
  for (std::size_t size = 0; size < 9; ++size) {
    EXPECT_FALSE(decode(ExactBuffer(payload.substr(0, size)).view(), kPlain, ok)) << size;
    EXPECT_FALSE(decode_head(ExactBuffer(payload.substr(0, size)).view(), ok)) << size;
  }
  EXPECT_TRUE(decode_head(ExactBuffer(payload.substr(0, 9)).view(), ok));
  EXPECT_EQ(ok.last_insert_id, 300U);
  EXPECT_EQ(ok.info, "");
}

TEST(MysqlResponse, OkWithoutTrackingTakesAnInfoThatIsNotCounted) {
  Ok ok;
  const std::string payload = hex("00000002000000") + "Records: 2";
  ASSERT_TRUE(decode(payload, kPlain, ok));
  EXPECT_EQ(ok.info, "Records: 2");
  EXPECT_FALSE(decode(payload, kTracked, ok));
}

TEST(MysqlResponse, OkWithTrackingRefusesEveryCut) {
  Ok ok;
  ASSERT_TRUE(decode(kTrackedOk, kTracked, ok));
  EXPECT_EQ(ok.status, status::kSessionStateChanged);
  EXPECT_EQ(ok.info, "");
  EXPECT_EQ(ok.session_state.size(), 0x3aU);
  for (std::size_t size = 0; size < kTrackedOk.size(); ++size) {
    // The bare numbers are an OK too.
    EXPECT_EQ(decode(ExactBuffer(kTrackedOk.substr(0, size)).view(), kTracked, ok), size == 7) << size;
  }
  EXPECT_FALSE(decode(kTrackedOk + "x", kTracked, ok));
  EXPECT_FALSE(decode(hex("00000000400000 00 feffffffffffffffff 00"), kTracked, ok));
  EXPECT_FALSE(decode(hex("00000000400000 ff"), kTracked, ok));
}

TEST(MysqlResponse, OkRefusesNumbersThatAreNone) {
  Ok ok;
  for (const char* digits : {"00fb0002000000", "00ff0002000000", "0000fb02000000", "01000002000000", ""}) {
    EXPECT_FALSE(decode(hex(digits), kPlain, ok)) << digits;
  }
}

TEST(MysqlResponse, OkIsWrittenAsItWasRead) {
  for (const std::string& payload : {kTrackedOk, hex("fe0000020000 00"), hex("00fdffffff 05 0200 0100 03616263")}) {
    Ok ok;
    ASSERT_TRUE(decode(payload, kTracked, ok));
    std::string out;
    std::uint8_t sequence = 3;
    append_ok(out, sequence, kTracked, ok);
    EXPECT_EQ(payload_of(out), payload);
  }
  Ok changed;
  ASSERT_TRUE(decode(kTrackedOk, kTracked, changed));
  std::string out;
  std::uint8_t sequence = 1;
  append_ok(out, sequence, kPlain, changed);
  EXPECT_EQ(out, hex("07000001 00 00 00 0000 0000"));  // the client could not read the rest
}

TEST(MysqlResponse, ErrWithAndWithoutSqlstate) {
  Err err;
  const std::string with = hex("ff7a04 23") + "42S02Table 'x' doesn't exist";
  ASSERT_TRUE(decode(with, err));
  EXPECT_EQ(err.code, 1146);
  EXPECT_EQ(err.sqlstate, "42S02");
  EXPECT_EQ(err.message, "Table 'x' doesn't exist");
  const std::string without = hex("ff6a04") + "Host '127.0.0.1' is not allowed to connect";
  ASSERT_TRUE(decode(without, err));
  EXPECT_EQ(err.sqlstate, "");
  EXPECT_EQ(err.message, "Host '127.0.0.1' is not allowed to connect");
  for (const std::string& payload : {hex("ff"), hex("ff7a"), hex("ff7a04 23") + "42S0", hex("007a04"), std::string()}) {
    EXPECT_FALSE(decode(ExactBuffer(payload).view(), err));
  }
  std::string out;
  std::uint8_t sequence = 1;
  append_err(out, sequence, 1045, "28000", "denied");
  EXPECT_EQ(out, hex("0f000001 ff1504 23") + "28000denied");
}

TEST(MysqlResponse, Eof) {
  expect_exact(hex("fe01000200"), [](ByteView bytes) {
    Eof out;
    return decode(bytes, out);
  });
  Eof eof;
  ASSERT_TRUE(decode(hex("fe01000200"), eof));
  EXPECT_EQ(eof.warnings, 1);
  EXPECT_EQ(eof.status, 2);
  EXPECT_FALSE(decode(hex("0001000200"), eof));
}

TEST(MysqlResponse, EndOfRowsIsInTheClientsForm) {
  std::string out;
  std::uint8_t sequence = 5;
  const Eof end{.warnings = 1, .status = status::kAutocommit | status::kSessionStateChanged};
  append_end_of_rows(out, sequence, kPlain, end);
  EXPECT_EQ(out, hex("05000005 fe 0100 0240"));
  out.clear();
  append_end_of_rows(out, sequence, kTracked | kDeprecateEof, end);
  EXPECT_EQ(out, hex("07000006 fe 00 00 0200 0100"));
}

TEST(MysqlResponse, TellsTheEndOfRowsFromAHugeValue) {
  EXPECT_TRUE(ends_rows(5, kPlain));
  EXPECT_FALSE(ends_rows(9, kPlain));
  EXPECT_TRUE(ends_rows(9, kDeprecateEof));
  EXPECT_TRUE(ends_rows(0xfffffe, kDeprecateEof));
  EXPECT_FALSE(ends_rows(0xffffff, kDeprecateEof));
}

TEST(MysqlResponse, LocalInfile) {
  LocalInfile request;
  const std::string payload = hex("fb") + "/etc/passwd";
  ASSERT_TRUE(decode(payload, request));
  EXPECT_EQ(request.file_name, "/etc/passwd");
  EXPECT_FALSE(decode("", request));
  EXPECT_FALSE(decode(hex("fa"), request));
}

TEST(MysqlResponse, ColumnCountInItsThreeForms) {
  struct Form {
    Capabilities capabilities;
    const char* with;
    const char* without;
  };
  const Capabilities optional = kPlain | capability::kOptionalResultsetMetadata;
  const Capabilities cached = kProtocol41 | capability::kMariaCacheMetadata;
  for (const Form& form : {Form{kPlain, "fc0001", nullptr}, Form{optional, "fc000101", "fc000100"},
                           Form{cached, "fc000101", "fc000100"}}) {
    for (const char* digits : {form.with, form.without}) {
      if (digits == nullptr) continue;
      ColumnCount count;
      ASSERT_TRUE(decode(hex(digits), form.capabilities, count));
      EXPECT_EQ(count.count, 256U);
      EXPECT_EQ(count.metadata_follows, digits == form.with);
      expect_exact(hex(digits), [&form](ByteView bytes) {
        ColumnCount out;
        return decode(bytes, form.capabilities, out);
      });
      std::string out;
      std::uint8_t sequence = 1;
      append_column_count(out, sequence, form.capabilities, count);
      EXPECT_EQ(payload_of(out), hex(digits));
    }
  }
  ColumnCount count;
  EXPECT_FALSE(decode(hex("0102"), cached, count));
  EXPECT_FALSE(decode(hex("fb"), kPlain, count));
}

TEST(MysqlResponse, PrepareOk) {
  const std::string payload = hex("00 01000000 0200 0300 00 0400");
  PrepareOk ok;
  ASSERT_TRUE(decode(payload, kPlain, ok));
  EXPECT_EQ(ok.statement, 1U);
  EXPECT_EQ(ok.column_count, 2);
  EXPECT_EQ(ok.parameter_count, 3);
  EXPECT_EQ(ok.warnings, 4);
  for (std::size_t size = 0; size < payload.size(); ++size) {
    EXPECT_EQ(decode(ExactBuffer(payload.substr(0, size)).view(), kPlain, ok), size == 10) << size;
  }
  const Capabilities optional = kPlain | capability::kOptionalResultsetMetadata;
  EXPECT_FALSE(decode(payload, optional, ok));
  ASSERT_TRUE(decode(payload + hex("00"), optional, ok));
  EXPECT_FALSE(ok.metadata_follows);
  std::string out;
  std::uint8_t sequence = 1;
  append_prepare_ok(out, sequence, optional, ok);
  EXPECT_EQ(payload_of(out), payload + hex("00"));
}

TEST(MysqlResponse, ProgressAsMariadbReportsIt) {
  const std::string payload = hex("ffffff010102050d00 11") + "copy to tmp table";
  Progress progress;
  ASSERT_TRUE(decode(payload, progress));
  EXPECT_EQ(progress.stage, 1);
  EXPECT_EQ(progress.max_stage, 2);
  EXPECT_EQ(progress.progress, 3333U);
  EXPECT_EQ(progress.text, "copy to tmp table");
  expect_exact(payload, [](ByteView bytes) {
    Progress out;
    return decode(bytes, out);
  });
  EXPECT_FALSE(decode(hex("ff7a04") + payload.substr(3), progress));
}

std::vector<std::string> changes_of(ByteView state, SessionTrackStatus expected) {
  std::vector<std::string> out;
  const auto status = for_each_session_change(state, [&out](const SessionChange& change) {
    out.push_back(std::to_string(static_cast<int>(change.type)) + " " + std::string(change.name) + "=" +
                  std::string(change.value));
  });
  EXPECT_EQ(status, expected);
  return out;
}

TEST(MysqlSessionTrack, OfARealServer) {
  Ok ok;
  ASSERT_TRUE(decode(kTrackedOk, kTracked, ok));
  EXPECT_EQ(changes_of(ok.session_state, SessionTrackStatus::complete),
            (std::vector<std::string>{"0 autocommit=OFF", "0 statement_id=160", "0 time_zone=+01:00", "2 =1"}));
}

TEST(MysqlSessionTrack, EveryType) {
  const std::string state = hex("01 05 04") + "shop" + hex("02 01") + "1" + hex("03 05 00 03") + "a:1" +
                            hex("04 01 00") + hex("05 09 08") + "T_R_W___" + hex("00 08 0161 0162 0163 0164") +
                            hex("77 02 abcd");
  EXPECT_EQ(
      changes_of(state, SessionTrackStatus::complete),
      (std::vector<std::string>{"1 =shop", "2 =1", "3 =a:1", "4 =", "5 =T_R_W___", "0 a=b", "0 c=d", "119 =\xab\xcd"}));
  for (std::size_t size = 1; size < state.size(); ++size) {
    const ExactBuffer cut(ByteView(state).substr(0, size));
    const auto visit = [](const SessionChange&) {};
    const bool between = size == 7 || size == 10 || size == 17 || size == 20 || size == 31 || size == 41;
    EXPECT_EQ(for_each_session_change(cut.view(), visit) == SessionTrackStatus::complete, between) << size;
  }
}

TEST(MysqlSessionTrack, StopsAtWhatCannotBe) {
  for (const char* digits : {"01 ff", "01 fb", "01 feffffffffffffffff", "01 02 05", "00 02 0161", "00 00", "03 00",
                             "03 01 00", "05 05 feffffffff"}) {
    EXPECT_EQ(changes_of(hex("0102 0161") + hex(digits), SessionTrackStatus::malformed).front(), "1 =a") << digits;
  }
}

TEST(MysqlSessionTrack, TransactionState) {
  TransactionState state;
  ASSERT_TRUE(decode_transaction_state("T_______", state));
  EXPECT_TRUE(state.explicit_transaction);
  EXPECT_FALSE(state.read_transactional);
  ASSERT_TRUE(decode_transaction_state("IrRwWsSL", state));
  EXPECT_TRUE(state.implicit_transaction && state.read_unsafe && state.read_transactional && state.wrote_unsafe &&
              state.wrote_transactional && state.unsafe_statement && state.result_set && state.locked_tables);
  EXPECT_FALSE(state.explicit_transaction);
  ASSERT_TRUE(decode_transaction_state("________", state));
  for (const char* wrong : {"", "T______", "T________", "X_______", "TR______", "T__x____"}) {
    EXPECT_FALSE(decode_transaction_state(wrong, state)) << wrong;
  }
}

}  // namespace
}  // namespace tapri::wire::mysql
