// The workload of integration/quickstart: clients that use the shop for some seconds and check all that they read.
//
//   tapri_shop DIRECT ADDRESS CLIENTS SECONDS
//
// DIRECT: the database itself, asked once for what it holds; ADDRESS: where the clients connect (both as in
// connection.h). Writes JSON lines to standard output: {"ready": true}, then waits for a line on standard input; twice
// a second
// {"seconds", "statements", "stale"}; at last the result, in seconds and microseconds. Exit code 1: it could not run.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "client.h"

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

// Until the time is over, or until a client has failed.
void watch(const shop::Shop& shop, Clock::time_point begin, double seconds) {
  constexpr auto kStep = std::chrono::milliseconds(500);
  for (auto next = begin + kStep; seconds_since(begin) < seconds && shop.errors == 0; next += kStep) {
    const auto left = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    std::this_thread::sleep_until(std::min(next, begin + left));
    std::cout << "{\"seconds\": " << seconds_since(begin) << ", \"statements\": " << shop.reads + shop.writes
              << ", \"stale\": " << shop.stale << "}" << std::endl;
  }
}

void print_latencies(const char* name, const measure::Histogram& histogram) {
  std::cout << ", \"" << name << "_p50_us\": " << histogram.quantile(0.5) / 1000 << ", \"" << name
            << "_p99_us\": " << histogram.quantile(0.99) / 1000;
}

void print_result(const shop::Shop& shop, const std::vector<std::unique_ptr<shop::Client>>& clients, double seconds) {
  measure::Histogram reads;
  measure::Histogram writes;
  for (const auto& client : clients) {
    reads.add(client->latencies().reads);
    writes.add(client->latencies().writes);
  }
  measure::Histogram all = reads;
  all.add(writes);
  std::cout << "{\"result\": true, \"seconds\": " << seconds << ", \"reads\": " << shop.reads
            << ", \"writes\": " << shop.writes << ", \"stale\": " << shop.stale << ", \"errors\": " << shop.errors;
  print_latencies("all", all);
  print_latencies("reads", reads);
  print_latencies("writes", writes);
  std::cout << "}" << std::endl;
}

int run(const std::string& direct, const std::string& address, int count, double seconds) {
  shop::Shop shop;
  shop.truth.load(direct);
  std::cout << "{\"ready\": true}" << std::endl;
  std::string line;
  std::getline(std::cin, line);
  std::vector<std::unique_ptr<shop::Client>> clients;
  clients.reserve(static_cast<std::size_t>(count));
  for (int number = 0; number < count; ++number) {
    clients.push_back(std::make_unique<shop::Client>(shop, address, number));
  }
  std::vector<std::thread> threads;
  threads.reserve(clients.size());
  const auto begin = Clock::now();
  shop.next_price_change = std::chrono::nanoseconds(begin.time_since_epoch()).count() + 1'000'000'000;
  for (auto& client : clients) {
    threads.emplace_back([&client] { client->run(); });
  }
  watch(shop, begin, seconds);
  shop.open = false;
  for (auto& thread : threads) {
    thread.join();
  }
  print_result(shop, clients, seconds_since(begin));
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    if (count != 5) {
      std::cerr << "usage: tapri_shop DIRECT ADDRESS CLIENTS SECONDS\n";
      return 2;
    }
    return run(arguments[1], arguments[2], std::stoi(arguments[3]), std::stod(arguments[4]));
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
