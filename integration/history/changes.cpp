#include "changes.h"

namespace history {
namespace {

constexpr int kLivingTable = 8;  // the first of two

Change begin(const char* kind, Object object) {
  Change out;
  out.kind = kind;
  out.objects = {object};
  out.statement.parameters = {{0, true, ""}};  // the value
  return out;
}

void add(Change& change, const std::string& text) { change.statement.text += text; }

std::string returning(int table) { return " returning " + columns(table); }

// insert into ... values (...), without what may follow.
void insert(Change& change, Object object, int group, Version version) {
  const int table = table_of(object);
  const int key = key_of(object);
  auto& statement = change.statement;
  add(change, "insert into " + std::string(table_at(table).name) + " values (" + given(statement, key));
  if (table == kParent + 1) {
    add(change, ", " + given(statement, key / kChildren));
  }
  if (table_at(table).kind == Kind::composite) {
    statement.parameters.back().number = key / kSecond;
    add(change, ", " + given(statement, key % kSecond));
  }
  add(change, ", " + given(statement, group));
  add(change, ", " + given(statement, version, true) + ", $1)");
}

Change update_group(int table, int group) {
  auto out = begin("update_group", 0);
  out.state.group = kSameGroup;
  out.objects.clear();
  for (int key = 0; key < kKeys; ++key) {
    out.objects.push_back(object_of(table, key));
  }
  add(out, std::string("update ") + table_at(table).name +
               " set version = version + 1, value = $1 where grp = " + given(out.statement, group) + returning(table));
  return out;
}

Change update_two(Random& random, int table, int key) {
  auto out = begin("update_two", object_of(table, key));
  const int other = (key + 1) % kKeys;
  out.state.group = kSameGroup;
  out.objects.push_back(object_of(table, other));
  const std::string name = table_at(table).name;
  const auto set = "update " + name + " set version = version + 1, value = $1 ";
  auto& statement = out.statement;
  switch (pick(random, 3)) {
    case 0:
      add(out, set + "where id = any($2)");
      statement.parameters.push_back({0, false, "{" + std::to_string(key) + "," + std::to_string(other) + "}"});
      break;
    case 1:
      add(out, set + "from (values (" + given(statement, key) + "::int)");
      add(out, ", (" + given(statement, other) + "::int)) v (k) where id = v.k");
      break;
    default:
      add(out, set + "where id in (" + given(statement, key));
      add(out, ", " + given(statement, other) + ")");
      break;
  }
  add(out, returning(table));
  return out;
}

}  // namespace

Claims::Claims() : taken_(3 * kKeys, false) {
  for (int claim = 0; claim < 2 * kKeys + kKeys / kChildren; ++claim) {
    for (const auto object : members(claim)) {
      rows_[object] = {true, 0, key_of(object) % kGroups};
    }
  }
}

int Claims::of(Object object) {
  const int table = table_of(object);
  if (table < kParent) {
    return (table - kLivingTable) * kKeys + key_of(object);
  }
  return 2 * kKeys + (table == kParent ? key_of(object) : key_of(object) / kChildren);
}

std::vector<Object> Claims::members(int claim) {
  if (claim < 2 * kKeys) {
    return {object_of(kLivingTable + claim / kKeys, claim % kKeys)};
  }
  const int parent = claim - 2 * kKeys;
  std::vector<Object> out = {object_of(kParent, parent)};
  for (int child = 0; child < kChildren; ++child) {
    out.push_back(object_of(kParent + 1, parent * kChildren + child));
  }
  return out;
}

bool Claims::take(int claim) {
  const std::lock_guard lock(mutex_);
  const auto at = static_cast<std::size_t>(claim);
  if (taken_.at(at)) {
    return false;
  }
  taken_[at] = true;
  return true;
}

void Claims::release(int claim) {
  const std::lock_guard lock(mutex_);
  taken_.at(static_cast<std::size_t>(claim)) = false;
}

Change update_of(Random& random, int table, int key) {
  const std::string name = table_at(table).name;
  const auto kind = table_at(table).kind;
  auto out = begin("update", object_of(table, key));
  const int group = pick(random, kGroups);
  switch (pick(random, 12)) {
    case 0:
      if (kind == Kind::partitioned) {
        break;  // its primary key has the group in it: there is nothing to conflict with
      }
      out.kind = "upsert";
      out.state.group = kSameGroup;
      insert(out, out.objects[0], group, 1);
      add(out, std::string(" on conflict (") + (kind == Kind::composite ? "a, b" : "id") +
                   ") do update set version = " + name + ".version + 1, value = excluded.value" + returning(table));
      return out;
    case 1:
      return update_group(table, group);
    case 2:
      if (kind != Kind::composite) {
        return update_two(random, table, key);
      }
      break;
    case 3:
      if (kind != Kind::composite) {
        out.kind = "update_in_with";
        out.state.group = kSameGroup;
        add(out, "with w as (update " + name + " set version = version + 1, value = $1 where " +
                     key_is(table, key, out.statement) + returning(table) + ") select * from w");
        return out;
      }
      break;
    case 4:
    case 5:
    case 6:
      out.kind = "move";
      out.state.group = group;
      add(out, "update " + name + " set version = version + 1, value = $1, grp = " + given(out.statement, group));
      add(out, " where " + key_is(table, key, out.statement) + returning(table));
      return out;
    default:
      break;
  }
  out.state.group = kSameGroup;
  add(out, "update " + name + " set version = version + 1, value = $1 where " + key_is(table, key, out.statement) +
               returning(table));
  return out;
}

Change append_to(Random& random, int table, int list, Version length) {
  const std::string name = table_at(table).name;
  auto out = begin("append", object_of(table, list));
  auto& statement = out.statement;
  const std::string back = " returning 0, 0, ";
  if (table_at(table).kind == Kind::list_rows) {
    add(out, "insert into " + name + " (list, seq, element) ");
    if (pick(random, 4) == 0) {
      const auto key = given(statement, list);
      add(out, "select " + key + "::int, coalesce(max(seq), 0) + 1, $1::bigint from " + name + " where list = " + key);
    } else {
      add(out, "values (" + given(statement, list));
      add(out, ", " + given(statement, length + 1) + ", $1)");
    }
    add(out, back + "seq, element");
    return out;
  }
  if (length > 0 && pick(random, 4) != 0) {
    add(out, "update " + name + " set items = items || $1::bigint where id = " + given(statement, list));
  } else {
    add(out, "insert into " + name + " values (" + given(statement, list) + ", array[$1::bigint])" +
                 " on conflict (id) do update set items = " + name + ".items || excluded.items");
  }
  add(out, back + "cardinality(items), 0");
  return out;
}

Change living_change(Random& random, Object object, const std::map<Object, Living>& rows) {
  const int table = table_of(object);
  const std::string name = table_at(table).name;
  const auto& row = rows.at(object);
  const int group = pick(random, kGroups);
  if (!row.present && table == kParent + 1) {
    if (const auto parent = object_of(kParent, key_of(object) / kChildren); !rows.at(parent).present) {
      return living_change(random, parent, rows);
    }
  }
  auto out = begin("insert", object);
  out.versions[object] = row.version + 1;
  out.state.group = group;
  const int way = pick(random, 6);
  if (!row.present || way == 0) {
    insert(out, object, group, row.version + 1);
    if (!row.present && pick(random, 3) == 0) {
      add(out, " on conflict do nothing");
    } else if (row.present || pick(random, 2) == 0) {
      out.kind = "upsert";
      add(out,
          " on conflict (id) do update set version = excluded.version, value = excluded.value, grp = excluded.grp");
    }
  } else if (way <= 2) {
    out.kind = table == kParent ? "cascade" : "delete";
    out.removes = true;
    out.state.present = false;
    for (const auto& [other, living] : rows) {
      if (table == kParent && other != object && living.present) {
        out.objects.push_back(other);
        out.versions[other] = living.version + 1;
      }
    }
    add(out, "delete from " + name + " where id = " + given(out.statement, key_of(object)));
  } else {
    out.kind = "update";
    add(out, "update " + name + " set version = version + 1, value = $1, grp = " + given(out.statement, group));
    add(out, " where id = " + given(out.statement, key_of(object)));
  }
  add(out, returning(table));
  return out;
}

}  // namespace history
