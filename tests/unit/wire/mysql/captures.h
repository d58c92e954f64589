// Real servers' answers, as captures/capture recorded them: blocks of lines "case", "capabilities", "command",
// "response" and "expect", with bytes in hex.
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/wire/mysql/vectors.h"
#include "wire/mysql/capabilities.h"

namespace tapri::wire::mysql {

struct Capture {
  std::string name;  // with the server and the capabilities, to tell them apart
  std::string label;
  Capabilities capabilities = 0;
  std::string command;   // payload
  std::string response;  // packets
  std::map<std::string, std::uint64_t> expect;
};

inline void take_expectations(std::istringstream& words, Capture& out) {
  std::string word;
  while (words >> word) {
    const std::size_t at = word.find('=');
    out.expect[word.substr(0, at)] = std::stoull(word.substr(at + 1));
  }
}

inline std::vector<Capture> captures() {
  std::vector<Capture> out;
  for (const std::string server : {"mariadb", "mysql"}) {
    std::ifstream file(TAPRI_SOURCE_DIR "/tests/unit/wire/mysql/captures/" + server + ".txt");
    for (std::string line; std::getline(file, line);) {
      std::istringstream words(line);
      std::string key;
      std::string value;
      words >> key;
      if (key == "expect") {
        take_expectations(words, out.back());
        continue;
      }
      words >> value;
      if (key == "case") out.push_back({.name = server + " " + value, .label = value});
      if (key == "capabilities") out.back().capabilities = std::stoull(value, nullptr, 16);
      if (key == "capabilities") out.back().name += " " + value;
      if (key == "command") out.back().command = hex(value);
      if (key == "response") out.back().response = hex(value);
    }
  }
  EXPECT_GT(out.size(), 200U);
  return out;
}

// As kept for the case with this label; the first with all of `capabilities`.
inline Capture capture_of(const std::string& server, const std::string& label, Capabilities capabilities = 0) {
  for (Capture& capture : captures()) {
    const bool fits = capture.name.starts_with(server + " ") && capture.label == label;
    if (fits && has(capture.capabilities, capabilities)) return capture;
  }
  ADD_FAILURE() << "no capture of " << server << " " << label;
  return {};
}

}  // namespace tapri::wire::mysql
