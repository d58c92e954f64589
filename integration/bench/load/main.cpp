// The load generator of integration/bench/run: one thread that speaks the protocols of PostgreSQL, MySQL, Redis and
// memcached.
//
// Reads one line of JSON (workload.h) from standard input, connects, warms up and prints {"ready": true}. Then each
// line "SECONDS" is a measured run, answered by a line of JSON (tally.h); its connections stay open and idle in
// between. The end of the input ends it. Exit code 1: something does not run; standard error says what.
#include <sys/prctl.h>

#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "driver.h"
#include "workload.h"

namespace {

void serve() {
  std::string line;
  std::getline(std::cin, line);
  const auto workload = bench::read_workload(line);
  std::vector<std::string> names;
  for (const auto& unit : workload.units) {
    names.push_back(unit.name);
  }
  bench::Driver driver(workload);
  driver.warm();
  std::cout << "{\"ready\": true}" << std::endl;
  while (std::getline(std::cin, line)) {
    const auto tally = driver.run(std::stod(line));
    std::cout << tally.json(names, driver.next_key()) << std::endl;
  }
}

}  // namespace

int main() {
  try {
    prctl(PR_SET_TIMERSLACK, 1UL);  // what is due is sent then
    serve();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
