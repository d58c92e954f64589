#include "wire/mysql/compression.h"

#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>

#include "wire/mysql/packet.h"
#include "wire/mysql/reader.h"

namespace tapri::wire::mysql {

namespace {

// As in the servers: less is not worth it.
constexpr std::size_t kMinCompressed = 50;

void append_header(std::string& out, std::size_t size, std::uint8_t sequence, std::size_t inflated_size) {
  append_little(out, size, 3);
  append_little(out, sequence, 1);
  append_little(out, inflated_size, 3);
}

CompressionStatus inflate_zlib(ByteView body, char* out, std::uint32_t declared) {
  uLongf size = declared;
  uLong taken = body.size();
  const int result = uncompress2(octets(out), &size, octets(body), &taken);
  if (result == Z_MEM_ERROR) return CompressionStatus::failed;
  const bool exact = result == Z_OK && size == declared && taken == body.size();
  return exact ? CompressionStatus::complete : CompressionStatus::corrupt;
}

CompressionStatus inflate_zstd(ByteView body, char* out, std::uint32_t declared) {
  const std::size_t size = ZSTD_decompress(out, declared, body.data(), body.size());
  if (ZSTD_isError(size) == 0) return size == declared ? CompressionStatus::complete : CompressionStatus::corrupt;
  return ZSTD_getErrorCode(size) == ZSTD_error_memory_allocation ? CompressionStatus::failed
                                                                 : CompressionStatus::corrupt;
}

}  // namespace

bool peek_compressed(ByteView buffer, CompressedHeader& out) {
  if (buffer.size() < kCompressedHeaderSize) return false;
  out.size = load_u24(buffer.data());
  out.sequence = static_cast<std::uint8_t>(buffer[3]);
  out.inflated_size = load_u24(buffer.data() + 4);
  return true;
}

CompressionStatus CompressedReader::take(ByteView buffer, std::string& out, std::size_t& size) {
  CompressedHeader header;
  if (!peek_compressed(buffer, header)) return CompressionStatus::incomplete;
  if (header.payload_size() > limits_.max_inflated) return CompressionStatus::too_large;
  const std::uint64_t allowed = static_cast<std::uint64_t>(header.size) * limits_.max_ratio;
  if (limits_.max_ratio != 0 && header.inflated_size > allowed) return CompressionStatus::too_large;
  if (buffer.size() - kCompressedHeaderSize < header.size) return CompressionStatus::incomplete;
  const ByteView body = buffer.substr(kCompressedHeaderSize, header.size);
  const CompressionStatus status = inflate(body, header.inflated_size, out);
  if (status != CompressionStatus::complete) return status;
  size = kCompressedHeaderSize + header.size;
  sequence_ = header.sequence;
  return status;
}

CompressionStatus CompressedReader::inflate(ByteView body, std::uint32_t declared, std::string& out) const {
  if (declared == 0) {
    out.append(body);
    return CompressionStatus::complete;
  }
  const std::size_t before = out.size();
  out.resize(before + declared);
  char* const to = out.data() + before;
  CompressionStatus status = CompressionStatus::corrupt;
  if (kind_ == Compression::zlib) status = inflate_zlib(body, to, declared);
  if (kind_ == Compression::zstd) status = inflate_zstd(body, to, declared);
  if (status != CompressionStatus::complete) out.resize(before);
  return status;
}

CompressedWriter::CompressedWriter(Compression kind, int level)
    : kind_(kind), level_(std::clamp(level, 1, kind == Compression::zstd ? ZSTD_maxCLevel() : Z_BEST_COMPRESSION)) {}

// Appends the compressed bytes and sets `size` to how many they are: 0 if they would not be fewer.
bool CompressedWriter::deflate(ByteView bytes, std::string& out, std::size_t& size) const {
  size = 0;
  if (bytes.size() < kMinCompressed || kind_ == Compression::none) return true;
  const std::size_t before = out.size();
  bool memory = true;
  if (kind_ == Compression::zlib) {
    uLongf room = compressBound(bytes.size());
    out.resize(before + room);
    const int result = compress2(octets(out.data() + before), &room, octets(bytes), bytes.size(), level_);
    memory = result != Z_MEM_ERROR;
    size = result == Z_OK ? room : 0;
  } else {
    out.resize(before + ZSTD_compressBound(bytes.size()));
    const std::size_t made =
        ZSTD_compress(out.data() + before, out.size() - before, bytes.data(), bytes.size(), level_);
    memory = ZSTD_isError(made) == 0;
    size = memory ? made : 0;
  }
  if (size >= bytes.size()) size = 0;
  out.resize(before + size);
  return memory;
}

bool CompressedWriter::append(std::string& out, std::uint8_t& sequence, ByteView packets) const {
  while (!packets.empty()) {
    const ByteView part = packets.substr(0, kMaxPayload);
    const std::size_t header_at = out.size();
    append_header(out, part.size(), sequence, 0);
    std::size_t size = 0;
    if (!deflate(part, out, size)) {
      out.resize(header_at);
      return false;
    }
    if (size == 0) {
      out.append(part);
    } else {
      store_u24(out.data() + header_at, static_cast<std::uint32_t>(size));
      store_u24(out.data() + header_at + 4, static_cast<std::uint32_t>(part.size()));
    }
    ++sequence;
    packets.remove_prefix(part.size());
  }
  return true;
}

}  // namespace tapri::wire::mysql
