#include "unit/session/script.h"
#include "wire/pg/backend.h"
#include "wire/pg/frontend.h"

namespace tapri::session::test {

using namespace wire::pg;

std::string query(std::string_view sql) {
  std::string out;
  append_query(out, sql);
  return out;
}

std::string parse(std::string_view name, std::string_view sql) {
  std::string out;
  append_parse(out, name, sql);
  return out;
}

std::string bind_message(std::string_view portal, std::string_view statement,
                         const std::vector<std::string>& parameters) {
  std::string body(portal);
  body.append(1, '\0').append(statement).append(1, '\0');
  wire::append_u16(body, 0);
  wire::append_u16(body, static_cast<std::uint16_t>(parameters.size()));
  for (const auto& parameter : parameters) {
    wire::append_u32(body, static_cast<std::uint32_t>(parameter.size()));
    body += parameter;
  }
  wire::append_u16(body, 0);
  return message('B', body);
}

std::string describe(char kind, std::string_view name) {
  std::string out;
  append_describe(out, kind, name);
  return out;
}

std::string execute(std::string_view portal, std::int32_t max_rows) {
  std::string out;
  append_execute(out, portal, max_rows);
  return out;
}

std::string close(char kind, std::string_view name) {
  std::string out;
  append_close(out, kind, name);
  return out;
}

std::string sync() { return message('S'); }
std::string flush() { return message('H'); }

std::string message(char type, std::string_view body) {
  std::string out(1, type);
  wire::append_u32(out, static_cast<std::uint32_t>(body.size() + 4));
  return out.append(body);
}

std::string extended(std::string_view sql, const std::vector<std::string>& parameters) {
  return parse("", sql) + bind_message("", "", parameters) + describe('P', "") + execute();
}

std::string prepared(std::string_view statement, const std::vector<std::string>& parameters) {
  return bind_message("", statement, parameters) + execute();
}

std::string ready(char status) {
  std::string out;
  append_ready_for_query(out, status);
  return out;
}

std::string complete(std::string_view tag) {
  std::string out;
  append_command_complete(out, tag);
  return out;
}

std::string description() {
  std::string out;
  const ByteView name = "c";
  append_row_description(out, {&name, 1});
  return out;
}

std::string row(std::string_view value) {
  std::string out;
  const std::optional<ByteView> column = value;
  append_data_row(out, {&column, 1});
  return out;
}

std::string result(std::string_view value) { return description() + row(value) + complete("SELECT 1"); }

std::string error(std::string_view sqlstate) {
  std::string out;
  append_error(out, "ERROR", sqlstate, "failed");
  return out;
}

std::string notice() {
  std::string out;
  append_notice(out, "NOTICE", "00000", "noted");
  return out;
}

std::string notification() {
  std::string body;
  wire::append_u32(body, 7);
  body.append("channel").append(1, '\0').append("payload").append(1, '\0');
  return message('A', body);
}

std::string parameter(std::string_view name, std::string_view value) {
  std::string out;
  append_parameter_status(out, name, value);
  return out;
}

std::string parsed() { return message('1'); }
std::string bound() { return message('2'); }
std::string closed() { return message('3'); }
std::string no_data() { return message('n'); }
std::string copy_in() { return message('G', std::string(3, '\0')); }
std::string extended_result(std::string_view value) { return parsed() + bound() + result(value); }

}  // namespace tapri::session::test
