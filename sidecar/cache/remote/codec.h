// Entries as bytes, for tiers outside of the process.
//
// Layout, little endian, format 1:
//   "TE", version (1 byte), flags (1): sealed, compressed
//   not sealed: XXH3-64 of all that follows (8), against damage
//   sealed: id of the seal key (4), nonce (12); what follows is encrypted (AES-256-GCM), its tag (16) at the end; the
//     bytes so far and the global key belong to it
//   as_of (8), age when stored (8), TTL left then (8; all bits: never expires), for how long it was to be kept (8)
//   upstream_us (4), description_size (4), payload_size (4), key_size (4), number of dependencies (4), dependencies (8
//     each)
//   contents: payload and global key, or one zstd frame that holds them, which declares its size (RFC 8878). An entry
//     that is sealed carries no key: it opens beside its own alone.
// Times are milliseconds, and none is a clock's: two instances' clocks may be apart as far as they like. How old an
// entry is, and what is left of its TTL, follows from what the tier says it will still keep it for.
//
// Whatever comes in is not trusted: a length is compared with what is there and with the limits before anything is
// allocated for it. With keys, nothing counts that is not sealed; without, nothing that is.
//
// Errors: by value; nothing throws. Thread-safety: none; a Codec belongs to a thread, since it keeps contexts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "cache/entry.h"
#include "cache/remote/global_key.h"
#include "cache/remote/miss.h"
#include "cache/remote/sealer.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace tapri::cache::remote {

class Codec {
 public:
  struct Config {
    std::size_t max_encoded = std::size_t{1} << 20U;   // bytes of an encoded entry
    std::size_t max_contents = std::size_t{1} << 20U;  // bytes of payload and key together, below 2 GiB
    std::size_t max_dependencies = std::size_t{1} << 14U;
    std::size_t compress_above = 1024;  // bytes of payload and key together
    int level = 1;                      // zstd's: -7 to 19
    [[nodiscard]] Result<void> validate() const;
  };
  // A valid Config. `keys` may be null: entries are not sealed then.
  Codec(const Config& config, std::shared_ptr<const SealKeys> keys);
  ~Codec();
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;

  // Other keys from here on. Null: not sealed.
  void use(std::shared_ptr<const SealKeys> keys) { keys_ = std::move(keys); }

  enum class Encoded : std::uint8_t { done, too_large, failed };
  // Writes an entry into `out`, in place of what is in it. The tier keeps it for `kept` from `now` on; that is not more
  // than is left of the entry's TTL, and whole milliseconds. `rule` and `shape` mean something here only and are left
  // out.
  [[nodiscard]] Encoded encode(const GlobalKey& key, const NewEntry& entry, Duration kept, TimePoint now,
                               ByteString& out);
  // Reads what is said to be the entry of `key`, that the tier will keep for another `left`, at `now`. Of an entry
  // that is taken, stored_at is never later and expires_at never after what they were where it was stored, however long
  // the bytes took, if `left` was asked for at `now` or after, and before the bytes were.
  [[nodiscard]] Result<NewEntry, Miss> decode(const GlobalKey& key, ByteView bytes, Duration left, TimePoint now);

 private:
  struct Body;
  struct FreeCompressor {
    void operator()(ZSTD_CCtx_s* context) const;
  };
  struct FreeDecompressor {
    void operator()(ZSTD_DCtx_s* context) const;
  };
  void append_header(const Sealer::Nonce& nonce, ByteString& out) const;
  void append_contents(ByteView payload, ByteView key, ByteString& out);
  [[nodiscard]] bool close(const GlobalKey& key, const Sealer::Nonce& nonce, std::size_t begin, ByteString& out);
  [[nodiscard]] Result<ByteView, Miss> unwrap(const GlobalKey& key, ByteView bytes, bool& compressed,
                                              ByteString& opened);
  [[nodiscard]] Result<NewEntry, Miss> read_body(ByteView bytes, bool compressed, ByteView expected_key, Duration left,
                                                 TimePoint now);
  [[nodiscard]] bool inflate(ByteView frame, std::size_t size, ByteString& out);

  Config config_;
  std::shared_ptr<const SealKeys> keys_;
  Sealer sealer_;
  std::unique_ptr<ZSTD_CCtx_s, FreeCompressor> compressor_;
  std::unique_ptr<ZSTD_DCtx_s, FreeDecompressor> decompressor_;
};

}  // namespace tapri::cache::remote
