// libpqxx: transactions, prepared statements, parameters, cursors, streams, pipelines, notifications, errors.
#include <functional>
#include <iostream>
#include <pqxx/pqxx>
#include <string>
#include <vector>

namespace {

std::string quoted(const std::string& text) {
  static const char* digits = "0123456789abcdef";
  std::string out = "\"";
  for (const unsigned char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c < ' ') {
      out += "\\u00";
      out += digits[c >> 4U];
      out += digits[c & 15U];
    } else {
      out += static_cast<char>(c);
    }
  }
  return out + '"';
}

void emit(const std::string& step, const std::string& value) {
  std::cout << "{\"step\": " << quoted(step) << ", \"value\": " << quoted(value) << "}\n";
}

std::string shown(const pqxx::result& found) {
  std::string out = std::to_string(found.affected_rows());
  for (pqxx::row::size_type column = 0; column < found.columns(); ++column) {
    out += ' ' + std::string(found.column_name(column)) + ':' + std::to_string(found.column_type(column));
  }
  for (const auto& row : found) {
    out += '|';
    for (const auto& field : row) {
      out += field.is_null() ? "NULL;" : std::string(field.c_str()) + ';';
    }
  }
  return out;
}

struct Place {
  std::string host, port, database, password;
  [[nodiscard]] std::string of(const std::string& user, const std::string& secret) const {
    return "host=" + host + " port=" + port + " user=" + user + " dbname=" + database + " password='" + secret +
           "' gssencmode=disable sslmode=prefer";
  }
};

void authentication(const Place& place) {
  for (const std::string user : {"postgres", "plain_password", "with_md5", "with_scram"}) {
    pqxx::connection link(place.of(user, place.password));
    emit("login " + user, shown(pqxx::nontransaction(link).exec("select current_user::text")));
    if (user == "postgres") {
      continue;
    }
    try {
      const pqxx::connection wrong(place.of(user, "wrong"));
      emit("wrong " + user, "let in");
    } catch (const pqxx::broken_connection& error) {
      const bool refused = std::string(error.what()).find("password authentication failed") != std::string::npos;
      emit("wrong " + user, refused ? "refused" : error.what());
    }
  }
}

void reading(pqxx::connection& link) {
  const std::string text = "select id, name, price, tags, data, made from products where id = $1";
  link.prepare("by id", text);
  pqxx::work work(link);
  emit("types", shown(work.exec("select * from kinds order by i4")));
  for (int time = 0; time < 6; ++time) {
    const int id = time % 3 + 1;
    emit("prepared " + std::to_string(time), shown(work.exec_prepared("by id", id)));
    emit("parameters " + std::to_string(time), shown(work.exec_params(text, id)));
    emit("simple " + std::to_string(time), shown(work.exec("select owner from accounts where id = " + work.quote(id))));
  }
  pqxx::icursorstream stream(work, "select id, name from products order by id limit 20", "products", 6);
  pqxx::result part;
  while (stream.get(part)) {
    emit("cursor", shown(part));
  }
  std::int64_t sum = 0;
  const auto large = work.exec("select n, md5(n::text) from generate_series(1, 100000) n");
  for (const auto& row : large) {
    sum += row[0].as<std::int64_t>();
  }
  emit("large", std::to_string(large.size()) + ' ' + std::to_string(sum));
  work.commit();
}

void transactions(pqxx::connection& link, pqxx::connection& other) {
  const auto count = [](pqxx::transaction_base& on) { return shown(on.exec("select count(*), min(v) from written")); };
  const auto outside = [&] {
    pqxx::nontransaction on(other);
    return count(on);
  };
  for (const bool commit : {false, true}) {
    {
      pqxx::work work(link);
      work.exec("insert into written values (1, 'one')");
      try {
        pqxx::subtransaction inner(work, "inner");
        inner.exec("insert into written values (1, 'twice')");
      } catch (const pqxx::unique_violation& error) {
        emit("inner", error.sqlstate());
      }
      emit("inside", count(work) + outside());
      commit ? work.commit() : work.abort();
    }
    emit(commit ? "committed" : "aborted", outside());
  }
  pqxx::nontransaction(link).exec("delete from written");
  emit("deleted", outside());
  pqxx::transaction<pqxx::repeatable_read, pqxx::readwrite_policy::read_only> snapshot(link);
  emit("snapshot", count(snapshot) + count(snapshot));
}

void errors(pqxx::connection& link) {
  for (const std::string text :
       {"insert into products (id, name) values (1, 'again')", "selec 1", "select * from no_such_table",
        "select 1/0 from accounts", "select 'x'::int", "insert into reviews (product_id, stars) values (99999, 1)"}) {
    pqxx::nontransaction on(link);
    try {
      emit(text, shown(on.exec(text)));
    } catch (const pqxx::sql_error& error) {
      emit(text, error.sqlstate() + ' ' + error.what());
    }
    emit("after " + text, shown(on.exec("select id from accounts where id = 1")));
  }
}

void streams(pqxx::connection& link) {
  pqxx::work work(link);
  {
    pqxx::stream_to in(work, "written", std::vector<std::string>{"id", "v"});
    for (int id = 0; id < 100; ++id) {
      in << std::make_tuple(id, "row " + std::to_string(id));
    }
    in.complete();
  }
  emit("copy in", shown(work.exec("select count(*), max(v) from written")));
  std::string out;
  pqxx::stream_from from(work, "accounts", std::vector<std::string>{"id", "owner"});
  // Line by line: reading tuples with this version of libpqxx depends on how the data arrive.
  std::string line;
  while (from.get_raw_line(line)) {
    out += line + ';';
  }
  from.complete();
  emit("copy out", out);
  pqxx::pipeline pipe(work);
  for (int id = 1; id < 9; ++id) {
    pipe.insert("select owner from accounts where id = " + std::to_string(id % 3));
  }
  while (!pipe.empty()) {
    emit("pipeline", shown(pipe.retrieve().second));
  }
  pipe.complete();
  work.abort();
}

class Receiver : public pqxx::notification_receiver {
 public:
  explicit Receiver(pqxx::connection& link) : notification_receiver(link, "cpp") {}
  void operator()(const std::string& payload, int) override { emit("notification", payload); }
};

void notifications(pqxx::connection& link, pqxx::connection& other) {
  const Receiver receiver(link);
  pqxx::nontransaction(other).exec("notify cpp, 'payload'");
  emit("notifications", std::to_string(link.await_notification(20, 0)));
}

}  // namespace

int main(int count, char** arguments) try {
  if (count != 6) {
    return 2;
  }
  const Place place{arguments[1], arguments[2], arguments[5], arguments[4]};
  authentication(place);
  pqxx::connection link(place.of(arguments[3], place.password));
  pqxx::connection other(place.of("postgres", place.password));
  reading(link);
  transactions(link, other);
  errors(link);
  streams(link);
  notifications(link, other);
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
