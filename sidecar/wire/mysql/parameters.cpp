#include "wire/mysql/parameters.h"

namespace tapri::wire::mysql {

namespace {

constexpr std::size_t kTypeSize = 2;
constexpr std::uint8_t kUnsignedFlag = 0x80;

}  // namespace

Parameter ParameterBlock::take_parameter(std::size_t index, Reader& types, Reader& values) const {
  Parameter out;
  out.type = static_cast<Type>(types.u8());
  out.is_unsigned = (types.u8() & kUnsignedFlag) != 0;
  if (named_) out.name = types.lenenc_bytes();
  if (types.failed()) return out;
  out.is_null = bit_of(nulls_, index);
  out.is_long_data = index / 8 < long_data_.size() && bit_of(long_data_, index);
  if (!out.is_null && !out.is_long_data) out.value = take_binary_value(values, out.type);
  return out;
}

ParameterBlock ParameterBlock::take(Reader& reader, std::size_t count, bool named,
                                    const StatementParameters& statement) {
  ParameterBlock out;
  if (count == 0) return out;
  const ByteView before = reader.unread();
  out.count_ = count;
  out.long_data_ = statement.long_data;
  out.nulls_ = reader.bytes(bitmap_size(count));
  const std::uint8_t bound = reader.u8();
  if (bound > 1) reader.fail();
  out.has_types_ = bound == 1;
  if (out.has_types_) {
    out.named_ = named;
    out.types_ = reader.unread();
    for (std::size_t i = 0; i < count && !reader.failed(); ++i) {
      static_cast<void>(reader.u16());
      if (named) static_cast<void>(reader.lenenc_bytes());
    }
    out.types_ = out.types_.substr(0, out.types_.size() - reader.remaining());
  } else if (statement.types.size() / kTypeSize >= count) {
    out.types_ = statement.types;
  } else {
    reader.fail();
  }
  out.values_ = reader.unread();
  Reader types(out.types_);
  for (std::size_t i = 0; i < count && !reader.failed(); ++i) {
    static_cast<void>(out.take_parameter(i, types, reader));
    if (types.failed()) reader.fail();
  }
  if (reader.failed()) return {};
  out.values_ = out.values_.substr(0, out.values_.size() - reader.remaining());
  out.bytes_ = before.substr(0, before.size() - reader.remaining());
  return out;
}

std::string ParameterBlock::remembered_types() const {
  if (!named_) return std::string(types_.substr(0, count_ * kTypeSize));
  std::string out;
  Reader reader(types_);
  for (std::size_t i = 0; i < count_ && !reader.failed(); ++i) {
    out.append(reader.bytes(kTypeSize));
    static_cast<void>(reader.lenenc_bytes());
  }
  return out;
}

}  // namespace tapri::wire::mysql
