// A stream of client messages through the frame cutter and every decoder of what clients send.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "wire/pg/frame.h"
#include "wire/pg/frontend.h"

namespace {

using namespace tapri::wire::pg;

void check(bool holds) {
  if (!holds) std::abort();
}

void check_bind(tapri::ByteView body) {
  Bind bind;
  if (!decode(body, bind)) return;
  std::size_t count = 0;
  bind.for_each_parameter([&](bool is_null, tapri::ByteView value) {
    check(!is_null || value.empty());
    check(bind.parameter_format(count) <= 0xffff && bind.result_format(count) <= 0xffff);
    ++count;
  });
  check(count == bind.parameter_count);
  const std::size_t around = bind.portal.size() + bind.statement.size() + 2 + 2 + bind.result_formats.size();
  check(bind.parameters.size() + around == body.size());
}

void check_parse(tapri::ByteView body) {
  Parse parse;
  if (!decode(body, parse)) return;
  std::vector<std::uint32_t> types;
  for (std::size_t i = 0; i < parse.type_count; ++i) types.push_back(parse.type(i));
  std::string again;
  append_parse(again, parse.name, parse.sql, types);
  check(again.substr(kFrameHeaderSize) == body);
}

template <typename Message>
bool decodes(tapri::ByteView body) {
  Message message;
  return decode(body, message);
}

void decode_all(tapri::ByteView body) {
  check_bind(body);
  check_parse(body);
  Query query;
  if (decode(body, query)) check(query.sql.size() + 1 == body.size());
  check(decodes<Describe>(body) == decodes<Close>(body));
  static_cast<void>(decodes<Execute>(body));
  static_cast<void>(decodes<PasswordMessage>(body));
  SaslInitialResponse initial;
  if (decode(body, initial)) check(initial.has_response || initial.response.empty());
  check(decodes<SaslResponse>(body));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tapri::ByteView stream(reinterpret_cast<const char*>(data), size);
  Frame frame;
  while (take_frame(stream, frame) == FrameStatus::complete) {
    check(frame.whole.size() == frame.body.size() + kFrameHeaderSize);
    decode_all(frame.body);
    stream.remove_prefix(frame.whole.size());
  }
  decode_all(stream);
  return 0;
}
