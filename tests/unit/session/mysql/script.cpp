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

Script::Script(std::shared_ptr<session::test::World> shared, wire::mysql::Capabilities capabilities,
               std::string version)
    : shared_world(std::move(shared)),
      world(*shared_world),
      capabilities_(capabilities),
      version_(std::move(version)) {}

Script::Script(wire::mysql::Capabilities capabilities, std::string version, cache::RemoteTier* remote)
    : Script(std::make_shared<session::test::World>(), capabilities, std::move(version)) {
  world.remote = remote;
  world.catalog = std::make_shared<session::test::FakeCatalog>("test/");
  world.catalog->load(shop());
  world.catalog->log = &world.log;
  world.shared->dialect = catalog::Dialect::mysql;
  begin();
}

std::unique_ptr<Script> Script::beside() const {
  std::unique_ptr<Script> other(new Script(shared_world, capabilities_, version_));
  other->begin();
  return other;
}

void Script::begin() {
  Identity identity;
  identity.user = "ann";
  identity.database = "shop";
  identity.server_version = version_;
  identity.version = wire::mysql::parse_version(identity.server_version);
  identity.capabilities = capabilities_;
  identity.connection_id = 4711;
  identity.status = wire::mysql::status::kAutocommit;
  identity.nonce = "abcdefghijklmnopqrst";
  actions_.driver = this;
  session = std::make_unique<Session>(
      WorkerServices{*world.shared, *world.analyzer, world.metrics, 0, world.remote, world.demotions}, identity, [] {});
}

void Script::take() {
  for (const auto& chunk : actions_.to_client.chunks()) to_client += chunk.bytes;
  for (const auto& chunk : actions_.to_upstream.chunks()) to_server += chunk.bytes;
  closed = closed || actions_.close;
  actions_.clear();
}

void Script::carry_out_now() {
  take();
  if (meanwhile) meanwhile();
}

void Script::take_client() {
  const std::size_t taken = session->on_client_data(left, actions_);
  take();
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
  const std::size_t taken = session->on_upstream_data(server_left_, actions_);
  take();
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
