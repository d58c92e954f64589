#include "app/run.h"

#include <pthread.h>
#include <sys/resource.h>
#include <csignal>

#include <chrono>
#include <cstdio>
#include <utility>

#include "app/runtime.h"
#include "app/terminal.h"
#include "cache/memory/allocation.h"
#include "telemetry/log.h"

namespace tapri::app {
namespace {

int complain(const Error& error, int exit_code) {
  std::fprintf(stderr, "tapri: %s\n", error.message.c_str());
  return exit_code;
}

sigset_t handled_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  return signals;
}

// The signal that came within a second, or 0.
int wait_for_signal(const sigset_t& signals, std::chrono::milliseconds at_most) {
  timespec timeout{};
  timeout.tv_sec = at_most.count() / 1000;
  timeout.tv_nsec = (at_most.count() % 1000) * 1'000'000;
  const int signal = sigtimedwait(&signals, nullptr, &timeout);
  return signal < 0 ? 0 : signal;
}

// Two descriptors a session: as many as the system allows.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &limit);
}

// Until the last connection has closed or the timeout has passed; false: a second signal has come before.
bool wait_for_drain(Runtime& runtime, const sigset_t& signals) {
  const auto deadline = std::chrono::steady_clock::now() + runtime.configuration().drain.timeout;
  while (!runtime.drained() && std::chrono::steady_clock::now() < deadline) {
    const int signal = wait_for_signal(signals, std::chrono::milliseconds(50));
    if (signal == SIGTERM || signal == SIGINT) return false;
  }
  return true;
}

}  // namespace

int run(config::Config config) {
  const sigset_t signals = handled_signals();
  // Before any thread is made, so that all of them leave signals to this one.
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  (void)std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  cache::memory::limit_fragmentation();
  Runtime runtime(std::move(config));
  if (auto prepared = runtime.prepare(); !prepared) return complain(prepared.error(), kBadInput);
  if (auto started = runtime.start(); !started) return complain(started.error(), kFailed);
  std::printf("%s\n", runtime.ready_line().c_str());
  std::fflush(stdout);
  while (!runtime.draining()) {
    const int signal = wait_for_signal(signals, std::chrono::milliseconds(1000));
    if (signal == SIGTERM || signal == SIGINT) runtime.drain();
    if (signal == SIGHUP) (void)runtime.reload();
    if (signal == 0) runtime.poll();
  }
  if (wait_for_drain(runtime, signals)) runtime.demote();
  runtime.stop();
  telemetry::log(telemetry::Level::info, "app", "stopped");
  return 0;
}

}  // namespace tapri::app
