#include "dbclient/mysql/source.h"

#include "dbclient/mysql/columns.h"
#include "unit/dbclient/mysql/schema_fixture.h"

namespace tapri::dbclient::mysql {
namespace {

using catalog::ColumnType;
using catalog::IntegerRange;
using catalog::RelationKind;
using test::column;
using test::kAll;
using test::kUnknown;
using test::trigger;
using testing::ElementsAre;
using testing::IsEmpty;
using MysqlSourceTest = test::SchemaTest;

ColumnRow text(const std::string& type, const std::string& collation, std::uint64_t length) {
  ColumnRow row = column("c", type);
  row.collation = collation;
  row.max_length = length;
  return row;
}

IndexRow index(const std::string& name, std::uint64_t position, const std::string& column, bool unique = true) {
  return {.table = {"shop", "t"}, .index = name, .position = position, .unique = unique, .column = column};
}

TEST(MysqlColumnsTest, IntegersHaveTheirRange) {
  const auto range = [](const std::string& type, const std::string& extra = "") {
    EXPECT_EQ(column_of(column("c", type, extra)).type, ColumnType::integer) << type;
    return column_of(column("c", type, extra)).assignable.range;
  };
  EXPECT_EQ(range("tinyint(4)"), (IntegerRange{-128, 127}));
  EXPECT_EQ(range("smallint(5) unsigned zerofill"), (IntegerRange{0, 65535}));
  EXPECT_EQ(range("mediumint"), (IntegerRange{-8388608, 8388607}));
  EXPECT_EQ(range("int"), (IntegerRange{-2147483648LL, 2147483647}));
  EXPECT_EQ(range("bigint"), (IntegerRange{INT64_MIN, INT64_MAX}));
  EXPECT_EQ(range("bigint(20) unsigned"), (IntegerRange{0, UINT64_MAX}));
  EXPECT_EQ(range("int(10)", "auto_increment"), (IntegerRange{1, 2147483647}));
}

TEST(MysqlColumnsTest, TextsAreKeysWhereAsciiEqualsNothingElseOfItButForCase) {
  std::set<std::uint32_t> numbers;
  for (const char* collation :
       {"utf8mb4_bin", "utf8mb4_0900_bin", "utf8mb4_nopad_bin", "utf8mb4_0900_ai_ci", "utf8mb4_general_ci",
        "utf8mb3_general_ci", "latin1_swedish_ci", "latin1_bin", "ascii_bin", "utf8mb4_uca1400_ai_ci"}) {
    for (const char* type : {"varchar(10)", "char(10)", "text"}) {
      const catalog::Column found = column_of(text(type, collation, 10));
      EXPECT_EQ(found.type, ColumnType::text) << type << collation;
      EXPECT_EQ(found.assignable.max_length, 10U);
      numbers.insert(found.collation);
    }
  }
  EXPECT_EQ(numbers.size(), 10U) << "each has its own";
  EXPECT_EQ(column_of(text("longtext", "utf8mb4_bin", 4294967295)).assignable.max_length, 4294967295U);
  for (const char* collation :
       {"utf8mb4_roman_ci", "utf8mb4_lithuanian_ci", "utf8mb4_tr_0900_ai_ci", "ucs2_bin", "swe7_bin", "utf8mb4_", ""}) {
    EXPECT_EQ(column_of(text("varchar(10)", collation, 10)).type, ColumnType::other) << collation;
  }
}

TEST(MysqlColumnsTest, OfBinaryStringsOneKindIsFilledUp) {
  for (const bool filled_up : {false, true}) {
    const catalog::Column found = column_of(text(filled_up ? "binary(16)" : "varbinary(16)", "", 16));
    EXPECT_EQ(found.type, ColumnType::binary);
    EXPECT_EQ(found.assignable.max_length, 16U);
    EXPECT_EQ(found.assignable.filled_up, filled_up);
  }
}

TEST(MysqlColumnsTest, OthersAreNone) {
  for (const char* type : {"decimal(10,2)", "float", "double", "date", "datetime", "timestamp", "time", "year",
                           "bit(8)", "enum('a')", "set('a')", "json", "uuid", "blob"}) {
    EXPECT_EQ(column_of(column("c", type)).type, ColumnType::other) << type;
  }
  EXPECT_EQ(column_of(column("größe", "int")).type, ColumnType::other);
}

bool settled(const char* generation) {
  ColumnRow row = column("c", "int");
  row.generation = generation;
  return is_settled(row);
}

TEST(MysqlColumnsTest, WhatIsGeneratedFromTheRowAloneIsSettled) {
  for (const char* from :
       {"", "`a` * 2", "pi() * `r`", "unix_timestamp(`a`)", "concat(`now`,'rand()',\"uuid()\")",
        "if(`a` > 0,upper(`b`),NULL)", "`x``now` + 1", "case when `a` in (1,2) then 'it''s @x' end"}) {
    EXPECT_TRUE(settled(from)) << from;
  }
  for (const char* from :
       {"connection_id()", "current_timestamp(6)", "rand() * `a`", "uuid()", "concat(`a`,database())",
        "`a` + @@auto_increment_increment", "current_user()", "`a` + unix_timestamp()"}) {
    EXPECT_FALSE(settled(from)) << from;
  }
}

class MysqlGeneratedTest : public test::SchemaTest {};

TEST_F(MysqlGeneratedTest, ATableWithAnUnsettledColumnIsNotRead) {
  schema_.columns = {column("id", "int"), column("o", "int", "VIRTUAL GENERATED")};
  EXPECT_EQ((build(), relation("t").kind), catalog::RelationKind::table);
  schema_.columns[1].generation = "connection_id()";
  EXPECT_EQ((build(), relation("t").kind), catalog::RelationKind::other);
}

TEST(MysqlColumnsTest, WhatIsInvisibleComesLast) {
  ColumnRow first = column("A", "int", "INVISIBLE");
  ColumnRow second = column("b", "int");
  ColumnRow third = column("C", "int");
  first.position = 1;
  second.position = 2;
  third.position = 3;
  third.nullable = false;
  third.generation = "`A` + 1";
  const auto columns = columns_of({&third, &first, &second});
  ASSERT_EQ(columns.size(), 3U);
  EXPECT_EQ(columns[0].name, "b");
  EXPECT_EQ(columns[1].name, "c");
  EXPECT_EQ(columns[2].name, "a");
  EXPECT_TRUE(columns[1].generated);
  EXPECT_TRUE(columns[1].assignable.null_replaced);
  EXPECT_FALSE(columns[0].assignable.null_replaced);
}

TEST_F(MysqlSourceTest, EnginesSayWhatATableIs) {
  struct Case {
    const char* engine;
    RelationKind kind;
    bool survives;
  };
  for (const Case& each :
       {Case{"InnoDB", RelationKind::table, false}, Case{"ROCKSDB", RelationKind::table, false},
        Case{"MyISAM", RelationKind::table, true}, Case{"Aria", RelationKind::table, true},
        Case{"MEMORY", RelationKind::table, true}, Case{"FEDERATED", RelationKind::foreign, true},
        Case{"MRG_MyISAM", RelationKind::foreign, true}, Case{"CONNECT", RelationKind::foreign, true},
        Case{"BLACKHOLE", RelationKind::foreign, true}, Case{"", RelationKind::foreign, true}}) {
    schema_.tables[0].engine = each.engine;
    build();
    EXPECT_EQ(relation("t").kind, each.kind) << each.engine;
    EXPECT_EQ(relation("t").writes_survive_rollback, each.survives) << each.engine;
  }
}

TEST_F(MysqlSourceTest, TypesOfRelations) {
  schema_.tables = {{{"shop", "v"}, "SYSTEM VERSIONED", "InnoDB"},
                    {{"shop", "s"}, "SEQUENCE", "InnoDB"},
                    {{"shop", "x"}, "SOMETHING NEW", "InnoDB"}};
  build();
  EXPECT_EQ(relation("v").kind, RelationKind::table);
  EXPECT_EQ(relation("s").kind, RelationKind::sequence);
  EXPECT_EQ(relation("x").kind, RelationKind::other);
}

TEST_F(MysqlSourceTest, KeysAreOfWholeColumns) {
  schema_.columns = {column("id", "int"), column("A", "int"), column("b", "int")};
  IndexRow prefix = index("p", 1, "b");
  prefix.prefix = true;
  schema_.indexes = {index("PRIMARY", 1, "id"), index("ab", 2, "b"), index("ab", 1, "A"), index("f", 1, ""), prefix};
  const auto keys = build().keys(relation("t").family);
  ASSERT_EQ(keys.size(), 4U);  // the primary key, (a, b), and what indexes begin with
  EXPECT_THAT(keys[0].columns, ElementsAre("id"));
  EXPECT_TRUE(keys[0].unique);
  EXPECT_THAT(keys[1].columns, ElementsAre("a", "b"));
  EXPECT_TRUE(keys[1].unique);
  EXPECT_FALSE(keys[2].unique);
  EXPECT_FALSE(keys[3].unique);
  EXPECT_THAT(relation("t").only_unique_key, IsEmpty());
}

TEST_F(MysqlSourceTest, TheOnlyUniqueKey) {
  schema_.columns = {column("id", "int"), column("b", "int")};
  schema_.indexes = {index("PRIMARY", 1, "ID"), index("i", 1, "b", false)};
  build();
  EXPECT_THAT(relation("t").only_unique_key, ElementsAre("id"));
  schema_.indexes.back().unique = true;
  schema_.indexes.back().prefix = true;
  build();
  EXPECT_THAT(relation("t").only_unique_key, IsEmpty());
}

TEST_F(MysqlSourceTest, ForeignKeysHaveTheirColumnsInOrder) {
  schema_.foreign_keys = {
      {{"shop", "u"}, {"shop", "t"}, "fk", catalog::ForeignKeyAction::cascade, catalog::ForeignKeyAction::none},
      {{"shop", "u"}, {"shop", "gone"}, "other", catalog::ForeignKeyAction::cascade, catalog::ForeignKeyAction::none}};
  schema_.foreign_key_columns = {{{"shop", "u"}, "fk", 2, "TB", "B"}, {{"shop", "u"}, "fk", 1, "TA", "A"}};
  build();
  const auto keys = snapshot_->referring_to(relation("t").family);
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_THAT(keys[0]->child_columns, ElementsAre("ta", "tb"));
  EXPECT_THAT(keys[0]->parent_columns, ElementsAre("a", "b"));
  EXPECT_THAT(relation("t").cascades, ElementsAre(relation("u").oid));
}

TEST_F(MysqlSourceTest, WhoDoesNotSeeAllSuspectsAll) {
  add_view("v", "select 1");
  schema_.privileges.objects = false;
  EXPECT_TRUE(build().server().limited);
  EXPECT_TRUE(relation("t").write_side_effects);
  EXPECT_TRUE(relation("v").read_side_effects);
  schema_.privileges = kAll;
  EXPECT_FALSE(build().server().limited);
  EXPECT_FALSE(relation("t").write_side_effects);
  schema_.incomplete = true;
  build();
  EXPECT_TRUE(relation("t").write_side_effects);
}

TEST_F(MysqlSourceTest, WhoDoesNotSeeSourcesSuspectsViews) {
  add_view("v", "select 1");
  schema_.usage = {{{{"shop", "v"}, {"shop", "t"}, false}}};
  schema_.privileges.sources = false;
  EXPECT_FALSE(build().server().limited);
  EXPECT_TRUE(relation("v").read_side_effects);
  EXPECT_EQ(relation("v").definition, nullptr);
  EXPECT_FALSE(relation("t").write_side_effects);
}

TEST_F(MysqlSourceTest, NamesAreInLowerCaseWhereTheServerFoldsThem) {
  schema_.folds_names = true;
  schema_.tables = {{{"Shop", "T"}, "BASE TABLE", "InnoDB"}};
  schema_.columns = {column("id", "int")};
  schema_.triggers = {trigger("t", "INSERT", "AFTER", kUnknown)};
  schema_.triggers.front().table.schema = "SHOP";
  build();
  EXPECT_TRUE(relation("t").write_side_effects);
  EXPECT_EQ(relation("t").columns.size(), 1U);
}

// What other processes keep and announce rests on them.
TEST_F(MysqlSourceTest, NumbersAreMadeOfNamesWhateverElseThereIs) {
  build();
  EXPECT_EQ(relation("t").oid, 3305095622U);
  const catalog::ObjectId u = relation("u").oid;
  schema_.tables = {{{"shop", "u"}, "BASE TABLE", "InnoDB"},
                    {{"a", "first"}, "VIEW", ""},
                    {{"other", "t"}, "BASE TABLE", "InnoDB"},
                    {{"shop", "t"}, "BASE TABLE", "InnoDB"}};
  build();
  EXPECT_EQ(relation("t").oid, 3305095622U);
  EXPECT_EQ(relation("u").oid, u);
  EXPECT_NE(relation("t", "other").oid, 3305095622U);
}

TEST_F(MysqlSourceTest, NothingRestsOnTablesThatMeetInANumber) {
  schema_.tables = {{{"shop", "t153"}, "BASE TABLE", "InnoDB"},
                    {{"shop", "t54133"}, "BASE TABLE", "InnoDB"},
                    {{"shop", "t"}, "BASE TABLE", "InnoDB"}};
  build();
  EXPECT_EQ(relation("t").kind, RelationKind::table);
  EXPECT_EQ(relation("t153").oid, 7103128U);
  EXPECT_NE(relation("t54133").oid, 7103128U);
  for (const char* name : {"t153", "t54133"}) {
    EXPECT_EQ(relation(name).kind, RelationKind::foreign) << name;
    EXPECT_TRUE(relation(name).write_side_effects) << name;
  }
  schema_.tables.erase(schema_.tables.begin());
  build();
  EXPECT_EQ(relation("t54133").oid, 7103128U);
  EXPECT_EQ(relation("t54133").kind, RelationKind::table);
}

}  // namespace
}  // namespace tapri::dbclient::mysql
