// Which results may be kept and given again.
//
// Thread-safety: pure.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "wire/mysql/capabilities.h"
#include "wire/mysql/constants.h"
#include "wire/mysql/replay.h"

namespace tapri::session::mysql {

// Of the flags that an OK has, those that are the session's rather than the answer's.
inline constexpr std::uint16_t kOfSession =
    wire::mysql::status::kInTransaction | wire::mysql::status::kAutocommit | wire::mysql::status::kNoBackslashEscapes |
    wire::mysql::status::kAnsiQuotes | wire::mysql::status::kInTransactionReadOnly |
    wire::mysql::status::kDatabaseDropped;
// Those of an answer that may be given again.
inline constexpr std::uint16_t kOfAnswer = wire::mysql::status::kNoGoodIndexUsed | wire::mysql::status::kNoIndexUsed;

// Of one result, whole, without warnings, that ends with nothing but its numbers; else nullopt.
[[nodiscard]] std::optional<wire::mysql::ResultLayout> layout_to_keep(ByteView result,
                                                                      wire::mysql::Capabilities capabilities);

}  // namespace tapri::session::mysql
