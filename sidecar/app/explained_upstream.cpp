#include "app/explained_upstream.h"

namespace tapri::app {

const std::string& default_database(const config::Upstream& upstream) {
  const bool by_user = upstream.protocol == Protocol::postgres && upstream.database.empty();
  return by_user ? upstream.user : upstream.database;
}

std::optional<std::size_t> explained_upstream(const std::vector<config::Upstream>& upstreams,
                                              std::optional<Protocol> protocol, const std::string& database) {
  std::optional<std::size_t> first;
  for (std::size_t i = 0; i < upstreams.size(); ++i) {
    if (protocol && upstreams[i].protocol != *protocol) continue;
    if (!database.empty() && default_database(upstreams[i]) == database) return i;
    if (!first) first = i;
  }
  return first;
}

}  // namespace tapri::app
