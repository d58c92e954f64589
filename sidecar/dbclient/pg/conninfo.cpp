#include "dbclient/pg/conninfo.h"

#include <postgresql/libpq-fe.h>

#include <algorithm>
#include <map>
#include <memory>

namespace tapri::dbclient::pg {
namespace {

using Settings = std::map<std::string, std::string, std::less<>>;

// https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-CONNSTRING: quotes and backslashes are escaped.
void append_pair(std::string& text, std::string_view keyword, std::string_view value) {
  if (!text.empty()) text += ' ';
  text += keyword;
  text += "='";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  text += '\'';
}

std::string seconds(Duration duration) {
  // libpq takes 1 second for 2, and 0 for forever.
  return std::to_string(std::max<long>(2, std::chrono::ceil<std::chrono::seconds>(duration).count()));
}

std::string milliseconds(Duration duration) {
  return std::to_string(std::max<long>(1, std::chrono::ceil<std::chrono::milliseconds>(duration).count()));
}

Result<Settings> parse(const std::string& conninfo) {
  char* error = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfoParse(conninfo.c_str(), &error),
                                                                             &PQconninfoFree);
  if (error != nullptr) PQfreemem(error);  // it may quote the password
  if (options == nullptr) return fail("the upstream's URL is not a valid PostgreSQL connection string");
  Settings settings;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) settings[option->keyword] = option->val;
  }
  return settings;
}

std::string value_of(const Settings& settings, std::string_view keyword) {
  const auto found = settings.find(keyword);
  return found == settings.end() ? std::string() : found->second;
}

}  // namespace

Result<Conninfo> control_conninfo(const ControlConfig& config, std::string_view database) {
  Result<Settings> settings = parse(config.conninfo);
  if (!settings) return tl::unexpected(settings.error());
  if (!database.empty()) (*settings)["dbname"] = database;
  (*settings)["application_name"] = "tapri-control";
  (*settings)["client_encoding"] = "UTF8";
  (*settings)["connect_timeout"] = seconds(config.connect_timeout);
  (*settings)["tcp_user_timeout"] = milliseconds(config.statement_timeout);
  Conninfo result;
  result.password = value_of(*settings, "password");
  result.database = value_of(*settings, "dbname");
  for (const auto& [keyword, value] : *settings) append_pair(result.text, keyword, value);
  return result;
}

}  // namespace tapri::dbclient::pg
