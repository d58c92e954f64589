#include "coherence/record.h"

#include <utility>
#include <vector>

namespace tapri::coherence {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kKnownFlags =
    record_flags::kSchema | record_flags::kEverything | record_flags::kFinal | record_flags::kPartial;

void put(ByteString& bytes, std::uint64_t value) {
  for (unsigned shift = 0; shift < 64; shift += 8) bytes.push_back(static_cast<char>((value >> shift) & 0xffU));
}

std::uint64_t take(ByteView& bytes) {
  std::uint64_t value = 0;
  for (unsigned index = 0; index < 8; ++index) {
    value |= std::uint64_t{static_cast<std::uint8_t>(bytes[index])} << (8 * index);
  }
  bytes.remove_prefix(8);
  return value;
}

}  // namespace

ByteString encode(const Record& record) {
  const std::vector<Dependency>& dependencies = record.footprint.dependencies();
  const bool fits = dependencies.size() <= kMostRecordDependencies;
  std::uint8_t flags = record.flags;
  if (!fits) flags |= record.kind == RecordKind::alive ? record_flags::kPartial : record_flags::kEverything;
  ByteString bytes;
  bytes.reserve(kRecordHeader + (fits ? dependencies.size() * sizeof(Dependency) : 0));
  for (const std::uint8_t byte : {kVersion, static_cast<std::uint8_t>(record.kind), flags, std::uint8_t{0}}) {
    bytes.push_back(static_cast<char>(byte));
  }
  put(bytes, record.writer);
  put(bytes, record.token);
  if (fits) {
    for (const Dependency dependency : dependencies) put(bytes, dependency);
  }
  return bytes;
}

Result<Record, RecordFault> decode(ByteView bytes) {
  if (bytes.size() < kRecordHeader || bytes.size() > kLongestRecord) return tl::unexpected(RecordFault::length);
  const auto byte = [&](std::size_t index) { return static_cast<std::uint8_t>(bytes[index]); };
  if (byte(0) != kVersion) return tl::unexpected(RecordFault::version);
  if (byte(1) < static_cast<std::uint8_t>(RecordKind::write) ||
      byte(1) > static_cast<std::uint8_t>(RecordKind::lapsed)) {
    return tl::unexpected(RecordFault::kind);
  }
  if ((byte(2) & ~kKnownFlags) != 0 || byte(3) != 0) return tl::unexpected(RecordFault::flags);
  if ((bytes.size() - kRecordHeader) % sizeof(Dependency) != 0) return tl::unexpected(RecordFault::length);
  Record record;
  record.kind = static_cast<RecordKind>(byte(1));
  record.flags = byte(2);
  bytes.remove_prefix(4);
  record.writer = take(bytes);
  record.token = take(bytes);
  std::vector<Dependency> dependencies;
  dependencies.reserve(bytes.size() / sizeof(Dependency));
  while (!bytes.empty()) dependencies.push_back(take(bytes));
  record.footprint = Footprint(std::move(dependencies));
  return record;
}

}  // namespace tapri::coherence
