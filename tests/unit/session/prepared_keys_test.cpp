// Keys made of the values of statements that were prepared some time ago: the server keeps to the types and the bytes
// of then.
#include <gtest/gtest.h>

#include "unit/session/script.h"

namespace tapri::session::test {
namespace {

struct PreparedKeys : ::testing::Test {
  PreparedKeys() {
    catalog::Snapshot::Source source = shop();
    for (catalog::Relation& each : source.relations) {
      if (each.name != "prices") continue;
      each.columns.resize(2);
      each.columns[0].name = "code";
      each.columns[0].type = catalog::ColumnType::text;
      each.columns[1].name = "c";
    }
    source.unique_keys = {{12, {"code"}, true}};
    world.catalog->load(std::move(source));
  }
  void prepare(const std::string& sql) {
    a.client(parse("s", sql) + sync());
    a.server(parsed() + ready());
    (void)a.to_server();
    (void)a.to_client();
  }
  // Of an answer that is kept: whether it is, once `s` has written.
  bool outlives(const std::string& read, const std::vector<std::string>& parameters) {
    b.miss(read, "1");
    EXPECT_TRUE(b.hits(read));
    const auto since = world.log.position();
    a.client(prepared("s", parameters) + sync());
    a.server(bound() + complete("UPDATE 1") + ready());
    (void)a.to_server();
    (void)a.to_client();
    EXPECT_FALSE(world.all_written(since)) << "then keys show nothing";
    const bool kept = b.hits(read);
    (void)b.to_client();
    return kept;
  }

  static pg::Identity identity() {
    pg::Identity out;
    out.user = "ann";
    out.database = "shop";
    out.client_encoding = out.server_encoding = "UTF8";
    return out;
  }

  World world;
  Peer a{world, 0, identity()}, b{world, 0, identity()};
};

TEST_F(PreparedKeys, WritesEndWhatIsReadByTheirKey) {
  prepare("update prices set c = 2 where code = $1");
  EXPECT_TRUE(outlives("select c from prices where code = 'b'", {"a"}));
  EXPECT_FALSE(outlives("select c from prices where code = 'a'", {"a"}));
}

// With array_nulls off it is one.
TEST_F(PreparedKeys, ANullAmongTextsMayBeAWord) {
  prepare("update prices set c = 2 where code = any ($1)");
  EXPECT_TRUE(outlives("select c from prices where code = 'b'", {"{a}"}));
  EXPECT_FALSE(outlives("select c from prices where code = 'null'", {"{a,null}"}));
}

// A char(n) of `a ` equals the text `a`.
TEST_F(PreparedKeys, TypesThatPrepareHasDeclaredAreNotKnown) {
  a.run("prepare s (char(2)) as update prices set c = 2 where code = $1", "PREPARE");
  EXPECT_FALSE(outlives("select c from prices where code = 'a'", {"a "}));
}

TEST_F(PreparedKeys, LiteralsAreInTheEncodingOfThen) {
  a.run("set client_encoding = 'LATIN1'", "SET");
  a.server(parameter("client_encoding", "LATIN1"));
  prepare("update prices set c = 2 where code = '\xe9'");
  a.run("set client_encoding = 'UTF8'", "SET");
  a.server(parameter("client_encoding", "UTF8"));
  EXPECT_FALSE(outlives("select c from prices where code = '\xc3\xa9'", {}));
}

}  // namespace
}  // namespace tapri::session::test
