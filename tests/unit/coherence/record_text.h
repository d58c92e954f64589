// A record of the fleet's log as text, for tests: "intent 3:10,11 SE".
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "coherence/record.h"

namespace tapri::coherence {

// Kind, token and dependencies, then its flags by their initials where there are any.
inline std::string text_of(const Record& record) {
  constexpr std::array<std::string_view, 9> kKinds = {"",      "write", "intent", "done",  "cancel",
                                                      "epoch", "flush", "alive",  "lapsed"};
  std::string text(kKinds.at(static_cast<std::size_t>(record.kind)));
  text += " " + std::to_string(record.token) + ":";
  std::string_view comma;
  for (const Dependency dependency : record.footprint.dependencies()) {
    text.append(comma).append(std::to_string(dependency));
    comma = ",";
  }
  if (record.flags != 0) text += " ";
  if (record.has(record_flags::kSchema)) text += "S";
  if (record.has(record_flags::kEverything)) text += "E";
  if (record.has(record_flags::kFinal)) text += "F";
  if (record.has(record_flags::kPartial)) text += "P";
  return text;
}

}  // namespace tapri::coherence
