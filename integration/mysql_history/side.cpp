// MySQL's and MariaDB's side of the history.
#include "side.h"

#include <stdexcept>

#include "worker.h"

namespace history {

std::unique_ptr<Side> make_side(Journal& journal, const std::string& address, const std::string& administrator) {
  return std::make_unique<SideOf<Shared>>(journal, address, administrator);
}

void define(const std::string& address) {
  Session session(address, nullptr);
  for (const auto& text : definitions(session.is_mariadb())) {
    if (const auto answer = session.run(text); !answer.good()) {
      throw std::runtime_error(text + ": " + answer.message);
    }
  }
}

std::string shown(Object object) {
  return std::string(table_at(table_of(object)).name) + " " + std::to_string(key_of(object));
}

}  // namespace history
