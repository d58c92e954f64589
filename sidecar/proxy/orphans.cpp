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

// A timer that runs is left alone: adds that follow each other closely would put it off for ever.
void Orphans::arm() {
  if (std::exchange(armed_, true)) return;
  timer_->set(config_.interval, [self = weak_from_this()] {
    if (const auto orphans = self.lock()) orphans->ask_all();
  });
}

void Orphans::ask_all() {
  armed_ = false;
  std::vector<std::shared_ptr<Orphan>> unasked;
  bool any = false;
  {
    auto orphans = orphans_.lock();
    any = !orphans->empty();
    for (const auto& orphan : *orphans) {
      if (!std::exchange(orphan->asked, true)) unasked.push_back(orphan);
    }
  }
  for (const auto& orphan : unasked) {
    ask_(static_cast<int>(orphan->process_id), [self = weak_from_this(), orphan](std::optional<bool> alive) {
      if (const auto orphans = self.lock()) orphans->answered(orphan, alive);
    });
  }
  if (any) arm();
}

void Orphans::answered(const std::shared_ptr<Orphan>& orphan, std::optional<bool> alive) {
  auto orphans = orphans_.lock();
  orphan->asked = false;
  if (alive.value_or(false)) orphan->since = clock_.now();
  if (alive.value_or(clock_.now() - orphan->since < config_.grace)) return;
  const auto place = std::find(orphans->begin(), orphans->end(), orphan);
  if (place == orphans->end()) return;
  orphan->mark.commit();
  orphans->erase(place);
}

}  // namespace tapri::proxy
