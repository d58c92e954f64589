// The history test: sessions read and write, and the checker says what no database may do.
//
//   history define ADDRESS                             makes the tables
//   history check                                      the checker itself, with known histories
//   history run ADDRESS ADMINISTRATOR SECONDS THREADS [first] [bound=MS]
//
// ADDRESS of `run`: several, with | between them, are taken by the sessions in turn. ADMINISTRATOR: one past Tapri.
// SECONDS: at most; it ends before when standard input does. first: at the first violation. bound: what was written
// through another address may be seen so many milliseconds late. The last line of the output is JSON: the counts, or
// for `check` what was found in each history. Exit code 0 whatever was found.
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "addresses.h"
#include "known.h"
#include "side.h"

namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

void wait(const history::Journal& journal, int seconds) {
  const auto begin = Clock::now();
  auto shown = begin;
  pollfd input{STDIN_FILENO, POLLIN, 0};
  while (journal.running() && since(begin) < seconds && poll(&input, 1, 50) == 0) {
    if (since(shown) > 10) {
      shown = Clock::now();
      std::cerr << journal.operations() << " operations, " << journal.violations() << " violations" << std::endl;
    }
  }
}

std::optional<history::Bound> bound_of(const std::vector<std::string>& arguments) {
  static const std::string kName = "bound=";
  for (std::size_t at = 5; at < arguments.size(); ++at) {
    if (arguments[at].rfind(kName, 0) == 0) {
      const auto instances = history::Addresses(arguments.at(1)).all().size();
      return history::Bound{std::chrono::milliseconds(std::stoi(arguments[at].substr(kName.size()))),
                            static_cast<int>(instances), &Clock::now};
    }
  }
  return std::nullopt;
}

int run(const std::vector<std::string>& arguments) {
  const bool first = std::find(arguments.begin(), arguments.end(), "first") != arguments.end();
  history::Journal journal(history::shown, first, bound_of(arguments));
  const auto side = history::make_side(journal, arguments.at(1), arguments.at(2));
  const auto begin = Clock::now();
  std::vector<std::thread> threads;
  for (int number = 0; number < std::stoi(arguments.at(4)); ++number) {
    threads.emplace_back([&, number] { side->work(number); });
  }
  wait(journal, std::stoi(arguments.at(3)));
  journal.stop();
  for (auto& thread : threads) {
    thread.join();
  }
  const auto seconds = since(begin);
  side->read_all();
  std::cout << journal.totals(seconds) << std::endl;
  return 0;
}

}  // namespace

int main(int count, char** values) try {
  const std::vector<std::string> arguments(values + 1, values + count);
  if (arguments.size() == 1 && arguments[0] == "check") {
    std::cout << history::known_histories() << std::endl;
    return 0;
  }
  if (arguments.size() == 2 && arguments[0] == "define") {
    history::define(arguments[1]);
    return 0;
  }
  if (arguments.size() >= 5 && arguments[0] == "run") {
    return run(arguments);
  }
  std::cerr << "usage: history define ADDRESS | check | run ADDRESS ADMINISTRATOR SECONDS THREADS [first] [bound=MS]\n";
  return 2;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
