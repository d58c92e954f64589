// What the clients know of the shop's data: every read is held against it.
//
// A number here is the least that a read which begins now may return. Writers raise it once the database has
// acknowledged their write; readers raise it with what they saw once their read has ended. All the numbers only grow:
// versions of rows, the number of a product's reviews, the number of a user's orders.
//
// Thread-safety: all of it may be used by all threads, except load(), which comes first.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace shop {

// Numbers by id (from 1 on), of which the greatest that was seen or acknowledged counts.
class Versions {
 public:
  void resize(std::int64_t count) {
    least_ = std::vector<std::atomic<std::int64_t>>(static_cast<std::size_t>(count + 1));
  }
  [[nodiscard]] std::int64_t count() const { return static_cast<std::int64_t>(least_.size()) - 1; }
  [[nodiscard]] std::int64_t least(std::int64_t id) const { return slot(id).load(std::memory_order_acquire); }

  void raise(std::int64_t id, std::int64_t version) {
    auto& slot = least_.at(static_cast<std::size_t>(id));
    auto old = slot.load(std::memory_order_relaxed);
    while (old < version && !slot.compare_exchange_weak(old, version, std::memory_order_acq_rel)) {
    }
  }
  void increase(std::int64_t id) { least_.at(static_cast<std::size_t>(id)).fetch_add(1, std::memory_order_acq_rel); }

 private:
  [[nodiscard]] const std::atomic<std::int64_t>& slot(std::int64_t id) const {
    return least_.at(static_cast<std::size_t>(id));
  }

  std::vector<std::atomic<std::int64_t>> least_;
};

// Totals by id. What was seen may include writes that are not acknowledged yet, so it is kept apart from the count of
// acknowledged ones: adding to it would count those twice.
class Totals {
 public:
  void resize(std::int64_t count) {
    acknowledged_.resize(count);
    seen_.resize(count);
  }
  [[nodiscard]] std::int64_t count() const { return seen_.count(); }
  [[nodiscard]] std::int64_t least(std::int64_t id) const { return std::max(acknowledged_.least(id), seen_.least(id)); }
  void start(std::int64_t id, std::int64_t total) { acknowledged_.raise(id, total); }
  void acknowledge(std::int64_t id) { acknowledged_.increase(id); }
  void raise(std::int64_t id, std::int64_t total) { seen_.raise(id, total); }

 private:
  Versions acknowledged_;
  Versions seen_;
};

inline constexpr std::int64_t kSeats = 400;  // of each event
inline constexpr std::size_t kListed = 12;   // products on a category's first page

struct Truth {
  // What the database holds, asked directly and not through Tapri, while nobody writes.
  void load(const std::string& address);

  [[nodiscard]] std::int64_t category(std::int64_t product) const {
    return category_of.at(static_cast<std::size_t>(product));
  }
  static std::int64_t seat(std::int64_t event, std::int64_t number) { return (event - 1) * kSeats + number; }

  Versions products;                                          // version of a row
  Versions events;                                            // likewise
  Versions seats;                                             // likewise; id: seat(event, number)
  Versions orders;                                            // by user: how many orders
  Versions newest_review;                                     // by product: id of the last review
  Totals reviews;                                             // by product: how many reviews
  Totals category_changes;                                    // by category: sum of its products' versions
  std::vector<std::int64_t> category_of;                      // by product; never changes
  std::vector<std::array<std::int64_t, kListed>> first_page;  // by category; popularity never changes
};

}  // namespace shop
