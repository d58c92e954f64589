#include "catalog/columns.h"

namespace tapri::catalog {

std::string key_text(const std::vector<std::string>& columns) {
  if (columns.size() == 1) return columns.front();
  std::string out = "(";
  for (const std::string& column : columns) out.append(out.size() > 1 ? ", " : "").append(column);
  return out + ")";
}

bool keeps_value(std::string_view cast, ColumnType type) {
  switch (type) {
    case ColumnType::integer:
      return cast == "int2" || cast == "int4" || cast == "int8";
    case ColumnType::text:
      return cast == "text" || cast == "varchar";
    case ColumnType::uuid:
      return cast == "uuid";
    case ColumnType::binary:
      return cast == "binary";
    case ColumnType::other:
      break;
  }
  return false;
}

}  // namespace tapri::catalog
