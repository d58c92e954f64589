// A prepared statement of a session, as far as its executions are understood.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "session/shape_table.h"

namespace tapri::session::mysql {

struct Statement {
  ShapeRef shape;             // null: the text was too long to be kept whole
  std::string literals;       // of its text
  std::uint64_t context = 0;  // id of that it was prepared under; 0: not known, or it was executed under another since
  std::uint16_t parameters = 0;
  bool may_go_by_last_answer = false;  // it may ask for what the probe would wipe out
  // Of its parameters, as the client sent them last, and as the server was sent them: an execution that is answered
  // from the cache does not reach it, and the next may leave them out.
  std::string types;
  std::string server_types;
  bool long_data = false;  // parameters were sent by themselves since the last execution or reset
  // The first of each parameter, alike ones as one; NULL's where it has had no other. A server that keeps to these may
  // convert what comes as another type later; `retyped`: something has, or may have.
  std::string first_types;
  bool retyped = false;
};

// By the ids that the server gives.
using Statements = std::unordered_map<std::uint32_t, Statement>;

}  // namespace tapri::session::mysql
