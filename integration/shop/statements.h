// The statements of the shop, under the names by which each connection prepares them, for either kind of database.
// Parameters are numbered in the order in which they stand.
//
// Those that read return a version (or a number that only grows) that the reader can check. Those that write return the
// new one: with RETURNING from PostgreSQL, as the session's last inserted id from MySQL and MariaDB, which know no
// UPDATE ... RETURNING.
#pragma once

#include <array>

namespace shop {

struct Statement {
  const char* name;
  const char* postgres;
  const char* mysql;
};

inline constexpr Statement kProduct{
    "product", "SELECT id, version, name, description, brand, price_cents, category_id FROM products WHERE id = $1",
    "SELECT id, version, name, description, brand, price_cents, category_id FROM products WHERE id = ?"};
inline constexpr Statement kListing{"listing",
                                    "SELECT id, version, name, brand, price_cents FROM products WHERE category_id = $1 "
                                    "ORDER BY popularity DESC, id LIMIT 12",
                                    "SELECT id, version, name, brand, price_cents FROM products WHERE category_id = ? "
                                    "ORDER BY popularity DESC, id LIMIT 12"};
// The filters beside a category's list: the expensive one, over all products of the category.
inline constexpr Statement kFacets{"facets",
                                   "SELECT sum(version)::bigint, brand, count(*), min(price_cents), max(price_cents), "
                                   "avg(price_cents)::numeric(10, 2) "
                                   "FROM products WHERE category_id = $1 GROUP BY brand ORDER BY count(*) DESC, brand",
                                   "SELECT sum(version), brand, count(*), min(price_cents), max(price_cents), "
                                   "cast(avg(price_cents) AS decimal(10, 2)) "
                                   "FROM products WHERE category_id = ? GROUP BY brand ORDER BY count(*) DESC, brand"};
inline constexpr Statement kReviewSummary{
    "review_summary", "SELECT count(*), avg(rating)::numeric(3, 2) FROM reviews WHERE product_id = $1",
    "SELECT count(*), cast(avg(rating) AS decimal(3, 2)) FROM reviews WHERE product_id = ?"};
inline constexpr Statement kLatestReviews{
    "latest_reviews",
    "SELECT id, user_id, rating, body, created_at FROM reviews WHERE product_id = $1 ORDER BY id DESC LIMIT 10",
    "SELECT id, user_id, rating, body, created_at FROM reviews WHERE product_id = ? ORDER BY id DESC LIMIT 10"};
inline constexpr Statement kEvent{"event", "SELECT id, version, title, venue, starts_at FROM events WHERE id = $1",
                                  "SELECT id, version, title, venue, starts_at FROM events WHERE id = ?"};
inline constexpr Statement kSeatMap{
    "seat_map", "SELECT seat, version, user_id IS NOT NULL, price_cents FROM seats WHERE event_id = $1 ORDER BY seat",
    "SELECT seat, version, user_id IS NOT NULL, price_cents FROM seats WHERE event_id = ? ORDER BY seat"};
inline constexpr Statement kHistory{
    "history",
    "SELECT number, id, product_id, total_cents, status, placed_at FROM orders WHERE user_id = $1 "
    "ORDER BY number DESC LIMIT 20",
    "SELECT number, id, product_id, total_cents, status, placed_at FROM orders WHERE user_id = ? "
    "ORDER BY number DESC LIMIT 20"};

inline constexpr Statement kCountOrder{"count_order",
                                       "UPDATE users SET orders = orders + 1 WHERE id = $1 RETURNING orders",
                                       "UPDATE users SET orders = last_insert_id(orders + 1) WHERE id = ?"};
inline constexpr Statement kAddOrder{"add_order",
                                     "INSERT INTO orders (user_id, number, product_id, total_cents, status, placed_at) "
                                     "VALUES ($1, $2, $3, $4, 'placed', now())",
                                     "INSERT INTO orders (user_id, number, product_id, total_cents, status, placed_at) "
                                     "VALUES (?, ?, ?, ?, 'placed', now())"};
// Books a free seat, gives a taken one back.
inline constexpr Statement kBookSeat{
    "book_seat",
    "UPDATE seats SET user_id = CASE WHEN user_id IS NULL THEN $1::int END, version = version + 1 "
    "WHERE event_id = $2 AND seat = $3 RETURNING version",
    "UPDATE seats SET user_id = CASE WHEN user_id IS NULL THEN ? END, version = last_insert_id(version + 1) "
    "WHERE event_id = ? AND seat = ?"};
inline constexpr Statement kAddReview{
    "add_review",
    "INSERT INTO reviews (product_id, user_id, rating, body, created_at) "
    "VALUES ($1, $2, $3, 'As described, came quickly. Would buy it again.', now()) RETURNING id",
    "INSERT INTO reviews (product_id, user_id, rating, body, created_at) "
    "VALUES (?, ?, ?, 'As described, came quickly. Would buy it again.', now())"};
inline constexpr Statement kChangePrice{
    "change_price", "UPDATE products SET price_cents = $1, version = version + 1 WHERE id = $2 RETURNING version",
    "UPDATE products SET price_cents = ?, version = last_insert_id(version + 1) WHERE id = ?"};

inline constexpr std::array kStatements = {kProduct,  kListing,   kFacets,     kReviewSummary, kLatestReviews,
                                           kEvent,    kSeatMap,   kHistory,    kCountOrder,    kAddOrder,
                                           kBookSeat, kAddReview, kChangePrice};

}  // namespace shop
