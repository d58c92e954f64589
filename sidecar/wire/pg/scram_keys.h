// What the two sides of SCRAM share and nobody else needs.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "wire/pg/scram.h"

namespace tapri::wire::pg {

// ClientKey and ServerKey of RFC 5802, section 3. False if the cryptographic library fails.
[[nodiscard]] bool derive_keys(ByteView password, ByteView salt, std::uint32_t iterations, ScramKeys& out);

// A decimal number from 1 to kScramMaxIterations.
[[nodiscard]] bool parse_iterations(ByteView text, std::uint32_t& out);

}  // namespace tapri::wire::pg
