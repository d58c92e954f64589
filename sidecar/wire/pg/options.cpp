// The start-up parameter `options` is a command line for the server: see "postgres" in the PostgreSQL manual's
// reference of server applications for the switches.
#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "wire/pg/startup.h"

namespace tapri::wire::pg {

namespace {

struct Switch {
  char letter;
  bool takes_argument;
  ByteView setting;  // empty: it stands for no setting that a session sees
  ByteView value;    // of a switch without argument
};

constexpr std::array<Switch, 28> kSwitches{{
    {'-', true, {}, {}},
    {'B', true, "shared_buffers", {}},
    {'C', true, {}, {}},
    {'D', true, {}, {}},
    {'E', false, {}, {}},
    {'F', false, "fsync", "false"},
    {'N', true, "max_connections", {}},
    {'O', false, "allow_system_table_mods", "true"},
    {'P', false, "ignore_system_indexes", "true"},
    {'S', true, "work_mem", {}},
    {'T', false, {}, {}},
    {'W', true, "post_auth_delay", {}},
    {'b', false, {}, {}},
    {'c', true, {}, {}},
    {'d', true, {}, {}},
    {'e', false, "datestyle", "euro"},
    {'f', true, {}, {}},
    {'h', true, "listen_addresses", {}},
    {'i', false, "listen_addresses", "*"},
    {'j', false, {}, {}},
    {'k', true, "unix_socket_directories", {}},
    {'l', false, "ssl", "true"},
    {'n', false, {}, {}},
    {'p', true, "port", {}},
    {'r', true, {}, {}},
    {'s', false, "log_statement_stats", "true"},
    {'t', true, {}, {}},
    {'v', true, {}, {}},
}};

const Switch* find_switch(char letter) {
  const auto* found = std::find_if(kSwitches.begin(), kSwitches.end(),
                                   [letter](const Switch& known) { return known.letter == letter; });
  return found == kSwitches.end() ? nullptr : found;
}

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Words of a command line; a backslash takes the next character as it is.
std::vector<std::string> split_words(ByteView text) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while (at < text.size()) {
    while (at < text.size() && is_blank(text[at])) ++at;
    if (at == text.size()) break;
    std::string word;
    for (bool escaped = false; at < text.size() && (escaped || !is_blank(text[at])); ++at) {
      if (!escaped && text[at] == '\\') {
        escaped = true;
      } else {
        word.push_back(text[at]);
        escaped = false;
      }
    }
    words.push_back(std::move(word));
  }
  return words;
}

std::optional<std::pair<std::string, std::string>> parse_assignment(ByteView text) {
  const std::size_t equals = text.find('=');
  if (equals == ByteView::npos || equals == 0) return std::nullopt;
  std::string name(text.substr(0, equals));
  std::replace(name.begin(), name.end(), '-', '_');
  return std::pair(std::move(name), std::string(text.substr(equals + 1)));
}

class OptionReader {
 public:
  explicit OptionReader(ByteView options) : words_(split_words(options)) {}

  std::vector<std::pair<std::string, std::string>> read() {
    while (next_ < words_.size()) {
      const std::string& word = words_[next_];
      if (word.size() < 2 || word[0] != '-' || word == "--") break;  // the server refuses plain words
      ++next_;
      read_word(word);
    }
    return std::move(settings_);
  }

 private:
  // One word may hold several switches; one with an argument takes the rest of the word, or the next word.
  void read_word(const std::string& word) {
    for (std::size_t at = 1; at < word.size(); ++at) {
      const Switch* known = find_switch(word[at]);
      if (known == nullptr) continue;
      if (!known->takes_argument) {
        apply(*known, known->value);
        continue;
      }
      if (at + 1 < word.size()) {
        apply(*known, ByteView(word).substr(at + 1));
      } else if (next_ < words_.size()) {
        apply(*known, words_[next_++]);
      }
      return;
    }
  }

  void apply(const Switch& known, ByteView argument) {
    if (known.letter == 'c' || known.letter == '-') {
      if (auto assignment = parse_assignment(argument)) settings_.push_back(std::move(*assignment));
    } else if (!known.setting.empty()) {
      settings_.emplace_back(known.setting, argument);
    }
  }

  std::vector<std::string> words_;
  std::size_t next_ = 0;
  std::vector<std::pair<std::string, std::string>> settings_;
};

}  // namespace

std::vector<std::pair<std::string, std::string>> parse_options(ByteView options) {
  return OptionReader(options).read();
}

}  // namespace tapri::wire::pg
