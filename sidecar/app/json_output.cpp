#include "app/json_output.h"

#include <json/json.h>

#include "telemetry/log_format.h"

namespace tapri::app {

std::string json_text(const Json::Value& value) {
  Json::StreamWriterBuilder builder;
  builder["indentation"] = "  ";
  builder["emitUTF8"] = true;
  builder["precision"] = 12;
  return Json::writeString(builder, value) + "\n";
}

Json::Value json_string(std::string_view bytes) { return telemetry::valid_utf8(bytes); }

Json::Value json_strings(const std::vector<std::string>& texts) {
  Json::Value list(Json::arrayValue);
  for (const std::string& text : texts) list.append(json_string(text));
  return list;
}

}  // namespace tapri::app
