// Decoders are tried on heap buffers of exactly the right size, so that a sanitizer sees a read beyond them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace tapri::wire {

class ExactBuffer {
 public:
  explicit ExactBuffer(ByteView bytes) : size_(bytes.size()), data_(new char[bytes.size()]) {
    std::copy(bytes.begin(), bytes.end(), data_.get());
  }
  [[nodiscard]] ByteView view() const { return {data_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> data_;
};

// A string with its NUL bytes.
template <std::size_t size>
std::string raw(const char (&text)[size]) {
  return std::string(text, size - 1);
}

// Holds for each message that has one right length: it decodes, no prefix of it does, and with one byte more it does
// not either.
template <typename Message>
void expect_exact(ByteView body) {
  Message message;
  EXPECT_TRUE(decode(ExactBuffer(body).view(), message));
  for (std::size_t size = 0; size < body.size(); ++size) {
    Message cut;
    EXPECT_FALSE(decode(ExactBuffer(body.substr(0, size)).view(), cut)) << "cut to " << size << " bytes";
  }
  for (const char extra : {'\0', 'x', '\xff'}) {
    Message longer;
    EXPECT_FALSE(decode(ExactBuffer(std::string(body) + extra).view(), longer)) << "one byte extra";
  }
}

}  // namespace tapri::wire
