#include "session/bind_keys.h"

#include <algorithm>

#include "catalog/keys.h"

namespace tapri::session {
namespace {

using catalog::KeyTerm;
using catalog::KeyUse;
using coherence::Dependency;

// Combinations of values; of more than so many rows the whole relation is meant.
constexpr std::size_t kMaxCombinations = 200;

enum class Nulls : std::uint8_t {
  unknown,     // whoever asks for NULL by `=` gets nothing, whatever the rows are: not worth a case of its own
  equal_none,  // a row whose key is NULL is not among those that have any value
};

// The values that one column may have. False: not known.
bool term_values(const KeyTerm& term, const KeyValues& values, Nulls nulls, CanonicalValues& out) {
  bool null = false;
  if (!values.append(term, out, null)) return false;
  if (out.size() > 1) {
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
  }
  return !null || nulls == Nulls::equal_none;
}

void append_value(std::string& tuple, catalog::ColumnType type, const std::string& value) {
  tuple += static_cast<char>(type);
  for (unsigned shift = 0; shift < 32; shift += 8) tuple += static_cast<char>((value.size() >> shift) & 0xffU);
  tuple += value;
}

// Every combination of the columns' values. False: not known, or too many.
bool tuples_of(const KeyUse& use, const KeyValues& values, Nulls nulls, CanonicalValues& tuples) {
  tuples.assign(1, {});
  for (const KeyTerm& term : use.terms) {
    CanonicalValues column(tuples.get_allocator());
    if (!term_values(term, values, nulls, column)) return false;
    if (tuples.size() * column.size() > kMaxCombinations) return false;
    CanonicalValues longer(tuples.get_allocator());
    longer.reserve(tuples.size() * column.size());
    for (const std::string& tuple : tuples) {
      for (const std::string& value : column) append_value(longer.emplace_back(tuple), term.type, value);
    }
    tuples = std::move(longer);
  }
  return true;
}

void add(std::vector<Dependency>& all, Dependency dependency) {
  if (std::ranges::find(all, dependency) == all.end()) all.push_back(dependency);
}

}  // namespace

BoundRead bind_read(const Analysis& analysis, const KeyValues& values, Scratch& scratch) {
  BoundRead out;
  // A key, usually one value of it, and two more each.
  out.dependencies.reserve(analysis.dependencies.size() + 3 * analysis.key_reads.size());
  out.dependencies = analysis.dependencies;
  for (const KeyUse& use : analysis.key_reads) {
    CanonicalValues tuples(scratch.memory());
    const bool known = tuples_of(use, values, Nulls::unknown, tuples);
    for (const Dependency dependency : known ? use.with : use.otherwise) add(out.dependencies, dependency);
    if (!known) continue;
    for (const std::string& tuple : tuples) add(out.dependencies, coherence::key_of(use.base, tuple));
    if (!analysis.rows_show_presence) continue;
    out.unless_present = coherence::inserted_of(use.base);
    out.if_removed_unseen = catalog::stated_of(use.base);
    out.rows_if_present = tuples.size();
  }
  return out;
}

coherence::Footprint bind_write(const Analysis& analysis, const KeyValues& values, Scratch& scratch) {
  coherence::Footprint footprint = analysis.footprint;
  for (const KeyUse& use : analysis.key_writes) {
    CanonicalValues tuples(scratch.memory());
    const bool known = tuples_of(use, values, Nulls::equal_none, tuples);
    for (const Dependency dependency : known ? use.with : use.otherwise) footprint.add(dependency);
    if (!known) continue;
    for (const std::string& tuple : tuples) footprint.add(coherence::key_of(use.base, tuple));
  }
  return footprint;
}

}  // namespace tapri::session
