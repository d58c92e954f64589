#include "admin/router.h"

#include <gtest/gtest.h>
#include <json/json.h>

#include <chrono>
#include <sstream>

#include "unit/admin/fake_backend.h"

namespace tapri::admin {
namespace {

using std::chrono::milliseconds;

class RouterTest : public testing::Test {
 protected:
  HttpRequest request(std::string method, std::string path, std::string body = "") {
    HttpRequest out;
    out.method = std::move(method);
    out.path = std::move(path);
    out.body = std::move(body);
    out.headers = {{"host", "127.0.0.1:6480"}};
    return out;
  }
  HttpResponse ask(const HttpRequest& asked) {
    return Router(backend_, {token_, [] { return 1060.0; }}).handle(asked);
  }
  HttpResponse get(std::string path) { return ask(request("GET", std::move(path))); }
  HttpResponse post(std::string path, std::string body = "") {
    return ask(request("POST", std::move(path), std::move(body)));
  }

  FakeBackend backend_;
  std::string token_;
};

Json::Value json_of(const HttpResponse& response) {
  Json::Value value;
  std::istringstream in(response.body);
  std::string errors;
  EXPECT_TRUE(Json::parseFromStream(Json::CharReaderBuilder(), in, &value, &errors)) << response.body << errors;
  return value;
}

TEST_F(RouterTest, LivezNeedsNothing) {
  const HttpResponse response = get("/livez");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "ok\n");
}

TEST_F(RouterTest, ReadyzCountsOnlyWhatIsRequired) {
  EXPECT_EQ(get("/readyz").status, 200);
  backend_.checks_ = {{"listeners", true, true, ""}, {"catalog", false, false, "refused"}};
  EXPECT_EQ(get("/readyz").status, 200);
  backend_.checks_.push_back({"rules", false, true, "broken"});
  EXPECT_EQ(get("/readyz").status, 503);
  HttpRequest verbose = request("GET", "/readyz");
  verbose.query = {{"verbose", ""}};
  const HttpResponse response = ask(verbose);
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body,
            "[+]listeners ok\n"
            "[-]catalog failed (degraded, not required): refused\n"
            "[-]rules failed: broken\n"
            "not ready\n");
}

TEST_F(RouterTest, ReadyzFailsWhileDraining) {
  backend_.gauges_.draining = true;
  EXPECT_EQ(get("/readyz").status, 503);
  EXPECT_EQ(get("/livez").status, 200);
}

TEST_F(RouterTest, UnknownPathsAreProblems) {
  const HttpResponse response = get("/api/v1/nothing");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.content_type, "application/problem+json");
  const Json::Value problem = json_of(response);
  EXPECT_EQ(problem["status"].asInt(), 404);
  EXPECT_EQ(problem["title"].asString(), "Not Found");
  EXPECT_EQ(problem["type"].asString(), "about:blank");
  EXPECT_EQ(problem["detail"].asString(), "there is nothing at /api/v1/nothing");
}

TEST_F(RouterTest, WrongMethodsNameTheRightOne) {
  const HttpResponse get_of_post = get("/api/v1/flush");
  EXPECT_EQ(get_of_post.status, 405);
  EXPECT_EQ(get_of_post.headers, (decltype(get_of_post.headers){{"Allow", "POST"}}));
  EXPECT_FALSE(backend_.flushed_);
  const HttpResponse post_of_get = post("/api/v1/stats");
  EXPECT_EQ(post_of_get.status, 405);
  EXPECT_EQ(post_of_get.headers, (decltype(post_of_get.headers){{"Allow", "GET, HEAD"}}));
  EXPECT_EQ(ask(request("HEAD", "/api/v1/stats")).status, 200);
  EXPECT_EQ(ask(request("DELETE", "/metrics")).status, 405);
}

TEST_F(RouterTest, TokenGuardsAllButTheProbes) {
  token_ = "s3cret";
  EXPECT_EQ(get("/livez").status, 200);
  EXPECT_EQ(get("/readyz").status, 200);
  HttpRequest verbose = request("GET", "/readyz");
  verbose.query = {{"verbose", ""}};
  EXPECT_EQ(ask(verbose).status, 401);
  for (const char* path : {"/metrics", "/api/v1/stats", "/api/v1/shapes", "/api/v1/config", "/api/v1/rules"}) {
    EXPECT_EQ(get(path).status, 401) << path;
  }
  for (const char* path : {"/api/v1/explain", "/api/v1/flush", "/api/v1/reload", "/api/v1/drain"}) {
    EXPECT_EQ(post(path).status, 401) << path;
  }
  EXPECT_EQ(backend_.reloads_ + backend_.drains_, 0);
  EXPECT_EQ(get("/metrics").headers, (HttpResponse{}.headers = {{"WWW-Authenticate", "Bearer"}}));
}

TEST_F(RouterTest, OnlyTheVeryTokenOpens) {
  token_ = "s3cret";
  const auto status_with = [&](const char* authorization) {
    HttpRequest with = request("GET", "/metrics");
    with.headers.emplace_back("authorization", authorization);
    return ask(with).status;
  };
  EXPECT_EQ(status_with("Bearer s3cret"), 200);
  EXPECT_EQ(status_with("bearer s3cret"), 200);
  for (const char* wrong : {"Bearer s3cre", "Bearer s3crets", "Bearer S3cret", "Bearer ", "Bearer", "s3cret",
                            "Basic s3cret", "Bearer  s3cret", ""}) {
    EXPECT_EQ(status_with(wrong), 401) << wrong;
  }
}

TEST_F(RouterTest, WebPagesOfOtherSitesAreRefused) {
  const auto status_with = [&](const char* host, const char* origin) {
    HttpRequest with = request("POST", "/api/v1/drain");
    with.headers = {{"host", host}};
    if (*origin != '\0') with.headers.emplace_back("origin", origin);
    return ask(with).status;
  };
  EXPECT_EQ(status_with("127.0.0.1:6480", "http://evil.example"), 403);
  EXPECT_EQ(status_with("127.0.0.1:6480", "null"), 403);
  EXPECT_EQ(status_with("evil.example:6480", ""), 403);
  EXPECT_EQ(status_with("evil.example:6480", "http://evil.example:6480"), 403);
  EXPECT_EQ(backend_.drains_, 0);
  EXPECT_EQ(status_with("127.0.0.1:6480", "http://127.0.0.1:6480"), 202);
  EXPECT_EQ(status_with("LocalHost:6480", ""), 202);
  EXPECT_EQ(status_with("[::1]:6480", ""), 202);
  EXPECT_EQ(status_with("", ""), 202);
  token_ = "t";
  EXPECT_EQ(status_with("tapri.example:6480", ""), 401);
}

TEST_F(RouterTest, StatsAddUpTheWorkers) {
  backend_.gauges_.start_unix_seconds = 1000;
  backend_.gauges_.memory.entries = 5;
  backend_.gauges_.log_records = {{"client", "relation", 4}};
  backend_.gauges_.degraded = {{"catalog", true}};
  backend_.gauges_.catalogs = {{"db/shop", 7, 12, 1.5, ""}, {"db/new", 0, 0, std::nullopt, "refused"}};
  backend_.first_.statement(telemetry::Outcome::hit_l1, milliseconds(1));
  backend_.second_.statement(telemetry::Outcome::hit_l1, milliseconds(1));
  backend_.second_.statement(telemetry::Outcome::hit_l1, milliseconds(1));
  backend_.second_.statement(telemetry::Outcome::coalesced, milliseconds(1));
  backend_.second_.bypassed(Reason::locks_rows);
  backend_.first_.connections_opened.add(3);
  backend_.second_.connections_closed.add(1);
  backend_.first_.saved_nanoseconds.add(1'500'000'000);
  const Json::Value stats = json_of(get("/api/v1/stats"));
  EXPECT_EQ(stats["uptime_seconds"].asDouble(), 60);
  EXPECT_EQ(stats["workers"].asInt(), 2);
  EXPECT_EQ(stats["statements"]["hit_l1"].asInt(), 3);
  EXPECT_EQ(stats["statements"]["total"].asInt(), 4);
  EXPECT_EQ(stats["statements"]["hit_ratio"].asDouble(), 0.75);
  EXPECT_EQ(stats["bypass"]["locks_rows"].asInt(), 1);
  EXPECT_EQ(stats["bypass"].size(), 1U);
  EXPECT_EQ(stats["connections"]["now"].asInt(), 2);
  EXPECT_EQ(stats["saved_upstream_seconds"].asDouble(), 1.5);
  EXPECT_EQ(stats["cache"]["entries"].asInt(), 5);
  EXPECT_EQ(stats["log_records"]["client"]["relation"].asInt(), 4);
  EXPECT_TRUE(stats["degraded"]["catalog"].asBool());
  EXPECT_EQ(stats["catalogs"][0]["database"].asString(), "db/shop");
  EXPECT_TRUE(stats["catalogs"][0]["usable"].asBool());
  EXPECT_EQ(stats["catalogs"][0]["generation"].asInt(), 7);
  EXPECT_EQ(stats["catalogs"][0]["relations"].asInt(), 12);
  EXPECT_EQ(stats["catalogs"][0]["age_seconds"].asDouble(), 1.5);
  EXPECT_FALSE(stats["catalogs"][1]["usable"].asBool());
  EXPECT_TRUE(stats["catalogs"][1]["age_seconds"].isNull());
  EXPECT_EQ(stats["catalogs"][1]["error"].asString(), "refused");
}

TEST_F(RouterTest, FleetSaysHowTheLogIs) {
  EXPECT_EQ(json_of(get("/api/v1/fleet"))["mode"].asString(), "local");
  backend_.gauges_.fleet = FleetState{.mode = "bounded", .following = true, .epoch = 3, .position = 17, .gaps = 1};
  backend_.gauges_.fleet->members = {{"one:1", 0.5, R"({"mode": "bounded"})"}, {"two:2", 9, "[[[[[[[[[[[["}};
  backend_.gauges_.remote = {cache::RemoteStats{.tier = "redis", .hits = 4}};
  const Json::Value fleet = json_of(get("/api/v1/fleet"));
  EXPECT_EQ(fleet["mode"].asString(), "bounded");
  EXPECT_TRUE(fleet["log"]["following"].asBool());
  EXPECT_FALSE(fleet["log"]["appending"].asBool());
  EXPECT_EQ(fleet["log"]["epoch"].asInt(), 3);
  EXPECT_EQ(fleet["log"]["position"].asInt(), 17);
  EXPECT_EQ(fleet["log"]["gaps"].asInt(), 1);
  EXPECT_TRUE(fleet["log"]["last_sync_age_seconds"].isNull());
  EXPECT_EQ(fleet["members"][0]["id"].asString(), "one:1");
  EXPECT_EQ(fleet["members"][0]["says"]["mode"].asString(), "bounded");
  EXPECT_EQ(fleet["members"][1]["age_seconds"].asDouble(), 9);
  EXPECT_FALSE(fleet["members"][1].isMember("says")) << "whoever can write to Redis may say anything";
  EXPECT_EQ(fleet["tiers"][0]["tier"].asString(), "redis");
  EXPECT_EQ(fleet["tiers"][0]["hits"].asInt(), 4);
  EXPECT_EQ(fleet["tiers"][0]["misses"]["absent"].asInt(), 0);
}

TEST_F(RouterTest, SaysHowFarMembersAreBehindTheNewest) {
  backend_.gauges_.fleet = FleetState{.mode = "bounded", .epoch = 3, .position = (3ULL << 44U) + 17};
  const auto saying = [](std::uint64_t position) {
    return FleetState::Member{"m", 0.5, "{\"position\": " + std::to_string(position) + "}"};
  };
  backend_.gauges_.fleet->members = {saying((3ULL << 44U) + 12), saying((3ULL << 44U) + 20), saying((2ULL << 44U) + 90),
                                     FleetState::Member{"m", 0.5, R"({"position": "high"})"}};
  backend_.gauges_.redis = {RedisState{.connected = 3, .open = 1, .down = 2, .opened = 5}};
  const Json::Value fleet = json_of(get("/api/v1/fleet"));
  EXPECT_EQ(fleet["members"][0]["lag_records"].asInt(), 8);
  EXPECT_EQ(fleet["members"][1]["lag_records"].asInt(), 0);
  EXPECT_TRUE(fleet["members"][2]["lag_records"].isNull()) << "of an epoch that is over";
  EXPECT_TRUE(fleet["members"][3]["lag_records"].isNull());
  EXPECT_EQ(fleet["redis"][0]["connected"].asInt(), 3);
  EXPECT_EQ(fleet["redis"][0]["breakers"]["closed"].asInt(), 5);
  EXPECT_EQ(fleet["redis"][0]["breakers"]["open"].asInt(), 1);
  EXPECT_EQ(fleet["redis"][0]["opened"].asInt(), 5);
}

TEST_F(RouterTest, HitRatioIsNullBeforeTheFirstRead) {
  EXPECT_TRUE(json_of(get("/api/v1/stats"))["statements"]["hit_ratio"].isNull());
}

TEST_F(RouterTest, ShapesShowReasonsAndFingerprints) {
  ShapeStats shape;
  shape.fingerprint = 0xAB;
  shape.text = "SELECT \xE9 \"?\"";  // Latin-1: no UTF-8
  shape.protocol = Protocol::mysql;
  shape.calls = 9;
  shape.reason = Reason::row_security;
  shape.rule = "defaults";
  shape.upstream_time = milliseconds(250);
  backend_.shapes_ = {shape};
  const Json::Value shown = json_of(get("/api/v1/shapes"))["shapes"][0];
  EXPECT_EQ(shown["protocol"], "mysql");
  EXPECT_EQ(shown["fingerprint"].asString(), "00000000000000ab");
  EXPECT_EQ(shown["text"].asString(), "SELECT \xEF\xBF\xBD \"?\"");
  EXPECT_EQ(shown["reason"].asString(), "row_security");
  EXPECT_EQ(shown["upstream_seconds"].asDouble(), 0.25);
  EXPECT_EQ(backend_.limit_, 50U);
}

TEST_F(RouterTest, ShapesTakeLimitAndOrder) {
  HttpRequest asked = request("GET", "/api/v1/shapes");
  asked.query = {{"limit", "1000"}, {"sort", "saved_time"}};
  EXPECT_EQ(ask(asked).status, 200);
  EXPECT_EQ(backend_.limit_, 1000U);
  EXPECT_EQ(backend_.order_, ShapeOrder::saved_time);
  for (const char* limit : {"0", "1001", "-1", "x", "", "10x"}) {
    asked.query = {{"limit", limit}};
    EXPECT_EQ(ask(asked).status, 400) << limit;
  }
  asked.query = {{"sort", "colour"}};
  EXPECT_EQ(ask(asked).status, 400);
}

TEST_F(RouterTest, ExplainPassesTheRequestOn) {
  const HttpResponse response =
      post("/api/v1/explain", R"({"sql": "SELECT 1", "user": "u", "database": "d", "application": "a"})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "{\"verdict\":\"cache\"}");
  EXPECT_EQ(backend_.explained_.sql, "SELECT 1");
  EXPECT_EQ(backend_.explained_.user, "u");
  EXPECT_EQ(backend_.explained_.database, "d");
  EXPECT_EQ(backend_.explained_.application, "a");
}

TEST_F(RouterTest, ExplainRefusesOtherBodies) {
  for (const std::string& body : {std::string(), std::string("{}"), std::string("[]"), std::string("{\"sql\": 1}"),
                                  std::string("{\"sql\": null}"), std::string("{\"sql\": \"x\", \"extra\": 1}"),
                                  std::string("{\"sql\": \"x\"} x"), std::string(100'000, '['),
                                  std::string("{\"sql\": \"x\", \"sql\": \"y\"}")}) {
    EXPECT_EQ(post("/api/v1/explain", body).status, 400) << body.substr(0, 40);
  }
}

TEST_F(RouterTest, FlushTakesEachScope) {
  const auto flush = [&](const char* body) {
    EXPECT_EQ(json_of(post("/api/v1/flush", body))["flushed_entries"].asInt(), 7) << body;
    return *backend_.flushed_;
  };
  EXPECT_EQ(flush(R"({"all": true})").scope, FlushScope::all);
  EXPECT_EQ(flush(R"({"table": "public.t"})").value, "public.t");
  EXPECT_EQ(backend_.flushed_->scope, FlushScope::table);
  EXPECT_EQ(flush(R"({"tag": "x"})").scope, FlushScope::tag);
  EXPECT_EQ(flush(R"({"rule": "r"})").scope, FlushScope::rule);
  EXPECT_EQ(flush(R"({"fingerprint": "00000000000000ff"})").fingerprint, 0xFFU);
  EXPECT_EQ(backend_.flushed_->scope, FlushScope::fingerprint);
}

TEST_F(RouterTest, FlushNeverGuesses) {
  for (const char* body : {"", "{}", R"({"all": false})", R"({"all": 1})", R"({"all": true, "table": "t"})",
                           R"({"table": ""})", R"({"table": 1})", R"({"fingerprint": "xyz"})",
                           R"({"fingerprint": "11112222333344445"})", R"({"tables": "t"})", "null", "true"}) {
    EXPECT_EQ(post("/api/v1/flush", body).status, 400) << body;
  }
  EXPECT_FALSE(backend_.flushed_);
}

TEST_F(RouterTest, ReloadDrainConfigAndRules) {
  EXPECT_EQ(post("/api/v1/reload").body, "{\"rules\":3}");
  EXPECT_EQ(backend_.reloads_, 1);
  EXPECT_EQ(post("/api/v1/drain").status, 202);
  EXPECT_EQ(backend_.drains_, 1);
  EXPECT_EQ(get("/api/v1/config").body, "{\"workers\":2}");
  EXPECT_EQ(get("/api/v1/rules").body, "{\"rules\":[]}");
}

TEST_F(RouterTest, FaultsBecomeStatuses) {
  for (const auto& [fault, status] :
       {std::pair(Fault::invalid, 400), std::pair(Fault::not_found, 404), std::pair(Fault::conflict, 409),
        std::pair(Fault::unusable, 422), std::pair(Fault::unavailable, 503)}) {
    backend_.fault_ = ApiError{fault, "why"};
    const HttpResponse response = post("/api/v1/reload");
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(json_of(response)["detail"].asString(), "why");
    EXPECT_FALSE(status_text(status).empty());
    EXPECT_EQ(post("/api/v1/flush", R"({"all": true})").status, status);
    EXPECT_EQ(post("/api/v1/explain", R"({"sql": ""})").status, status);
    EXPECT_EQ(post("/api/v1/drain").status, status);
  }
}

TEST(SerializeTest, WritesAResponse) {
  const HttpResponse response{404, "text/plain", "gone", {{"Allow", "GET"}}};
  EXPECT_EQ(serialize(response, true, false),
            "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 4\r\nCache-Control: no-store\r\n"
            "X-Content-Type-Options: nosniff\r\nAllow: GET\r\n\r\ngone");
  const std::string head = serialize(response, false, true);
  EXPECT_NE(head.find("Content-Length: 4\r\n"), std::string::npos);
  EXPECT_NE(head.find("Connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
}

}  // namespace
}  // namespace tapri::admin
