#include "dbclient/mysql/reader.h"

#include <array>
#include <functional>
#include <string_view>
#include <utility>

#include "base/hash.h"
#include "dbclient/mysql/queries.h"

namespace tapri::dbclient::mysql {
namespace {

using catalog::ForeignKeyAction;

std::string text(const Row& row, std::size_t field) { return std::string(row.text(field)); }

QualifiedName name(const Row& row, std::size_t field) { return {text(row, field), text(row, field + 1)}; }

// The same for the same rows in any order.
class Fingerprint {
 public:
  void add(std::string_view query, const Row& row) {
    std::array<std::uint64_t, 2> hashes = {hash64(query, 1), hash64(query, 2)};
    for (std::size_t field = 0; field < row.size(); ++field) {
      // NULL is no empty text, and a field ends where it does.
      const std::string mark = row.is_null(field) ? "-" : std::to_string(row.text(field).size());
      for (std::uint64_t& hash : hashes) hash = hash64(row.text(field), hash64(mark, hash));
    }
    for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += hashes[i];
  }
  [[nodiscard]] std::string text() const { return std::to_string(sums_[0]) + ":" + std::to_string(sums_[1]); }

 private:
  std::array<std::uint64_t, 2> sums_ = {};
};

class Reader {
 public:
  explicit Reader(Client& client) : client_(client), mariadb_(client.is_mariadb()) {}

  Schema read() {
    read_server();
    read_grants();
    read_tables();
    read_keys();
    read_stored();
    schema_.fingerprint = fingerprint_.text();
    return std::move(schema_);
  }

 private:
  unsigned each(const std::string& query, const std::function<void(const Row&)>& add) {
    return client_.run(query, [&](const Row& row) {
      fingerprint_.add(query, row);
      add(row);
    });
  }

  void read_server() {
    schema_.version = client_.version_number();
    each(kServerQuery, [this](const Row& row) {
      schema_.server = {.version = text(row, 0),
                        .mariadb = mariadb_,
                        .read_only = row.text(1) == "1",
                        .sql_mode = text(row, 2),
                        .event_scheduler = row.text(4) == "ON",
                        .events = 0,
                        .limited = false};
      schema_.folds_names = row.number(3) != 0;
    });
    each(kEventsQuery, [this](const Row& row) { schema_.server.events = row.number(0); });
  }

  void read_grants() {
    std::vector<std::string> grants;
    each(kGrantsQuery, [&](const Row& row) { grants.push_back(text(row, 0)); });
    schema_.privileges = privileges_of(grants);
  }

  void read_tables() {
    each(kTablesQuery, [this](const Row& row) {
      schema_.tables.push_back({name(row, 0), text(row, 2), text(row, 3)});
    });
    each(kColumnsQuery, [this](const Row& row) {
      schema_.columns.push_back({.table = name(row, 0),
                                 .position = row.number(2),
                                 .name = text(row, 3),
                                 .data_type = text(row, 4),
                                 .column_type = text(row, 5),
                                 .collation = text(row, 6),
                                 .max_length = row.number(7),
                                 .nullable = row.text(8) == "YES",
                                 .extra = text(row, 9),
                                 .generation = text(row, 10)});
    });
  }

  void read_keys() {
    each(kIndexesQuery, [this](const Row& row) {
      schema_.indexes.push_back({.table = name(row, 0),
                                 .index = text(row, 2),
                                 .position = row.number(3),
                                 .unique = row.number(4) == 0,
                                 .column = text(row, 5),
                                 .prefix = !row.is_null(6)});
    });
    if (mariadb_ && !schema_.privileges.process) {
      schema_.incomplete = true;
      return;
    }
    const unsigned warnings = each(mariadb_ ? kInnodbForeignKeysQuery : kForeignKeysQuery, [this](const Row& row) {
      schema_.foreign_keys.push_back({.child = name(row, 0),
                                      .parent = name(row, 2),
                                      .name = text(row, 4),
                                      .on_delete = mariadb_ ? innodb_action(row.number(5), 1) : action(row.text(5)),
                                      .on_update = mariadb_ ? innodb_action(row.number(5), 4) : action(row.text(6))});
    });
    schema_.incomplete = schema_.incomplete || warnings > 0;
    each(mariadb_ ? kInnodbForeignKeyColumnsQuery : kForeignKeyColumnsQuery, [this](const Row& row) {
      schema_.foreign_key_columns.push_back({name(row, 0), text(row, 2), row.number(3), text(row, 4), text(row, 5)});
    });
  }

  // DICT_FOREIGN_ON_DELETE_CASCADE 1, ..._SET_NULL 2, ..._ON_UPDATE_CASCADE 4, ..._SET_NULL 8 (dict0mem.h).
  static ForeignKeyAction innodb_action(std::uint64_t flags, std::uint64_t cascade) {
    if ((flags & cascade) != 0) return ForeignKeyAction::cascade;
    return (flags & (cascade * 2)) != 0 ? ForeignKeyAction::set_null : ForeignKeyAction::none;
  }

  static ForeignKeyAction action(std::string_view rule) {
    if (rule == "CASCADE") return ForeignKeyAction::cascade;
    if (rule == "SET NULL") return ForeignKeyAction::set_null;
    return rule == "SET DEFAULT" ? ForeignKeyAction::set_default : ForeignKeyAction::none;
  }

  void read_stored() {
    const unsigned warnings = each(kTriggersQuery, [this](const Row& row) {
      schema_.triggers.push_back({.name = text(row, 1),
                                  .table = name(row, 2),
                                  .event = text(row, 4),
                                  .timing = text(row, 5),
                                  .body = body_in(text(row, 0))});
    });
    // Of a table that could not be opened.
    schema_.incomplete = schema_.incomplete || warnings > 0;
    each(kViewsQuery, [this](const Row& row) { schema_.views.push_back({name(row, 0), text(row, 2)}); });
    each(kRoutinesQuery, [this](const Row& row) {
      schema_.packages = schema_.packages || (row.text(2) != "FUNCTION" && row.text(2) != "PROCEDURE");
      schema_.routines.push_back(
          {.name = name(row, 0), .procedure = row.text(2) != "FUNCTION", .body = body_in(text(row, 0))});
    });
    read_definitions();
    read_loadable();
    constexpr std::uint32_t kTellsUsage = 80013;
    if (mariadb_ || schema_.version < kTellsUsage) return;
    auto& usage = schema_.usage.emplace();
    for (const bool routine : {false, true}) {
      each(routine ? kViewRoutinesQuery : kViewTablesQuery, [&](const Row& row) {
        usage.push_back({name(row, 0), name(row, 2), routine});
      });
    }
  }

  static StoredBody body_in(std::string schema) {
    StoredBody body;
    body.schema = std::move(schema);
    return body;
  }

  // One by one: information_schema takes the escapes out of a body's strings, after which nobody knows where they end.
  void read_definitions() {
    for (TriggerRow& trigger : schema_.triggers) read_definition(kShowTrigger, trigger.name, trigger.body);
    if (schema_.packages) return;
    for (RoutineRow& routine : schema_.routines) {
      read_definition(routine.procedure ? kShowProcedure : kShowFunction, routine.name.name, routine.body);
    }
  }

  void read_definition(const char* show, std::string_view name, StoredBody& body) {
    try {
      each(show + quoted(body.schema) + "." + quoted(name), [&](const Row& row) {
        body.sql_mode = text(row, 1);
        body.text = text(row, 2);
        body.charset = text(row, 3);
      });
    } catch (const ClientError&) {
      // It is gone, or not for this user to see.
      if (!client_.stands()) throw;
    }
  }

  void read_loadable() {
    std::vector<std::string> names;
    try {
      each(mariadb_ ? kLoadableQuery : kMysqlLoadableQuery, [&](const Row& row) { names.push_back(text(row, 0)); });
      schema_.loadable = std::move(names);
    } catch (const ClientError&) {
      if (!client_.stands()) throw;
    }
  }

  static std::string quoted(std::string_view name) {
    std::string out = "`";
    for (const char c : name) out += c == '`' ? std::string("``") : std::string(1, c);
    return out + "`";
  }

  Client& client_;
  const bool mariadb_;
  Fingerprint fingerprint_;
  Schema schema_;
};

}  // namespace

Schema read_schema(Client& client) { return Reader(client).read(); }

}  // namespace tapri::dbclient::mysql
