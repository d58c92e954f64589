#include "cache/remote/seal_keys.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace tapri::cache::remote {
namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// -1: none.
int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool read_digits(std::string_view digits, SealKey& key) {
  if (digits.size() != 2 * SealKey::kSize) return false;
  for (std::size_t i = 0; i < SealKey::kSize; ++i) {
    const int high = digit(digits[2 * i]);
    const int low = digit(digits[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    key.bytes[i] = static_cast<unsigned char>(high * 16 + low);
  }
  return true;
}

Result<void> read_line(std::string_view line, SealKey& key) {
  const char* const end = line.data() + line.size();
  const auto [after, error] = std::from_chars(line.data(), end, key.id);
  const bool separate = error == std::errc() && after != end && kBlanks.find(*after) != std::string_view::npos;
  if (!separate) return fail("expected a number below 4294967296, a blank and 64 hexadecimal digits");
  if (!read_digits(trimmed({after, end}), key)) return fail("expected 64 hexadecimal digits after the number");
  return {};
}

}  // namespace

SealKeys::SealKeys() { keys_.reserve(kMaxKeys); }

SealKeys::~SealKeys() { OPENSSL_cleanse(keys_.data(), keys_.size() * sizeof(SealKey)); }

const SealKey* SealKeys::find(std::uint32_t id) const {
  const auto found = std::ranges::find(keys_, id, &SealKey::id);
  return found == keys_.end() ? nullptr : &*found;
}

Result<std::shared_ptr<const SealKeys>> SealKeys::parse(std::string text, const std::string& name) {
  const std::unique_ptr<std::string, void (*)(std::string*)> wiped(
      &text, [](std::string* all) { OPENSSL_cleanse(all->data(), all->size()); });
  const std::shared_ptr<SealKeys> keys(new SealKeys());
  std::string_view rest = text;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = trimmed(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (line.empty() || line.front() == '#') continue;
    const std::string where = name + ":" + std::to_string(number) + ": ";
    if (keys->keys_.size() == kMaxKeys) return fail(where + "more than " + std::to_string(kMaxKeys) + " keys");
    SealKey& key = keys->keys_.emplace_back();
    if (const auto read = read_line(line, key); !read) return fail(where + read.error().message);
    if (keys->find(key.id) != &key) return fail(where + "the key " + std::to_string(key.id) + " is given twice");
  }
  if (keys->keys_.empty()) return fail(name + ": no key in it");
  return std::shared_ptr<const SealKeys>(keys);
}

}  // namespace tapri::cache::remote
