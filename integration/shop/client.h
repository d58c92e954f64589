// One client of the shop: it opens pages and, as every twentieth statement, writes.
//
// Pages (share of pages; what they read):
//   category  30 %  its first products, its filters                   products
//   product   47 %  the product; every third time its reviews         products, reviews
//   event     15 %  the event; every second time its seat map         events, seats
//   orders     8 %  a user's orders                                   orders
// Writes (share of writes): an order 60 % (a transaction: read the price, count the order, add it), a seat 30 %, a
// review 10 %. Besides, all clients together change one price a second: 100,000 prices that change about once a day.
// What is opened is skewed: the n-th most popular thing is opened 1/n as often as the first (Zipf).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <random>
#include <string>

#include "connection.h"
#include "histogram.h"
#include "truth.h"

namespace shop {

// What all clients share.
struct Shop {
  Truth truth;
  std::atomic<bool> open{true};
  std::atomic<std::int64_t> reads{0}, writes{0}, stale{0}, errors{0};
  std::atomic<std::int64_t> next_price_change{0};  // steady clock, nanoseconds

  // Say what went wrong on standard error (the first few times) and count it.
  void found_stale(const std::string& what);
  void failed(const std::string& what);
};

struct Latencies {
  measure::Histogram reads;
  measure::Histogram writes;
};

class Client {
 public:
  // Connects and prepares the statements. Throws std::runtime_error.
  Client(Shop& shop, const std::string& address, int number);

  // Until the shop closes. A failed statement is counted and ends it.
  void run();

  [[nodiscard]] const Latencies& latencies() const { return latencies_; }

 private:
  void open_page();
  void write();

  void category_page();
  void product_page();
  void event_page();
  void orders_page();

  void place_order();
  void book_seat();
  void add_review();
  void change_price();
  bool price_change_is_due();

  void read_product(std::int64_t product);
  void read_first_page(std::int64_t category);
  void read_seat_map(std::int64_t event);

  Rows read(const Statement& statement, std::int64_t id);
  Rows written(const Statement& statement, const std::vector<std::int64_t>& parameters);
  // Holds a number that was read against the least it may be; raises the latter otherwise.
  template <typename Kept>
  void check(Kept& kept, const char* what, std::int64_t id, std::int64_t least, std::int64_t found);

  int percent() { return std::uniform_int_distribution<int>(0, 99)(random_); }
  // From 1 to count; n comes up with a probability that is about proportional to 1/n.
  std::int64_t popular(std::int64_t count);

  Shop& shop_;
  std::unique_ptr<Connection> database_;
  std::mt19937_64 random_;
  std::int64_t reads_ = 0, writes_ = 0;
  Latencies latencies_;
};

}  // namespace shop
