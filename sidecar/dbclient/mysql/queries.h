// The SQL of the control connection to MySQL and MariaDB.
//
// information_schema of MariaDB opens a table for each row, unless only columns are asked for that its definition file
// answers (https://mariadb.com/kb/en/information-schema-optimization/ ... "OPEN_FRM_ONLY"): no other is asked for here.
// Its foreign keys are InnoDB's own: information_schema would open every table, and leave out what it cannot open.
//
// Result columns are named in reader.cpp, which reads them.
#pragma once

namespace tapri::dbclient::mysql {

extern const char* const kServerQuery;  // version, read only, sql_mode, lower_case_table_names, event scheduler
extern const char* const kEventsQuery;  // how many are enabled
extern const char* const kGrantsQuery;  // one text
extern const char* const kTablesQuery;  // schema, name, type, engine
// schema, table, position, name, type, full type, collation, maximal length, nullable, extra, generated from
extern const char* const kColumnsQuery;
extern const char* const kIndexesQuery;  // schema, table, index, position, not unique, column, length of its prefix
// child's schema and name, parent's, name of the key, action on delete, on update
extern const char* const kForeignKeysQuery;
// child's schema and name, name of the key, position, child's column, parent's
extern const char* const kForeignKeyColumnsQuery;
extern const char* const kInnodbForeignKeysQuery;        // as kForeignKeysQuery, but flags for the actions
extern const char* const kInnodbForeignKeyColumnsQuery;  // as kForeignKeyColumnsQuery, but no child
// schema, name, table's schema and name, event, timing
extern const char* const kTriggersQuery;
extern const char* const kViewsQuery;         // schema, name, definition
extern const char* const kViewTablesQuery;    // schema, view, schema, table
extern const char* const kViewRoutinesQuery;  // schema, view, schema, function
extern const char* const kRoutinesQuery;      // schema, name, type
// Names of loadable functions, which come before stored ones of the same names. Of MySQL those of components, too.
extern const char* const kLoadableQuery;
extern const char* const kMysqlLoadableQuery;
// What follows is a name. The definition is the third column, between its sql_mode and character set.
extern const char* const kShowProcedure;
extern const char* const kShowFunction;
extern const char* const kShowTrigger;

// Counts of definitions since the server started, and of what changes privileges; for how long it has been running.
extern const char* const kCountersQuery;       // name, value
extern const char* const kConfigurationQuery;  // one text that changes with it, and the time in seconds
extern const char* const kSessionsQuery;       // id, user, host, database, command, time, state, statement

}  // namespace tapri::dbclient::mysql
