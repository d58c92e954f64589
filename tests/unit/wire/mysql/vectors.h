// What the tests of MySQL's protocol share: bytes written in hex, and a decoder tried on every cut of its input.
#pragma once

#include <cstddef>
#include <string>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "unit/wire/exact.h"

namespace tapri::wire::mysql {

// The bytes of hex digits; blanks are passed over.
inline std::string hex(ByteView digits) {
  std::string out;
  int high = -1;
  for (const char c : digits) {
    if (c == ' ') continue;
    const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    if (high >= 0) out.push_back(static_cast<char>(high * 16 + digit));
    high = high >= 0 ? -1 : digit;
  }
  return out;
}

// The payload of the one packet in `packet`.
inline ByteView payload_of(ByteView packet) { return packet.substr(4); }

// Holds for each message that has one right length: `decodes` takes it, no prefix of it, and nothing longer.
template <typename Decodes>
void expect_exact(ByteView payload, Decodes&& decodes) {
  EXPECT_TRUE(decodes(ExactBuffer(payload).view()));
  for (std::size_t size = 0; size < payload.size(); ++size) {
    EXPECT_FALSE(decodes(ExactBuffer(payload.substr(0, size)).view())) << "cut to " << size << " bytes";
  }
  for (const char extra : {'\0', 'x', '\xff'}) {
    EXPECT_FALSE(decodes(ExactBuffer(std::string(payload) + extra).view())) << "one byte extra";
  }
}

}  // namespace tapri::wire::mysql
