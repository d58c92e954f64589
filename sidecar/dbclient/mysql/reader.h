// Reads all that a server says of its schema. Thread-safety: none. Throws ClientError.
//
// It has no snapshot of several queries: what is read while somebody defines something may be of before and after.
#pragma once

#include <string>

#include "dbclient/mysql/client.h"
#include "dbclient/mysql/schema.h"

namespace tapri::dbclient::mysql {

[[nodiscard]] Schema read_schema(Client& client);

}  // namespace tapri::dbclient::mysql
