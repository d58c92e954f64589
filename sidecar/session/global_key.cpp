#include "session/global_key.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace tapri::session {

std::optional<cache::remote::GlobalKey> global_key(std::string_view upstream, std::string_view schema,
                                                   const Context& context, const Shape& shape, ByteView local_key) {
  std::array<std::uint64_t, 2> ids{};
  if (!context.shareable || local_key.size() < sizeof ids) return std::nullopt;
  std::memcpy(ids.data(), local_key.data(), sizeof ids);
  if (ids[0] != context.id || ids[1] != shape.id()) return std::nullopt;
  local_key.remove_prefix(sizeof ids);
  const std::array<ByteView, 5> parts = {upstream, schema, context.canonical, shape.text(), local_key};
  return cache::remote::make_global_key(shape.protocol(), parts);
}

}  // namespace tapri::session
