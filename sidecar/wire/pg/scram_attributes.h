// SCRAM messages are attributes, one letter each, joined by commas: `r=...,s=...,i=...` (RFC 5802, section 5.1).
#pragma once

#include <algorithm>
#include <cstddef>

#include "base/bytes.h"

namespace tapri::wire::pg {

inline constexpr ByteView kTlsServerEndPointFlag = "p=tls-server-end-point";

// Printable ASCII but the comma, and something at all (RFC 5802: "printable").
[[nodiscard]] inline bool is_scram_nonce(ByteView text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f && c != ','; });
}

class AttributeReader {
 public:
  explicit AttributeReader(ByteView text) : text_(text), ended_(text.empty()) {}

  // Up to the next comma, which is consumed. False at the end.
  [[nodiscard]] bool take_raw(ByteView& out) {
    if (ended_) return false;
    const std::size_t comma = text_.find(',', at_);
    out = text_.substr(at_, comma == ByteView::npos ? comma : comma - at_);
    ended_ = comma == ByteView::npos;
    at_ = ended_ ? text_.size() : comma + 1;
    return true;
  }

  // The next attribute, whichever it is; false if there is none or it has not the form `letter=value`.
  [[nodiscard]] bool take_any(char& name, ByteView& value) {
    ByteView raw;
    if (!take_raw(raw) || raw.size() < 2 || raw[1] != '=') return false;
    const bool letter = (raw[0] >= 'a' && raw[0] <= 'z') || (raw[0] >= 'A' && raw[0] <= 'Z');
    name = raw[0];
    value = raw.substr(2);
    return letter;
  }

  // The next attribute if it has that name.
  [[nodiscard]] bool take(char name, ByteView& value) {
    char found = 0;
    return take_any(found, value) && found == name;
  }

  // All that is left must be well-formed; nobody asks what it says.
  [[nodiscard]] bool skip_extensions() {
    char name = 0;
    ByteView value;
    while (!ended_) {
      if (!take_any(name, value)) return false;
    }
    return true;
  }

  [[nodiscard]] bool ended() const { return ended_; }
  // Where the next attribute starts.
  [[nodiscard]] std::size_t position() const { return at_; }

 private:
  ByteView text_;
  std::size_t at_ = 0;
  bool ended_;
};

}  // namespace tapri::wire::pg
