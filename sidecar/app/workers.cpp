#include "app/workers.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string>
#include <thread>

namespace tapri::app {
namespace {

// Cores that the quota amounts to, rounded up; 0: no quota.
std::size_t cores_of_quota(std::string_view cpu_max) {
  std::size_t quota = 0;
  std::size_t period = 0;
  const char* const end = cpu_max.data() + cpu_max.size();
  const auto [space, no_quota] = std::from_chars(cpu_max.data(), end, quota);
  if (no_quota != std::errc() || space == end || *space != ' ') return 0;
  const auto [rest, no_period] = std::from_chars(space + 1, end, period);
  if (no_period != std::errc() || period == 0) return 0;
  return (quota + period - 1) / period;
}

}  // namespace

std::size_t default_workers(std::size_t cores, std::string_view cpu_max) {
  const std::size_t quota = cores_of_quota(cpu_max);
  if (quota > 0) cores = std::min(cores, quota);
  return std::max<std::size_t>(cores / 2, 1);
}

std::size_t default_workers() {
  std::string cpu_max;
  std::getline(std::ifstream("/sys/fs/cgroup/cpu.max"), cpu_max);
  return default_workers(std::thread::hardware_concurrency(), cpu_max);
}

}  // namespace tapri::app
