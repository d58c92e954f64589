#include "journal.h"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <sstream>

namespace history {
namespace {

double milliseconds(Moment from, Moment to) { return std::chrono::duration<double, std::milli>(to - from).count(); }

}  // namespace

Journal::Journal(Shown shown, bool stop_at_first, std::optional<Bound> bound)
    : shown_(std::move(shown)),
      checker_([this](Anomaly anomaly, Object object, const std::string& why) { found(anomaly, object, why); },
               std::move(bound)),
      stop_at_first_(stop_at_first) {}

void Journal::show(const Operation& operation) const {
  std::cerr << "    " << std::fixed << std::setprecision(3) << milliseconds(begun_, operation.invoked) << " to "
            << milliseconds(begun_, operation.completed) << " ms, session " << operation.session;
  if (operation.transaction != kNone) {
    std::cerr << ", transaction " << operation.transaction;
  }
  std::cerr << ": " << operation.text << "; " << operation.outcome;
  for (const auto& row : operation.rows) {
    std::cerr << " [" << shown_(row.object) << " version " << row.version << " value " << row.value << " group "
              << row.group << "]";
  }
  std::cerr << "\n";
}

// Under the lock.
void Journal::found(Anomaly anomaly, Object object, const std::string& why) {
  violations_.fetch_add(1);
  if (++anomalies_.at(static_cast<std::size_t>(anomaly)) <= kReported) {
    std::cerr << "VIOLATION " << name(anomaly) << ": " << shown_(object) << ": " << why << "\n";
    std::vector<const Operation*> about;
    const auto within = operations_.empty() ? kNone : operations_.back().transaction;
    for (auto at = operations_.rbegin(); at != operations_.rend() && about.size() < kShown; ++at) {
      if ((within != kNone && at->transaction == within) ||
          std::find(at->objects.begin(), at->objects.end(), object) != at->objects.end()) {
        about.push_back(&*at);
      }
    }
    for (auto at = about.rbegin(); at != about.rend(); ++at) {
      show(**at);
    }
    std::cerr << std::flush;
  }
  if (stop_at_first_) {
    stop();
  }
}

void Journal::report(Anomaly anomaly, Object object, const std::string& why) {
  const std::lock_guard lock(mutex_);
  found(anomaly, object, why);
}

void Journal::error(const std::string& what) {
  const std::lock_guard lock(mutex_);
  if (++errors_ <= kReported) {
    std::cerr << "ERROR " << what << std::endl;
  }
}

void Journal::count(const std::string& what, std::int64_t by) {
  const std::lock_guard lock(mutex_);
  counts_[what] += by;
}

std::string Journal::totals(double seconds) {
  const std::lock_guard lock(mutex_);
  std::ostringstream out;
  out << "{\"seconds\": " << seconds << ", \"operations\": " << ended_
      << ", \"operations_per_second\": " << static_cast<std::int64_t>(static_cast<double>(ended_) / seconds)
      << ", \"errors\": " << errors_ << ", \"unjudged\": " << checker_.unjudged()
      << ", \"violations\": " << violations_;
  for (std::size_t at = 0; at < anomalies_.size(); ++at) {
    out << ", \"" << name(static_cast<Anomaly>(at)) << "\": " << anomalies_.at(at);
  }
  for (const auto& [what, count] : counts_) {
    out << ", \"" << what << "\": " << count;
  }
  out << "}";
  return out.str();
}

}  // namespace history
