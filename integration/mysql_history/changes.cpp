#include "changes.h"

#include <optional>

#include "family.h"

namespace history {
namespace {

constexpr const char* kRaised = "version = version + 1, value = ";

// Chooses a statement, and writes it.
class Maker : private Family {
 public:
  Maker(Random& random, Object object, const std::map<Object, Living>& rows, bool lenient)
      : Family(random, object, rows, lenient) {}

  Change make() {
    if (kind_ == Kind::origin) {
      of_origin();
    } else if (!row_.present) {
      of_absent();
    } else if (!of_kind()) {
      of_present();
    }
    return std::move(out_);
  }

 private:
  void of_origin() {
    if (!row_.present) {
      rewrite_many();
    } else if (pick(random_, 3) == 0 && !absent_.empty()) {
      move();
    } else {
      rewrite();
    }
  }

  void of_absent() {
    if (kind_ == Kind::plain && pick(random_, 3) == 0) {
      copy();
    } else if (absent_.size() > 1 && pick(random_, 3) == 0) {
      insert_many();
    } else {
      insert();
    }
  }

  // What only such a table has: false if it is none of that.
  bool of_kind() {
    if (pick(random_, 2) == 0) {
      return false;
    }
    if (kind_ == Kind::plain && at(key_, other()).present) {
      pick(random_, 3) == 0 ? remove_both() : rewrite_both();
      return true;
    }
    if (kind_ == Kind::parent) {
      remove();
      return true;
    }
    if (kind_ == Kind::coded && !absent_.empty() && row_.group != kNullGroup) {
      by_code();
      return true;
    }
    return false;
  }

  void of_present() {
    const bool parent = kind_ == Kind::parent;
    const int way = pick(random_, 12);
    if (way < 3 && !absent_.empty() && !parent) {
      way == 0 ? by_upsert() : move();
    } else if (way < 5) {
      rewrite_many();
    } else if (way < 7) {
      pick(random_, 4) == 0 ? remove_many() : remove();
    } else if (way < 9 && !parent) {
      replace();
    } else if (way == 9) {
      way_without_effect();
    } else if (way == 10 && !parent) {
      upsert();
    } else {
      rewrite();
    }
  }

  // Its group, or its key as something that is equal.
  void rewrite() {
    begin("update", 1);
    const bool again = pick(random_, 4) == 0 && kind_ != Kind::parent && kind_ != Kind::origin;
    const int group = again ? row_.group : free_group(key_).value_or(row_.group);
    leave(key_, true, group);
    sql("update " + name_ + " set ");
    if (again) {
      set_key(key_);
    } else {
      sql(std::string(table_at(table_).group) + " = ").add(group_value(group));
    }
    sql(std::string(", ") + kRaised).add(kValue);
    where(key_);
  }

  void move() {
    begin("move", 1);
    const int to = one_of(absent_);
    leave(key_, false, 0);
    leave(to, true, row_.group);
    const bool reckoned = has_id(table_) && to == key_ + 1 && pick(random_, 2) == 0;
    if (kind_ == Kind::origin) {  // that of mirror goes with its row
      out_.leaves[object_of(kMirror, to)].group = at(key_, kMirror).group;
    }
    sql("update " + name_ + " set ");
    if (reckoned) {
      sql("id = id + ").add(1);
    } else {
      set_key(to);
    }
    sql(", version = ").add(at(to).version + 1).add(", value = ").add(kValue);
    where(key_);
  }

  // The insertion meets the row, which then becomes another.
  void by_upsert() {
    begin("move_by_upsert", 2);
    const int to = one_of(absent_);
    leave(key_, false, 0);
    leave(to, true, row_.group);
    into("insert");
    row_values(key_, row_.group);
    sql(" on duplicate key update ");
    set_key(to);
    sql(", version = ").add(at(to).version + 1).add(", value = ").add(kValue);
  }

  // A key that is not there and a code that is: the row with the code is met.
  void by_code() {
    const int key = one_of(absent_);
    const bool replaces = pick(random_, 2) == 0;
    begin(replaces ? "replace_by_code" : "upsert_by_code", 2);
    leave(key_, !replaces, row_.group);
    if (replaces) {
      leave(key, true, row_.group);
    }
    into(replaces ? "replace" : "insert");
    row_values(key, row_.group);
    if (!replaces) {
      sql(std::string(" on duplicate key update ") + kRaised).add(kValue);
    }
  }

  void rewrite_many() {
    const bool first = !present_.empty() && pick(random_, 4) == 0;
    begin("update_many", first ? 1 : static_cast<std::int64_t>(present_.size()));
    for (const int key : present_) {
      if (!first || key == present_.front()) {
        leave(key, true, at(key).group);
      }
    }
    sql("update " + name_ + " set " + kRaised).add(kValue);
    where_family();
    if (first) {
      sql(std::string(" order by ") + table_at(table_).number + " limit 1");
    }
  }

  void remove() {
    begin(kind_ == Kind::parent ? "cascade" : "delete", 1);
    gone(key_);
    sql("delete from " + name_);
    where(key_);
  }
  void remove_many() {
    begin("delete_many", static_cast<std::int64_t>(present_.size()));
    for (const int key : present_) {
      gone(key);
    }
    sql("delete from " + name_);
    where_family();
  }

  void insert() {
    const auto group = free_group(key_);
    if (!group) {  // a child without a parent
      out_ = Maker(random_, object_of(kChild - 1, key_), rows_, lenient_).make();
      return;
    }
    begin("insert", 1);
    leave(key_, true, *group);
    const int way = pick(random_, 5);
    ignoring_ = way == 1;
    if (way == 4 && kind_ != Kind::composite) {
      sql("insert into " + name_ + " set ");
      set_key(key_);
      sql(std::string(", ") + table_at(table_).group + " = ").add(group_value(*group));
      sql(", version = ").add(at(key_).version + 1).add(", value = ").add(kValue);
      return;
    }
    into(way == 1 ? "insert ignore" : way == 2 ? "replace" : "insert");
    row_values(key_, *group);
    if (way == 3) {
      sql(std::string(" on duplicate key update ") + kRaised).add(kValue);
    }
  }

  void insert_many() {
    if (kind_ == Kind::coded || kind_ == Kind::child) {
      return insert();
    }
    begin("insert_many", static_cast<std::int64_t>(absent_.size()));
    into("insert");
    const char* between = "";
    for (const int key : absent_) {
      const int group = *free_group(key);
      leave(key, true, group);
      sql(between);
      between = ", ";
      row_values(key, group);
    }
  }

  // From the other table of two, if it is there.
  void copy() {
    const auto& source = at(key_, other());
    begin("insert_select", source.present ? 1 : 0);
    if (source.present) {
      leave(key_, true, source.group);
    }
    sql("insert into " + name_ + " (id, grp, version, value) select id, grp, ").add(row_.version + 1).add(", ");
    sql("").add(kValue).add(std::string(" from ") + table_at(other()).name + " where id = ").add(key_);
  }

  // Of a coded row, also that which has its new code.
  void replace() {
    int group = kind_ == Kind::coded ? key_ / kEach * kEach + pick(random_, kEach) : 0;
    if (kind_ != Kind::coded) {
      const auto free = free_group(key_);
      group = free.value_or(row_.group);
    }
    const auto met = kind_ == Kind::coded ? owner(group, key_) : std::nullopt;
    begin(met ? "replace_two" : "replace", met ? 3 : 2);
    if (met) {
      leave(*met, false, 0);
    }
    leave(key_, true, group);
    into("replace");
    row_values(key_, group);
  }

  void upsert() {
    begin("upsert", 2);
    leave(key_, true, row_.group);
    into("insert");
    row_values(key_, row_.group);
    sql(std::string(" on duplicate key update ") + kRaised).add(kValue);
  }

  void way_without_effect() {
    begin("ignored", 0);
    ignoring_ = true;
    into("insert ignore");
    row_values(key_, row_.group);
  }

  void rewrite_both() {
    begin("update_both", 2);
    leave(key_, table_, true, row_.group);
    leave(key_, other(), true, at(key_, other()).group);
    const bool comma = pick(random_, 2) == 0;
    sql(std::string("update plain_0 p") + (comma ? ", plain_1 c set" : " join plain_1 c on c.id = p.id set"));
    sql(" p.version = p.version + 1, p.value = ").add(kValue);
    sql(", c.version = c.version + 1, c.value = ").add(kValue).add(" where p.id = ").add(key_);
    if (comma) {
      sql(" and c.id = p.id");
    }
  }

  void remove_both() {
    begin("delete_both", 2);
    leave(key_, table_, false, 0);
    leave(key_, other(), false, 0);
    const bool usings = pick(random_, 2) == 0;
    sql(usings ? "delete from plain_0, plain_1 using plain_0" : "delete plain_0, plain_1 from plain_0");
    sql(" join plain_1 on plain_1.id = plain_0.id where plain_0.id = ").add(key_);
  }
};

}  // namespace

Change living_change(Random& random, Object object, const std::map<Object, Living>& rows, bool lenient) {
  return Maker(random, table_of(object) == kMirror ? object_of(kMirror - 1, key_of(object)) : object, rows, lenient)
      .make();
}

Change append_to(Random& random, int table, int list, Version length) {
  Change out;
  out.kind = "append";
  out.changed = 1;
  out.leaves[object_of(table, list)] = {true, length + 1, 0};
  auto& statement = out.statement;
  const bool counted = table_at(table).kind == Kind::notes;
  if (counted && pick(random, 2) == 0) {
    statement.add("insert into list_notes (list, element) values (").add(list).add(", ").add(kValue).add(")");
    return out;
  }
  if (counted) {
    statement.add("insert into list_notes values (").add(list).add(pick(random, 2) == 0 ? ", 0, " : ", null, ");
    statement.add(kValue).add(")");
    return out;
  }
  static constexpr std::array kIds = {"default, ", "null, ", "0, ", ""};
  const auto id = static_cast<std::size_t>(pick(random, 4));
  statement.add(std::string("insert into list_rows ") + (id == 3 ? "(list, seq, element)" : "") + " ");
  if (pick(random, 4) == 0 && id != 0) {
    statement.add(std::string("select ") + kIds.at(id)).add(list);
    statement.add(", coalesce(max(seq), 0) + 1, ").add(kValue).add(" from list_rows where list = ").add(list);
  } else {
    statement.add(std::string("values (") + kIds.at(id))
        .add(list)
        .add(", ")
        .add(length + 1)
        .add(", ")
        .add(kValue)
        .add(")");
  }
  return out;
}

Statement contended_change(Random& random, const std::vector<int>& keys, bool tells) {
  Statement out;
  out.add("update contended set version = ").add(tells ? "last_insert_id(version + 1)" : "version + 1");
  out.add(", value = ").add(kValue).add(" where ");
  add_key_in(out, kContended, keys, random);
  return out;
}

}  // namespace history
