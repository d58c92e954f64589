// Views and owners of raw bytes.
//
// A ByteView never owns: whoever hands one out says how long it lives. Bytes are kept in std::string, which every
// library that we use reads and writes without conversion.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tapri {

using ByteView = std::string_view;
using ByteString = std::string;

}  // namespace tapri
