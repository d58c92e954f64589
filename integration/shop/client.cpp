#include "client.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iostream>
#include <stdexcept>

#include "statements.h"

namespace shop {
namespace {

constexpr std::int64_t kShown = 20;
constexpr std::int64_t kWriteEvery = 20;  // statements: 5 %
constexpr std::chrono::nanoseconds kPriceChangeEvery = std::chrono::seconds(1);

using Clock = std::chrono::steady_clock;

std::int64_t now() { return std::chrono::nanoseconds(Clock::now().time_since_epoch()).count(); }

}  // namespace

void Shop::found_stale(const std::string& what) {
  if (stale.fetch_add(1) < kShown) {
    std::cerr << "stale: " + what + "\n";
  }
}

void Shop::failed(const std::string& what) {
  if (errors.fetch_add(1) < kShown) {
    std::cerr << "error: " + what + "\n";
  }
}

Client::Client(Shop& shop, const std::string& address, int number)
    : shop_(shop), database_(Connection::open(address)), random_(static_cast<unsigned>(number + 1)) {
  for (const auto& statement : kStatements) {
    database_->prepare(statement);
  }
}

void Client::run() {
  try {
    while (shop_.open.load(std::memory_order_relaxed)) {
      if ((writes_ + 1) * kWriteEvery <= reads_ + writes_) {
        write();
      } else {
        open_page();
      }
    }
  } catch (const std::exception& error) {
    shop_.failed(error.what());
  }
}

void Client::open_page() {
  const int chance = percent();
  if (chance < 30) {
    category_page();
  } else if (chance < 77) {
    product_page();
  } else if (chance < 92) {
    event_page();
  } else {
    orders_page();
  }
}

void Client::write() {
  if (price_change_is_due()) {
    change_price();
    return;
  }
  const int chance = percent();
  if (chance < 60) {
    place_order();
  } else if (chance < 90) {
    book_seat();
  } else {
    add_review();
  }
}

Rows Client::read(const Statement& statement, std::int64_t id) {
  const auto begin = Clock::now();
  auto rows = database_->execute(statement, {id});
  latencies_.reads.record(static_cast<std::uint64_t>(std::chrono::nanoseconds(Clock::now() - begin).count()));
  ++reads_;
  shop_.reads.fetch_add(1, std::memory_order_relaxed);
  return rows;
}

Rows Client::written(const Statement& statement, const std::vector<std::int64_t>& parameters) {
  const auto begin = Clock::now();
  auto rows = database_->execute(statement, parameters);
  latencies_.writes.record(static_cast<std::uint64_t>(std::chrono::nanoseconds(Clock::now() - begin).count()));
  ++writes_;
  shop_.writes.fetch_add(1, std::memory_order_relaxed);
  return rows;
}

template <typename Kept>
void Client::check(Kept& kept, const char* what, std::int64_t id, std::int64_t least, std::int64_t found) {
  if (found < least) {
    shop_.found_stale(std::string(what) + " " + std::to_string(id) + ": " + std::to_string(found) +
                      ", known before the read began: " + std::to_string(least));
  } else if (found > least) {
    kept.raise(id, found);
  }
}

std::int64_t Client::popular(std::int64_t count) {
  const double chance = std::uniform_real_distribution<double>(0, 1)(random_);
  const auto rank = static_cast<std::int64_t>(std::exp(chance * std::log(static_cast<double>(count + 1))));
  return std::clamp<std::int64_t>(rank, 1, count);
}

void Client::read_product(std::int64_t product) {
  auto& versions = shop_.truth.products;
  const auto least = versions.least(product);
  const auto rows = read(kProduct, product);
  check(versions, "product", product, least, rows.number(0, 1));
}

void Client::read_first_page(std::int64_t category) {
  auto& versions = shop_.truth.products;
  const auto& page = shop_.truth.first_page.at(static_cast<std::size_t>(category));
  std::array<std::int64_t, kListed> least{};
  std::transform(page.begin(), page.end(), least.begin(), [&](auto product) { return versions.least(product); });
  const auto rows = read(kListing, category);
  for (std::size_t at = 0; at < kListed; ++at) {
    if (rows.number(static_cast<int>(at), 0) != page.at(at)) {
      throw std::runtime_error("the first page of category " + std::to_string(category) + " has another product");
    }
    check(versions, "product in a list", page.at(at), least.at(at), rows.number(static_cast<int>(at), 1));
  }
}

void Client::category_page() {
  const auto category = popular(shop_.truth.category_changes.count());
  read_first_page(category);
  auto& changes = shop_.truth.category_changes;
  const auto least = changes.least(category);
  const auto rows = read(kFacets, category);
  std::int64_t found = 0;
  for (int row = 0; row < rows.count(); ++row) {
    found += rows.number(row, 0);
  }
  check(changes, "filters of category", category, least, found);
}

void Client::product_page() {
  auto& truth = shop_.truth;
  const auto product = popular(truth.products.count());
  read_product(product);
  if (percent() >= 33) {
    return;
  }
  const auto least = truth.reviews.least(product);
  const auto summary = read(kReviewSummary, product);
  check(truth.reviews, "number of reviews of product", product, least, summary.number(0, 0));
  const auto newest = truth.newest_review.least(product);
  const auto latest = read(kLatestReviews, product);
  check(truth.newest_review, "latest review of product", product, newest, latest.count() > 0 ? latest.number(0, 0) : 0);
}

void Client::event_page() {
  auto& versions = shop_.truth.events;
  const auto event = popular(versions.count());
  const auto least = versions.least(event);
  const auto rows = read(kEvent, event);
  check(versions, "event", event, least, rows.number(0, 1));
  if (percent() < 50) {
    read_seat_map(event);
  }
}

void Client::read_seat_map(std::int64_t event) {
  auto& versions = shop_.truth.seats;
  std::array<std::int64_t, kSeats> least{};
  for (std::int64_t seat = 1; seat <= kSeats; ++seat) {
    least.at(static_cast<std::size_t>(seat - 1)) = versions.least(Truth::seat(event, seat));
  }
  const auto rows = read(kSeatMap, event);
  for (std::int64_t seat = 1; seat <= kSeats; ++seat) {
    const int row = static_cast<int>(seat - 1);
    if (rows.number(row, 0) != seat) {
      throw std::runtime_error("the seat map of event " + std::to_string(event) + " lacks a seat");
    }
    check(versions, "seat", Truth::seat(event, seat), least.at(static_cast<std::size_t>(row)), rows.number(row, 1));
  }
}

void Client::orders_page() {
  auto& orders = shop_.truth.orders;
  const auto user = popular(orders.count());
  const auto least = orders.least(user);
  const auto rows = read(kHistory, user);
  check(orders, "orders of user", user, least, rows.count() > 0 ? rows.number(0, 0) : 0);
}

void Client::place_order() {
  const auto user = popular(shop_.truth.orders.count());
  const auto product = popular(shop_.truth.products.count());
  database_->run("BEGIN");
  read_product(product);
  const auto number = written(kCountOrder, {user}).number(0, 0);
  written(kAddOrder, {user, number, product, 100 + percent()});
  database_->run("COMMIT");
  shop_.truth.orders.raise(user, number);
}

void Client::book_seat() {
  const auto event = popular(shop_.truth.events.count());
  const auto seat = std::uniform_int_distribution<std::int64_t>(1, kSeats)(random_);
  const auto user = popular(shop_.truth.orders.count());
  const auto version = written(kBookSeat, {user, event, seat}).number(0, 0);
  shop_.truth.seats.raise(Truth::seat(event, seat), version);
}

void Client::add_review() {
  const auto product = popular(shop_.truth.products.count());
  const auto user = popular(shop_.truth.orders.count());
  const auto id = written(kAddReview, {product, user, 1 + percent() % 5}).number(0, 0);
  shop_.truth.reviews.acknowledge(product);
  shop_.truth.newest_review.raise(product, id);
}

bool Client::price_change_is_due() {
  auto due = shop_.next_price_change.load(std::memory_order_relaxed);
  const auto current = now();
  return due <= current && shop_.next_price_change.compare_exchange_strong(due, current + kPriceChangeEvery.count());
}

void Client::change_price() {
  const auto product = popular(shop_.truth.products.count());
  const auto version = written(kChangePrice, {100 + percent() * 50, product}).number(0, 0);
  shop_.truth.products.raise(product, version);
  shop_.truth.category_changes.acknowledge(shop_.truth.category(product));
}

}  // namespace shop
