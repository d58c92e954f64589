// Appends one frame to a string: the length is filled in when the writer goes out of scope.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "wire/cursor.h"

namespace tapri::wire::pg {

class MessageWriter {
 public:
  MessageWriter(std::string& out, char type) : out_(out), start_(out.size()) {
    out.push_back(type);
    append_u32(out, 0);
  }
  ~MessageWriter() { store_u32(out_.data() + start_ + 1, static_cast<std::uint32_t>(out_.size() - start_ - 1)); }
  MessageWriter(const MessageWriter&) = delete;
  MessageWriter& operator=(const MessageWriter&) = delete;

  void u8(std::uint8_t value) { append_u8(out_, value); }
  void u16(std::uint16_t value) { append_u16(out_, value); }
  void u32(std::uint32_t value) { append_u32(out_, value); }
  void byte(char value) { out_.push_back(value); }
  void bytes(ByteView value) { out_.append(value); }
  // Cut at its first NUL byte: what follows one would be read as the next field.
  void c_string(ByteView text) {
    out_.append(text.substr(0, text.find('\0')));
    out_.push_back('\0');
  }

 private:
  std::string& out_;
  std::size_t start_;
};

}  // namespace tapri::wire::pg
