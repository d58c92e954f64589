// The SQL of the control connection: reads system catalogs only, on PostgreSQL 12 to 18, without special rights.
//
// Every name is qualified and search_path is pg_catalog, so that nothing of a user's is called. 16384 is the first
// object id that is not given out by initdb (FirstNormalObjectId, access/transam.h). Catalogs:
// https://www.postgresql.org/docs/15/catalogs.html
#pragma once

#include <string>

namespace tapri::dbclient::pg {

// One row: when the configuration was loaded (text), and a fingerprint of everything that load queries read: the row
// versions (oid, xmin) of user-made objects, temporary tables left out, the roles, and which database it is: one made
// anew from the same template has the same objects. Equal fingerprints: equal schemas of one database.
[[nodiscard]] const std::string& fingerprint_query();

// Result columns are named in loader.cpp, which reads them.
extern const char* const kRelationsQuery;    // oid, schema, name, kind, temporary, row security
extern const char* const kInheritanceQuery;  // parent, child
extern const char* const
    kColumnsQuery;  // relation, name, type (i: integer, t: text, u: uuid, o), maximal length, generated
// index, relation, primary, column; in the order of the index
extern const char* const kUniqueKeysQuery;
extern const char* const kIndexedColumnsQuery;  // relation, column
// constraint, parent, child, action on delete, on update, parent's column, child's column; by constraint
extern const char* const kForeignKeysQuery;
extern const char* const kOwnEqualityQuery;  // one boolean
extern const char* const kViewsQuery;        // oid, definition
// schema, name, volatility (i s v), unknown effects, harmless, takes row
extern const char* const kOperatorsQuery;
extern const char* const kCastsQuery;          // one boolean
extern const char* const kEventTriggersQuery;  // one boolean
// relation, schema and name of the function, before each row, not the server's own, deferrable, calls in its condition
extern const char* const kTriggersQuery;

// Relations (oid, effect) whose write ('w') or reading ('r') runs a user-defined volatile function, or whose type of a
// column makes them special ('t': time, 'z': time with time zone).
[[nodiscard]] std::string effects_query();
[[nodiscard]] std::string functions_query();  // as kOperatorsQuery
// oid, schema, name, language (s: SQL, a: SQL-standard, p: PL/pgSQL, o), source, returns a set, is a trigger's, names
// of arguments, their modes, own search_path, defaults of arguments, conversions to what it returns and takes; by name
[[nodiscard]] std::string bodies_query(int server_version);
[[nodiscard]] std::string standard_bodies_query(int server_version);  // oid, body; locks what the body reads
// oid, schema, name, kind, safe input, and whether the input runs a user-defined volatile function
[[nodiscard]] std::string types_query();

}  // namespace tapri::dbclient::pg
