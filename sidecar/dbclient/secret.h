// Keeps passwords out of what is logged and shown.
//
// Thread-safety: pure.
#pragma once

#include <string>
#include <string_view>

namespace tapri::dbclient {

// `message` on one line, every occurrence of `secret` replaced by ***.
[[nodiscard]] std::string without_secret(std::string_view message, std::string_view secret);

}  // namespace tapri::dbclient
