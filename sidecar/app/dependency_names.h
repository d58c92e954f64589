// Dependencies are hashes; this tells what they stand for.
//
// Thread-safety: none; lives on one stack, not longer than the snapshot.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/protocol.h"
#include "catalog/snapshot.h"
#include "coherence/dependency.h"

namespace tapri::app {

class DependencyNames {
 public:
  // Knows the whole database (of MySQL: the server, whose databases are one), the roles and every family of relations:
  // what foreign-key actions and bodies of routines lead to stands in no list. `name_space` as dependencies are made
  // with; it is shown without the server's address in front.
  DependencyNames(const catalog::Snapshot* snapshot, std::string_view name_space, coherence::Dependency roles,
                  Protocol protocol);

  // Sorted; one that is not known is shown as its hash.
  [[nodiscard]] std::vector<std::string> of(const std::vector<coherence::Dependency>& dependencies) const;

 private:
  void add_family(const catalog::Snapshot& snapshot, std::string_view name_space, catalog::ObjectId family);

  std::map<coherence::Dependency, std::string> names_;
};

}  // namespace tapri::app
