#include "session/shape_table.h"

#include <utility>

#include "base/hash.h"

namespace tapri::session {

Shape::Shape(std::uint64_t id, std::string text, sql::Facts facts, std::size_t workers)
    : id_(id),
      text_(std::move(text)),
      fingerprint_(hash64(text_)),
      facts_(std::move(facts)),
      workers_(workers),
      counters_(std::make_unique<ShapeCounters[]>(workers)) {}

std::size_t TextHash::operator()(std::string_view text) const { return hash64(text); }

ShapeTable::ShapeTable(Config config) : config_(config) {}

ShapeRef ShapeTable::find(std::string_view text) {
  auto state = state_.lock();
  const auto found = state->shapes.find(text);
  return found == state->shapes.end() ? nullptr : found->second;
}

ShapeRef ShapeTable::intern(std::string_view text, sql::Facts facts) {
  if (ShapeRef known = find(text)) return known;
  auto shape = std::make_shared<const Shape>(next_id_++, std::string(text), std::move(facts), config_.workers);
  auto state = state_.lock();
  if (state->shapes.size() >= config_.max_shapes || state->bytes + text.size() > config_.max_bytes) {
    state->shapes.clear();
    state->bytes = 0;
  }
  const auto [place, is_new] = state->shapes.emplace(std::string(text), shape);
  if (is_new) state->bytes += text.size();
  return place->second;
}

std::vector<ShapeRef> ShapeTable::all() {
  auto state = state_.lock();
  std::vector<ShapeRef> shapes;
  shapes.reserve(state->shapes.size());
  for (const auto& [text, shape] : state->shapes) shapes.push_back(shape);
  return shapes;
}

}  // namespace tapri::session
