// Flush, where Tapri itself needs an answer.
#pragma once

#include <string>
#include <utility>

#include "session/actions.h"
#include "wire/pg/frontend.h"

namespace tapri::session::pg {

// Has the server send what it has made so far.
inline void flush_upstream(Actions& actions) {
  std::string message;
  wire::pg::append_flush(message);
  actions.to_upstream.add_copy(std::move(message));
}

}  // namespace tapri::session::pg
