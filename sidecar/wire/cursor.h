// The one place where bounds are checked: a cursor that reads big-endian numbers, counted bytes and C strings.
//
// Errors: a read past the end sets a sticky flag, ends the cursor and yields zero or an empty view, so a decoder may
// read on and ask once, at its end. Never throws and never allocates.
// Views: everything handed out points into the bytes given to the constructor.
// Thread-safety: none; a cursor is a local.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace tapri::wire {

// Requires two (four) readable bytes.
[[nodiscard]] inline std::uint16_t load_u16(const char* bytes) {
  const auto* in = reinterpret_cast<const unsigned char*>(bytes);
  return static_cast<std::uint16_t>((in[0] << 8) | in[1]);
}

[[nodiscard]] inline std::uint32_t load_u32(const char* bytes) {
  return (static_cast<std::uint32_t>(load_u16(bytes)) << 16) | load_u16(bytes + 2);
}

// Requires four writable bytes.
inline void store_u32(char* bytes, std::uint32_t value) {
  bytes[0] = static_cast<char>(value >> 24);
  bytes[1] = static_cast<char>(value >> 16);
  bytes[2] = static_cast<char>(value >> 8);
  bytes[3] = static_cast<char>(value);
}

inline void append_u8(std::string& out, std::uint8_t value) { out.push_back(static_cast<char>(value)); }

inline void append_u16(std::string& out, std::uint16_t value) {
  out.push_back(static_cast<char>(value >> 8));
  out.push_back(static_cast<char>(value));
}

inline void append_u32(std::string& out, std::uint32_t value) {
  char bytes[4];
  store_u32(bytes, value);
  out.append(bytes, sizeof bytes);
}

class Cursor {
 public:
  explicit Cursor(ByteView bytes) : rest_(bytes) {}

  [[nodiscard]] std::uint8_t u8() {
    const ByteView taken = bytes(1);
    return taken.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(taken[0]);
  }
  [[nodiscard]] std::uint16_t u16() {
    const ByteView taken = bytes(2);
    return taken.empty() ? std::uint16_t{0} : load_u16(taken.data());
  }
  [[nodiscard]] std::uint32_t u32() {
    const ByteView taken = bytes(4);
    return taken.empty() ? std::uint32_t{0} : load_u32(taken.data());
  }
  [[nodiscard]] std::int16_t i16() { return static_cast<std::int16_t>(u16()); }
  [[nodiscard]] std::int32_t i32() { return static_cast<std::int32_t>(u32()); }

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
