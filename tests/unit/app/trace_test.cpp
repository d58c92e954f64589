#include "app/trace.h"

#include <gtest/gtest.h>

#include <sstream>

namespace tapri::app {
namespace {

std::string told(const std::string& text) {
  std::istringstream in(text);
  TraceReader reader(in);
  std::string out;
  while (true) {
    const auto read = reader.next();
    if (!read) return out + "error: " + read.error().message;
    if (!*read) return out;
    out +=
        std::string((*read)->key) + "," + std::to_string((*read)->bytes) + "," + std::to_string((*read)->cost_us) + ";";
  }
}

TEST(TraceReader, ReadsKeysBytesAndCosts) {
  EXPECT_EQ(told("a 10 20\nb 30\nc\n"), "a,10,20;b,30,1000;c,1024,1000;");
  EXPECT_EQ(told("a 1 2"), "a,1,2;") << "without a line end at the end";
  EXPECT_EQ(told(""), "");
}

TEST(TraceReader, BlanksTabsEmptyLinesAndCommentsSayNothing) {
  EXPECT_EQ(told("# key bytes cost\r\n\n  \t\n a\t 10  20 \r\n#b 1 2\n"), "a,10,20;");
}

TEST(TraceReader, ALineThatIsNotUnderstoodIsNamed) {
  const std::string expected = "expected: key [bytes [cost_us]], in whole numbers";
  EXPECT_EQ(told("a\n\nb x\n"), "a,1024,1000;error: line 3: " + expected);
  for (const char* line : {"a 1 2 3", "a -1", "a 1.5", "a 1 2us", "a 99999999999999999999"}) {
    EXPECT_EQ(told(line), "error: line 1: " + expected) << line;
  }
}

TEST(TraceReader, CountsTheBytesThatItRead) {
  std::istringstream in("# x\na 1\n");
  TraceReader reader(in);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.position(), 8U);
}

}  // namespace
}  // namespace tapri::app
