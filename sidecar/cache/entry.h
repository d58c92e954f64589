// A cached result and its key.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "coherence/log.h"

namespace tapri::cache {

// A key is bytes, compared whole. The hash only picks shard and bucket.
// Layout (session/ builds it): context id, shape id, protocol, then literals or parameters.
struct KeyView {
  ByteView bytes;
  std::uint64_t hash = 0;
};
[[nodiscard]] KeyView make_key(ByteView bytes);

// What is said of a result besides its bytes and what it rests on. Ordered so that nothing lies idle between.
struct EntryFacts {
  coherence::Position as_of = 0;
  TimePoint stored_at{};
  TimePoint expires_at{};              // TimePoint::max(): never
  std::uint32_t description_size = 0;  // bytes of the payload that are the row description; may be 0
  std::uint32_t shape = 0;             // the low bits of its id: for flush by fingerprint
  std::uint32_t rule = 0;              // which rule stored it; 0: defaults
  std::uint32_t rows = 0;              // MySQL: of the result
  std::uint32_t upstream_us = 0;  // microseconds that the database took: saved by each hit; at most some 71 minutes
  bool adopted = false;           // from the tier behind the store: how old it is goes by that one's clock

  // When the database was asked for it, or before: by this process' clock alone.
  [[nodiscard]] TimePoint asked_at() const {
    return adopted ? TimePoint::min() : stored_at - std::chrono::microseconds(std::uint64_t{upstream_us} + 1);
  }
};

// Of NewEntry::demotion.
inline constexpr std::size_t kMostDemotionBytes = 65'535;

// A result as the server sent it, to be kept.
struct NewEntry : EntryFacts {
  ByteString payload;  // [description][rows and completion]
  // What its demotion will need, should it have to go for want of space (Store::put); empty: it is just dropped. At
  // most kMostDemotionBytes.
  ByteString demotion;
  std::vector<coherence::Dependency> dependencies;
};

// A result that is kept, immutable; shared by the store and by the sessions that are writing it. Payload, dependencies,
// key and demotion lie behind it in the same block of memory, which the store makes (cache/memory/node.h).
class Entry : public EntryFacts {
 public:
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;
  // Live as long as the entry.
  [[nodiscard]] ByteView payload() const { return {behind(), payload_size_}; }
  [[nodiscard]] std::span<const coherence::Dependency> dependencies() const {
    return {reinterpret_cast<const coherence::Dependency*>(this + 1), dependency_count_};
  }
  [[nodiscard]] ByteView key() const { return {behind() + payload_size_, key_size_}; }
  [[nodiscard]] ByteView demotion() const { return {behind() + payload_size_ + key_size_, demotion_size_}; }

 protected:
  // What lies behind it must fit: copies it there.
  Entry(ByteView key, const NewEntry& entry);
  ~Entry() = default;

 private:
  friend class EntryRef;
  [[nodiscard]] const char* behind() const {
    return reinterpret_cast<const char*>(this + 1) + dependency_count_ * sizeof(coherence::Dependency);
  }
  // Ends the entry and gives its block back.
  static void destroy(const Entry& entry);

  std::uint16_t demotion_size_;  // lies behind the facts, where there is room for it
  mutable std::atomic<std::uint32_t> references_{0};
  std::uint32_t payload_size_;
  std::uint32_t dependency_count_;
  std::uint32_t key_size_;
};

// Bytes behind an Entry of such sizes.
[[nodiscard]] constexpr std::size_t bytes_behind(std::size_t key, std::size_t payload, std::size_t dependencies,
                                                 std::size_t demotion) {
  return dependencies * sizeof(coherence::Dependency) + payload + key + demotion;
}

// A share in an entry, or none. The last one ends it.
//
// Thread-safety: as std::shared_ptr.
class EntryRef {
 public:
  EntryRef() = default;
  EntryRef(std::nullptr_t) {}  // NOLINT(google-explicit-constructor): as a pointer
  explicit EntryRef(const Entry& entry) : entry_(&entry) { share(); }
  EntryRef(const EntryRef& other) : entry_(other.entry_) { share(); }
  EntryRef(EntryRef&& other) noexcept : entry_(std::exchange(other.entry_, nullptr)) {}
  EntryRef& operator=(EntryRef other) noexcept {
    std::swap(entry_, other.entry_);
    return *this;
  }
  ~EntryRef() {
    // What others did with the entry comes before its end.
    if (entry_ != nullptr && entry_->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) Entry::destroy(*entry_);
  }
  // Takes over a share that detach() has left with someone.
  [[nodiscard]] static EntryRef adopt(const Entry& entry) {
    EntryRef adopted;
    adopted.entry_ = &entry;
    return adopted;
  }
  void detach() { entry_ = nullptr; }
  [[nodiscard]] const Entry* get() const { return entry_; }
  const Entry& operator*() const { return *entry_; }
  const Entry* operator->() const { return entry_; }
  explicit operator bool() const { return entry_ != nullptr; }
  friend bool operator==(const EntryRef& a, const EntryRef& b) { return a.entry_ == b.entry_; }

 private:
  void share() const {
    if (entry_ != nullptr) entry_->references_.fetch_add(1, std::memory_order_relaxed);
  }

  const Entry* entry_ = nullptr;
};

// EntryFacts::upstream_us: whole microseconds, as many as fit.
[[nodiscard]] std::uint32_t microseconds_of(Duration upstream_time);

}  // namespace tapri::cache
