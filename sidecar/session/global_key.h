// The key that an answer has in every instance of a fleet, made of the one that it has in this process: what the
// numbers in that stand for takes their place.
//
// Besides, it has the upstream's name and the schema, which answers in this process do not outlive. Instances that give
// two servers one name would take the answers of one for the other's; those that give one server two names share
// nothing.
//
// Thread-safety: pure.
#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "cache/remote/global_key.h"
#include "session/context.h"
#include "session/shape_table.h"

namespace tapri::session {

// `upstream`: the name that dependencies are made with. `schema`: the fingerprint of the snapshot by which the
// statement was resolved (catalog::Snapshot::fingerprint), empty where there was none. `local_key`: as cache::KeyView
// says it is laid out, of this context and this shape. Nothing where the context is one session's alone.
[[nodiscard]] std::optional<cache::remote::GlobalKey> global_key(std::string_view upstream, std::string_view schema,
                                                                 const Context& context, const Shape& shape,
                                                                 ByteView local_key);

}  // namespace tapri::session
