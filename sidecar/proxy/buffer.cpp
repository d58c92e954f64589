#include "proxy/buffer.h"

#include <algorithm>
#include <cstring>

namespace tapri::proxy {

std::span<char> Buffer::space(std::size_t wanted) {
  const std::size_t size = end_ - begin_;
  std::size_t target = std::max(wanted, std::max(capacity_, kInitialSize));
  if (size == 0) {
    begin_ = end_ = 0;
    if (was_full_) {
      target = std::max(target, std::min(usual_, capacity_ * 2));
    } else if (wanted <= kInitialSize) {
      target = kInitialSize;
    }
  } else if (size * 2 > target) {
    target = std::max(target, std::min(std::max(usual_, kInitialSize), target * 2));
  }
  if (size == capacity_ && target <= capacity_) target = capacity_ + kInitialSize;  // never no room at all
  if (target != capacity_) {
    resize(target);
  } else if (begin_ > 0) {
    std::memmove(bytes_.get(), bytes_.get() + begin_, size);
    begin_ = 0;
    end_ = size;
  }
  return {bytes_.get() + end_, capacity_ - end_};
}

void Buffer::resize(std::size_t capacity) {
  auto bytes = std::make_unique_for_overwrite<char[]>(capacity);
  const std::size_t size = end_ - begin_;
  if (size > 0) std::memcpy(bytes.get(), bytes_.get() + begin_, size);
  bytes_ = std::move(bytes);
  capacity_ = capacity;
  begin_ = 0;
  end_ = size;
}

void Buffer::filled(std::size_t size) {
  end_ += size;
  was_full_ = end_ == capacity_;
}

}  // namespace tapri::proxy
