#include "session/kept_answer.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "unit/session/mysql/hits.h"
#include "unit/session/script.h"
#include "wire/mysql/replay.h"

namespace tapri::session {
namespace {

// From a heap block of exactly its size.
bool kept(Protocol protocol, ByteView key, const std::string& payload, std::size_t description_size) {
  cache::NewEntry entry;
  entry.payload = payload;
  entry.payload.shrink_to_fit();
  entry.description_size = static_cast<std::uint32_t>(description_size);
  return is_kept_answer(protocol, key, entry);
}

bool kept_postgres(const std::string& payload, std::size_t description_size) {
  return kept(Protocol::postgres, {}, payload, description_size);
}

TEST(KeptAnswer, OfPostgresIsDescriptionRowsAndCompletion) {
  using namespace test;
  const std::size_t size = description().size();
  EXPECT_TRUE(kept_postgres(result("1"), size));
  EXPECT_TRUE(kept_postgres(description() + row("1") + row("2") + complete("SELECT 2"), size));
  EXPECT_TRUE(kept_postgres(complete("SELECT 0"), 0));
  EXPECT_TRUE(kept_postgres(row("1") + complete("SELECT 1"), 0));

  EXPECT_FALSE(kept_postgres("", 0));
  EXPECT_FALSE(kept_postgres(result("1"), 0)) << "a description that nobody expects";
  EXPECT_FALSE(kept_postgres(result("1"), size - 1));
  EXPECT_FALSE(kept_postgres(result("1"), size + row("1").size()));
  EXPECT_FALSE(kept_postgres(row("1") + complete("SELECT 1"), row("1").size()));
  EXPECT_FALSE(kept_postgres(result("1") + ready(), size));
  EXPECT_FALSE(kept_postgres(result("1") + result("1"), size));
  EXPECT_FALSE(kept_postgres(description() + notice() + complete("SELECT 0"), size));
  EXPECT_FALSE(kept_postgres(description() + error(), size));
  EXPECT_FALSE(kept_postgres(description() + row("1"), size)) << "no completion";
}

TEST(KeptAnswer, OfPostgresIsWhole) {
  using namespace test;
  const std::string whole = result("1");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(kept_postgres(whole.substr(0, length), description().size())) << length;
  }
  EXPECT_FALSE(kept_postgres(whole + 'x', description().size()));
}

TEST(KeptAnswer, OfMysqlIsOneResultAsItsClientIsAnswered) {
  using mysql::test::kAnswer;
  using mysql::test::kUsual;
  const auto key = [](wire::mysql::Capabilities capabilities) {
    std::string out(16, 'i');
    return out.append(reinterpret_cast<const char*>(&capabilities), sizeof capabilities) + "Q";
  };
  const auto layout = wire::mysql::find_layout(kAnswer, kUsual);
  ASSERT_TRUE(layout);
  const std::size_t size = layout->columns_end;
  const auto whole = [&](const std::string& payload) { return kept(Protocol::mysql, key(kUsual), payload, size); };
  EXPECT_TRUE(whole(kAnswer));
  for (std::size_t length = 0; length < kAnswer.size(); ++length) {
    EXPECT_FALSE(whole(kAnswer.substr(0, length))) << length;
  }
  EXPECT_FALSE(whole(kAnswer + 'x'));
  EXPECT_FALSE(whole(kAnswer + kAnswer));
  EXPECT_FALSE(whole(mysql::test::ok()));
  EXPECT_FALSE(kept(Protocol::mysql, key(kUsual), kAnswer, size - 1));
  EXPECT_FALSE(kept(Protocol::mysql, key(kUsual), kAnswer, kAnswer.size()));
  EXPECT_FALSE(kept(Protocol::mysql, key(kUsual & ~wire::mysql::capability::kDeprecateEof), kAnswer, size));
  EXPECT_FALSE(kept(Protocol::mysql, key(kUsual).substr(0, 20), kAnswer, size));
}

}  // namespace
}  // namespace tapri::session
