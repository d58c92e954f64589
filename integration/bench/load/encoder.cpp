#include "encoder.h"

#include <array>
#include <charconv>
#include <string_view>

namespace bench {
namespace {

using namespace std::string_literals;

// Commands of MySQL's protocol.
constexpr char kQuery = 0x03, kPrepare = 0x16, kExecute = 0x17;

void append_number(std::string& out, std::size_t value, int bytes) {
  for (int at = bytes - 1; at >= 0; --at) {
    out.push_back(static_cast<char>((value >> (8 * static_cast<unsigned>(at))) & 0xFFU));
  }
}

std::string message(char type, std::string_view body) {
  std::string out(1, type);
  append_number(out, body.size() + 4, 4);
  return out.append(body);
}

std::string parse(const std::string& name, const std::string& text) {
  return message('P', name + '\0' + text + "\0\0\0"s);
}

// Describe of the unnamed portal, Execute of it, Sync.
std::string ending() { return message('D', "P\0"s) + message('E', "\0\0\0\0\0"s) + message('S', ""); }

void append_little(std::string& out, std::uint64_t value, int bytes) {
  for (int at = 0; at < bytes; ++at) {
    out.push_back(static_cast<char>((value >> (8 * static_cast<unsigned>(at))) & 0xFFU));
  }
}

std::string packet(std::string_view payload, std::uint8_t sequence) {
  std::string out;
  append_little(out, payload.size(), 3);
  out.push_back(static_cast<char>(sequence));
  return out.append(payload);
}

std::string_view digits(std::uint64_t key, std::array<char, 20>& space) {
  const auto end = std::to_chars(space.data(), space.data() + space.size(), key).ptr;
  return {space.data(), static_cast<std::size_t>(end - space.data())};
}

// Of the message that begins at `begin` and ends where `out` does.
void set_length(std::string& out, std::size_t begin) {
  const auto length = out.size() - begin - 1;
  for (std::size_t at = 0; at < 4; ++at) {
    out[begin + 1 + at] = static_cast<char>((length >> (8 * (3 - at))) & 0xFFU);
  }
}

}  // namespace

Encoder::Encoder(const Statement& statement, const std::string& name)
    : protocol_(statement.protocol), keyed_(statement.keyed) {
  const auto place = statement.text.find("$1");
  switch (protocol_) {
    case Protocol::simple:
      head_ = "Q\0\0\0\0"s + statement.text.substr(0, place);
      tail_ = (keyed_ ? statement.text.substr(place + 2) : "") + '\0';
      break;
    case Protocol::extended:
      head_ = parse("", statement.text);
      tail_ = ending();
      break;
    case Protocol::prepared:
      preparation_ = parse(name, statement.text) + message('S', "");
      head_ = name;
      tail_ = ending();
      break;
    case Protocol::mysql_text:
      head_ = kQuery + statement.text.substr(0, place);
      tail_ = keyed_ ? statement.text.substr(place + 2) : "";
      break;
    case Protocol::mysql_binary:
      preparation_ =
          packet(kPrepare + (keyed_ ? std::string(statement.text).replace(place, 2, "?") : statement.text), 0);
      break;
    case Protocol::redis:
    case Protocol::memcached:
      head_ = statement.text;
      break;
  }
}

void Encoder::append_bind(std::string& out, std::uint64_t key) const {
  const auto begin = out.size();
  out += "B\0\0\0\0\0"s;  // to the unnamed portal
  if (protocol_ == Protocol::prepared) {
    out += head_;
  }
  out.append(3, '\0');  // the end of the name; all values are texts
  append_number(out, keyed_ ? 1 : 0, 2);
  if (keyed_) {
    std::array<char, 20> space{};
    const auto text = digits(key, space);
    append_number(out, text.size(), 4);
    out += text;
  }
  out.append(2, '\0');  // all columns too
  set_length(out, begin);
}

void Encoder::append_execution(std::string& out, std::uint64_t key, std::uint32_t prepared) const {
  constexpr std::size_t kHead = 10, kParameter = 12;
  append_little(out, kHead + (keyed_ ? kParameter : 0), 3);
  out.push_back('\0');
  out += kExecute;
  append_little(out, prepared, 4);
  out += "\0\1\0\0\0"s;  // no cursor; once
  if (keyed_) {
    out += "\0\1\x08\0"s;  // not null; types follow: a bigint
    append_little(out, key, 8);
  }
}

void Encoder::append(std::string& out, std::uint64_t key, std::uint32_t prepared) const {
  std::array<char, 20> space{};
  const auto text = keyed_ ? digits(key, space) : std::string_view();
  switch (protocol_) {
    case Protocol::simple: {
      const auto begin = out.size();
      out.append(head_).append(text).append(tail_);
      set_length(out, begin);
      break;
    }
    case Protocol::extended:
      out += head_;
      append_bind(out, key);
      out += tail_;
      break;
    case Protocol::prepared:
      append_bind(out, key);
      out += tail_;
      break;
    case Protocol::mysql_text:
      append_little(out, head_.size() + text.size() + tail_.size(), 3);
      out.append(1, '\0').append(head_).append(text).append(tail_);
      break;
    case Protocol::mysql_binary:
      append_execution(out, key, prepared);
      break;
    case Protocol::redis:
      out.append("*2\r\n$3\r\nGET\r\n$").append(std::to_string(head_.size() + text.size())).append("\r\n");
      out.append(head_).append(text).append("\r\n");
      break;
    case Protocol::memcached:
      out.append("get ").append(head_).append(text).append("\r\n");
      break;
  }
}

std::string startup(const std::string& user, const std::string& database) {
  const auto body = "\0\3\0\0"s + "user"s + '\0' + user + '\0' + "database" + '\0' + database + "\0\0"s;
  std::string out;
  append_number(out, body.size() + 4, 4);
  return out + body;
}

std::string mysql_login(const std::string& user, const std::string& database, const std::string& plugin) {
  // CLIENT_LONG_PASSWORD, _LONG_FLAG, _CONNECT_WITH_DB, _PROTOCOL_41, _TRANSACTIONS, _SECURE_CONNECTION, _PLUGIN_AUTH,
  // _DEPRECATE_EOF
  constexpr std::uint32_t kCapabilities = 0x0108'A20D;
  constexpr std::uint32_t kLargestPacket = 1U << 24U;
  constexpr char kUtf8mb4 = 45;
  std::string out;
  append_little(out, kCapabilities, 4);
  append_little(out, kLargestPacket, 4);
  out.append(1, kUtf8mb4).append(23, '\0');
  out.append(user).append(2, '\0');  // its end, and a proof without any bytes
  out.append(database).append(1, '\0').append(plugin).append(1, '\0');
  return packet(out, 1);
}

}  // namespace bench
