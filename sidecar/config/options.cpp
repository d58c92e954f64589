#include "config/options.h"

#include <algorithm>
#include <string>
#include <utility>

#include "config/option_makers.h"

namespace tapri::config {
namespace {

void add_addresses(std::vector<Option>& out) {
  out.push_back(with_secrecy(
      list("upstream",
           "Database to forward to: postgres://user:password@host:port/database?sslmode=..., or mysql://...; the "
           "credentials are for Tapri's own control connection. May repeat",
           TAPRI_AT(upstream_urls)),
      Secrecy::url));
  out.push_back(with_secrecy(
      scalar("upstream_password", Kind::text, "Password where an upstream's URL has none", TAPRI_AT(upstream_password)),
      Secrecy::secret));
  out.push_back(
      list("listen",
           "Address for clients: host:port, [ipv6]:port or a Unix socket's path; port 0 picks a free one. One "
           "for each upstream, or several for the only one. Without it: 127.0.0.1:6432, the next upstream "
           "on 6433, and so on; for MySQL from 6033 on",
           TAPRI_AT(listen_addresses)));
  out.push_back(
      scalar("rules", Kind::text, "Rule file, or folder of rule files; empty: built-in defaults", TAPRI_AT(rules)));
  out.push_back(
      scalar("workers", Kind::integer, "Worker threads; 0: one for each two cores, at least one", TAPRI_AT(workers)));
  out.push_back(
      scalar("busy_poll", Kind::duration,
             "How long a worker that has nothing to do goes on looking for something before it sleeps; takes a "
             "core, and what it takes to wake one off each answer",
             TAPRI_AT(busy_poll)));
  out.push_back(with_alias(scalar("admin.listen", Kind::text, "Address of the admin HTTP API and /metrics, or 'off'",
                                  TAPRI_AT(admin.listen)),
                           "--admin"));
  out.push_back(with_secrecy(
      scalar("admin.token", Kind::text,
             "Bearer token of the admin API; required unless it listens on a loopback address or a Unix socket",
             TAPRI_AT(admin.token)),
      Secrecy::secret));
}

void add_cache(std::vector<Option>& out) {
  out.push_back(
      scalar("cache.enabled", Kind::boolean, "Whether anything is answered from the cache", TAPRI_AT(cache.enabled)));
  out.push_back(scalar("cache.memory", Kind::size,
                       "Memory for cached results, bookkeeping included; a sixteenth of it is left to the allocator",
                       TAPRI_AT(cache.memory)));
  out.push_back(scalar("cache.policy", Kind::choice, "What is evicted when memory is full", TAPRI_AT(cache.policy)));
  out.push_back(scalar("cache.max_result", Kind::size, "Largest result that is kept; a rule may only ask for less",
                       TAPRI_AT(cache.max_result)));
  out.push_back(scalar("coherence.keys", Kind::choice,
                       "What a write ends: the cached answers that may hold one of its rows, or all of its table",
                       TAPRI_AT(coherence.keys)));
  out.push_back(scalar("coherence.slots", Kind::integer,
                       "Size of the table of last writes, a power of two; more: fewer needless misses",
                       TAPRI_AT(coherence.slots)));
  out.push_back(scalar("flight.max_wait", Kind::duration,
                       "How long a session waits for the same answer that another session has asked for",
                       TAPRI_AT(flight.max_wait)));
  out.push_back(scalar("flight.max_waiters", Kind::integer, "Sessions that may wait so at once; 0: none ever waits",
                       TAPRI_AT(flight.max_waiters)));
}

void add_limits(std::vector<Option>& out) {
  out.push_back(scalar("limits.max_connections", Kind::integer, "Client connections; the next is refused with 53300",
                       TAPRI_AT(limits.max_connections)));
  out.push_back(scalar("limits.max_statement", Kind::size,
                       "Longest statement that is analysed; longer ones are passed through",
                       TAPRI_AT(limits.max_statement)));
  out.push_back(scalar("limits.max_message", Kind::size, "Largest protocol message; a larger one is refused with 54000",
                       TAPRI_AT(limits.max_message)));
  out.push_back(scalar("limits.session_buffer", Kind::size, "Memory that a session may buffer in each direction",
                       TAPRI_AT(limits.session_buffer)));
  out.push_back(scalar("limits.max_key", Kind::size,
                       "Largest cache key, parameters included; past it nothing is cached", TAPRI_AT(limits.max_key)));
}

void add_security(std::vector<Option>& out) {
  out.push_back(scalar("client_tls.mode", Kind::choice,
                       "What clients that ask for TLS get: 'passthrough' relays it end to end, without caching",
                       TAPRI_AT(client_tls.mode)));
  out.push_back(scalar("client_tls.certificate", Kind::text, "Certificate chain shown to clients, PEM file",
                       TAPRI_AT(client_tls.files.certificate_file)));
  out.push_back(scalar("client_tls.key", Kind::text, "Its private key, PEM file", TAPRI_AT(client_tls.files.key_file)));
  out.push_back(scalar("client_tls.ca", Kind::text, "If set, clients must show a certificate signed by it, PEM file",
                       TAPRI_AT(client_tls.files.client_ca_file)));
  out.push_back(scalar("upstream_tls.mode", Kind::choice, "As libpq's sslmode, where an upstream's URL has none",
                       TAPRI_AT(upstream_tls.defaults.mode)));
  out.push_back(scalar("upstream_tls.ca", Kind::text,
                       "Likewise sslrootcert, PEM file; empty: the system's, for verify-ca and verify-full; 'system': "
                       "likewise, and nothing less than verify-full",
                       TAPRI_AT(upstream_tls.defaults.ca_file)));
  out.push_back(scalar("upstream_tls.certificate", Kind::text, "Likewise sslcert, PEM file",
                       TAPRI_AT(upstream_tls.defaults.certificate_file)));
  out.push_back(
      scalar("upstream_tls.key", Kind::text, "Likewise sslkey, PEM file", TAPRI_AT(upstream_tls.defaults.key_file)));
  out.push_back(
      scalar("auth.users_file", Kind::text,
             "Users and secrets in PgBouncer's userlist.txt format, for SCRAM where TLS ends at Tapri; empty: "
             "authentication is relayed",
             TAPRI_AT(auth.users_file)));
}

void add_operation(std::vector<Option>& out) {
  out.push_back(
      scalar("control.enabled", Kind::boolean,
             "Whether a control connection reads the schema; without it only what a rule allows by TTL is cached",
             TAPRI_AT(control.enabled)));
  out.push_back(scalar("control.interval", Kind::duration, "Between looks at the schema for changes made around Tapri",
                       TAPRI_AT(control.interval)));
  out.push_back(scalar("probe.enabled", Kind::boolean,
                       "Whether sessions' settings are asked for; without it nothing is cached",
                       TAPRI_AT(probe.enabled)));
  out.push_back(scalar("session.lazy_begin", Kind::boolean,
                       "Whether BEGIN is answered at once, and sent only with the first statement that the database "
                       "must see",
                       TAPRI_AT(session.lazy_begin)));
  out.push_back(
      scalar("session.lazy_prepare", Kind::boolean,
             "Whether the Parse of a named read that the database is known to accept is answered at once, and "
             "sent only with what needs it",
             TAPRI_AT(session.lazy_prepare)));
  out.push_back(scalar("drain.timeout", Kind::duration,
                       "How long running statements may take after SIGTERM before their connections are closed",
                       TAPRI_AT(drain.timeout)));
  out.push_back(scalar("log.level", Kind::choice, "Least level that is logged", TAPRI_AT(log.level)));
  out.push_back(scalar("log.format", Kind::choice, "Log lines for people or for machines", TAPRI_AT(log.format)));
}

// "cache.max_result" -> prefix + "CACHE_MAX_RESULT" and the like.
template <typename Change>
std::string respelled(std::string prefix, std::string_view path, Change change) {
  std::transform(path.begin(), path.end(), std::back_inserter(prefix), change);
  return prefix;
}

}  // namespace

std::span<const Option> options() {
  static const std::vector<Option> kOptions = [] {
    std::vector<Option> out;
    add_addresses(out);
    add_cache(out);
    add_redis(out);
    add_tiers(out);
    add_limits(out);
    add_security(out);
    add_operation(out);
    return out;
  }();
  return kOptions;
}

const Option* find_option(std::string_view path) {
  const auto all = options();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Option& option) { return option.path == path; });
  return found == all.end() ? nullptr : &*found;
}

std::string Option::flag() const {
  return respelled("--", path, [](char c) { return c == '.' || c == '_' ? '-' : c; });
}

std::string Option::environment() const {
  return respelled("TAPRI_", path, [](char c) {
    if (c == '.') return '_';
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
}

std::string Option::default_text() const {
  const std::vector<std::string> texts = values(Config{});
  return texts.empty() ? "" : texts.front();
}

}  // namespace tapri::config
