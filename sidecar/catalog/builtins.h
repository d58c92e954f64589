// What is known about pg_catalog by name: PostgreSQL's own marks (volatility) say too little or too much for a cache.
//
// Lists were made from pg_proc of PostgreSQL 15 and hold for 12 to 18; names that a version lacks do no harm.
// Thread-safety: pure.
#pragma once

#include <string_view>

namespace tapri::catalog {

// Marked stable, yet its result depends on nothing but its arguments, the session's settings (which are in the cache
// key), and definitions that only DDL changes. All overloads of the name were looked at: `age` is not here, because
// with one argument it reads the clock.
[[nodiscard]] bool depends_on_settings_only(std::string_view function);

// Runs SQL handed to it, or otherwise does what its name does not tell: it may call a function that writes.
[[nodiscard]] bool runs_anything(std::string_view function);

// A name that is in every pg_catalog and harmless, for when no catalog can be asked. Not exhaustive.
[[nodiscard]] bool is_well_known(std::string_view function);
// Of those: its result depends on its arguments and the session's settings alone.
[[nodiscard]] bool is_well_known_and_deterministic(std::string_view function);
// An operator of pg_catalog, by its name: none of them writes.
[[nodiscard]] bool is_well_known_operator(std::string_view name);

// A type of pg_catalog whose input reads catalogs, the clock or today's date (regclass, timetz, ...); arrays of it too.
[[nodiscard]] bool is_unsafe_type(std::string_view type);

// A schema whose relations belong to the server.
[[nodiscard]] bool is_system_schema(std::string_view schema);

// Of MySQL and MariaDB; in lower case.
[[nodiscard]] bool is_system_database(std::string_view database);

// pg_temp, or what it is an alias of (pg_temp_3).
[[nodiscard]] bool is_temporary_schema(std::string_view schema);

}  // namespace tapri::catalog
