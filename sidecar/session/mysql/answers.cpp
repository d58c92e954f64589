// What the server says.
#include <algorithm>
#include <utility>

#include "session/keeping.h"
#include "session/mysql/session.h"
#include "wire/mysql/response.h"

namespace tapri::session::mysql {
namespace {

using wire::mysql::Command;
using wire::mysql::ResponseKind;
using wire::mysql::ResponsePart;

// What is swallowed has a few thousand bytes; a replayed answer need not be kept.
constexpr std::size_t kMaxSwallowed = 64UL * 1024;

// Whether such an answer ends with an OK or an EOF, where it is no error.
bool tells_status(ResponseKind kind) {
  return kind == ResponseKind::single || kind == ResponseKind::text_result || kind == ResponseKind::binary_result ||
         kind == ResponseKind::rows || kind == ResponseKind::fields;
}

bool sets(const Analysis& analysis) {
  return std::ranges::any_of(analysis.shape->facts().statements,
                             [](const sql::StatementFacts& facts) { return facts.verb == sql::Verb::set; });
}

}  // namespace

std::size_t Session::on_upstream_data(ByteView data, Actions& actions) {
  std::size_t done = 0;
  while (done < data.size()) {
    const ByteView rest = data.substr(done);
    if (receiving_ == Receiving::anything || (!answering_ && !auth_)) {
      // Unseen, or said without being asked: why the server ends the session.
      actions.to_client.add(rest);
      return data.size();
    }
    if (auth_) {
      const std::size_t taken = authenticate(rest, actions);
      if (taken == 0) break;
      done += taken;
      continue;
    }
    const auto step = response_.advance(rest);
    const ByteView passed = rest.substr(0, step.passed);
    done += step.passed;
    if (asked_by_ != Asker::client) {
      if (asked_by_ == Asker::probe && swallowed_.size() < kMaxSwallowed) swallowed_ += passed;
    } else if (recording_) {
      record(passed);
    }
    inspect(step);
    const bool swallowed = asked_by_ != Asker::client;
    if (receiving_ == Receiving::anything) {
      // Nobody waits for what Tapri itself has asked.
      actions.close = actions.close || swallowed;
    } else if (response_.done()) {
      answer_ended();
    }
    // Not before the log has what the answer acknowledges.
    if (!swallowed && !passed.empty()) actions.to_client.add(passed);
    if (complete_) {
      actions.carry_out_now();
      store(*std::exchange(complete_, nullptr));
    }
    if (answering_ && step.part == ResponsePart::none) break;
  }
  return done;
}

void Session::inspect(const wire::mysql::ResponseStream::Step& step) {
  const auto& summary = response_.follower().summary();
  switch (step.part) {
    case ResponsePart::local_infile:
      receiving_ = Receiving::file;
      break;
    case ResponsePart::prepared:
      if (!prepared_) break;
      prepared_->parameters = summary.parameter_count;
      if (statements_.size() < services_.shared.limits.max_prepared) {
        statements_.insert_or_assign(summary.statement, std::move(*prepared_));
      } else {
        statements_.erase(summary.statement);
      }
      prepared_.reset();
      break;
    case ResponsePart::violation:
      become_opaque();
      break;
    default:
      break;
  }
}

// To MariaDB, most of what uses no table leaves errors and warnings to be told, and MySQL keeps them for what tells of
// them; neither counts them there. What else ends them is let be: that costs one answer from the cache.
bool Session::ends_conditions() const {
  return analysis_ != nullptr && analysis_->cacheable && !analysis_->tables.empty();
}

void Session::answer_ended() {
  const auto& summary = response_.follower().summary();
  const bool failed = summary.failed();
  const bool was_between = tracker_.between();
  answering_ = false;
  switch (std::exchange(asked_by_, Asker::client)) {
    case Asker::probe:
      probe_ended();
      swallowed_.clear();
      break;
    case Asker::replay:
      break;
    case Asker::client:
      last_failed_ = failed;
      leaves_conditions_ = failed || summary.warnings > 0 || (leaves_conditions_ && !ends_conditions());
      if (owed_.ends_with_success && !failed) owed_.count.reset();
      // What is asked for next is its error, not what was answered from the cache before it.
      if (failed && command_ == Command::stmt_prepare) last_hit_.clear();
      if (!failed && tells_status(response_.follower().kind())) {
        status_ = summary.status;
        tracker_.ended(summary.status);
      } else if (failed || tracker_.write_in_flight()) {
        tracker_.ended(std::nullopt);
      }
      // SET autocommit = 1 commits, but leaves it for the transaction after that.
      if (tracker_.between() && !was_between && !(analysis_ && sets(*analysis_))) next_isolation_changed_ = false;
      if (command_ == Command::reset_connection && !failed) tracker_.rolled_back(status_);
      count_answer();
      if (!failed) complete_ = std::move(recording_);
      recording_.reset();
      if (complete_) complete_->answered = services_.shared.clock.now();
      analysis_.reset();
      prepared_.reset();
      kill_.reset();
      break;
  }
  // Else the server has answered before it had all of the command.
  if (receiving_ != Receiving::body && receiving_ != Receiving::file) go_on();
}

void Session::count_answer() const {
  if (analysis_) return count_forwarded(services_, *analysis_, reason_, recording_ != nullptr, sent_);
  if (command_ != Command::query && command_ != Command::stmt_execute) return;
  const Duration took = services_.shared.clock.now() - sent_;
  services_.metrics.upstream_duration.observe(took);
  services_.metrics.statement(telemetry::Outcome::bypass, took);
  services_.metrics.bypassed(Reason::not_understood);
}

std::size_t Session::authenticate(ByteView data, Actions& actions) {
  wire::mysql::Message message;
  switch (wire::mysql::take_message(data, AuthRelay::kMaxMessage, joined_, message)) {
    case wire::mysql::MessageStatus::incomplete:
      return 0;
    case wire::mysql::MessageStatus::too_large:
      actions.close = true;
      return 0;
    case wire::mysql::MessageStatus::complete:
      break;
  }
  sequences_.server = static_cast<std::uint8_t>(message.last_sequence + 1);
  authenticated(auth_->from_server(message.payload, sequences_, actions), message.payload);
  return message.whole.size();
}

// A refused client has been told, and the connection closes.
void Session::authenticated(AuthRelay::Outcome outcome, ByteView payload) {
  if (outcome != AuthRelay::Outcome::accepted) return;
  wire::mysql::Ok ok;
  if (wire::mysql::decode_head(payload, ok)) status_ = ok.status;
  tracker_.rolled_back(status_);
  identity_.user = std::move(next_user_);
  auth_.reset();
  answering_ = false;
  response_ = wire::mysql::ResponseStream(identity_.capabilities);
  receiving_ = Receiving::command;
  resumable_ = true;
}

}  // namespace tapri::session::mysql
