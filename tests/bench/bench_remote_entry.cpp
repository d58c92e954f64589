// What it costs to make an entry ready for a tier outside of the process and to read it again, by Google Benchmark: of
// 200 bytes and of 10 KiB, as rows are (some words, some numbers), plain, compressed and sealed, with a key of 900
// bytes.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/hash.h"
#include "cache/remote/codec.h"

namespace {

using namespace tapri;
using namespace tapri::cache::remote;
using namespace std::chrono_literals;

constexpr TimePoint kNow{1'000'000s};

std::string rows(std::size_t size) {
  constexpr const char* kWords[] = {"London", "cancelled", "a customer's remark", "2026-11-26 17:12:07.123456", "true"};
  std::string out;
  for (std::uint64_t i = 0; out.size() < size; ++i) {
    const std::uint64_t random = hash64(std::to_string(i));
    out.append("D\0\0\0\x40\0\4\0\0\0", 10);
    out += std::to_string(random % 1'000'000) + kWords[random % 5] + std::to_string(random >> 40U);
  }
  out.resize(size);
  return out;
}

GlobalKey key() {
  const std::string text = rows(900);
  const ByteView part = text;
  return make_global_key(Protocol::postgres, {&part, 1});
}

std::shared_ptr<const SealKeys> keys() { return *SealKeys::parse("1 " + std::string(64, 'a'), "keys"); }

// Arguments: bytes of the payload, whether it is compressed, at which level, whether it is sealed.
struct Work {
  explicit Work(const benchmark::State& state)
      : codec(config(state), state.range(3) != 0 ? keys() : nullptr), global_key(key()) {
    entry.payload = rows(static_cast<std::size_t>(state.range(0)));
    entry.dependencies = {1, 2, 3, 4, 5};
    entry.stored_at = kNow;
    entry.expires_at = TimePoint::max();
  }
  static Codec::Config config(const benchmark::State& state) {
    Codec::Config config;
    config.compress_above = state.range(1) != 0 ? 0 : config.max_contents;
    config.level = static_cast<int>(state.range(2));
    return config;
  }
  Codec codec;
  GlobalKey global_key;
  cache::NewEntry entry;
  std::string bytes;
};

void encode(benchmark::State& state) {
  Work work(state);
  for (auto _ : state) {
    benchmark::DoNotOptimize(work.codec.encode(work.global_key, work.entry, 1h, kNow, work.bytes));
  }
  state.counters["bytes"] = static_cast<double>(work.bytes.size());
}

void decode(benchmark::State& state) {
  Work work(state);
  if (work.codec.encode(work.global_key, work.entry, 1h, kNow, work.bytes) != Codec::Encoded::done) {
    return state.SkipWithError("it cannot be encoded");
  }
  for (auto _ : state) {
    auto entry = work.codec.decode(work.global_key, work.bytes, 1h, kNow);
    if (!entry) return state.SkipWithError("it cannot be decoded");
    benchmark::DoNotOptimize(entry->payload.data());
  }
  state.counters["bytes"] = static_cast<double>(work.bytes.size());
}

void make_key(benchmark::State& state) {
  const std::string text = rows(300);
  const ByteView parts[] = {text, text, text};
  for (auto _ : state) benchmark::DoNotOptimize(make_global_key(Protocol::postgres, parts).digits);
}

void arguments(benchmark::internal::Benchmark* of) {
  of->ArgNames({"payload", "compressed", "level", "sealed"});
  for (const int payload : {200, 10'240}) {
    for (const int sealed : {0, 1}) {
      of->Args({payload, 0, 1, sealed});
      for (const int level : {-3, 1}) of->Args({payload, 1, level, sealed});
    }
  }
}

}  // namespace

BENCHMARK(make_key);
BENCHMARK(encode)->Apply(arguments);
BENCHMARK(decode)->Apply(arguments);
BENCHMARK_MAIN();
