#include "family.h"

namespace history {

Family::Family(Random& random, Object object, const std::map<Object, Living>& rows, bool lenient)
    : random_(random),
      rows_(rows),
      lenient_(lenient),
      table_(table_of(object)),
      kind_(table_at(table_).kind),
      name_(table_at(table_).name),
      key_(key_of(object)),
      row_(rows.at(object)) {
  for (int key = key_ / kEach * kEach; key < key_ / kEach * kEach + kEach; ++key) {
    (at(key).present ? present_ : absent_).push_back(key);
  }
}

void Family::leave(int key, int table, bool present, int group) {
  auto& living = out_.leaves[object_of(table, key)];
  living = {present, at(key, table).version + 1, group};
  if (table_at(table).kind == Kind::origin) {
    out_.leaves[object_of(kMirror, key)] = {present, living.version, at(key, kMirror).group};
  }
}

void Family::gone(int key) {
  leave(key, false, 0);
  for (const auto& [object, living] : rows_) {
    if (kind_ == Kind::parent && table_of(object) == kChild && living.present && living.group == key) {
      leave(key_of(object), kChild, false, 0);
    }
  }
}

std::optional<int> Family::free_group(int key) {
  const int first = key_ / kEach * kEach;
  if (kind_ != Kind::coded && kind_ != Kind::child) {
    return pick(random_, kGroups);
  }
  std::vector<int> free;
  for (int group = first; group < first + kEach; ++group) {
    const bool parent = kind_ == Kind::child && at(group, kChild - 1).present;
    const bool unused = kind_ == Kind::coded && !owner(group, key);
    if (parent || unused) {
      free.push_back(group);
    }
  }
  if (kind_ == Kind::coded && (free.empty() || pick(random_, 5) == 0)) {
    return kNullGroup;
  }
  return free.empty() ? std::nullopt : std::optional(one_of(free));
}

std::optional<int> Family::owner(int code, int but) const {
  for (const int key : present_) {
    if (key != but && at(key).group == code) {
      return key;
    }
  }
  return std::nullopt;
}

void Family::key_values(int key) {
  if (kind_ == Kind::composite) {
    out_.statement.add(key / kEach).add(", ").add(key % kEach);
  } else {
    out_.statement.add(stored_as(table_, key, random_, clips()));
  }
  if (std::string_view(table_at(table_).number) == "k") {
    sql(", ").add(key);
  }
}

void Family::row_values(int key, int group) {
  sql("(");
  key_values(key);
  sql(", ").add(group_value(group)).add(", ").add(at(key).version + 1).add(", ").add(kValue).add(")");
}

void Family::set_key(int key) {
  if (kind_ == Kind::composite) {
    sql("a = ").add(key / kEach).add(", b = ").add(key % kEach);
    return;
  }
  const bool k = std::string_view(table_at(table_).number) == "k";
  sql(kind_ == Kind::small || !k ? "id = " : "name = ").add(stored_as(table_, key, random_, clips()));
  if (k) {
    sql(", k = ").add(key);
  }
}

void Family::where(int key) {
  sql(" where ");
  if (kind_ == Kind::coded && at(key).group != kNullGroup && pick(random_, 2) == 0) {
    sql("code = ").add(at(key).group);
  } else {
    add_key_is(out_.statement, table_, key, random_);
  }
}

void Family::where_family() {
  const int first = key_ / kEach * kEach;
  sql(" where ");
  if (pick(random_, 2) == 0) {
    add_key_in(out_.statement, table_, {first, first + 1, first + 2}, random_);
  } else {
    sql(std::string(table_at(table_).number) + " between ").add(first).add(" and ").add(first + 2);
  }
}

}  // namespace history
