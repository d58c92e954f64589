// Reads of the history on MySQL and MariaDB: what is asked, and how the rows are to be taken.
#pragma once

#include <vector>

#include "schema.h"

namespace history {

enum class Way : std::uint8_t {
  one,
  in,
  group,
  null_group,
  key_and_group,
  range,
  prefix,  // the first column of a key of two
  whole,
  arrays,  // with how many there are
  group_arrays,
  sum,
  join,
  joined_by_group,
  subquery,
  beyond,  // a key that no column of its type can have
  slow,    // computes for some milliseconds with its snapshot taken
  never,   // a text that nobody has sent before: the database answers
  count
};

struct Look {
  Way way = Way::one;
  int table = 0;
  std::int64_t key = 0;  // or the list
  int group = 0;
  Form form = Form::text;
  unsigned spelling = 0;  // how keys are written
};

struct Question {
  enum class Shape : std::uint8_t { rows, pairs, arrays, sum, list };
  Statement statement;
  Scope scope;
  Shape shape = Shape::rows;
  int table = 0;
  int second = 0;  // the table of the second half of a pair
};

// salt: makes the text of Way::never new.
Question question(const Look& look, std::int64_t salt);
// A way that the table has.
Look fitting(Look look);
std::vector<Row> taken(const Question& question, const Rows& rows);
std::vector<Value> elements(const Rows& rows);
// Tells the checker what came back.
void judge(Checker& checker, const Question& question, const Reading& reading, const Rows& rows);

}  // namespace history
