// MySQL Connector/C++: the steps by statements as text and by prepared ones; several results, metadata, savepoints.
#include <cppconn/connection.h>
#include <cppconn/driver.h>
#include <cppconn/exception.h>
#include <cppconn/metadata.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/resultset_metadata.h>
#include <cppconn/statement.h>
#include <cppconn/warning.h>
#include <json/json.h>
#include <mysql_driver.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <list>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace {

template <typename T>
std::unique_ptr<T> owned(T* made) {
  return std::unique_ptr<T>(made);
}

void emit(const std::string& step, const Json::Value& value) {
  Json::StreamWriterBuilder format;
  format["indentation"] = "";
  Json::Value line;
  line["step"] = step;
  line["value"] = value;
  std::cout << Json::writeString(format, line) << std::endl;
}

// Bytes as they are, whatever they mean.
std::string shown(const std::string& bytes) {
  static const char* const kDigits = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    const auto code = static_cast<unsigned char>(byte);
    if (code >= ' ' && code < 0x7f && byte != '\\') {
      text += byte;
    } else {
      (text += "\\x") += kDigits[code / 16];
      text += kDigits[code % 16];
    }
  }
  return text;
}

Json::Value error(const sql::SQLException& failed) {
  Json::Value value;
  value.append(failed.getErrorCode());
  value.append(failed.getSQLState());
  value.append(failed.what());
  return value;
}

Json::Value columns(sql::ResultSetMetaData& metadata) {
  Json::Value all(Json::arrayValue);
  for (unsigned column = 1; column <= metadata.getColumnCount(); ++column) {
    Json::Value one;
    one.append(std::string(metadata.getColumnLabel(column)));
    one.append(std::string(metadata.getColumnName(column)));
    one.append(std::string(metadata.getTableName(column)) + "/" + std::string(metadata.getSchemaName(column)));
    one.append(std::string(metadata.getColumnTypeName(column)) + " " +
               std::string(metadata.getColumnCollation(column)));
    one.append(metadata.getPrecision(column));
    one.append(metadata.getScale(column));
    one.append(metadata.getColumnDisplaySize(column));
    one.append(metadata.isNullable(column));
    one.append(metadata.isAutoIncrement(column));
    one.append(metadata.isSigned(column));
    all.append(one);
  }
  return all;
}

Json::Value values(sql::ResultSet& found) {
  Json::Value all(Json::arrayValue);
  const unsigned count = found.getMetaData()->getColumnCount();
  while (found.next()) {
    Json::Value row(Json::arrayValue);
    for (unsigned column = 1; column <= count; ++column) {
      const std::string text = found.getString(column);
      row.append(found.wasNull() ? Json::Value() : Json::Value(shown(text)));
    }
    all.append(row);
  }
  return all;
}

Json::Value rows(sql::ResultSet& found) {
  Json::Value all(Json::arrayValue);
  all.append(columns(*found.getMetaData()));
  all.append(values(found));
  return all;
}

// All results of what was executed.
Json::Value results(sql::Statement& statement, bool is_rows) {
  Json::Value all(Json::arrayValue);
  do {
    if (is_rows) {
      all.append(rows(*owned(statement.getResultSet())));
    } else {
      all.append(Json::UInt64(statement.getUpdateCount()));
    }
    is_rows = statement.getMoreResults();
  } while (is_rows);
  for (const sql::SQLWarning* warning = statement.getWarnings(); warning; warning = warning->getNextWarning()) {
    all.append(std::string(warning->getMessage()));
  }
  return all;
}

bool reads(const std::string& sql) { return sql.rfind("select", 0) == 0; }

// What reads is executed twice.
Json::Value text(sql::Connection& link, const std::string& sql) {
  const auto statement = owned(link.createStatement());
  Json::Value all = results(*statement, statement->execute(sql));
  if (reads(sql)) {
    all.append(results(*statement, statement->execute(sql)));
  }
  return all;
}

void bind(sql::PreparedStatement& statement, unsigned at, const std::string& parameter,
          std::vector<std::unique_ptr<std::istringstream>>& streams) {
  const std::string value = parameter.size() > 2 ? parameter.substr(2) : "";
  switch (parameter.front()) {
    case 'i':
      statement.setInt64(at, std::stoll(value));
      break;
    case 'b': {  // sent by itself, as long data
      std::string bytes;
      for (std::size_t digit = 0; digit < value.size(); digit += 2) {
        bytes += static_cast<char>(std::stoi(value.substr(digit, 2), nullptr, 16));
      }
      streams.push_back(std::make_unique<std::istringstream>(bytes));
      statement.setBlob(at, streams.back().get());
      break;
    }
    case 'n':
      statement.setNull(at, sql::DataType::VARCHAR);
      break;
    default:
      statement.setString(at, value);
      break;
  }
}

// What reads is executed three times: the second time the server has heard of the parameters' types.
Json::Value prepared(sql::Connection& link, const std::string& sql, const std::vector<std::string>& parameters) {
  Json::Value all(Json::arrayValue);
  const auto statement = owned(link.prepareStatement(sql));
  const int times = reads(sql) ? 3 : 1;
  for (int time = 0; time < times; ++time) {
    std::vector<std::unique_ptr<std::istringstream>> streams;
    for (unsigned at = 0; at < parameters.size(); ++at) {
      bind(*statement, at + 1, parameters.at(at), streams);
    }
    if (reads(sql)) {
      all.append(rows(*owned(statement->executeQuery())));
    } else {
      all.append(statement->executeUpdate());
    }
  }
  return all;
}

Json::Value done(sql::Connection& link, const std::string& way) {
  if (way == "begin") {
    link.setAutoCommit(false);
  } else {
    if (way == "commit") {
      link.commit();
    } else {
      link.rollback();
    }
    link.setAutoCommit(true);
  }
  return link.getAutoCommit();
}

void steps(sql::Connection& link) {
  std::ifstream file(std::getenv("STEPS"));
  int number = 0;
  for (std::string line; std::getline(file, line); ++number) {
    if (line.empty() || line.front() == '#') {
      continue;
    }
    std::vector<std::string> parts;
    std::istringstream words(line);
    for (std::string part; std::getline(words, part, '\t');) {
      parts.push_back(part);
    }
    const std::string name = std::to_string(number) + " " + line;
    try {
      if (parts[0] == "text") {
        emit(name, text(link, parts[1]));
      } else if (parts[0] == "prepared") {
        emit(name, prepared(link, parts[1], {parts.begin() + 2, parts.end()}));
      } else {
        emit(name, done(link, parts[0]));
      }
    } catch (const sql::SQLException& failed) {
      emit(name, error(failed));
    }
  }
}

void beyond(sql::Connection& link) {
  emit("several", text(link, "select 1 as a; select 2 as b; select 3 as c"));
  emit("about the server", std::string(link.getMetaData()->getDatabaseProductVersion()));
  std::list<sql::SQLString> kinds = {"TABLE", "VIEW"};
  emit("tables", values(*owned(link.getMetaData()->getTables("", link.getSchema(), "%", kinds))));
  link.setTransactionIsolation(sql::TRANSACTION_READ_COMMITTED);
  link.setAutoCommit(false);
  const auto before = owned(link.setSavepoint("before_it"));
  emit("changed", text(link, "update fruit set stock = 3 where id = 2"));
  link.rollback(before.get());
  emit("after the savepoint", text(link, "select stock from fruit where id = 2"));
  link.commit();
  link.setAutoCommit(true);
  emit("level", link.getTransactionIsolation());
  const auto kept = owned(link.prepareStatement("select name from fruit where id = ?"));
  Json::Value names;
  for (int time = 0; time < 30; ++time) {
    kept->setInt(1, time % 3 + 1);
    const auto found = owned(kept->executeQuery());
    found->next();
    names.append(std::string(found->getString("name")));
  }
  emit("kept statement", names);
  emit("valid", link.isValid());
}

}  // namespace

int main(int, char** arguments) {
  sql::Driver* driver = sql::mysql::get_driver_instance();
  sql::ConnectOptionsMap options;
  options["hostName"] = sql::SQLString(std::string("tcp://") + arguments[1]);
  options["port"] = std::atoi(arguments[2]);
  options["userName"] = sql::SQLString(arguments[3]);
  options["password"] = sql::SQLString(arguments[4]);
  options["schema"] = sql::SQLString(arguments[5]);
  options["OPT_CHARSET_NAME"] = sql::SQLString("utf8mb4");
  options["CLIENT_MULTI_STATEMENTS"] = true;
  try {
    const auto link = owned(driver->connect(options));
    steps(*link);
    beyond(*link);
    link->close();
  } catch (const sql::SQLException& failed) {
    std::cerr << failed.what() << '\n';
    return 1;
  }
  options["password"] = sql::SQLString("wrong");
  try {
    owned(driver->connect(options));
  } catch (const sql::SQLException& failed) {
    emit("wrong password", error(failed));
  }
  return 0;
}
