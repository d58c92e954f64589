#include "cache/remote/codec.h"

#include <zstd.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "base/hash.h"
#include "wire/little_endian.h"

namespace tapri::cache::remote {
namespace {

using std::chrono::milliseconds;

constexpr ByteView kMagic = "TE";
constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kSealed = 1;
constexpr std::uint8_t kCompressed = 2;
constexpr std::size_t kStartSize = 4;
constexpr std::size_t kChecksumSize = 8;
constexpr std::size_t kSealedHeaderSize = kStartSize + 4 + Sealer::kNonceSize;
constexpr std::size_t kFixedSize = 4 * 8 + 5 * 4;  // of what lies before the dependencies
constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();
// Keeps sums of what others wrote from leaving a Duration's range: some 30 years.
constexpr std::uint64_t kMostMilliseconds = 1'000'000'000'000;

// Up where that makes an entry older, down where it makes one end sooner.
std::uint64_t milliseconds_up(Duration time) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, std::chrono::ceil<milliseconds>(time).count()));
}
std::uint64_t milliseconds_down(Duration time) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, std::chrono::floor<milliseconds>(time).count()));
}

// What is not sealed could be damaged without anyone noticing.
std::uint64_t checksum(ByteView start, ByteView rest) { return hash64(rest, wire::load_little(start.data(), 4)); }

}  // namespace

// What is read of an entry before its contents.
struct Codec::Body {
  std::uint64_t as_of = 0;
  std::uint64_t age = 0;
  std::uint64_t ttl = 0;
  std::uint64_t kept = 0;
  std::uint32_t upstream_us = 0;
  std::uint32_t description_size = 0;
  std::uint32_t payload_size = 0;
  std::uint32_t key_size = 0;
  std::uint32_t dependency_count = 0;

  void append(ByteString& out) const {
    for (const std::uint64_t number : {as_of, age, ttl, kept}) wire::append_little(out, number, 8);
    for (const std::uint32_t number : {upstream_us, description_size, payload_size, key_size, dependency_count}) {
      wire::append_little(out, number, 4);
    }
  }
  void read(wire::LittleEndianReader& in) {
    for (std::uint64_t* number : {&as_of, &age, &ttl, &kept}) *number = in.u64();
    for (std::uint32_t* number : {&upstream_us, &description_size, &payload_size, &key_size, &dependency_count}) {
      *number = in.u32();
    }
  }
  [[nodiscard]] std::uint64_t contents() const { return std::uint64_t{payload_size} + key_size; }
  [[nodiscard]] bool possible() const {
    const bool times = std::max(age, kept) < kMostMilliseconds && (ttl == kNever || ttl < kMostMilliseconds);
    return times && description_size <= payload_size;
  }
  // False: it has expired.
  [[nodiscard]] bool date(Duration left, TimePoint now, NewEntry& entry) const {
    const auto still = std::max<std::int64_t>(0, std::chrono::floor<milliseconds>(left).count());
    const bool clear = static_cast<std::uint64_t>(still) <= kept;
    const std::uint64_t passed = clear ? kept - static_cast<std::uint64_t>(still) : 0;
    entry.stored_at = now - milliseconds(age + passed);
    entry.expires_at = TimePoint::max();
    if (ttl == kNever) return true;
    // Where the tier's own clock has gone back nobody knows how much has passed.
    if (!clear || passed >= ttl) return false;
    entry.expires_at = now + milliseconds(ttl - passed);
    return true;
  }
};

Result<void> Codec::Config::validate() const {
  if (max_encoded < 1024 || max_encoded > std::numeric_limits<std::int32_t>::max()) {
    return fail("an encoded entry may have 1 KiB to 2 GiB");
  }
  if (max_contents > std::numeric_limits<std::int32_t>::max()) return fail("an entry may have less than 2 GiB");
  if (level < -7 || level > 19) return fail("the level of compression is -7 to 19");
  return {};
}

Codec::Codec(const Config& config, std::shared_ptr<const SealKeys> keys)
    : config_(config), keys_(std::move(keys)), compressor_(ZSTD_createCCtx()), decompressor_(ZSTD_createDCtx()) {}

Codec::~Codec() = default;

void Codec::FreeCompressor::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }
void Codec::FreeDecompressor::operator()(ZSTD_DCtx_s* context) const { ZSTD_freeDCtx(context); }

Codec::Encoded Codec::encode(const GlobalKey& key, const NewEntry& entry, Duration kept, TimePoint now,
                             ByteString& out) {
  const ByteView carried_key = keys_ != nullptr ? ByteView() : ByteView(key.bytes);
  const std::size_t size = entry.payload.size() + carried_key.size();
  if (size > config_.max_contents || entry.dependencies.size() > config_.max_dependencies) return Encoded::too_large;
  out.clear();
  out.reserve(kSealedHeaderSize + kFixedSize + entry.dependencies.size() * 8 + size + Sealer::kTagSize);
  Sealer::Nonce nonce{};
  if (keys_ != nullptr && !Sealer::draw(nonce)) return Encoded::failed;
  append_header(nonce, out);
  const std::size_t begin = out.size();
  const bool never = entry.expires_at == TimePoint::max();
  Body{.as_of = entry.as_of,
       .age = milliseconds_up(now - entry.stored_at),
       .ttl = never ? kNever : milliseconds_down(entry.expires_at - now),
       .kept = milliseconds_down(kept),
       .upstream_us = entry.upstream_us,
       .description_size = entry.description_size,
       .payload_size = static_cast<std::uint32_t>(entry.payload.size()),
       .key_size = static_cast<std::uint32_t>(carried_key.size()),
       .dependency_count = static_cast<std::uint32_t>(entry.dependencies.size())}
      .append(out);
  for (const coherence::Dependency dependency : entry.dependencies) wire::append_little(out, dependency, 8);
  append_contents(entry.payload, carried_key, out);
  if (!close(key, nonce, begin, out)) return Encoded::failed;
  return out.size() > config_.max_encoded ? Encoded::too_large : Encoded::done;
}

void Codec::append_header(const Sealer::Nonce& nonce, ByteString& out) const {
  out += kMagic;
  wire::append_little(out, kVersion, 1);
  wire::append_little(out, keys_ != nullptr ? kSealed : 0, 1);
  if (keys_ == nullptr) {
    out.append(kChecksumSize, '\0');  // known at the end
  } else {
    wire::append_little(out, keys_->first().id, 4);
    out.append(nonce.data(), nonce.size());
  }
}

void Codec::append_contents(ByteView payload, ByteView key, ByteString& out) {
  const std::size_t begin = out.size();
  out.append(payload).append(key);
  const std::size_t size = out.size() - begin;
  if (size <= config_.compress_above || compressor_ == nullptr) return;
  // Less room than they take: what does not fit is not worth it.
  ByteString frame(size - size / 16, '\0');
  const std::size_t compressed =
      ZSTD_compressCCtx(compressor_.get(), frame.data(), frame.size(), out.data() + begin, size, config_.level);
  if (ZSTD_isError(compressed) != 0) return;
  out.replace(begin, size, frame.data(), compressed);
  out[kStartSize - 1] = static_cast<char>(out[kStartSize - 1] | kCompressed);
}

// Seals what lies behind the header, or sums it up.
bool Codec::close(const GlobalKey& key, const Sealer::Nonce& nonce, std::size_t begin, ByteString& out) {
  if (keys_ != nullptr) {
    const Sealer::Beside beside{.header = ByteView(out).substr(0, begin), .key = key.bytes};
    return sealer_.seal(keys_->first(), nonce, beside, out, begin);
  }
  const std::uint64_t sum = checksum(out, ByteView(out).substr(begin));
  for (std::size_t i = 0; i < kChecksumSize; ++i) out[kStartSize + i] = static_cast<char>(sum >> (8 * i));
  return true;
}

// The body of an entry: in `bytes`, or decrypted into `opened`.
Result<ByteView, Miss> Codec::unwrap(const GlobalKey& key, ByteView bytes, bool& compressed, ByteString& opened) {
  wire::LittleEndianReader in(bytes);
  if (in.bytes(kMagic.size()) != kMagic) return tl::unexpected(Miss::malformed);
  const std::uint8_t version = in.u8();
  const std::uint8_t flags = in.u8();
  if (in.failed()) return tl::unexpected(Miss::malformed);
  if (version != kVersion || (flags & ~(kSealed | kCompressed)) != 0) return tl::unexpected(Miss::unknown_version);
  compressed = (flags & kCompressed) != 0;
  if ((flags & kSealed) == 0) {
    // Whoever can write to the tier could leave the seal out.
    if (keys_ != nullptr) return tl::unexpected(Miss::not_authentic);
    const std::uint64_t sum = in.u64();
    const ByteView rest = in.rest();
    if (in.failed() || sum != checksum(bytes, rest)) return tl::unexpected(Miss::malformed);
    return rest;
  }
  const std::uint32_t id = in.u32();
  const ByteView nonce = in.bytes(Sealer::kNonceSize);
  if (in.failed()) return tl::unexpected(Miss::malformed);
  const SealKey* const seal_key = keys_ == nullptr ? nullptr : keys_->find(id);
  if (seal_key == nullptr) return tl::unexpected(Miss::unknown_seal_key);
  const Sealer::Beside beside{.header = bytes.substr(0, kSealedHeaderSize), .key = key.bytes};
  if (!sealer_.open(*seal_key, nonce, beside, in.rest(), opened)) return tl::unexpected(Miss::not_authentic);
  return ByteView(opened);
}

// One frame that declares exactly `size`, which was compared with the limits before.
bool Codec::inflate(ByteView frame, std::size_t size, ByteString& out) {
  if (decompressor_ == nullptr || ZSTD_getFrameContentSize(frame.data(), frame.size()) != size) return false;
  if (ZSTD_findFrameCompressedSize(frame.data(), frame.size()) != frame.size()) return false;
  out.resize(size);
  return ZSTD_decompressDCtx(decompressor_.get(), out.data(), size, frame.data(), frame.size()) == size;
}

Result<NewEntry, Miss> Codec::decode(const GlobalKey& key, ByteView bytes, Duration left, TimePoint now) {
  if (bytes.size() > config_.max_encoded) return tl::unexpected(Miss::too_large);
  bool compressed = false;
  ByteString opened;
  const Result<ByteView, Miss> body = unwrap(key, bytes, compressed, opened);
  if (!body) return tl::unexpected(body.error());
  return read_body(*body, compressed, keys_ == nullptr ? ByteView(key.bytes) : ByteView(), left, now);
}

Result<NewEntry, Miss> Codec::read_body(ByteView bytes, bool compressed, ByteView expected_key, Duration left,
                                        TimePoint now) {
  wire::LittleEndianReader in(bytes);
  Body body;
  body.read(in);
  if (in.failed() || !body.possible()) return tl::unexpected(Miss::malformed);
  if (body.contents() > config_.max_contents || body.dependency_count > config_.max_dependencies) {
    return tl::unexpected(Miss::too_large);
  }
  NewEntry entry;
  if (!body.date(left, now, entry)) return tl::unexpected(Miss::expired);
  if (in.remaining() / 8 < body.dependency_count) return tl::unexpected(Miss::malformed);
  entry.dependencies.reserve(body.dependency_count);
  for (std::uint32_t i = 0; i < body.dependency_count; ++i) entry.dependencies.push_back(in.u64());
  const ByteView contents = in.rest();
  if (compressed) {
    if (!inflate(contents, body.contents(), entry.payload)) return tl::unexpected(Miss::malformed);
  } else {
    if (contents.size() != body.contents()) return tl::unexpected(Miss::malformed);
    entry.payload = contents;
  }
  if (ByteView(entry.payload).substr(body.payload_size) != expected_key) return tl::unexpected(Miss::other_key);
  entry.payload.resize(body.payload_size);
  entry.as_of = body.as_of;
  entry.upstream_us = body.upstream_us;
  entry.description_size = body.description_size;
  return entry;
}

}  // namespace tapri::cache::remote
