// Result<T>: a value, or an Error that says what went wrong. Nothing on the data plane throws.
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace tapri {

// An error meant for a person: what went wrong and, where it can be known, what to do about it.
struct Error {
  std::string message;
};

template <typename T, typename E = Error>
using Result = tl::expected<T, E>;

inline tl::unexpected<Error> fail(std::string message) { return tl::unexpected<Error>(Error{std::move(message)}); }

}  // namespace tapri
