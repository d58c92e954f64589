// Bytes read from a stream and not yet done with.
//
// Space grows by need up to a bound and falls back to the initial size when the stream falls quiet, so that an idle
// session costs little. Views of data() hold until the next call of space().
// Thread-safety: none.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "base/bytes.h"

namespace tapri::proxy {

class Buffer {
 public:
  static constexpr std::size_t kInitialSize = 4UL * 1024;

  // `usual` bytes are the most that is read ahead; a single message that needs more gets it (see space()).
  explicit Buffer(std::size_t usual) : usual_(usual) {}

  [[nodiscard]] ByteView data() const { return {bytes_.get() + begin_, end_ - begin_}; }
  void consume(std::size_t size) { begin_ += size; }
  // Room to read into. `wanted`: the size that data() must be able to reach for a message to be complete; 0: any.
  [[nodiscard]] std::span<char> space(std::size_t wanted);
  void filled(std::size_t size);
  [[nodiscard]] std::size_t capacity() const { return capacity_; }

 private:
  void resize(std::size_t capacity);

  std::size_t usual_;
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool was_full_ = false;  // the last read filled all there was: more is likely to come
};

}  // namespace tapri::proxy
