// The one place where bounds are checked: counted bytes and C strings. cursor.h and little_endian.h add the numbers of
// their protocols.
//
// Errors: a read past the end sets a sticky flag, ends the reader and yields zero or an empty view, so a decoder may
// read on and ask once, at its end. Never throws and never allocates. Views: everything handed out points into the
// bytes given to the constructor. Thread-safety: none; a reader is a local.
#pragma once

#include <cstddef>

#include "base/bytes.h"

namespace tapri::wire {

class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : rest_(bytes) {}

  // Exactly `count` bytes, or none and failed().
  [[nodiscard]] ByteView bytes(std::size_t count) {
    if (count > rest_.size()) {
      fail();
      return {};
    }
    const ByteView taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  // Up to the next NUL, which is consumed and not part of the view.
  [[nodiscard]] ByteView c_string() {
    const std::size_t end = rest_.find('\0');
    if (end == ByteView::npos) {
      fail();
      return {};
    }
    const ByteView taken = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return taken;
  }

  // All that is left; nothing remains after it.
  [[nodiscard]] ByteView rest() { return bytes(rest_.size()); }

  // For a decoder that finds a value which cannot be.
  void fail() {
    failed_ = true;
    rest_ = {};
  }

  // What has not been read yet, without reading it; empty after a failure.
  [[nodiscard]] ByteView unread() const { return rest_; }
  [[nodiscard]] std::size_t remaining() const { return rest_.size(); }
  [[nodiscard]] bool failed() const { return failed_; }
  // Everything was there and nothing is left over: what a decoder returns.
  [[nodiscard]] bool done() const { return !failed_ && rest_.empty(); }

 private:
  ByteView rest_;
  bool failed_ = false;
};

}  // namespace tapri::wire
