#include "dbclient/mysql/queries.h"

namespace tapri::dbclient::mysql {

#define TAPRI_NOT_SYSTEM " NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')"
// "we@002dird/orders" is how InnoDB spells `we-ird`.orders.
#define TAPRI_PART(column, part)                             \
  "convert(cast(cast(substring_index(" column ", '/', " part \
  ") AS BINARY) AS CHAR CHARACTER SET filename) USING utf8mb4)"

const char* const kServerQuery =
    "SELECT @@global.version, @@global.read_only, @@global.sql_mode, @@global.lower_case_table_names, "
    "@@global.event_scheduler";

const char* const kEventsQuery = "SELECT count(*) FROM information_schema.EVENTS WHERE STATUS = 'ENABLED'";

const char* const kGrantsQuery = "SHOW GRANTS";

const char* const kTablesQuery =
    "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE FROM information_schema.TABLES "
    "WHERE TABLE_SCHEMA" TAPRI_NOT_SYSTEM;

const char* const kColumnsQuery =
    "SELECT TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, COLLATION_NAME, "
    "CHARACTER_MAXIMUM_LENGTH, IS_NULLABLE, EXTRA, coalesce(GENERATION_EXPRESSION, '') "
    "FROM information_schema.COLUMNS WHERE TABLE_SCHEMA" TAPRI_NOT_SYSTEM;

const char* const kIndexesQuery =
    "SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, NON_UNIQUE, COLUMN_NAME, SUB_PART "
    "FROM information_schema.STATISTICS WHERE TABLE_SCHEMA" TAPRI_NOT_SYSTEM;

const char* const kForeignKeysQuery =
    "SELECT CONSTRAINT_SCHEMA, TABLE_NAME, UNIQUE_CONSTRAINT_SCHEMA, REFERENCED_TABLE_NAME, CONSTRAINT_NAME, "
    "DELETE_RULE, UPDATE_RULE FROM information_schema.REFERENTIAL_CONSTRAINTS";

const char* const kForeignKeyColumnsQuery =
    "SELECT TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION, COLUMN_NAME, REFERENCED_COLUMN_NAME "
    "FROM information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_NAME IS NOT NULL";

const char* const kInnodbForeignKeysQuery =
    "SELECT " TAPRI_PART("FOR_NAME", "1") ", " TAPRI_PART("FOR_NAME", "-1") ", " TAPRI_PART(
        "REF_NAME", "1") ", " TAPRI_PART("REF_NAME", "-1") ", ID, TYPE FROM information_schema.INNODB_SYS_FOREIGN";

const char* const kInnodbForeignKeyColumnsQuery =
    "SELECT '', '', ID, POS, FOR_COL_NAME, REF_COL_NAME FROM information_schema.INNODB_SYS_FOREIGN_COLS";

const char* const kTriggersQuery =
    "SELECT TRIGGER_SCHEMA, TRIGGER_NAME, EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE, EVENT_MANIPULATION, ACTION_TIMING "
    "FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA" TAPRI_NOT_SYSTEM;

const char* const kViewsQuery =
    "SELECT TABLE_SCHEMA, TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS "
    "WHERE TABLE_SCHEMA" TAPRI_NOT_SYSTEM;

const char* const kViewTablesQuery =
    "SELECT VIEW_SCHEMA, VIEW_NAME, TABLE_SCHEMA, TABLE_NAME FROM information_schema.VIEW_TABLE_USAGE "
    "WHERE VIEW_SCHEMA" TAPRI_NOT_SYSTEM;

const char* const kViewRoutinesQuery =
    "SELECT TABLE_SCHEMA, TABLE_NAME, SPECIFIC_SCHEMA, SPECIFIC_NAME FROM information_schema.VIEW_ROUTINE_USAGE "
    "WHERE TABLE_SCHEMA" TAPRI_NOT_SYSTEM;

const char* const kRoutinesQuery =
    "SELECT ROUTINE_SCHEMA, ROUTINE_NAME, ROUTINE_TYPE FROM information_schema.ROUTINES "
    "WHERE ROUTINE_SCHEMA" TAPRI_NOT_SYSTEM;

const char* const kLoadableQuery = "SELECT name FROM mysql.func";
const char* const kMysqlLoadableQuery =
    "SELECT name FROM mysql.func UNION SELECT UDF_NAME FROM performance_schema.user_defined_functions";

const char* const kShowProcedure = "SHOW CREATE PROCEDURE ";
const char* const kShowFunction = "SHOW CREATE FUNCTION ";
const char* const kShowTrigger = "SHOW CREATE TRIGGER ";

const char* const kCountersQuery =
    "SHOW GLOBAL STATUS WHERE Variable_name IN ('Uptime', 'Com_kill', 'Max_execution_time_exceeded', "
    "'Max_statement_time_exceeded', 'Com_grant', 'Com_revoke', 'Com_revoke_all', "
    "'Com_flush', 'Com_grant_roles', 'Com_revoke_roles', 'Com_grant_role', 'Com_revoke_role', 'Com_set_password') "
    "OR Variable_name LIKE 'Com\\_create\\_%' OR Variable_name LIKE 'Com\\_drop\\_%' "
    "OR Variable_name LIKE 'Com\\_alter\\_%' OR Variable_name LIKE 'Com\\_rename\\_%' "
    "OR Variable_name LIKE 'Com\\_import%' OR Variable_name LIKE 'Com\\_%install\\_%'";

const char* const kConfigurationQuery =
    "SELECT concat_ws(' ', @@global.version, @@global.hostname, @@global.port, @@global.server_id, "
    "@@global.lower_case_table_names, @@global.read_only), unix_timestamp()";

const char* const kSessionsQuery = "SHOW PROCESSLIST";

#undef TAPRI_PART
#undef TAPRI_NOT_SYSTEM

}  // namespace tapri::dbclient::mysql
