#include "app/dependency_names.h"

#include <algorithm>

#include "admin/json.h"
#include "catalog/keys.h"

namespace tapri::app {

namespace {

std::string whole_of(std::string_view name_space, Protocol protocol) {
  if (protocol == Protocol::mysql) return "server";
  const std::size_t slash = name_space.rfind('/');
  const std::string database(slash == std::string_view::npos ? name_space : name_space.substr(slash + 1));
  return database.empty() ? "database" : database;
}

}  // namespace

DependencyNames::DependencyNames(const catalog::Snapshot* snapshot, std::string_view name_space,
                                 coherence::Dependency roles, Protocol protocol) {
  names_.emplace(coherence::all_of(name_space), "all(" + whole_of(name_space, protocol) + ")");
  names_.emplace(roles, "roles");
  if (snapshot == nullptr) return;
  for (const catalog::Relation& relation : snapshot->relations()) add_family(*snapshot, name_space, relation.family);
}

void DependencyNames::add_family(const catalog::Snapshot& snapshot, std::string_view name_space,
                                 catalog::ObjectId family) {
  const catalog::Relation* head = snapshot.find_relation(family);
  if (head == nullptr) return;
  const std::string name = head->schema + "." + head->name;
  names_.emplace(coherence::any_of(name_space, family), "any(" + name + ")");
  for (const catalog::Key& key : snapshot.keys(family)) {
    const auto base = coherence::key_base(name_space, family, key.columns);
    const std::string columns = name + "." + catalog::key_text(key.columns);
    names_.emplace(coherence::unkeyed_of(base), "unkeyed(" + columns + ")");
    names_.emplace(coherence::inserted_of(base), "inserted(" + columns + ")");
    names_.emplace(catalog::stated_of(base), "stated(" + columns + ")");
  }
}

std::vector<std::string> DependencyNames::of(const std::vector<coherence::Dependency>& dependencies) const {
  std::vector<std::string> names;
  names.reserve(dependencies.size());
  for (const coherence::Dependency dependency : dependencies) {
    const auto found = names_.find(dependency);
    names.push_back(found == names_.end() ? "0x" + admin::fingerprint_text(dependency) : found->second);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace tapri::app
