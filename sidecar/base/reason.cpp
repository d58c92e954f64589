#include "base/reason.h"

namespace tapri {

std::string_view reason_name(Reason reason) {
  switch (reason) {
#define TAPRI_REASON(name, text) \
  case Reason::name:             \
    return #name;
    TAPRI_REASONS(TAPRI_REASON)
#undef TAPRI_REASON
  }
  return "not_understood";
}

std::string_view reason_text(Reason reason) {
  switch (reason) {
#define TAPRI_REASON(name, text) \
  case Reason::name:             \
    return text;
    TAPRI_REASONS(TAPRI_REASON)
#undef TAPRI_REASON
  }
  return "Unknown.";
}

}  // namespace tapri
