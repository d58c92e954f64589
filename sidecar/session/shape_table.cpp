#include "session/shape_table.h"

#include <utility>

#include "base/hash.h"

namespace tapri::session {

Shape::Shape(std::uint64_t id, Protocol protocol, std::string text, sql::Facts facts, std::size_t workers)
    : id_(id),
      protocol_(protocol),
      text_(std::move(text)),
      fingerprint_(hash64(text_)),
      facts_(std::move(facts)),
      workers_(workers),
      counters_(std::make_unique<ShapeCounters[]>(workers)) {}

std::size_t TextHash::operator()(std::string_view text) const { return hash64(text); }

ShapeTable::ShapeTable(Config config) : config_(config) {}

ShapeRef ShapeTable::find(std::string_view text, Protocol protocol) {
  auto state = state_.lock();
  const Shapes& shapes = state->of(protocol);
  const auto found = shapes.find(text);
  return found == shapes.end() ? nullptr : found->second;
}

ShapeRef ShapeTable::intern(std::string_view text, sql::Facts facts, Protocol protocol) {
  if (ShapeRef known = find(text, protocol)) return known;
  auto shape =
      std::make_shared<const Shape>(next_id_++, protocol, std::string(text), std::move(facts), config_.workers);
  auto state = state_.lock();
  const bool full = state->postgres.size() + state->mysql.size() >= config_.max_shapes;
  if (full || state->bytes + text.size() > config_.max_bytes) {
    state->postgres.clear();
    state->mysql.clear();
    state->bytes = 0;
  }
  const auto [place, is_new] = state->of(protocol).emplace(std::string(text), shape);
  if (is_new) state->bytes += text.size();
  return place->second;
}

std::vector<ShapeRef> ShapeTable::all() {
  auto state = state_.lock();
  std::vector<ShapeRef> shapes;
  shapes.reserve(state->postgres.size() + state->mysql.size());
  for (const Shapes* of_protocol : {&state->postgres, &state->mysql}) {
    for (const auto& [text, shape] : *of_protocol) shapes.push_back(shape);
  }
  return shapes;
}

}  // namespace tapri::session
