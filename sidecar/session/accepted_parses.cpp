#include "session/accepted_parses.h"

#include <utility>

#include "base/hash.h"

namespace tapri::session {
namespace {

std::uint64_t hash_of(ByteView text, ByteView types, std::uint64_t context) {
  return hash64(text, hash64(types, context));
}

std::size_t size_of(const AcceptedParse& parse) {
  return sizeof(AcceptedParse) + parse.text.size() + parse.types.size() + parse.description.size();
}

}  // namespace

AcceptedParseRef AcceptedParses::find(ByteView text, ByteView types, std::uint64_t context) const {
  const auto found = parses_.find(hash_of(text, types, context));
  if (found == parses_.end()) return nullptr;
  const AcceptedParse& parse = *found->second;
  const bool same = parse.text == text && parse.types == types && parse.context == context;
  return same ? found->second : nullptr;
}

void AcceptedParses::add(AcceptedParseRef parse) {
  if (parse->text.size() > kMaxText || parse->description.size() > kMaxDescription) return;
  const std::size_t size = size_of(*parse);
  if (parses_.size() >= kMaxParses || bytes_ + size > kMaxBytes) {
    parses_.clear();
    bytes_ = 0;
  }
  AcceptedParseRef& place = parses_[hash_of(parse->text, parse->types, parse->context)];
  if (place) bytes_ -= size_of(*place);
  bytes_ += size;
  place = std::move(parse);
}

}  // namespace tapri::session
