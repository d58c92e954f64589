#include "dbclient/pg/loader_columns.h"

#include <pqxx/pqxx>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "dbclient/pg/fields.h"
#include "dbclient/pg/queries.h"

namespace tapri::dbclient::pg {
namespace {

using catalog::ObjectId;

catalog::ColumnType column_type(char type) {
  switch (type) {
    case 'i':
      return catalog::ColumnType::integer;
    case 't':
      return catalog::ColumnType::text;
    case 'u':
      return catalog::ColumnType::uuid;
    default:
      return catalog::ColumnType::other;
  }
}

// pg_constraint.confdeltype: https://www.postgresql.org/docs/15/catalog-pg-constraint.html
catalog::ForeignKeyAction action(char letter) {
  switch (letter) {
    case 'a':
    case 'r':
      return catalog::ForeignKeyAction::none;
    case 'n':
      return catalog::ForeignKeyAction::set_null;
    case 'd':
      return catalog::ForeignKeyAction::set_default;
    default:
      return catalog::ForeignKeyAction::cascade;
  }
}

using Relations = std::unordered_map<ObjectId, catalog::Relation*>;

Relations by_oid(std::vector<catalog::Relation>& relations) {
  Relations result;
  result.reserve(relations.size());
  for (catalog::Relation& relation : relations) result.emplace(relation.oid, &relation);
  return result;
}

void read_columns(pqxx::transaction_base& transaction, const Relations& relations) {
  for (const pqxx::row& row : transaction.exec(kColumnsQuery)) {
    const auto found = relations.find(object_id(row[0]));
    if (found == relations.end()) continue;
    catalog::Column& column = found->second->columns.emplace_back();
    column.name = row[1].c_str();
    column.type = column_type(letter(row[2]));
    column.assignable.max_length = row[3].as<std::uint32_t>();
    column.generated = row[4].as<bool>();
  }
}

// One row a column of a key, those of one key together.
std::vector<catalog::UniqueKey> read_unique_keys(pqxx::transaction_base& transaction) {
  std::vector<catalog::UniqueKey> keys;
  ObjectId index = 0;
  for (const pqxx::row& row : transaction.exec(kUniqueKeysQuery)) {
    if (std::exchange(index, object_id(row[0])) != index) {
      keys.push_back({.relation = object_id(row[1]), .columns = {}, .primary = row[2].as<bool>()});
    }
    keys.back().columns.emplace_back(row[3].c_str());
  }
  return keys;
}

std::vector<catalog::ForeignKey> read_foreign_keys(pqxx::transaction_base& transaction) {
  std::vector<catalog::ForeignKey> keys;
  ObjectId constraint = 0;
  for (const pqxx::row& row : transaction.exec(kForeignKeysQuery)) {
    if (std::exchange(constraint, object_id(row[0])) != constraint) {
      catalog::ForeignKey& key = keys.emplace_back();
      key.parent = object_id(row[1]);
      key.child = object_id(row[2]);
      key.on_delete = action(letter(row[3]));
      key.on_update = action(letter(row[4]));
    }
    keys.back().parent_columns.emplace_back(row[5].c_str());
    keys.back().child_columns.emplace_back(row[6].c_str());
  }
  return keys;
}

}  // namespace

void load_columns(pqxx::transaction_base& transaction, catalog::Snapshot::Source& source) {
  read_columns(transaction, by_oid(source.relations));
  source.unique_keys = read_unique_keys(transaction);
  for (const pqxx::row& row : transaction.exec(kIndexedColumnsQuery)) {
    source.indexed_columns.push_back({object_id(row[0]), row[1].c_str()});
  }
  source.foreign_keys = read_foreign_keys(transaction);
  source.own_equality = transaction.exec1(kOwnEqualityQuery)[0].as<bool>();
}

}  // namespace tapri::dbclient::pg
