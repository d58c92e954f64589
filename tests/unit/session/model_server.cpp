#include "unit/session/model_server.h"

#include "unit/session/script.h"
#include "wire/pg/backend.h"
#include "wire/pg/frontend.h"

namespace tapri::session::test {
namespace {

bool ends_transaction(std::string_view sql) { return sql == "commit" || sql == "rollback"; }
bool reads(std::string_view sql) { return sql.starts_with("select") || sql.starts_with("SELECT"); }
bool fails_to_parse(std::string_view sql) { return sql.find("nowhere") != std::string_view::npos; }
std::string table_of(std::string_view sql) {
  return sql.find("prices") == std::string_view::npos ? "orders" : "prices";
}

// As many columns as it asks for.
std::string probe_row(const std::string& sql) {
  std::vector<std::string> values = {"ann\1ann", "pg_catalog\1public", "0", "false"};
  for (std::size_t at = 0; (at = sql.find("current_setting(", at)) != std::string::npos; ++at) {
    values.emplace_back(sql.compare(at, 18, "current_setting(E'") == 0 ? "" : "read committed");
  }
  const std::vector<std::optional<ByteView>> columns(values.begin(), values.end());
  std::string out;
  wire::pg::append_data_row(out, columns);
  return out;
}

}  // namespace

bool ModelServer::step() {
  wire::pg::Frame frame;
  if (take_frame(in_, frame) != wire::pg::FrameStatus::complete) return false;
  failed_ = false;
  const std::string body(frame.body);
  const char type = frame.type;
  in_.erase(0, frame.whole.size());
  if (skipping_ && type != 'S') return true;
  switch (type) {
    case 'Q':
      query(std::string_view(body).substr(0, body.size() - 1));
      break;
    case 'P':
      parse(body);
      break;
    case 'B':
      bind(body);
      break;
    case 'D':
      describe(body);
      break;
    case 'E':
      execute(body);
      break;
    case 'C':
      close(body);
      break;
    case 'S':
      sync();
      break;
    default:
      break;
  }
  if (failed_ && type != 'Q' && type != 'S') skipping_ = true;
  return true;
}

void ModelServer::fail(std::string_view code) {
  out_ += error(code);
  failed_ = true;
  if (status_ == 'I') {
    broken_ = true;
  } else {
    status_ = 'E';
  }
}

// Nothing but the end of the transaction is done in a failed one.
bool ModelServer::refused(const std::string& sql) {
  if (status_ != 'E' || ends_transaction(sql)) return false;
  fail("25P02");
  return true;
}

void ModelServer::end_transaction(bool commit) {
  if (commit) committed_ = working_;
  working_ = committed_;
  status_ = 'I';
  read_only_ = false;
  portals_.clear();
}

void ModelServer::end_round() {
  if (status_ == 'I') end_transaction(!std::exchange(broken_, false));
  if (status_ == 'E') working_ = committed_;
  out_ += ready(status_);
}

void ModelServer::sync() {
  skipping_ = false;
  end_round();
}

void ModelServer::query(std::string_view sql) {
  statements_.erase("");
  portals_.erase("");
  const std::string text(sql);
  if (!refused(text)) {
    if (fails_to_parse(text)) {
      fail("42P01");
    } else {
      run(text, true);
    }
  }
  end_round();
}

bool ModelServer::control(const std::string& sql) {
  if (sql.starts_with("begin") || sql == "start transaction") {
    read_only_ = read_only_ || sql.ends_with("read only");
    status_ = 'T';
    out_ += complete(sql == "start transaction" ? "START TRANSACTION" : "BEGIN");
  } else if (ends_transaction(sql)) {
    const bool commit = sql == "commit" && status_ != 'E';
    out_ += complete(commit ? "COMMIT" : "ROLLBACK");
    end_transaction(commit);
  } else if (sql == "deallocate all" || sql == "discard all") {
    if (sql == "discard all" && status_ != 'I') {
      fail("25001");
      return true;
    }
    std::erase_if(statements_, [](const auto& each) { return !each.first.empty(); });
    out_ += complete(sql == "discard all" ? "DISCARD ALL" : "DEALLOCATE ALL");
  } else if (sql.starts_with("set ")) {
    out_ += complete("SET");
  } else if (sql.starts_with("deallocate ")) {
    if (statements_.erase(sql.substr(11)) == 0) {
      fail("26000");
    } else {
      out_ += complete("DEALLOCATE");
    }
  } else {
    return false;
  }
  return true;
}

void ModelServer::run(const std::string& sql, bool with_description) {
  if (control(sql)) return;
  if (sql.starts_with("execute ")) {
    const auto found = statements_.find(sql.substr(8));
    if (found == statements_.end()) return fail("26000");
    const std::string inner = found->second;
    if (!reads(inner) && !inner.starts_with("update")) return fail("0A000");
    return run(inner, with_description);
  }
  if (reads(sql)) return run_select(sql, with_description);
  if (read_only_) return fail("25006");
  ++working_[table_of(sql)];
  out_ += complete("UPDATE 1");
}

void ModelServer::run_select(const std::string& sql, bool with_description) {
  if (with_description) out_ += description();
  if (sql.starts_with("SELECT pg_catalog.concat")) {
    out_ += probe_row(sql);
  } else if (sql.find("boom") != std::string::npos) {
    return fail("22012");
  } else {
    out_ += row(std::to_string(working_[table_of(sql)]));
  }
  out_ += complete("SELECT 1");
}

void ModelServer::parse(std::string_view body) {
  wire::pg::Parse request;
  if (!decode(body, request)) return fail("08P01");
  const std::string name(request.name), sql(request.sql);
  if (name.empty()) statements_.erase("");
  if (refused(sql)) return;
  if (fails_to_parse(sql)) return fail("42P01");
  if (!statements_.emplace(name, sql).second) return fail("42P05");
  out_ += parsed();
}

void ModelServer::bind(std::string_view body) {
  wire::pg::Bind request;
  if (!decode(body, request)) return fail("08P01");
  const auto found = statements_.find(std::string(request.statement));
  if (found == statements_.end()) {
    // PostgreSQL keeps the portal; in a transaction that has failed it is good for nothing but another error code.
    portals_.erase(std::string(request.portal));
    return fail("26000");
  }
  if (refused(found->second)) return;
  if (!request.portal.empty() && portals_.contains(std::string(request.portal))) return fail("42P03");
  portals_.insert_or_assign(std::string(request.portal), Portal{.sql = found->second});
  out_ += bound();
}

void ModelServer::describe(std::string_view body) {
  const std::string name(body.substr(1, body.size() - 2));
  std::string sql;
  if (body[0] == 'S') {
    const auto found = statements_.find(name);
    if (found == statements_.end()) return fail("26000");
    sql = found->second;
  } else {
    const auto found = portals_.find(name);
    if (found == portals_.end()) return fail("34000");
    sql = found->second.sql;
  }
  if (status_ == 'E' && reads(sql)) return fail("25P02");
  if (body[0] == 'S') out_ += message('t', std::string(2, '\0'));
  out_ += reads(sql) ? description() : no_data();
}

void ModelServer::execute(std::string_view body) {
  wire::pg::Execute request;
  if (!decode(body, request)) return fail("08P01");
  const auto found = portals_.find(std::string(request.portal));
  if (found == portals_.end()) return fail("34000");
  if (refused(found->second.sql)) return;
  Portal& portal = found->second;
  if (portal.done && !reads(portal.sql)) return fail("55000");
  if (portal.read) {
    out_ += complete("SELECT 0");
    return;
  }
  portal.done = true;
  portal.read = reads(portal.sql);
  const std::string sql = portal.sql;
  if (request.max_rows == 1 && portal.read && sql.find("boom") == std::string::npos) {
    out_ += row(std::to_string(working_[table_of(sql)])) + message('s');
    return;
  }
  run(sql, false);
}

void ModelServer::close(std::string_view body) {
  const std::string name(body.substr(1, body.size() - 2));
  if (body[0] == 'S') {
    statements_.erase(name);
  } else {
    portals_.erase(name);
  }
  out_ += closed();
}

}  // namespace tapri::session::test
