// The stale-read hunt: writers and readers for some seconds, every read held against what was known before it began.
//
//   hunt ADDRESS SECONDS WRITERS READERS [first]     first: stop at the first stale read
//
// Last line: {"reads": N, "writes": N, "stale": N, "leaks": N, "errors": N}. Exit code 0 whatever was found.
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
  while (board.running() && std::chrono::steady_clock::now() - begin < std::chrono::seconds(seconds)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    if (std::chrono::steady_clock::now() - shown > std::chrono::seconds(10)) {
      shown = std::chrono::steady_clock::now();
      std::cerr << board.reads << " reads, " << board.writes << " writes, " << board.stale << " stale" << std::endl;
    }
  }
}

}  // namespace

int main(int count, char** arguments) try {
  if (count < 5) {
    std::cerr << "usage: hunt ADDRESS SECONDS WRITERS READERS [first]\n";
    return 2;
  }
  const std::string address = arguments[1];
  const int writers = std::stoi(arguments[3]);
  const int readers = std::stoi(arguments[4]);
  hunt::Board board(count > 5);
  std::vector<std::thread> threads;
  for (int number = 0; number < writers; ++number) {
    threads.emplace_back([&, number] { hunt::write_until_stopped(board, address, number, writers); });
  }
  for (int number = 0; number < readers; ++number) {
    threads.emplace_back([&, number] { hunt::read_until_stopped(board, address, number); });
  }
  wait(board, std::stoi(arguments[2]));
  board.stop();
  for (auto& thread : threads) {
    thread.join();
  }
  std::cout << "{\"reads\": " << board.reads << ", \"writes\": " << board.writes << ", \"stale\": " << board.stale
            << ", \"leaks\": " << board.leaks << ", \"errors\": " << board.errors << "}" << std::endl;
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
