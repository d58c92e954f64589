// The one place where bounds of MySQL's payloads are checked: a cursor that reads little-endian numbers, length-encoded
// integers and strings; and the functions that append them (MySQL Internals, "Protocol Basics": Integer Types, String
// Types).
//
// Errors: as wire::Cursor. A read past the end sets a sticky flag, ends the reader and yields zero or an empty view, so
// a decoder may read on and ask once, at its end. A length is compared with what is there before anything is made of
// it. Never throws and never allocates.
// Views: everything handed out points into the bytes given to the constructor.
// Thread-safety: none; a reader is a local.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace tapri::wire::mysql {

// Where a length-encoded integer could begin: NULL in a text row, and never used.
inline constexpr std::uint8_t kNullPrefix = 0xfb;
inline constexpr std::uint8_t kInvalidPrefix = 0xff;

// Requires `size` (at most 8) readable bytes.
[[nodiscard]] inline std::uint64_t load_little(const char* bytes, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i > 0; --i) value = (value << 8) | static_cast<unsigned char>(bytes[i - 1]);
  return value;
}

[[nodiscard]] inline std::uint32_t load_u24(const char* bytes) {
  const auto* in = reinterpret_cast<const unsigned char*>(bytes);
  return in[0] | (static_cast<std::uint32_t>(in[1]) << 8) | (static_cast<std::uint32_t>(in[2]) << 16);
}

// Requires three writable bytes.
inline void store_u24(char* bytes, std::uint32_t value) {
  bytes[0] = static_cast<char>(value);
  bytes[1] = static_cast<char>(value >> 8);
  bytes[2] = static_cast<char>(value >> 16);
}

// The lowest `size` (at most 8) bytes of `value`.
inline void append_little(std::string& out, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

inline void append_lenenc(std::string& out, std::uint64_t value) {
  if (value < kNullPrefix) return append_little(out, value, 1);
  if (value <= 0xffff) {
    out.push_back('\xfc');
    append_little(out, value, 2);
  } else if (value <= 0xffffff) {
    out.push_back('\xfd');
    append_little(out, value, 3);
  } else {
    out.push_back('\xfe');
    append_little(out, value, 8);
  }
}

inline void append_lenenc_bytes(std::string& out, ByteView bytes) {
  append_lenenc(out, bytes.size());
  out.append(bytes);
}

// Cut at its first NUL byte: what follows one would be read as the next field.
inline void append_c_string(std::string& out, ByteView text) {
  out.append(text.substr(0, text.find('\0')));
  out.push_back('\0');
}

class Reader {
 public:
  explicit Reader(ByteView bytes) : rest_(bytes) {}

  [[nodiscard]] std::uint8_t u8() { return static_cast<std::uint8_t>(little(1)); }
  [[nodiscard]] std::uint16_t u16() { return static_cast<std::uint16_t>(little(2)); }
  [[nodiscard]] std::uint32_t u24() { return static_cast<std::uint32_t>(little(3)); }
  [[nodiscard]] std::uint32_t u32() { return static_cast<std::uint32_t>(little(4)); }
  [[nodiscard]] std::uint64_t u64() { return little(8); }

  // A length-encoded integer; fails at 0xfb (NULL) and 0xff. Any of its widths is taken, as servers take them.
  [[nodiscard]] std::uint64_t lenenc() {
    const std::uint8_t first = u8();
    if (first < kNullPrefix) return first;
    switch (first) {
      case 0xfc:
        return little(2);
      case 0xfd:
        return little(3);
      case 0xfe:
        return little(8);
      default:
        fail();
        return 0;
    }
  }

  // A length-encoded string.
  [[nodiscard]] ByteView lenenc_bytes() {
    const std::uint64_t size = lenenc();
    if (size > rest_.size()) {
      fail();
      return {};
    }
    return bytes(static_cast<std::size_t>(size));
  }

  // A value of a text row: a length-encoded string, or NULL.
  [[nodiscard]] ByteView lenenc_bytes(bool& is_null) {
    is_null = !rest_.empty() && static_cast<std::uint8_t>(rest_[0]) == kNullPrefix;
    return is_null ? bytes(1).substr(1) : lenenc_bytes();
  }

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
  std::uint64_t little(std::size_t size) {
    const ByteView taken = bytes(size);
    return taken.empty() ? 0 : load_little(taken.data(), size);
  }

  ByteView rest_;
  bool failed_ = false;
};

}  // namespace tapri::wire::mysql
