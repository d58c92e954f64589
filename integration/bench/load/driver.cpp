#include "driver.h"

#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <deque>
#include <sstream>
#include <stdexcept>
#include <string>
#include <system_error>

namespace bench {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kPatience = 60 * kSecond;  // for any answer at all

std::int64_t nanoseconds(double seconds) { return static_cast<std::int64_t>(seconds * static_cast<double>(kSecond)); }

std::int64_t clock_now() {
  return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

}  // namespace

Driver::Driver(const Workload& workload)
    : workload_(workload),
      watched_(workload.clients),
      choice_(workload),
      tally_(workload.units.size()),
      epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  for (const auto& statement : workload.statements) {
    encoders_.emplace_back(statement, "s" + std::to_string(encoders_.size()));
  }
  if (std::any_of(workload.statements.begin(), workload.statements.end(),
                  [](const auto& one) { return one.versioned || one.writes; })) {
    versions_.resize(workload.keys.count + 1);
  }
  for (std::size_t at = 0; at < workload.clients; ++at) {
    sessions_.push_back(std::make_unique<Session>(workload, encoders_));
    epoll_event event{EPOLLIN, {.u64 = at}};
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, sessions_.back()->socket(), &event) != 0) {
      throw std::system_error(errno, std::generic_category(), "epoll_ctl");
    }
  }
}

Driver::~Driver() { close(epoll_); }

void Driver::begin(Session& session, std::size_t unit, std::uint64_t key, std::int64_t now) {
  send(session, {.unit = unit, .key = key, .begun = now});
}

void Driver::send(Session& session, Owed owed) {
  const auto statement = workload_.units[owed.unit].steps[owed.step];
  if (!versions_.empty()) {
    owed.least = versions_[owed.key];
  }
  encoders_[statement].append(session.out(), owed.key, session.prepared(statement));
  session.owed.push_back(owed);
}

void Driver::problem(std::uint64_t& counter, const Owed& owed, const Answer& answer) {
  ++counter;
  if (!tally_.first_problem.empty()) {
    return;
  }
  std::ostringstream said;
  said << workload_.units[owed.unit].name << ", step " << owed.step << ", key " << owed.key << ": ";
  if (answer.error.empty()) {
    said << answer.rows << " rows of key " << answer.key << ", version " << answer.version << " where " << owed.least
         << " was known, " << answer.affected << " affected";
  } else {
    said << answer.error;
  }
  tally_.first_problem = said.str();
}

void Driver::check(const Owed& owed, const Answer& answer) {
  const auto& statement = workload_.statements[workload_.units[owed.unit].steps[owed.step]];
  ++tally_.statements;
  if (!answer.error.empty()) {
    problem(tally_.errors, owed, answer);
    return;
  }
  const bool right_rows =
      answer.rows == statement.rows && (statement.rows == 0 || answer.key == static_cast<std::int64_t>(owed.key));
  if (!right_rows || (statement.writes && answer.affected != 1)) {
    problem(tally_.wrong, owed, answer);
    return;
  }
  if (statement.versioned && answer.version < owed.least) {
    problem(tally_.stale, owed, answer);
  }
  tally_.reads += statement.rows > 0 ? 1 : 0;
  if (statement.versioned || statement.writes) {
    auto& version = versions_[owed.key];
    version = std::max(version, statement.writes ? owed.least + 1 : answer.version);
  }
}

bool Driver::take_answers(Session& session, std::int64_t now) {
  while (const auto* answer = session.next()) {
    if (session.owed.empty()) {
      throw std::runtime_error("an answer to nothing");
    }
    const auto owed = session.owed.front();
    session.owed.pop_front();
    check(owed, *answer);
    const auto& unit = workload_.units[owed.unit];
    if (owed.step + 1 < unit.steps.size()) {
      send(session, {.unit = owed.unit, .step = owed.step + 1, .key = choice_.key(), .begun = owed.begun});
    } else {
      tally_.latencies[owed.unit].record(static_cast<std::uint64_t>(now - owed.begun));
    }
  }
  return session.owed.empty();
}

void Driver::watch(std::size_t at) {
  const bool writes = sessions_[at]->wants_to_write();
  if (writes != watched_[at]) {
    epoll_event event{EPOLLIN | (writes ? EPOLLOUT : 0U), {.u64 = at}};
    epoll_ctl(epoll_, EPOLL_CTL_MOD, sessions_[at]->socket(), &event);
    watched_[at] = writes;
  }
}

template <typename Free>
bool Driver::turn(std::int64_t patience, Free&& free) {
  std::array<epoll_event, 256> events{};
  const timespec limit{patience / kSecond, patience % kSecond};
  const int count = epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &limit, nullptr);
  for (int event = 0; event < count; ++event) {
    const auto at = static_cast<std::size_t>(events.at(static_cast<std::size_t>(event)).data.u64);
    auto& session = *sessions_[at];
    if ((events.at(static_cast<std::size_t>(event)).events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) {
      session.receive();
      const auto now = clock_now();
      if (take_answers(session, now)) {
        free(at, now);
      }
    }
    session.flush();
    watch(at);
  }
  return count > 0;
}

template <typename Next>
void Driver::closed(Next&& next) {
  std::size_t busy = 0;
  for (std::size_t at = 0; at < sessions_.size(); ++at) {
    if (next(*sessions_[at], clock_now())) {
      ++busy;
      sessions_[at]->flush();
      watch(at);
    }
  }
  while (busy > 0) {
    const bool some = turn(kPatience, [&](std::size_t at, std::int64_t now) {
      if (!next(*sessions_[at], now)) {
        --busy;
      }
    });
    if (!some) {
      throw std::runtime_error("no answer for a minute");
    }
  }
}

void Driver::closed_for(double seconds) {
  const auto until = clock_now() + nanoseconds(seconds);
  closed([&](Session& session, std::int64_t now) {
    for (std::size_t sent = 0; sent < workload_.pipeline && now < until; ++sent) {
      begin(session, choice_.unit(), choice_.key(), now);
    }
    return now < until;
  });
}

void Driver::pass() {
  const auto at_once = workload_.warm_pipeline;
  const auto wanted = std::max<std::uint64_t>(workload_.keys.count, 2 * workload_.clients * at_once);
  for (std::size_t unit = 0; unit < workload_.units.size(); ++unit) {
    if (workload_.units[unit].writes) {
      continue;
    }
    std::uint64_t done = 0;
    closed([&](Session& session, std::int64_t now) {
      const auto before = done;
      for (std::size_t sent = 0; sent < at_once && done < wanted; ++sent) {
        begin(session, unit, 1 + done++ % workload_.keys.count, now);
      }
      return done > before;
    });
  }
}

void Driver::open_for(double seconds) {
  std::deque<std::int64_t> due;
  std::deque<std::size_t> free;
  for (std::size_t at = 0; at < sessions_.size(); ++at) {
    free.push_back(at);
  }
  const auto gap = [&] { return static_cast<std::int64_t>(choice_.gap(workload_.rate)); };
  auto next = clock_now() + gap();
  const auto until = clock_now() + nanoseconds(seconds);
  while (next < until || !due.empty() || free.size() < sessions_.size()) {
    const auto now = clock_now();
    for (; next <= now && next < until; next += gap()) {
      due.push_back(next);
    }
    for (; !due.empty() && !free.empty(); due.pop_front(), free.pop_front()) {
      begin(*sessions_[free.front()], choice_.unit(), choice_.key(), due.front());
      sessions_[free.front()]->flush();
      watch(free.front());
    }
    const bool some = turn(next < until ? std::max<std::int64_t>(next - clock_now(), 0) : kPatience,
                           [&](std::size_t at, std::int64_t) { free.push_back(at); });
    if (!some && next >= until && free.size() < sessions_.size()) {
      throw std::runtime_error("no answer for a minute");
    }
  }
}

void Driver::warm() {
  tally_ = Tally(workload_.units.size());
  if (!workload_.keys.fresh && workload_.keys.skew == 0) {
    pass();
  }
  closed_for(workload_.warm_seconds);
  if (tally_.errors + tally_.wrong > 0) {
    throw std::runtime_error("while warming up: " + tally_.first_problem);
  }
}

Tally Driver::run(double seconds) {
  tally_ = Tally(workload_.units.size());
  const auto begun = clock_now();
  const auto used = cpu_seconds();
  if (workload_.rate > 0) {
    open_for(seconds);
  } else {
    closed_for(seconds);
  }
  tally_.seconds = static_cast<double>(clock_now() - begun) / static_cast<double>(kSecond);
  tally_.cpu_seconds = cpu_seconds() - used;
  return tally_;
}

}  // namespace bench
