#include "schema.h"

#include <algorithm>

#include "side.h"

namespace history {
namespace {

constexpr const char* kRest = "version bigint not null, value bigint not null";

std::string definition(const Table& table, bool mariadb) {
  const std::string make = "create table " + std::string(table.name) + " (";
  const std::string grouped = std::string("grp int not null, ") + kRest + ", key (grp)";
  const std::string by_id = make + "id int primary key, " + grouped;
  const auto named = [&](const std::string& collation) {
    return make + "name varchar(4) collate " + collation + " primary key, k int not null, " + grouped + ")";
  };
  switch (table.kind) {
    case Kind::coded:
      return make + "id int primary key, code int, " + kRest + ", unique key (code))";
    case Kind::texts:
      return named("utf8mb4_general_ci");
    case Kind::bytes:
      return named("utf8mb4_bin");
    case Kind::unpadded:
      return named(mariadb ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin");
    case Kind::small:
      return make + "id tinyint primary key, k int not null, " + grouped + ")";
    case Kind::composite:
      return make + "a int, b int, " + grouped + ", primary key (a, b))";
    case Kind::partitioned:
      return by_id + ") partition by hash (id) partitions 3";
    case Kind::child:
      return make + "id int primary key, parent int not null, " + kRest +
             ", foreign key (parent) references parent (id) on delete cascade)";
    case Kind::origin:
      return by_id + ", unique key (id, version, value))";
    case Kind::mirror:
      return by_id + ", foreign key (id, version, value) references origin (id, version, value) on update cascade)";
    case Kind::untransacted:
      return by_id + ") engine = " + (table.name[13] == '0' ? "MyISAM" : mariadb ? "Aria transactional = 0" : "MEMORY");
    case Kind::numbered:
      return make + "id bigint auto_increment primary key, " + grouped + ")";
    case Kind::list:
      return make +
             "id bigint auto_increment primary key, list int not null, seq int not null, element bigint not null, "
             "unique key (list, seq))";
    case Kind::notes:
      return make +
             "list int not null, seq int not null auto_increment, element bigint not null, "
             "primary key (list, seq)) engine = MyISAM";
    case Kind::plain:
    case Kind::parent:
    case Kind::contended:
      break;
  }
  return by_id + ")";
}

// The text that is the key, and which others are equal to it.
std::string name_of(Kind kind, int key) {
  static constexpr std::array kLetters = {"a", "e", "o", "u"};
  static constexpr std::array kCapitals = {"A", "E", "O", "U"};
  static constexpr std::array kAccents = {"á", "é", "ó", "ú"};
  const auto family = static_cast<std::size_t>(key / kEach);
  if (key == kKeys - kEach) {
    return "";
  }
  const std::string letter = kLetters.at(family);
  if (kind == Kind::texts) {
    return letter + std::to_string(key % kEach);
  }
  const int at = key % kEach;
  if (kind == Kind::bytes) {
    return at == 0 ? letter : at == 1 ? kCapitals.at(family) : kAccents.at(family);
  }
  return letter + std::string(at == 0 ? 0 : at == 1 ? 1 : 3, ' ');
}

std::string otherwise(Kind kind, int key, Random& random) {
  auto out = name_of(kind, key);
  if (kind == Kind::texts && !out.empty()) {
    static constexpr std::array kOthers = {"A", "á", "Á", "E", "é", "É", "O", "ó", "Ó", "U", "ú", "Ú"};
    const int how = pick(random, 6);  // a capital more often: with an accent it is no key
    if (how > 1) {
      out = kOthers.at(static_cast<std::size_t>(key / kEach * 3 + std::max(0, how - 3))) + out.substr(1);
    }
  }
  return kind == Kind::unpadded ? out : out + std::string(static_cast<std::size_t>(pick(random, 3)), ' ');
}

int small_id(int key) { return key == 2 ? 127 : key == 5 ? -128 : key == 8 ? 0 : 100 + key; }

bool is_named(Kind kind) { return kind == Kind::texts || kind == Kind::bytes || kind == Kind::unpadded; }

// What a server without strict mode makes the key of.
Parameter clipped(Kind kind, int key, Random& random) {
  if (kind == Kind::small) {
    const auto id = small_id(key);
    static constexpr std::array kFar = {1, 173, 100000};
    const int far = kFar.at(static_cast<std::size_t>(pick(random, 3)));
    return id == 127    ? Parameter{Parameter::Kind::number, 127 + far, ""}
           : id == -128 ? Parameter{Parameter::Kind::number, -128 - far, ""}
           : id == 0    ? text_of(pick(random, 2) == 0 ? "" : "nothing")
                        : text_of(std::to_string(id) + "x");
  }
  auto name = name_of(kind, key);
  const std::size_t size = name == "á" || name == "é" || name == "ó" || name == "ú" ? 1 : name.size();
  if (kind == Kind::unpadded && size != 4) {
    return text_of(name);
  }
  return text_of(name + std::string(4 - size, ' ') + "xyz");
}

}  // namespace

std::vector<std::string> definitions(bool mariadb) {
  std::vector<std::string> out = {"drop database if exists history", "create database history", "use history"};
  for (int table = 0; table < static_cast<int>(kTables.size()); ++table) {
    out.push_back(definition(table_at(table), mariadb));
    Random random(1);
    for (int key = 0; key < kKeys && !is_list(table) && table != kNumbered; ++key) {
      if (!there_at_start(table, key)) {
        continue;
      }
      Statement statement;
      statement.add("insert into " + std::string(table_at(table).name) + " (" + written_columns(table) + ") values (");
      if (table_at(table).kind == Kind::composite) {
        statement.add(key / kEach).add(", ").add(key % kEach);
      } else {
        statement.add(stored_as(table, key, random, false));
      }
      if (std::string_view(table_at(table).number) == "k") {
        statement.add(", ").add(key);
      }
      statement.add(", ").add(group_value(group_at_start(table, key))).add(", 0, 0)");
      out.push_back(written_out(statement));
    }
  }
  for (int number = 0; number < kSlots; ++number) {
    out.push_back("create table aside_" + std::to_string(number) + " (id int primary key)");
  }
  return out;
}

bool there_at_start(int table, int key) {
  const auto kind = table_at(table).kind;
  return (kind != Kind::origin && kind != Kind::mirror) || key % kEach != 2;
}

int group_at_start(int table, int key) {
  return table_at(table).kind == Kind::coded || table == kChild ? key : key % kGroups;
}

void start(Checker& checker) {
  for (int table = 0; table < static_cast<int>(kTables.size()); ++table) {
    for (int key = 0; key < kKeys && !is_list(table) && table != kNumbered; ++key) {
      checker.start(object_of(table, key), {there_at_start(table, key), group_at_start(table, key)});
    }
  }
}

std::string columns(int table, const std::string& of) {
  const auto& at = table_at(table);
  const auto number = at.kind == Kind::composite ? of + "a * 3 + " + of + "b" : of + at.number;
  return number + ", " + of + at.group + ", " + of + "version, " + of + "value";
}

std::string written_columns(int table) {
  const auto& at = table_at(table);
  const std::string key = is_named(at.kind)            ? "name, k"
                          : at.kind == Kind::small     ? "id, k"
                          : at.kind == Kind::composite ? "a, b"
                                                       : "id";
  return key + ", " + at.group + ", version, value";
}

Parameter equal_to(int table, int key, Random& random) {
  const auto kind = table_at(table).kind;
  if (is_named(kind)) {
    return text_of(otherwise(kind, key, random));
  }
  const int number = kind == Kind::small ? small_id(key) : key;
  if (pick(random, 6) == 0) {
    return text_of(std::to_string(number));
  }
  return {Parameter::Kind::number, number, ""};
}

Parameter stored_as(int table, int key, Random& random, bool lenient) {
  const auto kind = table_at(table).kind;
  const bool clips = lenient && (kind == Kind::small || is_named(kind)) && pick(random, 2) == 0;
  return clips ? clipped(kind, key, random) : equal_to(table, key, random);
}

void add_key_is(Statement& statement, int table, int key, Random& random, const std::string& of) {
  const auto kind = table_at(table).kind;
  if (kind == Kind::composite) {
    if (pick(random, 2) == 0) {
      statement.add("(" + of + "a, " + of + "b) = (").add(key / kEach).add(", ").add(key % kEach).add(")");
    } else {
      statement.add(of + "a = ").add(key / kEach).add(" and " + of + "b = ").add(key % kEach);
    }
    return;
  }
  const std::string column = is_named(kind) ? "name" : "id";
  statement.add(of + column + (pick(random, 8) == 0 ? " <=> " : " = ")).add(equal_to(table, key, random));
}

void add_key_in(Statement& statement, int table, const std::vector<int>& keys, Random& random) {
  const auto kind = table_at(table).kind;
  const bool composite = kind == Kind::composite;
  const bool either = pick(random, 3) == 0;  // k = v or k = w
  statement.add(either ? "(" : composite ? "(a, b) in (" : is_named(kind) ? "name in (" : "id in (");
  const char* between = "";
  for (const int key : keys) {
    statement.add(between);
    between = either ? " or " : ", ";
    if (either) {
      add_key_is(statement, table, key, random);
    } else if (composite) {
      statement.add("(").add(key / kEach).add(", ").add(key % kEach).add(")");
    } else {
      statement.add(equal_to(table, key, random));
    }
  }
  statement.add(")");
}

Parameter group_value(int group) { return group == kNullGroup ? kNull : Parameter{Parameter::Kind::number, group, ""}; }

}  // namespace history
