#include "config/options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <type_traits>
#include <utility>

#include "policy/rules.h"

namespace tapri::config {
namespace {

// The texts of an enum's values, in order.
template <typename T>
struct Names;
template <>
struct Names<CachePolicy> {
  static constexpr std::array<std::string_view, 5> kTexts = {"s3_fifo", "lru", "w_tinylfu", "lfu", "cost_aware"};
};
template <>
struct Names<CoherenceKeys> {
  static constexpr std::array<std::string_view, 2> kTexts = {"row", "table"};
};
template <>
struct Names<FleetMode> {
  static constexpr std::array<std::string_view, 2> kTexts = {"bounded", "strict"};
};
template <>
struct Names<OnPublishFailure> {
  static constexpr std::array<std::string_view, 3> kTexts = {"by_mode", "serve", "fail_writes"};
};
template <>
struct Names<ClientTlsMode> {
  static constexpr std::array<std::string_view, 4> kTexts = {"disable", "allow", "require", "passthrough"};
};
template <>
struct Names<io::SslMode> {
  static constexpr std::array<std::string_view, 6> kTexts = {"disable", "allow",     "prefer",
                                                             "require", "verify-ca", "verify-full"};
};
template <>
struct Names<telemetry::Level> {
  static constexpr std::array<std::string_view, 6> kTexts = {"trace", "debug", "info", "warning", "error", "off"};
};
template <>
struct Names<telemetry::LogFormat> {
  static constexpr std::array<std::string_view, 2> kTexts = {"text", "json"};
};

Result<void> not_understood(const std::string& text, std::string_view expected) {
  return fail("'" + text + "' is not understood; expected " + std::string(expected));
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Result<void> read(const std::string& text, Kind /*kind*/, std::string& out) {
  out = text;
  return {};
}

Result<void> read(const std::string& text, Kind /*kind*/, bool& out) {
  constexpr std::array<std::string_view, 4> kYes = {"true", "on", "yes", "1"};
  constexpr std::array<std::string_view, 4> kNo = {"false", "off", "no", "0"};
  const bool yes = std::find(kYes.begin(), kYes.end(), text) != kYes.end();
  if (!yes && std::find(kNo.begin(), kNo.end(), text) == kNo.end()) return not_understood(text, "true or false");
  out = yes;
  return {};
}

Result<void> read(const std::string& text, Kind kind, std::uint64_t& out) {
  if (is_number(text)) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error == std::errc() && end == text.data() + text.size()) return {};
  } else if (kind == Kind::size) {
    if (const auto size = policy::parse_size(text)) {
      out = *size;
      return {};
    }
  }
  return not_understood(
      text, kind == Kind::size ? "a size such as 512KiB, 256MiB or a number of bytes" : "a whole number, 0 or more");
}

Result<void> read(const std::string& text, Kind /*kind*/, Duration& out) {
  const auto duration = policy::parse_duration(text);
  if (!duration) return not_understood(text, "a duration such as 250ms, 30s, 5m or 1h");
  out = *duration;
  return {};
}

template <typename T>
requires std::is_enum_v<T> Result<void> read(const std::string& text, Kind /*kind*/, T& out) {
  const auto& texts = Names<T>::kTexts;
  const auto found = std::find(texts.begin(), texts.end(), text);
  if (found != texts.end()) {
    out = static_cast<T>(found - texts.begin());
    return {};
  }
  std::string expected = "one of";
  for (const std::string_view name : texts) expected.append(" ").append(name);
  return not_understood(text, expected);
}

std::string write(const std::string& value, Kind /*kind*/) { return value; }
std::string write(bool value, Kind /*kind*/) { return value ? "true" : "false"; }
std::string write(std::uint64_t value, Kind kind) {
  return kind == Kind::size ? size_text(value) : std::to_string(value);
}
std::string write(Duration value, Kind /*kind*/) { return duration_text(value); }
template <typename T>
requires std::is_enum_v<T> std::string write(T value, Kind /*kind*/) {
  return std::string(Names<T>::kTexts[static_cast<std::size_t>(value)]);
}

// `ref` gives the place of the value in a Config: [](auto& config) -> auto& { return config.cache.memory; }.
template <typename Ref>
Option scalar(std::string_view path, Kind kind, std::string_view help, Ref ref) {
  using Value = std::remove_cvref_t<decltype(ref(std::declval<Config&>()))>;
  Option option;
  option.path = path;
  option.kind = kind;
  option.help = help;
  if constexpr (std::is_enum_v<Value>) option.choices.assign(Names<Value>::kTexts.begin(), Names<Value>::kTexts.end());
  option.assign = [kind, ref](Config& config, std::span<const std::string> texts) -> Result<void> {
    if (texts.size() != 1) return fail("expected one value, not " + std::to_string(texts.size()));
    return read(texts.front(), kind, ref(config));
  };
  option.values = [kind, ref](const Config& config) { return std::vector<std::string>{write(ref(config), kind)}; };
  return option;
}

template <typename Ref>
Option list(std::string_view path, std::string_view help, Ref ref) {
  Option option;
  option.path = path;
  option.repeatable = true;
  option.help = help;
  option.assign = [ref](Config& config, std::span<const std::string> texts) -> Result<void> {
    ref(config).assign(texts.begin(), texts.end());
    return {};
  };
  option.values = [ref](const Config& config) { return ref(config); };
  return option;
}

Option with_alias(Option option, std::string_view alias) {
  option.alias = alias;
  return option;
}
Option with_secrecy(Option option, Secrecy secrecy) {
  option.secrecy = secrecy;
  return option;
}

#define TAPRI_AT(member) ([](auto& config) -> auto& { return config.member; })

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

void add_redis(std::vector<Option>& out) {
  out.push_back(with_alias(
      with_secrecy(scalar("redis.url", Kind::text,
                          "Redis 7 or newer that the Tapris of one database share: redis://user:password@host:port/0, "
                          "rediss://... for TLS, redis+sentinel://host:port/name, redis+cluster://host:port, "
                          "redis+unix:///path; empty: none",
                          TAPRI_AT(redis.url)),
                   Secrecy::url),
      "--redis"));
  out.push_back(
      with_secrecy(scalar("redis.password", Kind::text, "Password where the URL has none", TAPRI_AT(redis.password)),
                   Secrecy::secret));
  out.push_back(scalar("redis.namespace", Kind::text,
                       "Tapris with the same one share a log and results; every key begins with it",
                       TAPRI_AT(redis.name_space)));
  out.push_back(
      scalar("redis.timeout", Kind::duration, "How long Redis may take for one command", TAPRI_AT(redis.timeout)));
  out.push_back(scalar("redis.sentinel_user", Kind::text, "User for Sentinel itself", TAPRI_AT(redis.sentinel_user)));
  out.push_back(with_secrecy(
      scalar("redis.sentinel_password", Kind::text, "Likewise its password", TAPRI_AT(redis.sentinel_password)),
      Secrecy::secret));
  out.push_back(scalar("redis.tls_ca", Kind::text,
                       "With rediss: authorities that are trusted, PEM file; empty: the system's",
                       TAPRI_AT(redis.tls.ca_file)));
  out.push_back(scalar("redis.tls_certificate", Kind::text, "Certificate shown to Redis, PEM file",
                       TAPRI_AT(redis.tls.certificate_file)));
  out.push_back(scalar("redis.tls_key", Kind::text, "Its private key, PEM file", TAPRI_AT(redis.tls.key_file)));
  out.push_back(
      scalar("coherence.mode", Kind::choice,
             "With Redis: a hit is at most coherence.max_staleness old, or as the database would have answered",
             TAPRI_AT(coherence.mode)));
  out.push_back(scalar("coherence.max_staleness", Kind::duration,
                       "With Redis: how long after the last read of the log answers may come from the cache",
                       TAPRI_AT(coherence.max_staleness)));
  out.push_back(scalar("coherence.on_publish_failure", Kind::choice,
                       "With Redis: what becomes of a write that the others cannot be told; by_mode: serve if bounded, "
                       "fail_writes if strict",
                       TAPRI_AT(coherence.on_publish_failure)));
  out.push_back(
      scalar("coherence.writer_lease", Kind::duration,
             "With Redis: after so long without a word of it, writes that a Tapri had under way count as done",
             TAPRI_AT(coherence.writer_lease)));
  out.push_back(scalar("coherence.log_records", Kind::integer, "With Redis: records that the log keeps, about",
                       TAPRI_AT(coherence.log_records)));
}

void add_tiers(std::vector<Option>& out) {
  out.push_back(
      scalar("l2.enabled", Kind::boolean, "With Redis: whether results are kept there too", TAPRI_AT(l2.enabled)));
  out.push_back(scalar("l2.max_result", Kind::size, "Largest result that is kept in Redis", TAPRI_AT(l2.max_result)));
  out.push_back(
      scalar("l2.max_ttl", Kind::duration, "Longest time that a result is kept in Redis", TAPRI_AT(l2.max_ttl)));
  out.push_back(
      scalar("l2.busy_poll", Kind::duration,
             "How long a worker that has asked Redis for a result looks for it before it sleeps; 0s: it sleeps at once",
             TAPRI_AT(l2.busy_poll)));
  out.push_back(scalar("l2.compress_above", Kind::size, "Results of this size and more are compressed in Redis",
                       TAPRI_AT(l2.compress_above)));
  out.push_back(scalar("l2.keys_file", Kind::text,
                       "Keys that results in Redis are sealed with, a line each: a number and 64 hex digits; the first "
                       "seals, all open; empty: not sealed",
                       TAPRI_AT(l2.keys_file)));
  out.push_back(
      with_secrecy(list("l2.tiers",
                        "Where results are kept, nearest first: NAME=redis://..., further Redis; redis, that of "
                        "redis.url; each may have ?max_ttl=5m&promote=false behind it. Empty: redis.url alone",
                        TAPRI_AT(l2.tiers)),
                   Secrecy::url));
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

#undef TAPRI_AT

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
