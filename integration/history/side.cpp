// PostgreSQL's side of the history.
#include "side.h"

#include <stdexcept>

#include "worker.h"

namespace history {
namespace {

class PostgresSide : public Side {
 public:
  PostgresSide(Journal& journal, const std::string& address, const std::string& administrator)
      : shared_{journal, Addresses(address), administrator, {}, {}, {}} {
    journal.tell([](Checker& checker) { start(checker); });
    for (auto& slots : shared_.lists) {
      for (int slot = 0; slot < kSlots; ++slot) {
        slots.at(static_cast<std::size_t>(slot)) = slot;
      }
    }
  }
  void work(int number) override { work_until_stopped(shared_, number); }
  void read_all() override { history::read_all(shared_); }

 private:
  Shared shared_;
};

}  // namespace

std::unique_ptr<Side> make_side(Journal& journal, const std::string& address, const std::string& administrator) {
  return std::make_unique<PostgresSide>(journal, address, administrator);
}

void define(const std::string& address) {
  const auto answer = Session(address).run(definitions());
  if (!answer.good()) {
    throw std::runtime_error(answer.message);
  }
}

std::string shown(Object object) {
  return std::string(table_at(table_of(object)).name) + " " + std::to_string(key_of(object));
}

}  // namespace history
