#include "session/answer_wait.h"

#include <utility>

namespace tapri::session {
namespace {

// Whether what is missing here may be found elsewhere.
bool worth_a_look(Reason reason) {
  return reason == Reason::not_cached_yet || reason == Reason::expired || reason == Reason::invalidated;
}

}  // namespace

bool AnswerWait::begin(const WorkerServices& services, const Missed& missed, AnswerWait before,
                       const std::function<void()>& wake, cache::Flight& lead) {
  if (before.state_ && before.state_->over) {
    if (before.state_->fetch) lead = before.state_->fetch->take_lead();
    return false;
  }
  auto joined = services.shared.flights.join(missed.key, wake);
  if (joined.ticket && missed.may_wait) {
    state_ = std::make_unique<State>(State{std::move(joined.ticket), nullptr});
    return true;
  }
  lead = std::move(joined.lead);
  const bool remote = services.remote != nullptr && services.remote->usable();
  if (!remote || !lead.leads() || !missed.may_wait || !worth_a_look(missed.reason)) return false;
  const auto key = missed.global_key();
  auto fetch = key ? RemoteFetch::begin(services, missed.analysis, missed.key, *key, lead, wake) : nullptr;
  if (fetch) state_ = std::make_unique<State>(State{nullptr, std::move(fetch)});
  return state_ != nullptr;
}

}  // namespace tapri::session
