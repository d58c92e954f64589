#include "sql/pg/raw_parse.h"

#include <cstdlib>

extern "C" {
#include <pg_query.h>
#include <pg_query/pg_query_internal.h>
}

namespace tapri::sql::pg {

RawParse::RawParse(const std::string& sql) : context_(pg_query_enter_memory_context()) {
  const PgQueryInternalParsetreeAndError result = pg_query_raw_parse(sql.c_str());
  statements_ = result.tree;
  good_ = result.error == nullptr;
  if (result.error != nullptr) pg_query_free_error(result.error);
  std::free(result.stderr_buffer);  // NOLINT: the library allocates it with malloc
}

RawParse::~RawParse() { pg_query_exit_memory_context(context_); }

}  // namespace tapri::sql::pg
