// Answers in MySQL's protocol to a client that has agreed on CLIENT_DEPRECATE_EOF:
// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response.html and its neighbours.
#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "answer.h"

namespace bench {
namespace {

constexpr std::size_t kHeader = 4;
constexpr char kOk = '\0', kEnd = '\xFE', kError = '\xFF';

// Reads a packet from its front. What lies beyond its end is zero: a wrong answer then, no stray read.
class Fields {
 public:
  explicit Fields(std::string_view packet) : rest_(packet) {}

  std::string_view bytes(std::size_t count) {
    const auto out = rest_.substr(0, count);
    rest_.remove_prefix(out.size());
    return out;
  }

  std::uint64_t number(std::size_t size) {
    std::uint64_t out = 0;
    unsigned shift = 0;
    for (const char byte : bytes(size)) {
      out |= static_cast<std::uint64_t>(static_cast<unsigned char>(byte)) << shift;
      shift += 8;
    }
    return out;
  }

  std::uint64_t length() {
    constexpr std::uint64_t kTwo = 0xFC, kThree = 0xFD, kEight = 0xFE;
    const auto first = number(1);
    if (first < kTwo) {
      return first;
    }
    return number(first == kTwo ? 2 : first == kThree ? 3 : first == kEight ? 8 : 0);
  }

  std::string_view text() { return bytes(static_cast<std::size_t>(length())); }

 private:
  std::string_view rest_;
};

// Bytes of an integer in a row of the binary protocol; 0: another type.
std::size_t width(std::uint64_t type) {
  constexpr std::uint64_t kLong = 3, kLongLong = 8;
  return type == kLong ? 4 : type == kLongLong ? 8 : 0;
}

class MysqlReader final : public AnswerReader {
 public:
  MysqlReader(std::size_t preparations, bool binary) : preparations_(preparations), binary_(binary) {}

  bool read(std::string_view& data) override {
    while (data.size() >= kHeader) {
      const auto size = kHeader + Fields(data).number(3);
      if (data.size() < size) {
        break;
      }
      const auto payload = data.substr(kHeader, size - kHeader);
      data.remove_prefix(size);
      if (take(payload)) {
        part_ = Part::first;
        return true;
      }
    }
    return false;
  }

 private:
  enum class Phase { greeting, login, preparing, ready };
  enum class Part { first, definitions, rows };

  // Whether the answer is complete with this.
  bool take(std::string_view packet) {
    if (part_ == Part::first) {
      answer_ = {};
    }
    if (!packet.empty() && packet[0] == kError) {
      answer_.error = packet.substr(std::min<std::size_t>(3, packet.size()));
      return true;
    }
    switch (phase_) {
      case Phase::greeting:  // ends with the plug-in's name and a zero byte
        answer_.plugin = packet.substr(0, packet.empty() ? 0 : packet.size() - 1);
        answer_.plugin.erase(0, answer_.plugin.rfind('\0') + 1);
        phase_ = Phase::login;
        return true;
      case Phase::login:
        if (packet.empty() || packet[0] != kOk) {
          answer_.error = "the server wants more than a name";
        }
        phase_ = preparations_ > 0 ? Phase::preparing : Phase::ready;
        return true;
      case Phase::preparing:
        return take_of_preparation(packet);
      case Phase::ready:
        return take_of_result(packet);
    }
    return true;
  }

  bool take_of_preparation(std::string_view packet) {
    if (part_ == Part::first) {
      Fields fields(packet);
      fields.bytes(1);
      answer_.prepared = static_cast<std::uint32_t>(fields.number(4));
      definitions_ = fields.number(2);
      definitions_ += fields.number(2);
      part_ = Part::definitions;
    } else {
      --definitions_;
    }
    if (definitions_ == 0 && --preparations_ == 0) {
      phase_ = Phase::ready;
    }
    return definitions_ == 0;
  }

  bool take_of_result(std::string_view packet) {
    switch (part_) {
      case Part::first:
        return take_head(packet);
      case Part::definitions:
        take_definition(packet);
        return false;
      case Part::rows:
        if (!packet.empty() && packet[0] == kEnd) {
          return true;
        }
        if (++answer_.rows == 1) {
          binary_ ? take_binary_row(packet) : take_text_row(packet);
        }
        return false;
    }
    return true;
  }

  bool take_head(std::string_view packet) {
    Fields fields(packet);
    columns_ = definitions_ = static_cast<std::size_t>(fields.length());
    if (columns_ == 0) {
      answer_.affected = static_cast<std::int64_t>(fields.length());
      return true;
    }
    part_ = Part::definitions;
    return false;
  }

  void take_definition(std::string_view packet) {
    const auto column = columns_ - definitions_--;
    if (column < types_.size()) {
      constexpr int kNames = 6;
      constexpr std::size_t kCharsetAndLength = 7;  // and the length of what follows the names
      Fields fields(packet);
      for (int name = 0; name < kNames; ++name) {
        fields.text();
      }
      fields.bytes(kCharsetAndLength);
      types_.at(column) = fields.number(1);
    }
    if (definitions_ == 0) {
      part_ = Part::rows;
    }
  }

  void take_text_row(std::string_view row) {
    Fields fields(row);
    answer_.key = decimal(fields.text());
    if (columns_ > 1) {
      answer_.version = decimal(fields.text());
    }
  }

  // Keys and versions are never null, so nothing of these columns is left out.
  void take_binary_row(std::string_view row) {
    Fields fields(row);
    fields.bytes(1 + (columns_ + 9) / 8);
    const auto key = integer(fields, types_[0]);
    answer_.key = key.value_or(-1);
    if (key && columns_ > 1) {
      answer_.version = integer(fields, types_[1]).value_or(-1);
    }
  }

  static std::optional<std::int64_t> integer(Fields& fields, std::uint64_t type) {
    const auto size = width(type);
    return size > 0 ? std::optional(static_cast<std::int64_t>(fields.number(size))) : std::nullopt;
  }

  std::size_t preparations_;
  bool binary_;
  Phase phase_ = Phase::greeting;
  Part part_ = Part::first;
  std::size_t columns_ = 0, definitions_ = 0;  // definitions: that are still to come
  std::array<std::uint64_t, 2> types_{};       // of the first columns
};

}  // namespace

std::unique_ptr<AnswerReader> make_mysql_reader(std::size_t preparations, bool binary) {
  return std::make_unique<MysqlReader>(preparations, binary);
}

}  // namespace bench
