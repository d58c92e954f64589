#include "policy/rule.h"

#include <re2/re2.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "policy/glob.h"
#include "policy/shape_text.h"

namespace tapri::policy {
namespace {

bool matches_any_table(const std::vector<std::string>& patterns, const sql::QualifiedName& table, bool careful) {
  return std::ranges::any_of(patterns, [&](std::string_view pattern) {
    if (careful && table.schema.empty()) {
      if (const std::size_t dot = pattern.find('.'); dot != pattern.npos) pattern.remove_prefix(dot + 1);
    }
    return matches_table(pattern, table);
  });
}

bool tables_hold(const Match& match, std::span<const sql::QualifiedName> tables, bool careful) {
  const auto matches = [&](const std::vector<std::string>& patterns) {
    return
        [&patterns, careful](const sql::QualifiedName& table) { return matches_any_table(patterns, table, careful); };
  };
  if (!match.tables.empty() && std::ranges::none_of(tables, matches(match.tables))) return false;
  if (match.tables_all.empty()) return true;
  return !tables.empty() && std::ranges::all_of(tables, matches(match.tables_all));
}

bool matches_if_given(const std::vector<std::string>& patterns, std::string_view text) {
  return patterns.empty() || matches_any(patterns, text);
}

bool query_holds(const re2::RE2& query, std::string_view shape) {
  const std::string_view text = without_leading_comments(shape);
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), query);
}

RemoteSettings apply(const RemoteOverrides& overrides, RemoteSettings settings) {
  settings.enabled = overrides.enabled.value_or(settings.enabled);
  settings.store = overrides.store.value_or(settings.store);
  settings.max_size = overrides.max_size.value_or(settings.max_size);
  settings.max_rate = overrides.max_rate.value_or(settings.max_rate);
  settings.max_bytes_per_second = overrides.max_bytes_per_second.value_or(settings.max_bytes_per_second);
  settings.ttl = overrides.ttl.value_or(settings.ttl);
  settings.min_cost = overrides.min_cost.value_or(settings.min_cost);
  return settings;
}

}  // namespace

Settings apply(const Overrides& overrides, Settings settings) {
  settings.action = overrides.action.value_or(settings.action);
  settings.ttl = overrides.ttl.value_or(settings.ttl);
  settings.jitter = overrides.jitter.value_or(settings.jitter);
  settings.max_result = overrides.max_result.value_or(settings.max_result);
  settings.coherence = overrides.coherence.value_or(settings.coherence);
  settings.snapshot_reads = overrides.snapshot_reads.value_or(settings.snapshot_reads);
  settings.l2 = apply(overrides.l2, settings.l2);
  settings.hints = overrides.hints.value_or(settings.hints);
  return settings;
}

const std::string& Subject::normal_shape() {
  if (!normal_shape_) normal_shape_ = normal_form(view.shape);
  return *normal_shape_;
}

// The dearest conditions last.
bool holds(const Match& match, Subject& subject, bool careful) {
  const StatementView& view = subject.view;
  if (!match.fingerprint.empty() && std::ranges::count(match.fingerprint, view.fingerprint) == 0) return false;
  if (!matches_if_given(match.user, view.user)) return false;
  if (!matches_if_given(match.database, view.database)) return false;
  if (!matches_if_given(match.application, view.application)) return false;
  if (!tables_hold(match, view.tables, careful)) return false;
  if (!matches_if_given(match.comment, view.comment)) return false;
  if (!match.shape.empty() && std::ranges::count(match.shape, subject.normal_shape()) == 0) return false;
  return !match.query || query_holds(*match.query, view.shape);
}

}  // namespace tapri::policy
