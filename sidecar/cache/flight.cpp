#include "cache/flight.h"

#include <atomic>
#include <list>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace tapri::cache {

namespace flight_detail {

struct Waiter;
using Queue = std::list<std::shared_ptr<Waiter>>;

struct Waiter {
  explicit Waiter(std::function<void()> callback) : wake(std::move(callback)) {}

  // Whoever sets it first decides: the landing, which then calls, or the ticket, and it is never called.
  std::atomic<bool> spent{false};
  const std::function<void()> wake;
  // Guarded by Board::mutex. Null once the flight has landed.
  Group* group = nullptr;
  Queue::iterator place;
};

struct Key {
  ByteString bytes;
  std::uint64_t hash = 0;
};

struct KeyHash {
  using is_transparent = void;
  std::size_t operator()(const Key& key) const { return key.hash; }
  std::size_t operator()(const KeyView& key) const { return key.hash; }
};

// The whole key, whatever the hash says.
struct KeyEqual {
  using is_transparent = void;
  bool operator()(const Key& a, const Key& b) const { return a.bytes == b.bytes; }
  bool operator()(const KeyView& a, const Key& b) const { return a.bytes == b.bytes; }
  bool operator()(const Key& a, const KeyView& b) const { return a.bytes == b.bytes; }
};

// One flight: its leader is in the air, the queue waits.
struct Group {
  const Key* key = nullptr;  // in the board's map, whose nodes stay where they are
  Queue queue;
};

struct Board {
  explicit Board(std::size_t most) : max_waiters(most) {}

  const std::size_t max_waiters;
  std::mutex mutex;
  // Guarded by mutex.
  std::unordered_map<Key, Group, KeyHash, KeyEqual> groups;
  std::size_t waiting = 0;
};

namespace {

// Takes the group off the board and returns who waited.
Queue take_off(Board& board, const Group& group) {
  Queue queue;
  const std::lock_guard lock(board.mutex);
  const auto found = board.groups.find(*group.key);
  queue.swap(found->second.queue);
  for (const std::shared_ptr<Waiter>& waiter : queue) waiter->group = nullptr;
  board.waiting -= queue.size();
  board.groups.erase(found);
  return queue;
}

class Ticket final : public FlightTicket {
 public:
  Ticket(std::shared_ptr<Board> board, std::shared_ptr<Waiter> waiter)
      : board_(std::move(board)), waiter_(std::move(waiter)) {}
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;

  ~Ticket() override {
    waiter_->spent.store(true);
    const std::lock_guard lock(board_->mutex);
    if (waiter_->group == nullptr) return;
    // waiter_ still holds the callback, so nothing foreign is destroyed under the lock.
    waiter_->group->queue.erase(waiter_->place);
    --board_->waiting;
  }

 private:
  std::shared_ptr<Board> board_;
  std::shared_ptr<Waiter> waiter_;
};

}  // namespace
}  // namespace flight_detail

using flight_detail::Board;
using flight_detail::Group;
using flight_detail::Key;
using flight_detail::Ticket;
using flight_detail::Waiter;

Flight::Flight() = default;

Flight::Flight(std::shared_ptr<Board> board, Group& group) : board_(std::move(board)), group_(&group) {}

Flight::Flight(Flight&& other) noexcept
    : board_(std::move(other.board_)), group_(std::exchange(other.group_, nullptr)), lock_(std::move(other.lock_)) {}

Flight& Flight::operator=(Flight&& other) noexcept {
  if (this == &other) return *this;
  land();
  board_ = std::move(other.board_);
  group_ = std::exchange(other.group_, nullptr);
  lock_ = std::move(other.lock_);
  return *this;
}

Flight::~Flight() { land(); }

void Flight::land() {
  lock_.reset();
  if (group_ == nullptr) return;
  // A callback may come back here: this flight is over before the first is called.
  const std::shared_ptr<Board> board = std::move(board_);
  for (const std::shared_ptr<Waiter>& waiter : flight_detail::take_off(*board, *std::exchange(group_, nullptr))) {
    if (!waiter->spent.exchange(true)) waiter->wake();
  }
}

Flights::Flights(Config config) : board_(std::make_shared<Board>(config.max_waiters)) {}

Flights::~Flights() = default;

Flights::Joined Flights::join(const KeyView& key, const std::function<void()>& wake) {
  const std::lock_guard lock(board_->mutex);
  const auto found = board_->groups.find(key);
  if (found == board_->groups.end()) {
    const auto added = board_->groups.try_emplace(Key{ByteString(key.bytes), key.hash}).first;
    added->second.key = &added->first;
    return {Flight(board_, added->second), nullptr};
  }
  if (board_->waiting >= board_->max_waiters) return {};
  auto waiter = std::make_shared<Waiter>(wake);
  Group& group = found->second;
  waiter->place = group.queue.insert(group.queue.end(), waiter);
  waiter->group = &group;
  ++board_->waiting;
  return {Flight(), std::make_unique<Ticket>(board_, std::move(waiter))};
}

std::size_t Flights::waiters() const {
  const std::lock_guard lock(board_->mutex);
  return board_->waiting;
}

}  // namespace tapri::cache
