#include "proxy/orphans.h"

#include <algorithm>
#include <utility>

namespace tapri::proxy {

Orphans::Orphans(io::Loop& loop, const Clock& clock, AskAlive ask, Config config)
    : loop_(loop), clock_(clock), ask_(std::move(ask)), config_(config), timer_(loop.make_timer()) {}

void Orphans::add(coherence::DirtyMark mark, std::uint32_t process_id) {
  auto orphan = std::make_shared<Orphan>();
  orphan->mark = std::move(mark);
  orphan->process_id = process_id;
  orphan->since = clock_.now();
  orphans_.lock()->push_back(std::move(orphan));
  loop_.post([self = weak_from_this()] {
    if (const auto orphans = self.lock()) orphans->arm();
  });
}

std::size_t Orphans::count() { return orphans_.lock()->size(); }

void Orphans::arm() {
  timer_->set(config_.interval, [self = weak_from_this()] {
    if (const auto orphans = self.lock()) orphans->ask_all();
  });
}

void Orphans::ask_all() {
  const std::vector<std::shared_ptr<Orphan>> asked = *orphans_.lock();
  for (const auto& orphan : asked) {
    ask_(static_cast<int>(orphan->process_id), [self = weak_from_this(), orphan](std::optional<bool> alive) {
      if (const auto orphans = self.lock()) orphans->answered(orphan, alive);
    });
  }
  if (!asked.empty()) arm();
}

void Orphans::answered(const std::shared_ptr<Orphan>& orphan, std::optional<bool> alive) {
  if (alive.value_or(clock_.now() - orphan->since < config_.grace)) return;
  auto orphans = orphans_.lock();
  const auto place = std::find(orphans->begin(), orphans->end(), orphan);
  if (place == orphans->end()) return;
  orphan->mark.commit();
  orphans->erase(place);
}

}  // namespace tapri::proxy
