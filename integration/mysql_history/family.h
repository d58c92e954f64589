// A family of rows for which a statement is written: how they are, what the statement leaves, pieces of its text.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "changes.h"

namespace history {

class Family {
 protected:
  // rows: all of its claim; they outlive it. lenient: without strict mode.
  Family(Random& random, Object object, const std::map<Object, Living>& rows, bool lenient);

  [[nodiscard]] const Living& at(int key) const { return at(key, table_); }
  [[nodiscard]] const Living& at(int key, int table) const { return rows_.at(object_of(table, key)); }
  // Of two tables that are one family, the other.
  [[nodiscard]] int other() const { return kPlain + 1 - table_; }
  // One that the row may have beside the others; of a child that of a parent that is there.
  std::optional<int> free_group(int key);
  // Another row with this code.
  [[nodiscard]] std::optional<int> owner(int code, int but) const;
  int one_of(const std::vector<int>& keys) {
    return keys.at(static_cast<std::size_t>(pick(random_, static_cast<int>(keys.size()))));
  }

  void begin(const char* kind, std::int64_t changed) {
    out_.kind = kind;
    out_.changed = changed;
  }
  void leave(int key, bool present, int group) { leave(key, table_, present, group); }
  void leave(int key, int table, bool present, int group);
  // With what refers to it.
  void gone(int key);

  Statement& sql(const std::string& text) { return out_.statement.add(text); }
  [[nodiscard]] bool clips() const { return lenient_ || ignoring_; }
  void row_values(int key, int group);
  void into(const std::string& verb) { sql(verb + " into " + name_ + " (" + written_columns(table_) + ") values "); }
  void set_key(int key);
  void where(int key);
  void where_family();

  Random& random_;
  const std::map<Object, Living>& rows_;
  bool lenient_;
  bool ignoring_ = false;  // the statement says IGNORE
  int table_;
  Kind kind_;
  std::string name_;
  int key_;  // the row that was chosen
  Living row_;
  std::vector<int> present_, absent_;
  Change out_;

 private:
  void key_values(int key);
};

}  // namespace history
