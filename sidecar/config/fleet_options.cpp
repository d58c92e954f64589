// Options of a fleet: Redis, the log of writes in it, and the results that are kept there.
#include "config/option_makers.h"

namespace tapri::config {

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
  out.push_back(scalar("l2.compress_above", Kind::size, "Results of this size and more are compressed in Redis",
                       TAPRI_AT(l2.compress_above)));
  out.push_back(scalar("l2.timeout", Kind::duration,
                       "How long a statement waits for one look into Redis, at most redis.timeout; a Redis that is "
                       "silent for so long is left alone",
                       TAPRI_AT(l2.timeout)));
  out.push_back(scalar("l2.lock_above", Kind::duration,
                       "Statements that the database took so long for, or longer, are asked by one instance at a time; "
                       "the others wait for its answer; 0s: all ask",
                       TAPRI_AT(l2.lock_above)));
  out.push_back(scalar("l2.lock_ttl", Kind::duration, "How long others wait for it at most; what takes longer all ask",
                       TAPRI_AT(l2.lock_ttl)));
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

}  // namespace tapri::config
