#include "wire/mysql/values.h"

namespace tapri::wire::mysql {

namespace {

enum class Form : std::uint8_t { one, two, four, eight, date, time, counted, empty, none };

Form form_of(Type type) {
  switch (type) {
    case Type::tiny:
      return Form::one;
    case Type::short_:
    case Type::year:
      return Form::two;
    case Type::long_:
    case Type::int24:
    case Type::float_:
      return Form::four;
    case Type::longlong:
    case Type::double_:
      return Form::eight;
    case Type::timestamp:
    case Type::date:
    case Type::datetime:
    case Type::newdate:
      return Form::date;
    case Type::time:
      return Form::time;
    case Type::null:
      return Form::empty;
    case Type::decimal:
    case Type::varchar:
    case Type::bit:
    case Type::vector:
    case Type::json:
    case Type::newdecimal:
    case Type::enum_:
    case Type::set:
    case Type::tiny_blob:
    case Type::medium_blob:
    case Type::long_blob:
    case Type::blob:
    case Type::var_string:
    case Type::string:
    case Type::geometry:
      return Form::counted;
    default:
      return Form::none;
  }
}

// One of the sizes that a date or time can have.
ByteView take_fields(Reader& reader, std::uint8_t largest, std::uint8_t middle, std::uint8_t smallest) {
  const std::uint8_t size = reader.u8();
  if (size != 0 && size != smallest && size != middle && size != largest) reader.fail();
  return reader.bytes(size);
}

}  // namespace

ByteView take_binary_value(Reader& reader, Type type) {
  switch (form_of(type)) {
    case Form::one:
      return reader.bytes(1);
    case Form::two:
      return reader.bytes(2);
    case Form::four:
      return reader.bytes(4);
    case Form::eight:
      return reader.bytes(8);
    case Form::date:
      return take_fields(reader, 11, 7, 4);
    case Form::time:
      return take_fields(reader, 12, 8, 8);
    case Form::counted:
      return reader.lenenc_bytes();
    case Form::empty:
      return {};
    case Form::none:
      break;
  }
  reader.fail();
  return {};
}

bool has_binary_form(Type type) { return form_of(type) != Form::none; }

}  // namespace tapri::wire::mysql
