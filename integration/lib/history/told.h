// How known histories are told.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "checker.h"

namespace history {

inline constexpr Object kX = 1;
inline constexpr Object kY = 2;
inline constexpr int kReader = 10;

// A checker with words to tell it a history by.
class Told {
 public:
  // Of a fleet of two instances where there is a bound: sessions of even and of odd numbers.
  explicit Told(std::optional<std::chrono::milliseconds> bound)
      : checker_([this](Anomaly anomaly, Object, const std::string&) { found_.emplace_back(name(anomaly)); },
                 bound ? std::optional(Bound{*bound, 2, [this] { return now_; }}) : std::nullopt) {}

  [[nodiscard]] const std::vector<std::string>& found() const { return found_; }

  Transaction begin() { return begin(++sessions_); }
  Transaction begin(int session) { return checker_.begin(session); }
  void pass(int milliseconds) { now_ += std::chrono::milliseconds(milliseconds); }
  Value writes(Transaction by, Object object, Version version, State state = {}) {
    const auto value = checker_.write(by, {object}, state);
    checker_.written(by, value, object, version, state);
    return value;
  }
  void commits(Transaction by) {
    checker_.committing(by);
    checker_.committed(by);
  }
  // A statement that is a transaction, acknowledged.
  Value wrote(Object object, Version version, State state = {}) {
    return wrote_by(++sessions_, object, version, state);
  }
  Value wrote_by(int session, Object object, Version version, State state = {}) {
    const auto by = begin(session);
    const auto value = writes(by, object, version, state);
    commits(by);
    return value;
  }
  // A read from its sending to its end.
  void reads(const std::vector<Row>& rows, Transaction in = kNone, int session = kReader) {
    std::vector<Object> objects;
    for (const auto& row : rows) {
      objects.push_back(row.object);
    }
    checker_.read(checker_.reading(session, in, {objects, {}}), rows);
  }
  void misses(const std::vector<Object>& objects, const std::vector<Row>& rows = {}, std::optional<int> group = {}) {
    checker_.read(checker_.reading(kReader, kNone, {objects, group}), rows);
  }
  void lists(const std::vector<Value>& elements) {
    checker_.read_list(checker_.reading(kReader, kNone, {{kX}, {}}), elements);
  }
  Checker& checker() { return checker_; }

 private:
  std::vector<std::string> found_;
  Moment now_{};
  Checker checker_;
  int sessions_ = 0;
};

struct Known {
  const char* what;
  const char* expected;
  void (*tell)(Told&);
  std::optional<std::chrono::milliseconds> bound = {};
};

// Those of a fleet whose answers may be old.
const std::vector<Known>& bounded_histories();

}  // namespace history
