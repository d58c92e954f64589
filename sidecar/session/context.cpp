#include "session/context.h"

#include <utility>

namespace tapri::session {

ContextRef ContextTable::intern(std::string_view canonical, Context context) {
  auto state = state_.lock();
  const auto found = state->contexts.find(canonical);
  if (found != state->contexts.end()) return found->second;
  if (state->contexts.size() >= kMaxContexts) state->contexts.clear();
  context.id = state->next_id++;
  context.canonical = canonical;
  auto interned = std::make_shared<const Context>(std::move(context));
  state->contexts.emplace(interned->canonical, interned);
  return interned;
}

}  // namespace tapri::session
