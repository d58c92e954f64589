#include "questions.h"

#include <algorithm>
#include <stdexcept>

namespace history {
namespace {

std::int64_t number(const Field& field) { return field ? std::stoll(*field) : kNullGroup; }

// "3,0,5", as group_concat has it.
std::vector<std::int64_t> numbers(const Field& field) {
  std::vector<std::int64_t> out;
  for (std::size_t at = 0; field && at < field->size();) {
    std::size_t used = 0;
    out.push_back(std::stoll(field->substr(at), &used));
    at += used + 1;
  }
  return out;
}

std::string arrays_of(int table) {
  const auto& at = table_at(table);
  std::string out = "count(*)";
  for (const std::string& column : {std::string(at.number), "ifnull(" + std::string(at.group) + ", -2)",
                                    std::string("version"), std::string("value")}) {
    out += ", group_concat(" + column + " order by " + at.number + ")";
  }
  return out;
}

void add(Question& question, int table, int from, int to) {
  for (int key = from; key < std::min(to, kKeys); ++key) {
    question.scope.objects.push_back(object_of(table, key));
  }
}

Question list_question(const Look& look) {
  Question out;
  out.shape = Question::Shape::list;
  out.table = look.table;
  out.scope.objects = {object_of(look.table, look.key)};
  out.statement.add("select seq, element from " + std::string(table_at(look.table).name) + " where list = ");
  out.statement.add(look.key).add(" order by seq");
  return out;
}

// By a row of a table whose keys are there for ever.
Question join_question(const Look& look) {
  Question out;
  const std::string name = table_at(look.table).name;
  auto& statement = out.statement;
  const int key = static_cast<int>(look.key);
  if (look.way == Way::join) {
    out.shape = Question::Shape::pairs;
    out.table = kContended;
    out.second = look.table;
    add(out, kContended, key, key + 1);
    add(out, look.table, key, key + 1);
    statement.add("select " + columns(kContended, "p.") + ", " + columns(look.table, "c.") +
                  " from contended p left join " + name + " c on c.id = p.id where p.id = ");
    statement.add(key);
    return out;
  }
  out.table = look.table;
  out.scope.group = look.group;
  add(out, look.table, 0, kKeys);
  statement.add("select " + columns(look.table, "c.") + " from contended p join " + name + " c on c." +
                table_at(look.table).group + " = p.id where p.id = ");
  statement.add(look.group);
  return out;
}

void by_keys(const Look& look, Question& out, Random& spelling) {
  const int first = static_cast<int>(look.key);
  const int second = (first + 1 + look.group % kGroups) % kKeys;
  out.scope.objects = {object_of(look.table, first), object_of(look.table, second)};
  out.statement.add(" where ");
  if (look.way == Way::subquery) {
    out.statement.add("id in (select id from contended where ");
    add_key_in(out.statement, kContended, {first, second}, spelling);
    out.statement.add(")");
  } else {
    add_key_in(out.statement, look.table, {first, second}, spelling);
  }
}

void by_group(const Look& look, Question& out) {
  const bool null = look.way == Way::null_group;
  out.scope.group = null ? kNullGroup : look.group;
  add(out, look.table, 0, kKeys);
  out.statement.add(" where " + std::string(table_at(look.table).group));
  if (null) {
    out.statement.add(" is null");
  } else {
    out.statement.add(" = ").add(look.group);
  }
}

void by_range(const Look& look, Question& out) {
  const int key = static_cast<int>(look.key);
  if (look.way == Way::prefix) {
    add(out, look.table, key / kEach * kEach, key / kEach * kEach + kEach);
    out.statement.add(" where a = ").add(key / kEach);
    return;
  }
  add(out, look.table, key, key + 3);
  out.statement.add(" where " + std::string(table_at(look.table).number) + " between ").add(key);
  out.statement.add(" and ").add(key + 2);
}

void by_key(const Look& look, Question& out, std::int64_t salt, Random& spelling) {
  auto& statement = out.statement;
  out.scope.objects = {object_of(look.table, look.key)};
  statement.add(" where ");
  if (look.table == kNumbered) {
    statement.add("id = ").add(look.key);
  } else {
    add_key_is(statement, look.table, static_cast<int>(look.key), spelling);
  }
  if (look.way == Way::key_and_group) {
    out.scope.group = look.group;
    statement.add(" and " + std::string(table_at(look.table).group) + " = ").add(look.group);
  } else if (look.way == Way::slow) {
    statement.add(" and (select count(*) from contended w, contended x, contended y, contended z) > 0");
  } else if (look.way == Way::never) {
    statement.add(" and version <> ").add(-1 - salt);
  }
}

}  // namespace

Look fitting(Look look) {
  const auto kind = table_at(look.table).kind;
  const auto way = look.way;
  const bool fits = way == Way::null_group ? kind == Kind::coded
                    : way == Way::prefix   ? kind == Kind::composite
                    : way == Way::sum      ? kind == Kind::contended
                    : way == Way::beyond   ? kind == Kind::small
                    : way == Way::join || way == Way::joined_by_group || way == Way::subquery
                        ? has_id(look.table) && has_transactions(look.table)
                        : true;
  // One of two kinds of tables, so that it is known which reads see a snapshot.
  const bool mixed = way == Way::slow && !has_transactions(look.table);
  const bool one = way == Way::one || way == Way::never || way == Way::slow;
  if (!fits || mixed || (kind == Kind::numbered && !one) ||
      (kind == Kind::contended && way >= Way::join && way <= Way::subquery)) {
    look.way = Way::one;
  }
  return look;
}

Question question(const Look& look, std::int64_t salt) {
  if (is_list(look.table)) {
    return list_question(look);
  }
  if (look.way == Way::join || look.way == Way::joined_by_group) {
    return join_question(look);
  }
  Random spelling(look.spelling);
  Question out;
  out.table = look.table;
  const bool all = look.way == Way::arrays || look.way == Way::group_arrays;
  out.shape = all ? Question::Shape::arrays : Question::Shape::rows;
  auto& statement = out.statement;
  statement.text =
      "select " + (all ? arrays_of(look.table) : columns(look.table)) + " from " + table_at(look.table).name;
  switch (look.way) {
    case Way::in:
    case Way::subquery:
      by_keys(look, out, spelling);
      return out;
    case Way::group:
    case Way::null_group:
    case Way::group_arrays:
      by_group(look, out);
      return out;
    case Way::range:
    case Way::prefix:
      by_range(look, out);
      return out;
    case Way::whole:
      statement.add(" order by 1");
      [[fallthrough]];
    case Way::arrays:
      add(out, look.table, 0, kKeys);
      return out;
    case Way::sum:
      out.shape = Question::Shape::sum;
      statement.text = "select sum(version) from " + std::string(table_at(look.table).name);
      add(out, look.table, 0, kKeys);
      return out;
    case Way::beyond:
      statement.add(" where id in (").add(300).add(", ").add(-129).add(")");
      return out;
    default:
      by_key(look, out, salt, spelling);
      return out;
  }
}

std::vector<Row> taken(const Question& question, const Rows& rows) {
  std::vector<Row> out;
  const auto row_of = [](int table, std::int64_t key, std::int64_t group, Version version, Value value) {
    return Row{object_of(table, key), version, value, static_cast<int>(group)};
  };
  for (const auto& row : rows) {
    if (question.shape == Question::Shape::arrays) {
      const auto keys = numbers(row.at(1)), groups = numbers(row.at(2)), versions = numbers(row.at(3));
      const auto values = numbers(row.at(4));
      if (number(row.at(0)) != static_cast<std::int64_t>(keys.size())) {
        throw std::runtime_error("count(*) is another than the rows are");
      }
      for (std::size_t at = 0; at < keys.size(); ++at) {
        out.push_back(row_of(question.table, keys[at], groups.at(at), versions.at(at), values.at(at)));
      }
      continue;
    }
    const auto at = [&](std::size_t column) { return number(row.at(column)); };
    out.push_back(row_of(question.table, at(0), at(1), at(2), at(3)));
    if (question.shape == Question::Shape::pairs && row.at(4)) {
      out.push_back(row_of(question.second, at(4), at(5), at(6), at(7)));
    }
  }
  return out;
}

std::vector<Value> elements(const Rows& rows) {
  std::vector<Value> out;
  for (const auto& row : rows) {
    out.push_back(number(row.at(1)));
  }
  return out;
}

void judge(Checker& checker, const Question& question, const Reading& reading, const Rows& rows) {
  switch (question.shape) {
    case Question::Shape::sum:
      checker.read_sum(reading, number(rows.at(0).at(0)));
      return;
    case Question::Shape::list:
      checker.read_list(reading, elements(rows));
      return;
    default:
      checker.read(reading, taken(question, rows));
  }
}

}  // namespace history
