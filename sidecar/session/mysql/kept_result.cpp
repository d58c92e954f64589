#include "session/mysql/kept_result.h"

#include "wire/mysql/result_end.h"

namespace tapri::session::mysql {

std::optional<wire::mysql::ResultLayout> layout_to_keep(ByteView result, wire::mysql::Capabilities capabilities) {
  auto layout = wire::mysql::find_layout(result, capabilities);
  const bool plain = layout && layout->warnings == 0 && (layout->status & ~(kOfSession | kOfAnswer)) == 0;
  if (!plain || result.size() - layout->rows_end != wire::mysql::end_of_rows_size(capabilities)) return std::nullopt;
  return layout;
}

}  // namespace tapri::session::mysql
