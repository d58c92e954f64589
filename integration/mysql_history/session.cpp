#include "session.h"

#include <errmsg.h>

#include <mutex>
#include <stdexcept>
#include <thread>

#include "sockets.h"

namespace history {
namespace {

// Then they are prepared anew, under the schema of then.
constexpr int kExecutionsEach = 400;

// The library sets itself up the first time, which two threads must not have it do at once.
MYSQL* make() {
  static std::once_flag once;
  std::call_once(once, [] { mysql_library_init(0, nullptr, nullptr); });
  return mysql_init(nullptr);
}

// The library's own errors are of the connection; with some of its own the server says that it closes it.
bool ends_connection(unsigned code) {
  constexpr unsigned kShutdown = 1053;
  constexpr unsigned kKilled = 1927;
  return (code >= CR_MIN_ERROR && code <= CR_MAX_ERROR) || code == kShutdown || code == kKilled || code == kUnannounced;
}

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char one : text) {
    out += one == '\'' || one == '\\' ? std::string("\\") + one : std::string(1, one);
  }
  return out + "'";
}

std::string written(const Parameter& parameter) {
  switch (parameter.kind) {
    case Parameter::Kind::null:
      return "null";
    case Parameter::Kind::text:
      return quoted(parameter.text);
    default:
      return std::to_string(parameter.number);
  }
}

}  // namespace

void Statement::fill_in(std::int64_t value) {
  for (auto& parameter : parameters) {
    if (parameter.kind == Parameter::Kind::value) {
      parameter.number = value;
    }
  }
}

std::string written_out(const Statement& statement) {
  std::string out;
  auto parameter = statement.parameters.begin();
  for (const char one : statement.text) {
    out += one == '?' ? written(*parameter++) : std::string(1, one);
  }
  return out;
}

Session::Session(const std::string& address, const char* database) : address_(address), link_(make(), &mysql_close) {
  const auto colon = address.find(':');
  mysql_optionsv(link_.get(), MYSQL_SET_CHARSET_NAME, "utf8mb4");
  const my_bool plain = 0;
  mysql_optionsv(link_.get(), MYSQL_OPT_SSL_ENFORCE, &plain);
  if (mysql_real_connect(link_.get(), address.substr(0, colon).c_str(), "trusted", "", database,
                         static_cast<unsigned>(std::stoul(address.substr(colon + 1))), nullptr,
                         CLIENT_MULTI_STATEMENTS) == nullptr) {
    throw std::runtime_error(mysql_error(link_.get()));
  }
}

Answer Session::run(const Statement& statement, Form form, const std::optional<Disturbance>& disturbance,
                    Session* administrator) {
  if (form == Form::prepared && !disturbance) {
    return execute(statement);
  }
  const auto text = written_out(statement);
  // Whoever wants a statement to end asks for that on another connection to where its own leads.
  std::optional<Session> other;
  if (disturbance && disturbance->fault == Fault::cancel) {
    administrator = &other.emplace(address_);
  }
  const bool sent = mysql_send_query(link_.get(), text.data(), text.size()) == 0;
  if (sent && disturbance) {
    disturb(*disturbance, administrator);
  }
  auto out = collect(sent);
  out.over = out.end == Answer::End::lost || (disturbance && disturbance->fault != Fault::cancel);
  return out;
}

void Session::disturb(const Disturbance& disturbance, Session* administrator) {
  std::this_thread::sleep_for(disturbance.after);
  switch (disturbance.fault) {
    case Fault::reset:
      disturb::reset(static_cast<int>(mysql_get_socket(link_.get())));
      break;
    case Fault::cancel:
      administrator->run("kill query " + std::to_string(process()));
      break;
    case Fault::terminate:
      administrator->run("kill " + std::to_string(process()));
      break;
    case Fault::count:
      break;
  }
}

bool Session::reset() {
  prepared_.clear();
  return mysql_reset_connection(link_.get()) == 0;
}

Answer& Session::failed(Answer& out, unsigned code, const char* message) {
  out.end = ends_connection(code) ? Answer::End::lost : Answer::End::refused;
  out.code = code;
  out.message = message;
  out.over = out.end == Answer::End::lost;
  return out;
}

Answer Session::collect(bool sent) {
  Answer out;
  auto* link = link_.get();
  if (!sent || mysql_read_query_result(link) != 0) {
    return failed(out, mysql_errno(link), mysql_error(link));
  }
  for (int more = 0; more == 0;) {
    const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> result(mysql_store_result(link), &mysql_free_result);
    if (mysql_errno(link) != 0) {
      return failed(out, mysql_errno(link), mysql_error(link));
    }
    out.rows.clear();
    while (auto* row = result == nullptr ? nullptr : mysql_fetch_row(result.get())) {
      const auto* lengths = mysql_fetch_lengths(result.get());
      auto& fields = out.rows.emplace_back();
      for (unsigned at = 0; at < mysql_num_fields(result.get()); ++at) {
        fields.push_back(row[at] == nullptr ? Field() : Field(std::string(row[at], lengths[at])));
      }
    }
    ++out.results;
    out.changed = static_cast<std::int64_t>(mysql_affected_rows(link));
    out.made = static_cast<std::int64_t>(mysql_insert_id(link));
    more = mysql_next_result(link);
    if (more > 0) {
      return failed(out, mysql_errno(link), mysql_error(link));
    }
  }
  return out;
}

// None if the server refuses it.
MYSQL_STMT* Session::known(const std::string& text) {
  if (++executions_ > kExecutionsEach) {
    prepared_.clear();
    executions_ = 0;
  }
  const auto found = prepared_.find(text);
  if (found != prepared_.end()) {
    return found->second.get();
  }
  Prepared made(mysql_stmt_init(link_.get()), &mysql_stmt_close);
  const my_bool lengths = 1;
  mysql_stmt_attr_set(made.get(), STMT_ATTR_UPDATE_MAX_LENGTH, &lengths);
  if (mysql_stmt_prepare(made.get(), text.data(), text.size()) != 0) {
    return nullptr;
  }
  return prepared_.emplace(text, std::move(made)).first->second.get();
}

Answer Session::execute(const Statement& statement) {
  Answer out;
  auto* prepared = known(statement.text);
  if (prepared == nullptr) {
    return failed(out, mysql_errno(link_.get()), mysql_error(link_.get()));
  }
  std::vector<MYSQL_BIND> binds(statement.parameters.size());
  std::vector<std::int64_t> numbers(binds.size());
  for (std::size_t at = 0; at < binds.size(); ++at) {
    const auto& parameter = statement.parameters[at];
    auto& bind = binds[at];
    numbers[at] = parameter.number;
    bind.buffer_type = parameter.kind == Parameter::Kind::null   ? MYSQL_TYPE_NULL
                       : parameter.kind == Parameter::Kind::text ? MYSQL_TYPE_STRING
                                                                 : MYSQL_TYPE_LONGLONG;
    bind.buffer = &numbers[at];
    if (parameter.kind == Parameter::Kind::text) {
      bind.buffer = const_cast<char*>(parameter.text.data());  // it is only read
      bind.buffer_length = parameter.text.size();
    }
  }
  if ((!binds.empty() && mysql_stmt_bind_param(prepared, binds.data()) != 0) || mysql_stmt_execute(prepared) != 0 ||
      mysql_stmt_store_result(prepared) != 0) {
    failed(out, mysql_stmt_errno(prepared), mysql_stmt_error(prepared));
    if (out.over) {
      prepared_.clear();
    }
    return out;
  }
  take_rows(prepared, out);
  out.results = 1;
  out.changed = static_cast<std::int64_t>(mysql_stmt_affected_rows(prepared));
  out.made = static_cast<std::int64_t>(mysql_stmt_insert_id(prepared));
  mysql_stmt_free_result(prepared);
  return out;
}

void Session::take_rows(MYSQL_STMT* prepared, Answer& out) {
  const std::size_t count = mysql_stmt_field_count(prepared);
  if (count == 0) {
    return;
  }
  const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> meta(mysql_stmt_result_metadata(prepared),
                                                                      &mysql_free_result);
  std::vector<MYSQL_BIND> binds(count);
  std::vector<std::string> buffers(count);
  std::vector<unsigned long> lengths(count);
  std::vector<my_bool> nulls(count);
  for (std::size_t at = 0; at < count; ++at) {
    buffers[at].resize(mysql_fetch_field_direct(meta.get(), static_cast<unsigned>(at))->max_length + 32);
    binds[at].buffer_type = MYSQL_TYPE_STRING;
    binds[at].buffer = buffers[at].data();
    binds[at].buffer_length = buffers[at].size();
    binds[at].length = &lengths[at];
    binds[at].is_null = &nulls[at];
  }
  mysql_stmt_bind_result(prepared, binds.data());
  while (mysql_stmt_fetch(prepared) == 0) {
    auto& fields = out.rows.emplace_back();
    for (std::size_t at = 0; at < count; ++at) {
      fields.push_back(nulls[at] != 0 ? Field() : Field(buffers[at].substr(0, lengths[at])));
    }
  }
}

}  // namespace history
