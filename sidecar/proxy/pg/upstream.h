// Connecting to PostgreSQL: TCP or Unix socket, then TLS as sslmode says.
#pragma once

#include <functional>
#include <memory>

#include "base/result.h"
#include "io/loop.h"
#include "io/stream.h"
#include "proxy/upstream.h"

namespace tapri::proxy::pg {

// Whether TLS is asked for: as sslmode says at first, or the other way round at a second attempt (libpq's allow and
// prefer try again when the server refuses a connection for how it was made).
enum class Attempt : unsigned char { first, second };
[[nodiscard]] bool may_try_again(const UpstreamTarget& target, bool had_tls);

// Calls back once on `loop`, never from inside the call. The stream is ready for a start-up packet.
void connect_upstream(io::Loop& loop, const UpstreamTarget& target, Attempt attempt,
                      std::function<void(Result<std::unique_ptr<io::Stream>>)> done);

}  // namespace tapri::proxy::pg
