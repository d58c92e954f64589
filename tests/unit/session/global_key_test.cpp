#include "session/global_key.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace tapri::session {
namespace {

// What a process has seen, in its own order.
struct Process {
  explicit Process(const std::vector<std::string>& seen) {
    for (const std::string& text : seen) {
      (void)shapes.intern(text, {});
      (void)contexts.intern(text, {.shareable = true});
    }
  }
  [[nodiscard]] std::string local_key(const Context& context, const Shape& shape, ByteView rest) const {
    std::string key;
    for (const std::uint64_t id : {context.id, shape.id()}) {
      key.append(reinterpret_cast<const char*>(&id), sizeof id);
    }
    return key.append(rest);
  }
  // Without an upstream's name: of "u".
  [[nodiscard]] std::string key(const std::string& context, const std::string& shape, ByteView rest,
                                Protocol protocol = Protocol::postgres, std::string_view upstream = "u",
                                std::string_view schema = "s") {
    const ContextRef of_context = contexts.intern(context, {.shareable = true});
    const ShapeRef of_shape = shapes.intern(shape, {}, protocol);
    const auto key = global_key(upstream, schema, *of_context, *of_shape, local_key(*of_context, *of_shape, rest));
    EXPECT_TRUE(key);
    return key ? key->bytes : std::string();
  }
  ShapeTable shapes{{}};
  ContextTable contexts;
};

TEST(SessionGlobalKey, IsTheSameInProcessesThatHaveSeenOthersBefore) {
  Process one({"a", "b", "c"});
  Process other({"c", "x", "y", "z", "a"});
  for (const char* context : {"a", "b", "c", "new"}) {
    for (const char* shape : {"a", "b", "c", "new"}) {
      for (const Protocol protocol : {Protocol::postgres, Protocol::mysql}) {
        EXPECT_EQ(one.key(context, shape, "Q5", protocol), other.key(context, shape, "Q5", protocol));
      }
    }
  }
}

TEST(SessionGlobalKey, DiffersInWhateverTheAnswerMayDependOn) {
  Process process({});
  const std::set<std::string> keys = {
      process.key("ann", "select $1", "Q5"),
      process.key("bob", "select $1", "Q5"),
      process.key("ann", "select $2", "Q5"),
      process.key("ann", "select $1", "Q6"),
      process.key("ann", "select $1", "P5"),
      process.key("ann", "select $1", ""),
      process.key("ann", "select $1", "Q5", Protocol::mysql),
      process.key("ann", "select $1", "Q5", Protocol::postgres, "v"),
      process.key("ann", "select $1", "Q5", Protocol::postgres, "u", "t"),
      // Each part ends where it does.
      process.key("anns", "elect $1", "Q5"),
      process.key("ann", "select $", "1Q5"),
      process.key("ann", "select $1", "Q5", Protocol::postgres, "us", ""),
      process.key("ann", "select $1", "Q5", Protocol::postgres, "", "us"),
  };
  EXPECT_EQ(keys.size(), 13U);
}

TEST(SessionGlobalKey, ThereIsNoneForWhatOneSessionHasAlone) {
  Process process({});
  const ShapeRef shape = process.shapes.intern("a", {});
  const ContextRef context = process.contexts.intern("mine", {});
  EXPECT_FALSE(global_key("u", "s", *context, *shape, process.local_key(*context, *shape, "Q")));
}

TEST(SessionGlobalKey, ThereIsNoneForTheKeyOfAnother) {
  Process process({});
  const ShapeRef shape = process.shapes.intern("a", {});
  const ShapeRef other_shape = process.shapes.intern("b", {});
  const ContextRef context = process.contexts.intern("a", {.shareable = true});
  const ContextRef other_context = process.contexts.intern("b", {.shareable = true});
  const std::string key = process.local_key(*context, *shape, "Q");
  EXPECT_TRUE(global_key("u", "s", *context, *shape, key));
  EXPECT_FALSE(global_key("u", "s", *other_context, *shape, key));
  EXPECT_FALSE(global_key("u", "s", *context, *other_shape, key));
  EXPECT_FALSE(global_key("u", "s", *context, *shape, key.substr(0, 15)));
}

TEST(ContextTableTexts, AreKeptWithTheContext) {
  ContextTable table;
  const ContextRef context = table.intern(std::string("a\0b", 3), {.canonical = "another"});
  EXPECT_EQ(context->canonical, std::string("a\0b", 3));
}

}  // namespace
}  // namespace tapri::session
