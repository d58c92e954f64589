#include "dbclient/mysql/bodies.h"

namespace tapri::dbclient::mysql {

// No text is understood as yet.
std::optional<std::vector<sql::StatementFacts>> body_facts(const StoredBody& /*body*/) { return std::nullopt; }

std::shared_ptr<const sql::StatementFacts> view_facts(const ViewRow& /*view*/) { return nullptr; }

}  // namespace tapri::dbclient::mysql
