#include "truth.h"

#include <stdexcept>

#include "connection.h"
#include "statements.h"

namespace shop {
namespace {

constexpr const char* kProducts = "SELECT id, version, category_id FROM products";
constexpr const char* kEvents = "SELECT id, version FROM events";
constexpr const char* kSeatVersions = "SELECT event_id, seat, version FROM seats";
constexpr const char* kUsers = "SELECT id, orders FROM users";
constexpr const char* kReviews =
    "SELECT p.id, count(r.id), coalesce(max(r.id), 0) FROM products p LEFT JOIN reviews r ON r.product_id = p.id "
    "GROUP BY p.id";
constexpr const char* kCategories = "SELECT category_id, sum(version) FROM products GROUP BY category_id";

void load_versions(const Rows& rows, Versions& versions) {
  versions.resize(rows.count());
  for (int row = 0; row < rows.count(); ++row) {
    versions.raise(rows.number(row, 0), rows.number(row, 1));
  }
}

void load_products(Connection& database, Truth& truth) {
  const auto rows = database.run(kProducts);
  load_versions(rows, truth.products);
  truth.category_of.resize(static_cast<std::size_t>(rows.count()) + 1);
  for (int row = 0; row < rows.count(); ++row) {
    truth.category_of.at(static_cast<std::size_t>(rows.number(row, 0))) = rows.number(row, 2);
  }
}

void load_reviews(Connection& database, Truth& truth) {
  const auto rows = database.run(kReviews);
  truth.reviews.resize(rows.count());
  truth.newest_review.resize(rows.count());
  for (int row = 0; row < rows.count(); ++row) {
    truth.reviews.start(rows.number(row, 0), rows.number(row, 1));
    truth.newest_review.raise(rows.number(row, 0), rows.number(row, 2));
  }
}

void load_categories(Connection& database, Truth& truth) {
  const auto rows = database.run(kCategories);
  truth.category_changes.resize(rows.count());
  truth.first_page.resize(static_cast<std::size_t>(rows.count()) + 1);
  database.prepare(kListing);
  for (int row = 0; row < rows.count(); ++row) {
    const auto category = rows.number(row, 0);
    truth.category_changes.start(category, rows.number(row, 1));
    const auto page = database.execute(kListing, {category});
    for (std::size_t at = 0; at < kListed; ++at) {
      truth.first_page.at(static_cast<std::size_t>(category)).at(at) = page.number(static_cast<int>(at), 0);
    }
  }
}

}  // namespace

void Truth::load(const std::string& address) {
  const auto link = Connection::open(address);
  Connection& database = *link;
  load_products(database, *this);
  load_versions(database.run(kEvents), events);
  load_versions(database.run(kUsers), orders);
  load_reviews(database, *this);
  load_categories(database, *this);
  const auto rows = database.run(kSeatVersions);
  seats.resize(events.count() * kSeats);
  for (int row = 0; row < rows.count(); ++row) {
    seats.raise(seat(rows.number(row, 0), rows.number(row, 1)), rows.number(row, 2));
  }
}

}  // namespace shop
