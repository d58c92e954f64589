// Definitions: DDL, privileges, roles, comments, policies. What they touch beyond their target (dependants, defaults,
// event triggers) the text cannot say, so all but the creation of a temporary relation may write anything.
#include "sql/pg/walk.h"

namespace tapri::sql::pg {
namespace {

bool is_temporary(const RangeVar* node) {
  return node != nullptr && (node->relpersistence == 't' || text_of(node->schemaname) == "pg_temp");
}

bool defines_objects(NodeTag tag) {
  switch (tag) {
    case T_AlterTableStmt:
    case T_AlterDomainStmt:
    case T_CreateForeignTableStmt:
    case T_DefineStmt:
    case T_DropStmt:
    case T_IndexStmt:
    case T_CreateFunctionStmt:
    case T_AlterFunctionStmt:
    case T_RenameStmt:
    case T_RuleStmt:
    case T_CreateDomainStmt:
    case T_AlterSeqStmt:
    case T_CreateTrigStmt:
    case T_CreatePLangStmt:
    case T_CreateSchemaStmt:
    case T_CreateConversionStmt:
    case T_CreateCastStmt:
    case T_CreateOpClassStmt:
    case T_CreateOpFamilyStmt:
    case T_AlterOpFamilyStmt:
    case T_AlterObjectDependsStmt:
    case T_AlterObjectSchemaStmt:
    case T_AlterOwnerStmt:
    case T_AlterOperatorStmt:
    case T_AlterTypeStmt:
    case T_CompositeTypeStmt:
    case T_CreateEnumStmt:
    case T_CreateRangeStmt:
    case T_AlterEnumStmt:
    case T_AlterTSDictionaryStmt:
    case T_AlterTSConfigurationStmt:
    case T_CreateTransformStmt:
    case T_CreateAmStmt:
    case T_CreateStatsStmt:
    case T_AlterStatsStmt:
    case T_AlterCollationStmt:
    case T_RefreshMatViewStmt:
    case T_CommentStmt:
    case T_SecLabelStmt:
      return true;
    default:
      return false;
  }
}

bool defines_cluster(NodeTag tag) {
  switch (tag) {
    case T_GrantStmt:
    case T_GrantRoleStmt:
    case T_AlterDefaultPrivilegesStmt:
    case T_CreateRoleStmt:
    case T_AlterRoleStmt:
    case T_AlterRoleSetStmt:
    case T_DropRoleStmt:
    case T_DropOwnedStmt:
    case T_ReassignOwnedStmt:
    case T_CreatePolicyStmt:
    case T_AlterPolicyStmt:
    case T_CreatedbStmt:
    case T_DropdbStmt:
    case T_AlterDatabaseStmt:
    case T_AlterDatabaseRefreshCollStmt:
    case T_AlterDatabaseSetStmt:
    case T_AlterSystemStmt:
    case T_CreateTableSpaceStmt:
    case T_DropTableSpaceStmt:
    case T_AlterTableSpaceOptionsStmt:
    case T_AlterTableMoveAllStmt:
    case T_CreateFdwStmt:
    case T_AlterFdwStmt:
    case T_CreateForeignServerStmt:
    case T_AlterForeignServerStmt:
    case T_CreateUserMappingStmt:
    case T_AlterUserMappingStmt:
    case T_DropUserMappingStmt:
    case T_ImportForeignSchemaStmt:
    case T_CreateExtensionStmt:
    case T_AlterExtensionStmt:
    case T_AlterExtensionContentsStmt:
    case T_CreateEventTrigStmt:
    case T_AlterEventTrigStmt:
    case T_CreatePublicationStmt:
    case T_AlterPublicationStmt:
    case T_CreateSubscriptionStmt:
    case T_AlterSubscriptionStmt:
    case T_DropSubscriptionStmt:
      return true;
    default:
      return false;
  }
}

bool defines_database(const Node* node) {
  switch (node->type) {
    case T_CreatedbStmt:
    case T_DropdbStmt:
    case T_AlterDatabaseStmt:
    case T_AlterDatabaseRefreshCollStmt:
    case T_AlterDatabaseSetStmt:
      return true;
    case T_RenameStmt:
      return as<RenameStmt>(node).renameType == OBJECT_DATABASE;
    case T_AlterOwnerStmt:
      return as<AlterOwnerStmt>(node).objectType == OBJECT_DATABASE;
    default:
      return false;
  }
}

bool defines_roles(const Node* node) {
  switch (node->type) {
    case T_GrantRoleStmt:
    case T_CreateRoleStmt:
    case T_AlterRoleStmt:
    case T_AlterRoleSetStmt:
    case T_DropRoleStmt:
    case T_DropOwnedStmt:
    case T_ReassignOwnedStmt:
    case T_AlterDatabaseSetStmt:
      return true;
    case T_RenameStmt:
      return as<RenameStmt>(node).renameType == OBJECT_ROLE;
    case T_AlterOwnerStmt:
      return as<AlterOwnerStmt>(node).objectType == OBJECT_DATABASE;
    default:
      return false;
  }
}

}  // namespace

bool Walk::define(const Node* node) {
  switch (node->type) {
    case T_CreateStmt: {
      // A temporary child or partition changes what its parent's readers see.
      const auto& create = as<CreateStmt>(node);
      defines(create.inhRelations == nullptr ? create.relation : nullptr);
      return true;
    }
    case T_CreateSeqStmt:
      defines(as<CreateSeqStmt>(node).sequence);
      return true;
    case T_ViewStmt:
      defines(as<ViewStmt>(node).view);
      return true;
    case T_CreateTableAsStmt:
      create_table_as(as<CreateTableAsStmt>(node));
      return true;
    default:
      break;
  }
  if (!defines_objects(node->type) && !defines_cluster(node->type)) return false;
  facts_.database_level = defines_database(node);
  facts_.changes_roles = defines_roles(node);
  defines(nullptr);
  return true;
}

void Walk::create_table_as(const CreateTableAsStmt& node) {
  const bool plain_query = query(node.query);
  if (!plain_query) {
    if (!is_a(node.query, T_ExecuteStmt)) return deny(Reason::not_understood);
    execute(as<ExecuteStmt>(node.query));
  }
  defines(plain_query && node.into != nullptr ? node.into->rel : nullptr);
}

// `created` is the relation that is created, null where it is not one, or not only one.
void Walk::defines(const RangeVar* created) {
  facts_.verb = Verb::define;
  facts_.changes_session = true;  // what search_path means may change
  if (is_temporary(created)) {
    facts_.temporary_only = true;
    return;
  }
  facts_.writes_unknown = true;
  facts_.drops_or_alters = true;
}

}  // namespace tapri::sql::pg
