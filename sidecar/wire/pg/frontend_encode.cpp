#include <algorithm>
#include <limits>

#include "wire/pg/frontend.h"
#include "wire/pg/message_writer.h"

namespace tapri::wire::pg {

void append_query(std::string& out, ByteView sql) { MessageWriter(out, frontend::kQuery).c_string(sql); }

void append_parse(std::string& out, ByteView name, ByteView sql, std::span<const std::uint32_t> types) {
  MessageWriter message(out, frontend::kParse);
  message.c_string(name);
  message.c_string(sql);
  const auto sent = types.first(std::min<std::size_t>(types.size(), std::numeric_limits<std::uint16_t>::max()));
  message.u16(static_cast<std::uint16_t>(sent.size()));
  for (const std::uint32_t type : sent) message.u32(type);
}

void append_bind(std::string& out, ByteView portal, ByteView statement) {
  MessageWriter message(out, frontend::kBind);
  message.c_string(portal);
  message.c_string(statement);
  message.u16(0);  // parameter format codes
  message.u16(0);  // parameters
  message.u16(0);  // result format codes
}

void append_describe(std::string& out, char kind, ByteView name) {
  MessageWriter message(out, frontend::kDescribe);
  message.byte(kind);
  message.c_string(name);
}

void append_execute(std::string& out, ByteView portal, std::int32_t max_rows) {
  MessageWriter message(out, frontend::kExecute);
  message.c_string(portal);
  message.u32(static_cast<std::uint32_t>(max_rows));
}

void append_close(std::string& out, char kind, ByteView name) {
  MessageWriter message(out, frontend::kClose);
  message.byte(kind);
  message.c_string(name);
}

void append_sync(std::string& out) { const MessageWriter message(out, frontend::kSync); }

void append_flush(std::string& out) { const MessageWriter message(out, frontend::kFlush); }

void append_terminate(std::string& out) { const MessageWriter message(out, frontend::kTerminate); }

void append_password(std::string& out, ByteView password) {
  MessageWriter(out, frontend::kPassword).c_string(password);
}

void append_sasl_initial_response(std::string& out, ByteView mechanism, ByteView response) {
  MessageWriter message(out, frontend::kPassword);
  message.c_string(mechanism);
  message.u32(static_cast<std::uint32_t>(response.size()));
  message.bytes(response);
}

void append_sasl_response(std::string& out, ByteView data) { MessageWriter(out, frontend::kPassword).bytes(data); }

}  // namespace tapri::wire::pg
