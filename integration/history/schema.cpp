#include "schema.h"

#include <algorithm>

#include "side.h"

namespace history {
namespace {

std::string definition(const Table& table) {
  const std::string name = table.name;
  const std::string rest = "grp int not null, version bigint not null, value bigint not null";
  switch (table.kind) {
    case Kind::plain:
    case Kind::living:
    case Kind::parent:
      return "create table " + name + " (id int primary key, " + rest + "); create index on " + name + " (grp);";
    case Kind::composite:
      return "create table " + name + " (a int, b int, " + rest + ", primary key (a, b)); create index on " + name +
             " (grp);";
    case Kind::child:
      return "create table " + name +
             " (id int primary key, parent int not null references parent on delete cascade, " + rest +
             "); create index on " + name + " (parent); create index on " + name + " (grp);";
    case Kind::partitioned: {
      auto out = "create table " + name + " (id int, " + rest + ", primary key (id, grp)) partition by list (grp);";
      for (int group = 0; group < kGroups; ++group) {
        out += "create table " + name + "_" + std::to_string(group) + " partition of " + name + " for values in (" +
               std::to_string(group) + ");";
      }
      return out;
    }
    case Kind::list:
      return "create table " + name + " (id int primary key, items bigint[] not null);";
    case Kind::list_rows:
      return "create table " + name + " (list int, seq int, element bigint not null, primary key (list, seq));";
  }
  return "";
}

std::string rows(const Table& table) {
  const std::string into = "insert into " + std::string(table.name);
  const auto groups = std::to_string(kGroups);
  const auto series = " from generate_series(0, " + std::to_string(kKeys - 1) + ") n;";
  switch (table.kind) {
    case Kind::composite:
      return into + " select n / 4, n % 4, n % " + groups + ", 0, 0" + series;
    case Kind::parent:
      return into + " select n, n % " + groups + ", 0, 0 from generate_series(0, " +
             std::to_string(kKeys / kChildren - 1) + ") n;";
    case Kind::child:
      return into + " select n, n / " + std::to_string(kChildren) + ", n % " + groups + ", 0, 0" + series;
    case Kind::list:
    case Kind::list_rows:
      return "";
    case Kind::plain:
    case Kind::partitioned:
    case Kind::living:
      break;
  }
  return into + " select n, n % " + groups + ", 0, 0" + series;
}

std::string key_expression(int table, const std::string& of) {
  return table_at(table).kind == Kind::composite ? of + "a * 4 + " + of + "b" : of + "id";
}

std::string arrays_of(int table) {
  const auto key = key_expression(table, "");
  std::string out;
  for (const auto& column : {key, std::string("grp"), std::string("version"), std::string("value")}) {
    out += (out.empty() ? "array_agg(" : ", array_agg(") + column + " order by " + key + ")";
  }
  return out;
}

void add(Question& question, int table, int from, int to) {
  for (int key = from; key < std::min(to, keys_of(table)); ++key) {
    question.scope.objects.push_back(object_of(table, key));
  }
}

Question list_question(const Look& look) {
  Question out;
  out.table = look.table;
  out.scope.objects = {object_of(look.table, look.key)};
  const std::string name = table_at(look.table).name;
  const auto key = given(out.statement, look.key);
  if (table_at(look.table).kind == Kind::list) {
    out.shape = Question::Shape::list;
    out.statement.text = "select items from " + name + " where id = " + key;
  } else {
    out.shape = Question::Shape::list_rows;
    out.statement.text = "select seq, element from " + name + " where list = " + key + " order by seq";
  }
  return out;
}

// Some rows of one table by their keys; a composite one's by the first column.
void by_keys(const Look& look, Question& out) {
  auto& text = out.statement.text;
  if (table_at(look.table).kind == Kind::composite) {
    text += " where a = " + given(out.statement, look.key / kSecond);
    add(out, look.table, look.key / kSecond * kSecond, look.key / kSecond * kSecond + kSecond);
    return;
  }
  const int first = look.key;
  const int second = (look.key + 1 + look.group) % keys_of(look.table);
  out.scope.objects = {object_of(look.table, first), object_of(look.table, second)};
  if (first == second) {
    out.scope.objects.pop_back();
  }
  if (look.way == Way::any) {
    text += " where id = any($1)";
    out.statement.parameters = {{0, false, "{" + std::to_string(first) + "," + std::to_string(second) + "}"}};
  } else {
    text += " where id in (" + given(out.statement, first);
    text += ", " + given(out.statement, second) + ")";
  }
}

// Rows whose keys are neighbours; of a child those that refer to one parent.
void by_range(const Look& look, Question& out) {
  auto& text = out.statement.text;
  if (table_at(look.table).kind == Kind::child) {
    const int parent = look.key / kChildren;
    add(out, look.table, parent * kChildren, (parent + 1) * kChildren);
    text += " where parent = " + given(out.statement, parent);
    return;
  }
  add(out, look.table, look.key, look.key + 3);
  text += table_at(look.table).kind == Kind::composite ? " where a * 4 + b between " : " where id between ";
  text += given(out.statement, look.key);
  text += " and " + given(out.statement, look.key + 2);
}

// Two tables: a plain one and the next, row by row; or a parent with what refers to it.
Question join_question(const Look& look) {
  Question out;
  out.shape = Question::Shape::pairs;
  out.table = look.table;
  const auto kind = table_at(look.table).kind;
  const bool family = kind == Kind::parent || kind == Kind::child;
  out.table = family ? kParent : look.table % kPlain;
  out.second = family ? kParent + 1 : (look.table + 1) % kPlain;
  const int key = kind == Kind::child ? look.key / kChildren : look.key;
  add(out, out.table, key, key + 1);
  add(out, out.second, family ? key * kChildren : key, family ? (key + 1) * kChildren : key + 1);
  out.statement.text = "select " + columns(out.table, "p.") + ", " + columns(out.second, "c.") + " from " +
                       table_at(out.table).name + " p left join " + table_at(out.second).name + " c on " +
                       (family ? "c.parent = p.id" : "c.id = p.id") + " where ";
  out.statement.text += "p.id = " + given(out.statement, key);
  return out;
}

}  // namespace

std::string definitions() {
  std::string out = "set client_min_messages = warning; ";
  for (const auto& table : kTables) {
    out += "drop table if exists " + std::string(table.name) + " cascade; " + definition(table) + rows(table);
  }
  return out;
}

void start(Checker& checker) {
  for (int table = 0; table < static_cast<int>(kTables.size()); ++table) {
    for (int key = 0; key < keys_of(table) && !is_list(table); ++key) {
      checker.start(object_of(table, key), {true, key % kGroups});
    }
  }
}

std::string columns(int table, const std::string& of) {
  return key_expression(table, of) + ", " + of + "grp, " + of + "version, " + of + "value";
}

std::string given(Statement& statement, std::int64_t number, bool big) {
  statement.parameters.push_back({number, big, ""});
  return "$" + std::to_string(statement.parameters.size());
}

std::string key_is(int table, int key, Statement& statement, const std::string& of) {
  if (table_at(table).kind != Kind::composite) {
    return of + "id = " + given(statement, key);
  }
  const auto first = of + "a = " + given(statement, key / kSecond);
  return first + " and " + of + "b = " + given(statement, key % kSecond);
}

Question question(const Look& look, std::int64_t salt) {
  if (is_list(look.table)) {
    return list_question(look);
  }
  if (look.way == Way::join) {
    return join_question(look);
  }
  Question out;
  out.table = look.table;
  const auto& table = table_at(look.table);
  auto& text = out.statement.text;
  const bool all = look.way == Way::arrays || look.way == Way::group_arrays;
  out.shape = all ? Question::Shape::arrays : Question::Shape::rows;
  text = "select " + (all ? arrays_of(look.table) : columns(look.table)) + " from " + table.name;
  switch (look.way) {
    case Way::in:
    case Way::any:
      by_keys(look, out);
      return out;
    case Way::group:
    case Way::group_arrays:
      out.scope.group = look.group;
      add(out, look.table, 0, kKeys);
      if (table.kind == Kind::partitioned && look.key % 2 == 0) {
        text += "_" + std::to_string(look.group);
      } else {
        text += " where grp = " + given(out.statement, look.group);
      }
      return out;
    case Way::range:
      by_range(look, out);
      return out;
    case Way::whole:
      text += " order by 1";
      [[fallthrough]];
    case Way::arrays:
      add(out, look.table, 0, kKeys);
      return out;
    case Way::sum:
      out.shape = is_claimed(look.table) ? Question::Shape::rows : Question::Shape::sum;
      text = out.shape == Question::Shape::rows ? text : "select sum(version)::bigint from " + std::string(table.name);
      add(out, look.table, 0, kKeys);
      return out;
    default:
      break;
  }
  out.scope.objects = {object_of(look.table, look.key)};
  text += " where " + key_is(look.table, look.key, out.statement);
  if (look.way == Way::key_and_group) {
    out.scope.group = look.group;
    text += " and grp = " + given(out.statement, look.group);
  } else if (look.way == Way::slow) {
    text += " and (select count(*) from generate_series(1, 10000)) > 0";
  } else if (look.way == Way::never) {
    text += " and version <> " + given(out.statement, -1 - salt, true);
  }
  return out;
}

std::vector<Row> taken(const Question& question, const Rows& rows) {
  std::vector<Row> out;
  const auto add = [&](int table, const Field& key, const Field& group, const Field& version, const Field& value) {
    for (std::size_t at = 0; at < key.size(); ++at) {
      const Row row{object_of(table, static_cast<int>(key[at])), version.at(at), value.at(at),
                    static_cast<int>(group.at(at))};
      // A pair's first half comes with each second one.
      if (question.shape != Question::Shape::pairs ||
          std::none_of(out.begin(), out.end(), [&](const Row& one) { return one.object == row.object; })) {
        out.push_back(row);
      }
    }
  };
  for (const auto& row : rows) {
    add(question.table, row.at(0), row.at(1), row.at(2), row.at(3));
    if (question.shape == Question::Shape::pairs) {
      add(question.second, row.at(4), row.at(5), row.at(6), row.at(7));
    }
  }
  return out;
}

void judge(Checker& checker, const Question& question, const Reading& reading, const Rows& rows) {
  std::vector<Value> elements;
  switch (question.shape) {
    case Question::Shape::sum:
      checker.read_sum(reading, rows.at(0).at(0).at(0));
      return;
    case Question::Shape::list:
      checker.read_list(reading, rows.empty() ? elements : rows[0].at(0));
      return;
    case Question::Shape::list_rows:
      for (const auto& row : rows) {
        elements.push_back(row.at(1).at(0));
      }
      checker.read_list(reading, elements);
      return;
    default:
      checker.read(reading, taken(question, rows));
  }
}

}  // namespace history
