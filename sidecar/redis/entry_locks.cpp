#include "redis/entry_locks.h"

#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace tapri::redis {
namespace {

using std::chrono::milliseconds;

// KEYS: the lock. ARGV: its holder's token.
constexpr std::string_view kRelease =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], 0) end return 0";

// Of all that the system gives: two instances never draw the same.
std::mt19937_64 seeded() {
  std::random_device random;
  std::seed_seq seed{random(), random(), random(), random(), random(), random(), random(), random()};
  return std::mt19937_64(seed);
}

}  // namespace

struct EntryLocks::State {
  State(Config its_config, io::Loop& its_loop, Client& its_client, const Clock& its_clock)
      : config(std::move(its_config)), loop(its_loop), client(&its_client), clock(its_clock) {}

  [[nodiscard]] bool usable() const { return client != nullptr && client->connected(); }
  // 128 bits in hexadecimal.
  [[nodiscard]] std::string draw_token() {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string token;
    for (const std::uint64_t word : {random(), random()}) {
      for (unsigned shift = 0; shift < 64; shift += 4) token += kDigits[(word >> shift) & 15U];
    }
    return token;
  }
  void fail_all();

  const Config config;
  io::Loop& loop;
  Client* client;  // null: there is none any more
  const Clock& clock;
  std::mt19937_64 random = seeded();
  std::set<Attempt*> attempts;  // that may still be called
};

class EntryLocks::Lock final : public cache::RemoteLock {
 public:
  Lock(std::shared_ptr<State> state, std::string name, std::string token)
      : state_(std::move(state)), name_(std::move(name)), token_(std::move(token)) {}
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  // If Redis cannot be told, it ends by itself.
  ~Lock() override {
    if (!state_->usable()) return;
    const std::array<std::string_view, 5> release = {"EVAL", kRelease, "1", name_, token_};
    state_->client->send(release, state_->config.deadline, [](const Result<Reply>&) {});
  }

 private:
  std::shared_ptr<State> state_;
  std::string name_;
  std::string token_;
};

class EntryLocks::Attempt final : public std::enable_shared_from_this<Attempt> {
 public:
  Attempt(std::shared_ptr<State> state, std::string name, Duration time, Done done)
      : state_(std::move(state)),
        name_(std::move(name)),
        time_(time),
        done_(std::move(done)),
        token_(state_->draw_token()),
        backoff_(state_->config.looks, static_cast<std::uint32_t>(state_->random())),
        timer_(state_->loop.make_timer()) {
    state_->attempts.insert(this);
  }
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;
  ~Attempt() { give_up(); }

  void start() {
    asked_ = state_->clock.now();
    const std::string time = std::to_string(std::max<std::int64_t>(1, std::chrono::ceil<milliseconds>(time_).count()));
    const std::array<std::string_view, 7> set = {"SET", name_, token_, "NX", "PX", time, "GET"};
    send(set, state_->config.deadline, &Attempt::set_came);
    const std::array<std::string_view, 2> left = {"PTTL", name_};
    send(left, state_->config.deadline, &Attempt::time_left_came);
  }

  // Nobody is called any more.
  void give_up() {
    over_ = true;
    timer_->cancel();
    state_->attempts.erase(this);
  }

  void end(End end, std::unique_ptr<cache::RemoteLock> lock = nullptr) {
    if (over_) return;
    give_up();
    const auto done = std::exchange(done_, nullptr);
    done(end, std::move(lock));
  }

 private:
  template <std::size_t N>
  void send(const std::array<std::string_view, N>& command, Duration deadline,
            void (Attempt::*came)(const Result<Reply>&)) {
    state_->client->send(command, deadline,
                         [self = shared_from_this(), came](const Result<Reply>& reply) { (*self.*came)(reply); });
  }

  void set_came(const Result<Reply>& reply) {
    if (reply && reply->kind() == Reply::Kind::nil) {
      // Where nobody wants it any more it goes at once.
      return end(End::taken, std::make_unique<Lock>(state_, name_, token_));
    }
    // It may have been carried out, or be yet.
    if (!reply) const Lock given_back(state_, name_, token_);
    if (!reply || reply->kind() != Reply::Kind::string) return end(End::failed);
    theirs_ = reply->text();
  }

  void time_left_came(const Result<Reply>& reply) {
    if (over_) return;
    if (!reply || reply->kind() != Reply::Kind::integer) return end(End::failed);
    constexpr std::int64_t kGone = -2;
    if (reply->integer() == kGone) return end(End::released);
    // None that ever was taken here is without an end.
    Duration left = state_->config.longest_wait;
    if (reply->integer() >= 0 && reply->integer() < std::chrono::floor<milliseconds>(left).count()) {
      left = milliseconds(reply->integer());
    }
    until_ = asked_ + left;
    look_later();
  }

  void look_later() {
    const Duration left = until_ - state_->clock.now();
    if (left <= Duration::zero()) return end(End::expired);
    timer_->set(std::min(backoff_.next(), left), [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->look();
    });
  }

  void look() {
    if (over_) return;
    const Duration left = until_ - state_->clock.now();
    if (left <= Duration::zero()) return end(End::expired);
    if (!state_->usable()) return end(End::failed);
    const std::array<std::string_view, 2> get = {"GET", name_};
    send(get, std::min(left, state_->config.deadline), &Attempt::token_came);
  }

  void token_came(const Result<Reply>& reply) {
    if (over_) return;
    // Redis counts whole milliseconds, and from when it last looked at its clock.
    constexpr milliseconds kInexact(2);
    const bool time_is_over = until_ - kInexact <= state_->clock.now();
    if (!reply || reply->is_error()) return end(time_is_over ? End::expired : End::failed);
    if (reply->kind() == Reply::Kind::string && reply->text() == theirs_) return look_later();
    end(time_is_over ? End::expired : End::released);
  }

  const std::shared_ptr<State> state_;
  const std::string name_;
  const Duration time_;
  Done done_;
  const std::string token_;
  Backoff backoff_;
  std::unique_ptr<io::Timer> timer_;
  TimePoint asked_{};
  std::string theirs_;  // the token of who has it
  TimePoint until_{};   // when their time is over at the earliest
  bool over_ = false;
};

void EntryLocks::State::fail_all() {
  std::vector<std::weak_ptr<Attempt>> all;
  for (Attempt* const attempt : attempts) all.push_back(attempt->weak_from_this());
  for (const auto& weak : all) {
    if (const auto attempt = weak.lock()) attempt->end(End::failed);
  }
}

class EntryLocks::Ticket final : public cache::LockAttempt {
 public:
  explicit Ticket(std::shared_ptr<Attempt> attempt) : attempt_(std::move(attempt)) {}
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;
  ~Ticket() override { attempt_->give_up(); }

 private:
  std::shared_ptr<Attempt> attempt_;
};

Result<void> EntryLocks::Config::validate() const {
  if (prefix.empty() || !entry) return fail("the keys of locks need a prefix, and the entries' names");
  if (deadline <= Duration::zero() || longest_wait <= Duration::zero()) {
    return fail("a deadline must be more than nothing");
  }
  return {};
}

EntryLocks::EntryLocks(Config config, io::Loop& loop, Client& client, const Clock& clock)
    : state_(std::make_shared<State>(std::move(config), loop, client, clock)) {
  client.watch([weak = std::weak_ptr(state_)](bool connected) {
    const auto state = weak.lock();
    if (state && !connected) state->fail_all();
  });
}

EntryLocks::~EntryLocks() {
  state_->client = nullptr;
  for (Attempt* const attempt : std::vector<Attempt*>(state_->attempts.begin(), state_->attempts.end())) {
    attempt->give_up();
  }
}

std::unique_ptr<cache::LockAttempt> EntryLocks::take(const cache::remote::GlobalKey& key, Duration time, Done done) {
  if (!state_->usable() || state_->attempts.size() >= state_->config.max_attempts) return nullptr;
  std::string name = state_->config.prefix;
  name.append("{").append(state_->config.entry(key)).append("}");
  const auto attempt = std::make_shared<Attempt>(state_, std::move(name), time, std::move(done));
  attempt->start();
  return std::make_unique<Ticket>(attempt);
}

}  // namespace tapri::redis
