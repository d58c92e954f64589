#include "app/catalog_adapter.h"

#include <gtest/gtest.h>

namespace tapri::app {
namespace {

class HandleCatalogTest : public testing::Test {
 protected:
  // The schema is another.
  void change() {
    handle_->store(catalog::Snapshot::build({}));
    ASSERT_TRUE(handle_->publish(handle_->mark()));
  }

  std::shared_ptr<dbclient::CatalogHandle> handle_ =
      std::make_shared<dbclient::CatalogHandle>("shop", "test/shop", [] {});
  HandleCatalog catalog_{handle_};
};

TEST_F(HandleCatalogTest, IsNotUsableWhileAWriteOfAnOlderSchemaIsUnderWay) {
  EXPECT_EQ(catalog_.hidden_effects(), std::nullopt);
  change();
  catalog_.write_began(1);
  catalog_.write_began(1);
  EXPECT_EQ(catalog_.generation(), 1U);
  for (std::uint64_t changes = 0; changes < 4; ++changes) {
    change();
    EXPECT_EQ(handle_->generation(), changes + 2);
    EXPECT_EQ(catalog_.generation(), 0U) << changes;
  }
  catalog_.write_ended(1);
  EXPECT_EQ(catalog_.generation(), 0U);
  catalog_.write_ended(1);
  EXPECT_EQ(catalog_.generation(), 5U);
}

TEST_F(HandleCatalogTest, WaitsForTheOldestOfSeveral) {
  change();
  catalog_.write_began(1);
  change();
  catalog_.write_began(2);
  change();
  catalog_.write_began(3);
  catalog_.write_ended(1);
  EXPECT_EQ(catalog_.generation(), 0U);
  catalog_.write_ended(2);
  EXPECT_EQ(catalog_.generation(), 3U);
  catalog_.write_ended(3);
  EXPECT_EQ(catalog_.generation(), 3U);
  EXPECT_EQ(catalog_.hidden_effects(), catalog::HiddenEffects{});
}

}  // namespace
}  // namespace tapri::app
