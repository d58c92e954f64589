#include "config/load.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <fstream>

#include "config/options.h"

namespace tapri::config {
namespace {

// A file that goes with the test.
class File {
 public:
  explicit File(std::string_view text) {
    static int number = 0;
    path_ = testing::TempDir() + "tapri_" + std::to_string(::getpid()) + "_" + std::to_string(++number) + ".json";
    std::ofstream(path_, std::ios::binary) << text;
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { ::unlink(path_.c_str()); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The problems of a configuration with only this file; its path stands as FILE.
std::string error_of_file(std::string_view text) {
  const File file(text);
  const auto loaded = load({file.path(), {}, {}});
  if (loaded) return "loaded";
  std::string message = loaded.error().message;
  for (std::size_t at = message.find(file.path()); at != std::string::npos; at = message.find(file.path(), at)) {
    message.replace(at, file.path().size(), "FILE");
  }
  return message;
}

std::string error_of_flags(std::vector<Flag> flags) {
  const auto loaded = load({"", {}, std::move(flags)});
  return loaded ? "loaded" : loaded.error().message;
}

TEST(LoadTest, NothingGivesTheDefaults) {
  const auto loaded = load({});
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->config.cache.memory, 256ULL << 20);
  EXPECT_TRUE(loaded->config.upstreams.empty());
  EXPECT_TRUE(loaded->origins.empty());
}

TEST(LoadTest, ReadsAFileWithCommentsAndTrailingCommas) {
  const File file(R"({
    "$schema": "x",
    // where to
    "upstream": ["postgres://u:p@h/d"],
    "workers": 3,
    "cache": { "memory": "64MiB", "enabled": false, "policy": "lru", },
    "limits": { "max_key": 4096 }, /* bytes */
    "log": { "level": "debug" },
  })");
  const auto loaded = load({file.path(), {}, {}});
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->config.workers, 3U);
  EXPECT_EQ(loaded->config.cache.memory, 64ULL << 20);
  EXPECT_FALSE(loaded->config.cache.enabled);
  EXPECT_EQ(loaded->config.cache.policy, CachePolicy::lru);
  EXPECT_EQ(loaded->config.limits.max_key, 4096U);
  EXPECT_EQ(loaded->config.log.level, telemetry::Level::debug);
  EXPECT_EQ(loaded->origins.at("cache.policy"), file.path() + ":6:63");
}

TEST(LoadTest, LaterSourcesWin) {
  const File file(R"({"workers": 1, "rules": "file", "cache": {"memory": "1MiB", "max_result": "1KiB"},
                      "listen": ["127.0.0.1:1", "127.0.0.1:2"]})");
  const auto loaded = load({file.path(),
                            {{"TAPRI_RULES", "environment"}, {"TAPRI_WORKERS", "2"}, {"TAPRI_LISTEN", " 127.0.0.1:3 "}},
                            {{"workers", {"4"}}}});
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->config.cache.memory, 1ULL << 20);
  EXPECT_EQ(loaded->config.rules, "environment");
  EXPECT_EQ(loaded->config.workers, 4U);
  EXPECT_EQ(loaded->config.listen_addresses, std::vector<std::string>{"127.0.0.1:3"});
  EXPECT_EQ(loaded->origins.at("workers"), "--workers");
  EXPECT_EQ(loaded->origins.at("rules"), "TAPRI_RULES");
}

TEST(LoadTest, PlacesErrorsOfTheFile) {
  EXPECT_EQ(error_of_file("{\n  \"cache\": {\n    \"memory\": \"lots\"\n  }\n}"),
            "FILE:3:15: cache.memory: 'lots' is not understood; expected a size such as 512KiB, 256MiB or a number of "
            "bytes");
  EXPECT_EQ(error_of_file("{\"cache\": {\"memory\": null}}").substr(0, 29), "FILE:1:22: cache.memory: expe");
  EXPECT_EQ(error_of_file("{\"workers\": [1]}"), "FILE:1:13: workers: expected one value, not a list");
  EXPECT_EQ(error_of_file("{\"drain\": {\"timeout\": \"2d\"}}"),
            "FILE:1:23: drain.timeout: 2d is out of range; expected 0ms to 1d");
}

TEST(LoadTest, SuggestsForUnknownKeys) {
  EXPECT_EQ(error_of_file("{\n\"cache\": {\"memroy\": 1}}"),
            "FILE:2:21: unknown key 'cache.memroy'; did you mean 'cache.memory'?");
  EXPECT_EQ(error_of_file("{\"memory\": 1}"), "FILE:1:12: unknown key 'memory'; did you mean 'cache.memory'?");
  EXPECT_EQ(error_of_file("{\"workers\": {\"count\": 1}}"), "FILE:1:23: unknown key 'workers.count'");
  EXPECT_EQ(error_of_file("{\"rules_file\": \"x\"}"), "FILE:1:16: unknown key 'rules_file'");
}

TEST(LoadTest, ReportsSyntaxErrorsWithTheirPlace) {
  EXPECT_EQ(error_of_file("{\n  \"workers\": 1\n  \"rules\": 2}").substr(0, 11), "FILE:3:3: M");
  EXPECT_EQ(error_of_file("{\"workers\": 1, \"workers\": 2}").substr(0, 7), "FILE:1:");
  EXPECT_EQ(error_of_file("[]"), "FILE:1:1: expected an object: { ... }");
  EXPECT_NE(error_of_file(""), "loaded");
  EXPECT_NE(error_of_file("{} x"), "loaded");
  EXPECT_NE(error_of_file(std::string(100'000, '[')), "loaded");
}

TEST(LoadTest, ReportsEveryProblemOfEverySource) {
  const auto loaded = load({"/nowhere/tapri.json", {{"TAPRI_WORKERS", "x"}}, {{"cache.policy", {"y"}}}});
  ASSERT_FALSE(loaded);
  EXPECT_EQ(
      loaded.error().message,
      "cannot read /nowhere/tapri.json: No such file or directory\n"
      "TAPRI_WORKERS: workers: 'x' is not understood; expected a whole number, 0 or more\n"
      "--cache-policy: cache.policy: 'y' is not understood; expected one of s3_fifo lru w_tinylfu lfu cost_aware");
}

TEST(LoadTest, SecretsComeFromFiles) {
  const File token("hush\n");
  const File urls("postgres://a:hush@h\npostgres://b@h\n");
  const auto loaded = load({"", {{"TAPRI_ADMIN_TOKEN_FILE", token.path()}}, {{"upstream_file", {urls.path()}}}});
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->config.admin.token, "hush");
  EXPECT_EQ(loaded->config.upstreams.size(), 2U);
  const File file("{\"admin\": {\"token_file\": \"" + token.path() + "\"}}");
  EXPECT_EQ(load({file.path(), {}, {}})->config.admin.token, "hush");
  EXPECT_EQ(error_of_flags({{"admin.token_file", {"/nowhere"}}}),
            "--admin-token-file: admin.token_file: cannot read /nowhere: No such file or directory");
  EXPECT_EQ(error_of_flags({{"admin.token_file", {token.path()}}, {"admin.token", {"x"}}}),
            "--admin-token: admin.token: it and its ..._file are both given; keep one");
}

TEST(LoadTest, EnvironmentWarnsOfWhatIsNoSetting) {
  const auto loaded = load({"",
                            {{"TAPRI_CACHE_MEMROY", "1MiB"},
                             {"TAPRI_CONFIG", "x"},
                             {"TAPRI_RULES", ""},
                             {"TAPRI_SERVICE_HOST", "10.0.0.1"},
                             {"TAPRI_PORT", "tcp://10.0.0.1:6432"},
                             {"TAPRI_PORT_6432_TCP_ADDR", "10.0.0.1"},
                             {"HOME", "/root"}},
                            {}});
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->warnings, std::vector<std::string>{"the environment variable TAPRI_CACHE_MEMROY is no setting"});
}

TEST(ResolveTest, PairsListensWithUpstreams) {
  const auto loaded = load({"", {{"TAPRI_UPSTREAM", "postgres://a@h postgres://b@h"}}, {}});
  ASSERT_TRUE(loaded) << loaded.error().message;
  ASSERT_EQ(loaded->config.listens.size(), 2U);
  EXPECT_EQ(loaded->config.listens[0].address.port, 6432);
  EXPECT_EQ(loaded->config.listens[1].address.port, 6433);
  EXPECT_EQ(loaded->config.listens[1].upstream, 1U);
  const auto both = load({"", {}, {{"upstream", {"mysql://a@h", "postgres://b@h", "mariadb://c@h"}}}});
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(both->config.listens[0].address.port, 6033);
  EXPECT_EQ(both->config.listens[1].address.port, 6432);
  EXPECT_EQ(both->config.listens[2].address.port, 6034);
  const auto several = load({"", {}, {{"upstream", {"postgres://a@h"}}, {"listen", {"127.0.0.1:0", "127.0.0.1:0"}}}});
  ASSERT_TRUE(several) << several.error().message;
  EXPECT_EQ(several->config.listens[1].upstream, 0U);
}

TEST(ResolveTest, ThePasswordOfRedisMayStandByItself) {
  EXPECT_EQ(load({"", {}, {{"upstream", {"postgres://a@h"}}}})->config.redis_server, std::nullopt);
  const auto password = [](const std::string& url) {
    const auto loaded =
        load({"", {}, {{"upstream", {"postgres://a@h"}}, {"redis.url", {url}}, {"redis.password", {"other"}}}});
    return loaded ? loaded->config.redis_server->password : loaded.error().message;
  };
  EXPECT_EQ(password("redis://u@h"), "other");
  EXPECT_EQ(password("redis://u:own@h"), "own");
}

TEST(ResolveTest, TiersStandBesideRedis) {
  const auto names = [](std::vector<Flag> given) {
    given.push_back({"l2.max_ttl", {"10m"}});
    const auto loaded = load({"", {}, std::move(given)});
    if (!loaded) return loaded.error().message;
    std::string text;
    for (const Tier& tier : loaded->config.tiers) text += tier.name + " " + duration_text(tier.max_ttl) + ";";
    return text;
  };
  EXPECT_EQ(names({}), "");
  EXPECT_EQ(names({{"redis.url", {"redis://h"}}}), "redis 10m;");
  EXPECT_EQ(names({{"redis.url", {"redis://h"}}, {"l2.tiers", {"near=redis://n?max_ttl=5s", "redis"}}}),
            "near 5s;redis 10m;");
  EXPECT_EQ(names({{"l2.tiers", {"near=redis://u:hush@n"}}}),
            "--l2-tiers: l2.tiers: it needs redis.url, where the log of writes is");
  EXPECT_EQ(names({{"redis.url", {"redis://h"}}, {"l2.tiers", {"near=redis://u:hush@n:0"}}}),
            "--l2-tiers: l2.tiers: near: the port is no number from 1 to 65535");
}

TEST(ResolveTest, RefusesWhatDoesNotFitTogether) {
  const auto flags = [](std::vector<Flag> given) { return error_of_flags(std::move(given)); };
  EXPECT_EQ(flags({{"upstream", {"mysql://u:hush@h:0"}}}),
            "--upstream: upstream: mysql://u:***@h:0: the port is no number from 1 to 65535");
  EXPECT_EQ(flags({{"upstream", {"postgres://a@h", "postgres://b@h"}}, {"listen", {"127.0.0.1:1"}}}),
            "--listen: listen: with several upstreams there must be one address for each, in the same order: 2 "
            "upstreams, 1 addresses");
  EXPECT_EQ(flags({{"listen", {"127.0.0.1:1", "127.0.0.1:1"}}}), "--listen: listen: 127.0.0.1:1 is given twice");
  EXPECT_EQ(flags({{"client_tls.mode", {"require"}}}),
            "--client-tls-mode: client_tls.mode: 'allow' and 'require' need client_tls.certificate and client_tls.key");
  EXPECT_EQ(flags({{"client_tls.ca", {"x"}}}),
            "--client-tls-ca: client_tls.ca: it is used only where client_tls.mode is 'allow' or 'require'");
  EXPECT_EQ(flags({{"upstream_tls.key", {"x"}}}),
            "--upstream-tls-key: upstream_tls.key: upstream_tls.certificate and upstream_tls.key belong together");
  EXPECT_EQ(flags({{"coherence.slots", {"1025"}}}), "--coherence-slots: coherence.slots: 1025 is no power of two");
  EXPECT_EQ(flags({{"redis.url", {"redis://u:hush@h:0"}}}),
            "--redis-url: redis.url: the port is no number from 1 to 65535");
  EXPECT_EQ(flags({{"redis.namespace", {"a:b"}}}),
            "--redis-namespace: redis.namespace: expected 1 to 64 letters, digits and _ . -");
  EXPECT_EQ(flags({{"redis.tls_key", {"x"}}}),
            "--redis-tls-key: redis.tls_key: redis.tls_certificate and redis.tls_key belong together");
  EXPECT_EQ(flags({{"cache.memory", {"8KiB"}}}),
            "--cache-memory: cache.memory: 8KiB is out of range; expected 1MiB to 1024GiB");
}

TEST(ResolveTest, WarnsOfAskingForCertificatesThatNobodyHasToShow) {
  const auto warnings = [](const char* mode) {
    const auto loaded = load({"",
                              {},
                              {{"client_tls.mode", {mode}},
                               {"client_tls.certificate", {"c"}},
                               {"client_tls.key", {"k"}},
                               {"client_tls.ca", {"a"}}}});
    EXPECT_TRUE(loaded) << loaded.error().message;
    return loaded ? loaded->warnings.size() : 99;
  };
  EXPECT_EQ(warnings("allow"), 1U);
  EXPECT_EQ(warnings("require"), 0U);
}

TEST(ResolveTest, AdminNeedsATokenBeyondLoopback) {
  for (const char* safe : {"127.0.0.1:0", "127.1.2.3:1", "[::1]:1", "localhost:1", "unix:/run/tapri.sock", "off"}) {
    EXPECT_EQ(error_of_flags({{"admin.listen", {safe}}}), "loaded") << safe;
  }
  for (const char* open : {"0.0.0.0:6480", "[::]:6480", "10.0.0.1:1", "tapri.example:1", "127.evil.example:1"}) {
    EXPECT_NE(error_of_flags({{"admin.listen", {open}}}), "loaded") << open;
    EXPECT_EQ(error_of_flags({{"admin.listen", {open}}, {"admin.token", {"t"}}}), "loaded") << open;
  }
  EXPECT_EQ(error_of_flags({{"admin.token", {"a b"}}}),
            "--admin-token: admin.token: it must be visible ASCII characters without blanks");
}

TEST(PrintTest, MasksSecretsAndCanBeReadAgain) {
  const auto first = load({"",
                           {},
                           {{"upstream", {"postgres://u:hush@h/d"}},
                            {"upstream_password", {"hush"}},
                            {"redis.url", {"redis://u:hush@h"}},
                            {"l2.tiers", {"near=redis://u:hush@n?max_ttl=5m&promote=false", "redis"}},
                            {"redis.password", {"hush"}},
                            {"redis.sentinel_password", {"hush"}},
                            {"admin.token", {"hush"}},
                            {"cache.memory", {"128MiB"}},
                            {"log.format", {"json"}}}});
  ASSERT_TRUE(first) << first.error().message;
  const std::string text = print(first->config);
  EXPECT_EQ(text.find("hush"), std::string::npos) << text;
  EXPECT_NE(text.find("\"memory\" : \"128MiB\""), std::string::npos) << text;
  EXPECT_NE(text.find("\"near=redis://u:***@n?max_ttl=5m&promote=false\""), std::string::npos) << text;
  const File file(text);
  const auto second = load({file.path(), {}, {}});
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(print(second->config), text);
}

}  // namespace
}  // namespace tapri::config
