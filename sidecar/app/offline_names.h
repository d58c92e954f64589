// What pg_catalog of PostgreSQL 15 holds, by name: for when there is no database to ask. The lists were made from its
// pg_proc, pg_operator, pg_type and pg_class. A name that is not here counts as not known, which is always safe.
//
// Thread-safety: pure; the texts live as long as the program.
#pragma once

#include <span>
#include <string_view>

namespace tapri::app {

[[nodiscard]] std::span<const std::string_view> immutable_functions();
[[nodiscard]] std::span<const std::string_view> stable_functions();
[[nodiscard]] std::span<const std::string_view> volatile_functions();
// Of the stable and volatile ones.
[[nodiscard]] std::span<const std::string_view> functions_that_take_a_row();
// None of them is volatile.
[[nodiscard]] std::span<const std::string_view> builtin_operators();
// Base, range and pseudo-types; the array types of the same are not listed.
[[nodiscard]] std::span<const std::string_view> builtin_types();
[[nodiscard]] std::span<const std::string_view> system_relations();

}  // namespace tapri::app
