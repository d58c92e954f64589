// Reads values of a rule file and notes what is wrong with them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/document.h"
#include "policy/keys.h"
#include "policy/problems.h"

namespace tapri::policy {

// Borrows both; each call that returns false, nothing or an empty list has noted why.
class FieldReader {
 public:
  FieldReader(const Document& document, Problems& problems) : document_(document), problems_(problems) {}

  // An object; keys that `section` doesn't know are noted, and don't make it false.
  bool object(const Node& node, Section section);
  bool list(const Node& node);
  std::optional<bool> boolean(const Node& node);
  // Not empty. `example` says what was expected instead: "a text such as ...".
  std::optional<std::string> text(const Node& node, std::string_view expected);
  // A list of texts.
  std::vector<std::string> texts(const Node& node, std::string_view expected);
  // One text, or a list of at least one.
  std::vector<std::string> one_or_more(const Node& node, std::string_view expected);

  // Where the key of `node` stands.
  void refuse_key(const Node& node, const std::string& message);
  // Where the value stands.
  void refuse(const Node& node, const std::string& message);
  void expected(const Node& node, std::string_view what);

  [[nodiscard]] const Document& document() const { return document_; }

 private:
  const Document& document_;
  Problems& problems_;
};

}  // namespace tapri::policy
