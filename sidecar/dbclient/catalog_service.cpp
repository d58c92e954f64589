#include "dbclient/catalog_service.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "dbclient/catalog_keeper.h"
#include "dbclient/control_connection.h"

namespace tapri::dbclient {
namespace {

struct BackendQuestion {
  int pid = 0;
  CatalogService::BackendAnswer answer;
};

// One user or keeper of a handle, for as long as it lives.
class Hold {
 public:
  Hold(std::shared_ptr<CatalogHandle> handle, std::atomic<int>& count, std::function<void()> ended)
      : handle_(std::move(handle)), count_(count), ended_(std::move(ended)) {
    count_.fetch_add(1, std::memory_order_acq_rel);
  }
  ~Hold() {
    if (count_.fetch_sub(1, std::memory_order_acq_rel) == 1) ended_();
  }
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;

 private:
  const std::shared_ptr<CatalogHandle> handle_;  // owns count_
  std::atomic<int>& count_;
  const std::function<void()> ended_;
};

// Wakes a thread that waits in poll().
class Signal {
 public:
  Signal() : descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  ~Signal() { ::close(descriptor_); }
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }
  void raise() { ::eventfd_write(descriptor_, 1); }
  void clear() {
    eventfd_t count = 0;
    ::eventfd_read(descriptor_, &count);
  }

 private:
  const int descriptor_;
};

using Handles = std::map<std::string, std::shared_ptr<CatalogHandle>>;

}  // namespace

// Handles may outlive the service and wake it: they hold it weakly.
class CatalogService::Worker : public std::enable_shared_from_this<Worker> {
 public:
  Worker(ControlConfig config, Changed changed, Interrupted interrupted)
      : config_(interruptible(std::move(config))), changed_(std::move(changed)), interrupted_(std::move(interrupted)) {}

  [[nodiscard]] const ControlConfig& config() const { return config_; }
  void start();
  void stop();
  std::shared_ptr<CatalogHandle> handle(const std::string& database);
  std::shared_ptr<CatalogHandle> keep(const std::string& database);
  void release_connections(const std::string& database);
  std::shared_ptr<CatalogHandle> existing(const std::string& database);
  std::vector<std::shared_ptr<CatalogHandle>> all();
  void ask(BackendQuestion question);
  void wake();

 private:
  static ControlConfig interruptible(ControlConfig config);
  void loop();
  [[nodiscard]] bool stopping();
  [[nodiscard]] std::string catalog_of(const std::string& database) const;
  std::shared_ptr<CatalogHandle> find_or_make(const std::string& wanted);
  std::shared_ptr<CatalogHandle> hold(const std::shared_ptr<CatalogHandle>& handle, std::atomic<int>& count);
  std::function<void()> waker();
  void wait();
  void adopt(const Handles& handles);
  void release();
  void forget();
  void answer(const std::deque<BackendQuestion>& questions);
  std::optional<std::set<int>> running(const std::set<int>& pids);
  [[nodiscard]] TimePoint next_due() const;

  const ControlConfig config_;
  const Changed changed_;
  const Interrupted interrupted_;
  const SystemClock clock_;
  Signal signal_;  // there is something to do: looked at under mutex_ after clear()

  std::mutex mutex_;
  Handles handles_;                        // guarded by mutex_
  std::deque<BackendQuestion> questions_;  // guarded by mutex_
  // Databases whose sessions asked for a release; guarded by mutex_.
  std::set<std::string> releases_;
  // Past every generation of a handle that was forgotten: none is used twice, since sessions keep what they resolved
  // under one. Guarded by mutex_.
  CatalogHandle::Generation forgotten_generation_ = 0;
  bool stopping_ = false;  // guarded by mutex_

  CatalogKeeper::Losses losses_ = 0;              // the thread's own
  std::map<std::string, CatalogKeeper> keepers_;  // likewise
  std::thread thread_;
};

ControlConfig CatalogService::Worker::interruptible(ControlConfig config) {
  config.interrupt = std::make_shared<Interrupt>();
  return config;
}

void CatalogService::Worker::start() {
  thread_ = std::thread([this] { loop(); });
}

void CatalogService::Worker::stop() {
  std::deque<BackendQuestion> unanswered;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  config_.interrupt->raise();
  wake();
  if (thread_.joinable()) thread_.join();
  {
    const std::lock_guard lock(mutex_);
    unanswered.swap(questions_);
  }
  for (const BackendQuestion& question : unanswered) question.answer(std::nullopt);
}

std::function<void()> CatalogService::Worker::waker() {
  return [weak = weak_from_this()] {
    if (const auto worker = weak.lock()) worker->wake();
  };
}

// Databases of MySQL have one catalog.
std::string CatalogService::Worker::catalog_of(const std::string& database) const {
  return config_.mysql ? std::string() : database;
}

// Under the lock, as are the other two that make holds: forget() relies on it.
std::shared_ptr<CatalogHandle> CatalogService::Worker::find_or_make(const std::string& wanted) {
  const std::string database = catalog_of(wanted);
  std::shared_ptr<CatalogHandle>& handle = handles_[database];
  if (handle == nullptr) {
    const std::string name_space = config_.upstream.empty() ? database : config_.upstream + "/" + database;
    handle = std::make_shared<CatalogHandle>(database, name_space, waker(), forgotten_generation_);
  }
  return handle;
}

std::shared_ptr<CatalogHandle> CatalogService::Worker::hold(const std::shared_ptr<CatalogHandle>& handle,
                                                            std::atomic<int>& count) {
  return {std::make_shared<Hold>(handle, count, waker()), handle.get()};
}

std::shared_ptr<CatalogHandle> CatalogService::Worker::handle(const std::string& database) {
  const std::lock_guard lock(mutex_);
  const auto handle = find_or_make(database);
  handle->holders().arrivals.fetch_add(1, std::memory_order_acq_rel);
  auto user = hold(handle, handle->holders().users);
  if (!handle->usable()) wake();
  return user;
}

std::shared_ptr<CatalogHandle> CatalogService::Worker::keep(const std::string& database) {
  const std::lock_guard lock(mutex_);
  const auto handle = find_or_make(database);
  auto keeper = hold(handle, handle->holders().keepers);
  if (!handle->usable()) wake();
  return keeper;
}

void CatalogService::Worker::release_connections(const std::string& database) {
  if (config_.mysql) return;  // its statements mind no connection
  const std::lock_guard lock(mutex_);
  releases_.insert(database);
  wake();
}

std::shared_ptr<CatalogHandle> CatalogService::Worker::existing(const std::string& database) {
  const std::lock_guard lock(mutex_);
  const auto found = handles_.find(catalog_of(database));
  return found == handles_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<CatalogHandle>> CatalogService::Worker::all() {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<CatalogHandle>> result;
  for (const auto& [database, handle] : handles_) result.push_back(handle);
  return result;
}

void CatalogService::Worker::ask(BackendQuestion question) {
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_) {
      questions_.push_back(std::move(question));
      wake();
      return;
    }
  }
  question.answer(std::nullopt);
}

void CatalogService::Worker::wake() { signal_.raise(); }

void CatalogService::Worker::loop() {
  for (;;) {
    wait();
    std::deque<BackendQuestion> questions;
    Handles handles;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      questions.swap(questions_);
      handles = handles_;
    }
    adopt(handles);
    handles.clear();
    answer(questions);
    for (auto& [database, keeper] : keepers_) {
      if (stopping()) return;
      release();
      keeper.run();
    }
    forget();
  }
}

bool CatalogService::Worker::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

// Until there is something to do. A server says nothing unasked to a control connection, unless it ends it or was
// configured anew: what is known may then be wrong.
void CatalogService::Worker::wait() {
  std::vector<pollfd> sources{{signal_.descriptor(), POLLIN, 0}};
  std::vector<CatalogKeeper*> connected;
  for (auto& [database, keeper] : keepers_) {
    if (keeper.connection() == nullptr) continue;
    sources.push_back({keeper.connection()->descriptor(), POLLIN, 0});
    connected.push_back(&keeper);
  }
  const auto pause = std::chrono::ceil<std::chrono::milliseconds>(next_due() - clock_.now());
  const auto longest = std::chrono::ceil<std::chrono::milliseconds>(config_.check_interval);
  ::poll(sources.data(), sources.size(), static_cast<int>(std::clamp(pause, {}, longest).count()));
  signal_.clear();
  for (std::size_t i = 0; i < connected.size(); ++i) {
    if (sources[i + 1].revents != 0) connected[i]->disturbed();
  }
}

void CatalogService::Worker::adopt(const Handles& handles) {
  for (const auto& [database, handle] : handles)
    keepers_.try_emplace(database, config_, clock_, handle, changed_, interrupted_, losses_);
}

// Between any two databases: each may take a while, and somebody waits for this.
void CatalogService::Worker::release() {
  std::set<std::string> releases;
  {
    const std::lock_guard lock(mutex_);
    releases.swap(releases_);
  }
  if (releases.empty()) return;
  for (auto& [database, keeper] : keepers_) keeper.release(releases.contains(database));
}

// Under the lock nobody can take a handle anew.
void CatalogService::Worker::forget() {
  const std::lock_guard lock(mutex_);
  for (auto it = keepers_.begin(); it != keepers_.end();) {
    if (it->second.forgotten()) {
      const auto handle = handles_.extract(it->first);
      forgotten_generation_ = std::max(forgotten_generation_, handle.mapped()->newest());
      it = keepers_.erase(it);
    } else {
      ++it;
    }
  }
}

TimePoint CatalogService::Worker::next_due() const {
  TimePoint next = clock_.now() + config_.check_interval;
  for (const auto& [database, keeper] : keepers_) next = std::min(next, keeper.due());
  return next;
}

void CatalogService::Worker::answer(const std::deque<BackendQuestion>& questions) {
  if (questions.empty()) return;
  std::set<int> pids;
  for (const BackendQuestion& question : questions) pids.insert(question.pid);
  const std::optional<std::set<int>> found = running(pids);
  for (const BackendQuestion& question : questions) {
    question.answer(found ? std::optional<bool>(found->contains(question.pid)) : std::nullopt);
  }
}

// Any database's connection will do. One that turns out to be broken says nothing about the server, but each that is
// tried may take its time, and the catalogs wait: the second attempt is the last, and to the database that was
// configured.
std::optional<std::set<int>> CatalogService::Worker::running(const std::set<int>& pids) {
  const auto connected = std::find_if(keepers_.begin(), keepers_.end(),
                                      [](auto& keeper) { return keeper.second.connection() != nullptr; });
  if (connected != keepers_.end()) {
    if (auto found = connected->second.connection()->running(pids)) return std::move(*found);
    connected->second.drop_connection();
  }
  const auto connection = open_control_connection(config_, "");
  if (!connection) return std::nullopt;
  auto found = (*connection)->running(pids);
  return found ? std::optional<std::set<int>>(std::move(*found)) : std::nullopt;
}

CatalogService::CatalogService(ControlConfig config, Changed changed, Interrupted interrupted)
    : worker_(std::make_shared<Worker>(std::move(config), std::move(changed), std::move(interrupted))) {}

CatalogService::~CatalogService() { stop(); }

std::optional<std::string> CatalogService::validate() const { return find_problem(worker_->config()); }

void CatalogService::start() { worker_->start(); }

void CatalogService::stop() { worker_->stop(); }

std::shared_ptr<CatalogHandle> CatalogService::handle(const std::string& database) { return worker_->handle(database); }

std::shared_ptr<CatalogHandle> CatalogService::keep(const std::string& database) { return worker_->keep(database); }

void CatalogService::release_connections(const std::string& database) { worker_->release_connections(database); }

void CatalogService::invalidate(const std::string& database) {
  if (const auto handle = worker_->existing(database)) handle->invalidate();
}

void CatalogService::backend_alive(int pid, BackendAnswer answer) {
  worker_->ask(BackendQuestion{pid, std::move(answer)});
}

bool CatalogService::degraded() const {
  const auto handles = worker_->all();
  return std::any_of(handles.begin(), handles.end(),
                     [](const auto& handle) { return handle->held() && !handle->status().last_error.empty(); });
}

std::vector<CatalogService::Known> CatalogService::known() const {
  std::vector<Known> known;
  for (const auto& handle : worker_->all()) known.push_back({handle->name_space(), handle->status()});
  std::ranges::sort(known, {}, &Known::name_space);
  return known;
}

}  // namespace tapri::dbclient
