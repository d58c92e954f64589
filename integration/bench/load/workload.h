// What the load generator is to do: read from the JSON object that integration/bench/measure.py sends it.
//
//   host, port, user, database    where to connect (the last two for PostgreSQL's protocol and MySQL's)
//   clients, pipeline             connections; statements that each sends at once before it reads the answers
//   rate                          0: closed loop; otherwise an open loop of so many units a second in all
//   warm_seconds, warm_pipeline   how long to run before the measured run; unless keys are fresh or skewed, after one
//                                 pass over all of them that sends so many at once
//   seed                          of the choice of units and keys
//   keys                          {count, fresh, start, skew}: from 1 to count, at random; fresh: none twice, beginning
//                                 at the start-th of a fixed order that does not run along the index; skew: the
//                                 exponent of Zipf's law, by which small ones come more often (0: all alike)
//   statements                    [{text, protocol, rows, versioned, writes}]; see Statement
//   units                         [{name, share, steps}]: what one client does at a time, by its share; steps: numbers
//                                 of statements, each sent once the one before it is answered
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace bench {

enum class Protocol { simple, extended, prepared, mysql_text, mysql_binary, redis, memcached };

[[nodiscard]] constexpr bool is_mysql(Protocol protocol) {
  return protocol == Protocol::mysql_text || protocol == Protocol::mysql_binary;
}

// Knows nothing of sessions or statements.
[[nodiscard]] constexpr bool is_key_value(Protocol protocol) {
  return protocol == Protocol::redis || protocol == Protocol::memcached;
}

struct Statement {
  std::string text;  // the key stands for $1; for Redis and memcached: what the key begins with
  Protocol protocol = Protocol::simple;
  bool keyed = false;      // whether it has a key
  int rows = 0;            // that the answer must have; the first column of the first is the key
  bool versioned = false;  // the second column only grows
  bool writes = false;     // adds 1 to the version of one row
};

struct Unit {
  std::string name;
  unsigned share = 1;
  std::vector<std::size_t> steps;
  bool writes = false;
};

struct Keys {
  std::uint64_t count = 1;
  bool fresh = false;
  std::uint64_t start = 0;
  double skew = 0;
};

struct Workload {
  std::string host, user, database;
  std::uint16_t port = 0;
  std::size_t clients = 1, pipeline = 1, warm_pipeline = 1;
  double rate = 0, warm_seconds = 0;
  std::uint64_t seed = 1;
  Keys keys;
  std::vector<Statement> statements;
  std::vector<Unit> units;
};

// Throws std::runtime_error or Json::Exception where it makes no sense.
Workload read_workload(const std::string& json);

}  // namespace bench
