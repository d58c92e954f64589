// A client of a Redis Cluster: one connection to each primary, commands go to the one that holds their key.
//
// Slots are asked of any server (CLUSTER SLOTS), again when one says that a slot has moved or that the Cluster is down,
// and for as long as a primary cannot be reached. Servers that were named with them are known from then on, also where
// none of those that are configured is left. A command that is answered with MOVED or ASK is sent once more where that
// says, if there is a connection; else whoever sent it gets that answer. Commands to a primary that cannot be reached
// are refused at once, the others are not concerned.
//
// connected(): the slots are known, and some primary can be used. Thread-safety: see Client.
#pragma once

#include <memory>
#include <string>

#include "redis/asking.h"
#include "redis/client.h"

namespace tapri::redis {

[[nodiscard]] std::unique_ptr<Client> make_cluster_client(io::Loop& loop, const Clock& clock, Config config);

// Which server of a Cluster holds the key.
[[nodiscard]] Question ask_for_owner(const std::string& key);

}  // namespace tapri::redis
