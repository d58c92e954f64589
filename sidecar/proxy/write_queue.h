// What is to be written to one stream, in order; keeps owners alive until their bytes are out.
//
// Thread-safety: none; lives on the stream's loop.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "io/stream.h"
#include "session/actions.h"

namespace tapri::proxy {

class WriteQueue {
 public:
  // Takes the chunks over.
  void add(session::ChunkList& chunks);
  // Writes what is waiting: at once what the kernel takes, the rest with a callback on `listener` under `tag`, after
  // which written() is to be called. The bytes handed over.
  std::size_t flush(io::Stream& stream, const std::shared_ptr<io::StreamListener>& listener, int tag);
  void written();
  [[nodiscard]] bool empty() const { return waiting_.empty() && writing_.empty(); }
  void clear() { waiting_.clear(); }

 private:
  session::ChunkList waiting_;
  session::ChunkList writing_;           // not empty: a write is outstanding
  std::vector<std::string_view> views_;  // reused
};

}  // namespace tapri::proxy
