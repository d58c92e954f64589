// Values of result fields as the catalog queries give them. Not for other rooms.
//
// Throws what libpqxx throws where a field is not of that form.
#pragma once

#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "catalog/columns.h"

namespace tapri::dbclient::pg {

inline catalog::ObjectId object_id(const pqxx::field& field) { return field.as<catalog::ObjectId>(); }

// The first character of a "char"; \0 of an empty one.
inline char letter(const pqxx::field& field) {
  const std::string_view text = field.c_str();
  return text.empty() ? '\0' : text.front();
}

// The elements of an array of texts that are not null; none of a null field.
inline std::vector<std::string> texts(const pqxx::field& field) {
  std::vector<std::string> values;
  if (field.is_null()) return values;
  pqxx::array_parser parser = field.as_array();
  for (auto [juncture, value] = parser.get_next(); juncture != pqxx::array_parser::juncture::done;) {
    if (juncture == pqxx::array_parser::juncture::string_value) values.push_back(value);
    std::tie(juncture, value) = parser.get_next();
  }
  return values;
}

}  // namespace tapri::dbclient::pg
