#include "redis/breaker.h"

#include <algorithm>
#include <array>

namespace tapri::redis {
namespace {

constexpr int kWeight = 8;

}  // namespace

bool Breaker::succeeded(Duration latency, TimePoint now) {
  if (state_ != State::closed) return false;
  failures_ = 0;
  mean_ = samples_ == 0 ? latency : mean_ + (latency - mean_) / kWeight;
  samples_ = std::min(samples_ + 1, config_.samples);
  if (config_.latency <= Duration(0) || samples_ < config_.samples || mean_ <= config_.latency) return false;
  open(Cause::latency, now);
  return true;
}

bool Breaker::failed(TimePoint now, bool silence) {
  if (state_ != State::closed) return false;
  if (silence && config_.silence) {
    open(Cause::silence, now);
    return true;
  }
  ++failures_;
  if (config_.failures == 0 || failures_ < config_.failures) return false;
  open(Cause::failures, now);
  return true;
}

void Breaker::open(Cause cause, TimePoint now) {
  state_ = State::open;
  cause_ = cause;
  probe_due_ = now + backoff_.next();
}

std::optional<TimePoint> Breaker::probe_due() const {
  if (state_ != State::open) return std::nullopt;
  return probe_due_;
}

bool Breaker::take_probe(TimePoint now) {
  if (state_ != State::open || now < probe_due_) return false;
  state_ = State::half_open;
  return true;
}

bool Breaker::probe_succeeded(Duration latency, TimePoint now) {
  if (state_ != State::half_open) return false;
  if (config_.latency > Duration(0) && latency > config_.latency) {
    open(Cause::latency, now);
    return false;
  }
  reset();
  return true;
}

void Breaker::probe_failed(TimePoint now) {
  if (state_ == State::half_open) open(Cause::failures, now);
}

void Breaker::reset() {
  state_ = State::closed;
  failures_ = samples_ = 0;
  mean_ = {};
  backoff_.reset();
}

std::string_view breaker_state_name(Breaker::State state) {
  constexpr std::array<std::string_view, 3> kNames = {"closed", "open", "half_open"};
  return kNames[static_cast<std::size_t>(state)];
}

std::string_view breaker_cause_name(Breaker::Cause cause) {
  constexpr std::array<std::string_view, 3> kNames = {"failures", "latency", "silence"};
  return kNames[static_cast<std::size_t>(cause)];
}

bool is_server_trouble(std::string_view error_code) { return error_code == "LOADING" || error_code == "BUSY"; }

}  // namespace tapri::redis
