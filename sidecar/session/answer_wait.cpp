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
  if (before.over_) {
    if (before.fetch_) lead = before.fetch_->take_lead();
    return false;
  }
  auto joined = services.shared.flights.join(missed.key, wake);
  if (joined.ticket && missed.may_wait) {
    ticket_ = std::move(joined.ticket);
    for_another_ = true;
    return true;
  }
  lead = std::move(joined.lead);
  const bool remote = services.remote != nullptr && services.remote->usable();
  if (!remote || !lead.leads() || !missed.may_wait || !worth_a_look(missed.reason)) return false;
  const auto key = missed.global_key();
  if (key) fetch_ = RemoteFetch::begin(services, missed.analysis, missed.key, *key, lead, wake);
  return fetch_ != nullptr;
}

telemetry::Outcome AnswerWait::outcome() const {
  if (fetch_ && fetch_->found()) return telemetry::Outcome::hit_l2;
  return for_another_ ? telemetry::Outcome::coalesced : telemetry::Outcome::hit_l1;
}

}  // namespace tapri::session
