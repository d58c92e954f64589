#include "unit/session/mysql/script.h"

#include <gtest/gtest.h>

#include <utility>

namespace tapri::session::mysql::test {

namespace {

catalog::Relation relation(catalog::ObjectId oid, std::string name,
                           catalog::RelationKind kind = catalog::RelationKind::table, std::string schema = "shop") {
  catalog::Relation relation;
  relation.oid = oid;
  relation.schema = std::move(schema);
  relation.name = std::move(name);
  relation.kind = kind;
  return relation;
}

}  // namespace

catalog::Snapshot::Source shop() {
  catalog::Snapshot::Source source;
  source.dialect = catalog::Dialect::mysql;
  source.fingerprint = "1";
  source.relations = {relation(kOrders, "orders"), relation(kItems, "items"), relation(kBooks, "books"),
                      relation(13, "elsewhere", catalog::RelationKind::foreign),
                      relation(20, "orders", catalog::RelationKind::table, "other")};
  source.relations[2].writes_survive_rollback = true;
  source.foreign_keys = {{kOrders, kItems, {}, {}}};
  return source;
}

Script::Script(wire::mysql::Capabilities capabilities, std::string version, cache::RemoteTier* remote)
    : capabilities_(capabilities), version_(std::move(version)) {
  world.remote = remote;
  world.catalog = std::make_shared<session::test::FakeCatalog>("test/");
  world.catalog->load(shop());
  world.catalog->log = &world.log;
  world.shared->dialect = catalog::Dialect::mysql;
  Identity identity;
  identity.user = "ann";
  identity.database = "shop";
  identity.server_version = version_;
  identity.version = wire::mysql::parse_version(identity.server_version);
  identity.capabilities = capabilities;
  identity.connection_id = 4711;
  identity.status = wire::mysql::status::kAutocommit;
  identity.nonce = "abcdefghijklmnopqrst";
  session = std::make_unique<Session>(
      WorkerServices{*world.shared, *world.analyzer, world.metrics, 0, world.remote, world.demotions}, identity, [] {});
}

void Script::take(Actions& actions) {
  for (const auto& chunk : actions.to_client.chunks()) to_client += chunk.bytes;
  for (const auto& chunk : actions.to_upstream.chunks()) to_server += chunk.bytes;
  closed = closed || actions.close;
  actions.clear();
}

void Script::take_client() {
  Actions actions;
  const std::size_t taken = session->on_client_data(left, actions);
  take(actions);
  left.erase(0, taken);
}

std::string Script::client(const std::string& bytes) {
  to_client.clear();
  to_server.clear();
  left += bytes;
  if (!session->blocked()) take_client();
  return to_server;
}

void Script::woken() {
  to_client.clear();
  to_server.clear();
  session->flight_landed();
  if (session->resumable()) take_client();
}

std::string Script::server(const std::string& bytes) {
  to_client.clear();
  to_server.clear();
  server_left_ += bytes;
  Actions actions;
  const std::size_t taken = session->on_upstream_data(server_left_, actions);
  take(actions);
  server_left_.erase(0, taken);
  if (session->resumable()) take_client();
  return to_client;
}

std::string Script::settings(const Settings& settings) {
  EXPECT_NE(to_server.find("SELECT DATABASE()"), std::string::npos) << "the settings are not asked for";
  const Row row = settings_row(ProbeVariables(wire::mysql::parse_version(version_)), settings);
  const std::vector<std::string> columns(row.size(), "v");
  const auto status = wire::mysql::status::kAutocommit;
  (void)server(result(columns, {row}, status, capabilities_, 0, settings.collation));
  return to_server;
}

bool Script::hits(const std::string& command) {
  (void)client(command);
  if (!session->blocked()) return true;
  (void)server(result({"a"}, {{"1"}}, wire::mysql::status::kAutocommit, capabilities_));
  return false;
}

}  // namespace tapri::session::mysql::test
