#include "support/redis_server.h"

#include <hiredis/hiredis.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <thread>

#include "support/processes.h"

namespace tapri::test {
namespace {

constexpr const char* kProgram = "/usr/bin/redis-server";

[[noreturn]] void give_up(const std::string& what) { throw std::runtime_error("Redis for tests: " + what); }

struct Free {
  void operator()(redisContext* context) const { redisFree(context); }
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Context = std::unique_ptr<redisContext, Free>;
using ReplyPtr = std::unique_ptr<redisReply, Free>;

ReplyPtr ask(redisContext& context, const std::vector<std::string>& command) {
  std::vector<const char*> words;
  std::vector<std::size_t> sizes;
  for (const std::string& word : command) {
    words.push_back(word.data());
    sizes.push_back(word.size());
  }
  return ReplyPtr(
      static_cast<redisReply*>(redisCommandArgv(&context, static_cast<int>(words.size()), words.data(), sizes.data())));
}

std::string text_of(const redisReply& reply) {
  if (reply.type == REDIS_REPLY_INTEGER) return std::to_string(reply.integer);
  if (reply.type != REDIS_REPLY_ARRAY) return reply.str == nullptr ? "" : std::string(reply.str, reply.len);
  std::string all;
  for (std::size_t i = 0; i < reply.elements; ++i) all += (i > 0 ? "\n" : "") + text_of(*reply.element[i]);
  return all;
}

}  // namespace

RedisServer::RedisServer(RedisOptions options) : options_(std::move(options)) {
  if (access(kProgram, X_OK) != 0) give_up(std::string("no ") + kProgram);
  std::string name = (std::filesystem::temp_directory_path() / "tapri-redis-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) give_up("no temporary folder");
  folder_ = name;
  port_ = free_port();
  std::ofstream settings(folder_ + "/redis.conf");
  settings << "bind 127.0.0.1\nport " << port_ << "\nunixsocket " << socket() << "\ndir " << folder_ << '\n';
  if (!options_.sentinel) settings << "save \"\"\nappendonly no\nrepl-diskless-sync-delay 0\n";
  if (!options_.password.empty()) settings << "requirepass " << options_.password << '\n';
  for (const std::string& line : options_.settings) settings << line << '\n';
  settings.close();
  start();
}

RedisServer::~RedisServer() {
  end(process_, SIGKILL);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void RedisServer::start() {
  if (process_ != 0) return;
  const std::string log = folder_ + "/server.log";
  std::vector<std::string> command = {kProgram, folder_ + "/redis.conf"};
  if (options_.sentinel) command.emplace_back("--sentinel");
  process_ =
      spawn(command, {.user = getuid(), .group = getgid(), .folder = folder_, .log = log, .signal_at_end = SIGKILL});
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!answers()) {
    int status = 0;
    const bool gone = waitpid(process_, &status, WNOHANG) == process_;
    if (gone) process_ = 0;
    if (gone || std::chrono::steady_clock::now() > deadline) give_up("does not start: " + tail_of(log));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

bool RedisServer::answers() const {
  try {
    return run({"PING"}) == "PONG";
  } catch (const std::runtime_error&) {
    return false;
  }
}

std::string RedisServer::run(const std::vector<std::string>& command) const {
  const Context context(redisConnectUnix(socket().c_str()));
  if (!context || context->err != 0) give_up(context ? context->errstr : "no memory");
  if (!options_.password.empty()) static_cast<void>(ask(*context, {"AUTH", options_.password}));
  const ReplyPtr reply = ask(*context, command);
  if (!reply) give_up(context->errstr);
  if (reply->type == REDIS_REPLY_ERROR) give_up(text_of(*reply) + " of: " + command.front());
  return text_of(*reply);
}

void RedisServer::stop() { end(process_, SIGTERM); }

void RedisServer::kill() { end(process_, SIGKILL); }

void RedisServer::pause() const { ::kill(process_, SIGSTOP); }

void RedisServer::resume() const { ::kill(process_, SIGCONT); }

}  // namespace tapri::test
