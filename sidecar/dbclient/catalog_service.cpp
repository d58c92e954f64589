#include "dbclient/catalog_service.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "dbclient/catalog_keeper.h"
#include "dbclient/conninfo.h"

namespace tapri::dbclient {
namespace {

struct BackendQuestion {
  int pid = 0;
  CatalogService::BackendAnswer answer;
};

using Handles = std::map<std::string, std::shared_ptr<CatalogHandle>>;

}  // namespace

// Handles may outlive the service and wake it: they hold it weakly.
class CatalogService::Worker : public std::enable_shared_from_this<Worker> {
 public:
  Worker(ControlConfig config, Changed changed) : config_(std::move(config)), changed_(std::move(changed)) {}

  [[nodiscard]] const ControlConfig& config() const { return config_; }
  void start();
  void stop();
  std::shared_ptr<CatalogHandle> handle(const std::string& database);
  std::shared_ptr<CatalogHandle> existing(const std::string& database);
  std::vector<std::shared_ptr<CatalogHandle>> all();
  void ask(BackendQuestion question);
  void wake();

 private:
  void loop();
  void adopt(const Handles& handles);
  void forget();
  void answer(const std::deque<BackendQuestion>& questions);
  std::optional<bool> backend_alive(int pid);
  [[nodiscard]] TimePoint next_due() const;

  const ControlConfig config_;
  const Changed changed_;
  const SystemClock clock_;

  std::mutex mutex_;
  std::condition_variable condition_;
  Handles handles_;                        // guarded by mutex_
  std::deque<BackendQuestion> questions_;  // guarded by mutex_
  bool woken_ = false;                     // guarded by mutex_
  bool stopping_ = false;                  // guarded by mutex_

  std::map<std::string, CatalogKeeper> keepers_;  // the thread's own
  std::thread thread_;
};

void CatalogService::Worker::start() {
  thread_ = std::thread([this] { loop(); });
}

void CatalogService::Worker::stop() {
  std::deque<BackendQuestion> unanswered;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  condition_.notify_all();
  if (thread_.joinable()) thread_.join();
  {
    const std::lock_guard lock(mutex_);
    unanswered.swap(questions_);
  }
  for (const BackendQuestion& question : unanswered) question.answer(std::nullopt);
}

std::shared_ptr<CatalogHandle> CatalogService::Worker::handle(const std::string& database) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<CatalogHandle>& handle = handles_[database];
  if (handle == nullptr) {
    const std::string name_space = config_.upstream.empty() ? database : config_.upstream + "/" + database;
    handle = std::make_shared<CatalogHandle>(database, name_space, [weak = weak_from_this()] {
      if (const auto worker = weak.lock()) worker->wake();
    });
    woken_ = true;
    condition_.notify_all();
  }
  return handle;
}

std::shared_ptr<CatalogHandle> CatalogService::Worker::existing(const std::string& database) {
  const std::lock_guard lock(mutex_);
  const auto found = handles_.find(database);
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
      woken_ = true;
      condition_.notify_all();
      return;
    }
  }
  question.answer(std::nullopt);
}

void CatalogService::Worker::wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  condition_.notify_all();
}

void CatalogService::Worker::loop() {
  for (;;) {
    std::deque<BackendQuestion> questions;
    Handles handles;
    {
      std::unique_lock lock(mutex_);
      condition_.wait_until(lock, next_due(), [this] { return woken_ || stopping_; });
      if (stopping_) return;
      woken_ = false;
      questions.swap(questions_);
      handles = handles_;
    }
    adopt(handles);
    handles.clear();
    answer(questions);
    for (auto& [database, keeper] : keepers_) keeper.run();
    forget();
  }
}

void CatalogService::Worker::adopt(const Handles& handles) {
  for (const auto& [database, handle] : handles) keepers_.try_emplace(database, config_, clock_, handle, changed_);
}

// Under the lock nobody can take a handle anew: one that only the map and its keeper hold has no user.
void CatalogService::Worker::forget() {
  constexpr long kOwnReferences = 2;
  const std::lock_guard lock(mutex_);
  for (auto it = keepers_.begin(); it != keepers_.end();) {
    if (it->second.forgotten(kOwnReferences)) {
      handles_.erase(it->first);
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
  for (const BackendQuestion& question : questions) question.answer(backend_alive(question.pid));
}

// Any database's connection will do; where none works, the one that was configured.
std::optional<bool> CatalogService::Worker::backend_alive(int pid) {
  for (auto& [database, keeper] : keepers_) {
    if (keeper.connection() == nullptr) continue;
    if (const Result<bool> alive = keeper.connection()->backend_alive(pid)) return *alive;
    keeper.drop_connection();
  }
  const auto connection = ControlConnection::open(config_, "");
  if (!connection) return std::nullopt;
  const Result<bool> alive = (*connection)->backend_alive(pid);
  return alive ? std::optional<bool>(*alive) : std::nullopt;
}

CatalogService::CatalogService(ControlConfig config, Changed changed)
    : worker_(std::make_shared<Worker>(std::move(config), std::move(changed))) {}

CatalogService::~CatalogService() { stop(); }

std::optional<std::string> CatalogService::validate() const {
  const Result<Conninfo> conninfo = control_conninfo(worker_->config(), "");
  return conninfo ? std::nullopt : std::optional<std::string>(conninfo.error().message);
}

void CatalogService::start() { worker_->start(); }

void CatalogService::stop() { worker_->stop(); }

std::shared_ptr<CatalogHandle> CatalogService::handle(const std::string& database) { return worker_->handle(database); }

void CatalogService::invalidate(const std::string& database) {
  if (const auto handle = worker_->existing(database)) handle->invalidate();
}

void CatalogService::backend_alive(int pid, BackendAnswer answer) {
  worker_->ask(BackendQuestion{pid, std::move(answer)});
}

bool CatalogService::degraded() const {
  const auto handles = worker_->all();
  return std::any_of(handles.begin(), handles.end(),
                     [](const auto& handle) { return !handle->status().last_error.empty(); });
}

}  // namespace tapri::dbclient
