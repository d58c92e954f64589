// The stale-read hunt: writers and readers, every read held against what was known before it began.
//
//   hunt ADDRESS ADMINISTRATOR SECONDS WRITERS READERS [first]
//
// ADMINISTRATOR: an address past Tapri. SECONDS: at most; it ends before when standard input does. first: at the first
// stale read. Last line: the counts as JSON. Exit code 0 whatever was found.
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "workers.h"

namespace {

void wait(const hunt::Board& board, int seconds) {
  const auto begin = std::chrono::steady_clock::now();
  auto shown = begin;
  pollfd input{STDIN_FILENO, POLLIN, 0};
  while (board.running() && std::chrono::steady_clock::now() - begin < std::chrono::seconds(seconds) &&
         poll(&input, 1, 50) == 0) {
    if (std::chrono::steady_clock::now() - shown > std::chrono::seconds(10)) {
      shown = std::chrono::steady_clock::now();
      std::cerr << board.reads << " reads, " << board.writes << " writes, " << board.stale << " stale" << std::endl;
    }
  }
}

}  // namespace

int main(int count, char** arguments) try {
  if (count < 6) {
    std::cerr << "usage: hunt ADDRESS ADMINISTRATOR SECONDS WRITERS READERS [first]\n";
    return 2;
  }
  const std::string address = arguments[1];
  const std::string administrator = arguments[2];
  const int writers = std::stoi(arguments[4]);
  const int readers = std::stoi(arguments[5]);
  hunt::Board board(count > 6);
  std::vector<std::thread> threads;
  for (int number = 0; number < writers; ++number) {
    threads.emplace_back([&, number] { hunt::write_until_stopped(board, address, administrator, number, writers); });
  }
  for (int number = 0; number < readers; ++number) {
    threads.emplace_back([&, number] { hunt::read_until_stopped(board, address, number); });
  }
  wait(board, std::stoi(arguments[3]));
  board.stop();
  for (auto& thread : threads) {
    thread.join();
  }
  std::cout << "{\"reads\": " << board.reads << ", \"writes\": " << board.writes << ", \"stale\": " << board.stale
            << ", \"leaks\": " << board.leaks << ", \"errors\": " << board.errors << ", \"resets\": " << board.resets
            << ", \"cancels\": " << board.cancels << ", \"terminations\": " << board.terminations
            << ", \"unknown\": " << board.unknown << ", \"done\": " << board.done << "}" << std::endl;
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
