#include "session/pg/identity.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace tapri::session::pg {

TextRules text_rules(const Identity& identity) {
  // Encodings in which a byte of a multi-byte character may look like a quote or a backslash.
  static constexpr std::array<std::string_view, 8> kUnsafe = {
      "SJIS", "BIG5", "GBK", "UHC", "JOHAB", "GB18030", "SHIFT_JIS_2004", "MULE_INTERNAL"};
  const bool unsafe = std::find(kUnsafe.begin(), kUnsafe.end(), identity.client_encoding) != kUnsafe.end();
  return {.safe = identity.standard_strings && !unsafe,
          .unicode = identity.client_encoding == "UTF8" && identity.server_encoding == "UTF8"};
}

}  // namespace tapri::session::pg
