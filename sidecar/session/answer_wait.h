// How a session waits for an answer that the store does not have: for another session that has asked the database for
// it, or for the tier behind the store. It waits once, then looks again, and then asks the database itself: under many
// writes the next answer would be no better.
//
// Thread-safety: none; it belongs to its session.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/reason.h"
#include "cache/flight.h"
#include "cache/remote/global_key.h"
#include "session/remote_fetch.h"
#include "telemetry/metrics.h"

namespace tapri::session {

class AnswerWait {
 public:
  // A look-up that found nothing in the store.
  struct Missed {
    const AnalysisRef& analysis;
    const cache::KeyView& key;
    Reason reason;          // why nothing was found
    bool may_wait = false;  // nothing else is on its way for this session
    // Its key in the tier behind the store; nullopt: it is not to be looked for there. Called only where there is one.
    std::function<std::optional<cache::remote::GlobalKey>()> global_key;
  };
  // Whether to wait: `wake` is called when it is over. If not, `lead` is what the answer of the database ends. `before`
  // is the wait that this look-up follows; it may be none.
  [[nodiscard]] bool begin(const WorkerServices& services, const Missed& missed, AnswerWait before,
                           const std::function<void()>& wake, cache::Flight& lead);

  [[nodiscard]] bool waiting() const { return state_ && !state_->over; }
  // Woken, or waited long enough.
  void end() {
    if (!state_) return;
    state_->ticket.reset();
    state_->over = true;
  }
  // How an answer came that was found in the store after this wait; as well where there was none.
  [[nodiscard]] telemetry::Outcome outcome() const {
    if (!state_) return telemetry::Outcome::hit_l1;
    if (state_->fetch) return state_->fetch->found() ? telemetry::Outcome::hit_l2 : telemetry::Outcome::hit_l1;
    return telemetry::Outcome::coalesced;
  }

 private:
  // One of the two, or with `over` none any more.
  struct State {
    std::unique_ptr<cache::FlightTicket> ticket;
    std::shared_ptr<RemoteFetch> fetch;
    bool over = false;
  };
  std::unique_ptr<State> state_;  // null: there is and was nothing to wait for, as nearly always
};

}  // namespace tapri::session
