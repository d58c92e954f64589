// The statements of the shop, under the names by which each connection prepares them.
//
// Those that read return a version (or a number that only grows) that the reader can check.
#pragma once

#include <array>

namespace shop {

struct Statement {
  const char* name;
  const char* text;
};

inline constexpr Statement kProduct{
    "product", "SELECT id, version, name, description, brand, price_cents, category_id FROM products WHERE id = $1"};
inline constexpr Statement kListing{"listing",
                                    "SELECT id, version, name, brand, price_cents FROM products WHERE category_id = $1 "
                                    "ORDER BY popularity DESC, id LIMIT 12"};
// The filters beside a category's list: the expensive one, over all products of the category.
inline constexpr Statement kFacets{"facets",
                                   "SELECT sum(version)::bigint, brand, count(*), min(price_cents), max(price_cents), "
                                   "avg(price_cents)::numeric(10, 2) "
                                   "FROM products WHERE category_id = $1 GROUP BY brand ORDER BY count(*) DESC, brand"};
inline constexpr Statement kReviewSummary{
    "review_summary", "SELECT count(*), avg(rating)::numeric(3, 2) FROM reviews WHERE product_id = $1"};
inline constexpr Statement kLatestReviews{
    "latest_reviews",
    "SELECT id, user_id, rating, body, created_at FROM reviews WHERE product_id = $1 ORDER BY id DESC LIMIT 10"};
inline constexpr Statement kEvent{"event", "SELECT id, version, title, venue, starts_at FROM events WHERE id = $1"};
inline constexpr Statement kSeatMap{
    "seat_map", "SELECT seat, version, user_id IS NOT NULL, price_cents FROM seats WHERE event_id = $1 ORDER BY seat"};
inline constexpr Statement kHistory{
    "history",
    "SELECT number, id, product_id, total_cents, status, placed_at FROM orders WHERE user_id = $1 "
    "ORDER BY number DESC LIMIT 20"};

inline constexpr Statement kCountOrder{"count_order",
                                       "UPDATE users SET orders = orders + 1 WHERE id = $1 RETURNING orders"};
inline constexpr Statement kAddOrder{"add_order",
                                     "INSERT INTO orders (user_id, number, product_id, total_cents, status, placed_at) "
                                     "VALUES ($1, $2, $3, $4, 'placed', now())"};
// Books a free seat, gives a taken one back.
inline constexpr Statement kBookSeat{
    "book_seat",
    "UPDATE seats SET user_id = CASE WHEN user_id IS NULL THEN $3::int END, version = version + 1 "
    "WHERE event_id = $1 AND seat = $2 RETURNING version"};
inline constexpr Statement kAddReview{
    "add_review",
    "INSERT INTO reviews (product_id, user_id, rating, body, created_at) "
    "VALUES ($1, $2, $3, 'As described, came quickly. Would buy it again.', now()) RETURNING id"};
inline constexpr Statement kChangePrice{
    "change_price", "UPDATE products SET price_cents = $2, version = version + 1 WHERE id = $1 RETURNING version"};

inline constexpr std::array kStatements = {kProduct,  kListing,   kFacets,     kReviewSummary, kLatestReviews,
                                           kEvent,    kSeatMap,   kHistory,    kCountOrder,    kAddOrder,
                                           kBookSeat, kAddReview, kChangePrice};

}  // namespace shop
