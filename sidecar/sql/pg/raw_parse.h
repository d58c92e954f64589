// One run of libpg_query's raw parser, and the memory of its tree.
//
// The parser keeps its own stack on the heap and bounds it (nesting beyond about 10,000 tokens is its own error), so no
// input can overflow the thread's stack here; walking the tree is where depth must be watched.
// Thread-safety: any thread, each run by one; runs of one thread must not overlap (memory contexts nest).
#pragma once

#include <string>

struct List;
struct MemoryContextData;

namespace tapri::sql::pg {

class RawParse {
 public:
  // `sql` must hold no NUL byte: the parser would not see what follows it.
  explicit RawParse(const std::string& sql);
  ~RawParse();
  RawParse(const RawParse&) = delete;
  RawParse& operator=(const RawParse&) = delete;

  [[nodiscard]] bool good() const { return good_; }
  // RawStmt nodes; null where there is no statement. Lives as long as this object.
  [[nodiscard]] const List* statements() const { return statements_; }

 private:
  MemoryContextData* context_;
  const List* statements_ = nullptr;
  bool good_ = false;
};

}  // namespace tapri::sql::pg
