#include "redis/link.h"

#include <algorithm>
#include <utility>

namespace tapri::redis {
namespace {

constexpr int kRead = 1;
constexpr int kWrite = 2;
constexpr int kTls = 3;
constexpr std::size_t kInput = 16UL * 1024;
// An output that grew beyond this is given back once it is written.
constexpr std::size_t kKeptOutput = 64UL * 1024;

}  // namespace

std::shared_ptr<Link> Link::open(io::Loop& loop, const Clock& clock, const io::Address& address, LinkConfig config,
                                 LinkOwner& owner) {
  auto link = std::make_shared<Link>(loop, clock, address, std::move(config), owner);
  link->connect();
  return link;
}

Link::Link(io::Loop& loop, const Clock& clock, io::Address address, LinkConfig config, LinkOwner& owner)
    : loop_(loop),
      clock_(clock),
      address_(std::move(address)),
      config_(std::move(config)),
      owner_(&owner),
      talk_(config_.in_flight, config_.reply, &owner),
      timer_(loop.make_timer()) {}

void Link::connect() {
  arm(clock_.now() + config_.connect_timeout);
  loop_.connect(address_, config_.connect_timeout,
                [weak = weak_from_this()](Result<std::unique_ptr<io::Stream>> stream) {
                  if (const auto self = weak.lock()) self->connected(std::move(stream));
                });
}

void Link::connected(Result<std::unique_ptr<io::Stream>> stream) {
  if (phase_ == Phase::over) return;
  if (!stream) return lose(stream.error().message);
  stream_ = std::move(*stream);
  if (!config_.tls) return log_in();
  const std::string& name = config_.tls_name.empty() ? address_.host : config_.tls_name;
  stream_->start_tls(*config_.tls, name, {}, shared_from_this(), kTls);
}

void Link::on_ready(int, std::error_code error) {
  if (phase_ == Phase::over) return;
  if (error) return lose("TLS with " + here() + " failed: " + error.message());
  log_in();
}

void Link::log_in() {
  phase_ = Phase::logging_in;
  const TimePoint now = clock_.now();
  std::vector<std::string_view> arguments;
  for (const LoginStep& step : login_steps(config_)) {
    arguments.assign(step.arguments.begin(), step.arguments.end());
    // The conversation is a part of this.
    ReplyHandler done = [this, kind = step.kind](const Result<Reply>& reply) { logged(kind, reply); };
    if (!talk_.send(arguments, now, armed_.value_or(now), done))
      return lose("what may be in flight is not enough for a login");
  }
  flush_soon();
  read();
}

void Link::logged(LoginStep::Kind step, const Result<Reply>& reply) {
  if (!reply || phase_ == Phase::over) return;
  if (const auto problem = login_problem(step, *reply, config_)) return lose(here() + " is of no use: " + *problem);
  if (step != LoginStep::Kind::ping) return;
  phase_ = Phase::ready;
  timer_->cancel();
  armed_.reset();
  owner_->on_link_ready();
}

bool Link::send(std::span<const std::string_view> arguments, Duration deadline, ReplyHandler& done) {
  if (phase_ != Phase::ready) return false;
  const TimePoint now = clock_.now();
  if (!talk_.send(arguments, now, now + deadline, done)) return false;
  arm(now + deadline);
  flush_soon();
  return true;
}

void Link::read() {
  input_.resize(kInput);
  stream_->read_some(input_, shared_from_this(), kRead);
}

void Link::on_read(int, std::error_code error, std::size_t size) {
  if (phase_ == Phase::over) return;
  if (error) return lose("the connection to " + here() + " is lost: " + error.message());
  if (size == 0) return lose(here() + " has closed the connection");
  const auto good = talk_.receive(ByteView(input_.data(), size), clock_.now());
  if (phase_ == Phase::over) return;
  if (!good) return lose(here() + " is of no use: " + good.error().message);
  read();
}

// All that is sent in this turn of the loop goes out together.
void Link::flush_soon() {
  if (std::exchange(flush_posted_, true)) return;
  loop_.post([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->flush();
  });
}

void Link::flush() {
  flush_posted_ = false;
  if (phase_ == Phase::over || write_outstanding_ || !talk_.has_output()) return;
  talk_.take_output(writing_);
  const std::string_view all = writing_;
  const std::size_t taken = stream_->try_write(std::span(&all, 1));
  if (taken < all.size()) {
    const std::string_view rest = all.substr(taken);
    write_outstanding_ = true;
    return stream_->write(std::span(&rest, 1), shared_from_this(), kWrite);
  }
  writing_.clear();
  if (writing_.capacity() > kKeptOutput) std::string().swap(writing_);
}

void Link::on_written(int, std::error_code error) {
  write_outstanding_ = false;
  writing_.clear();
  if (phase_ == Phase::over) return;
  if (error) return lose("the connection to " + here() + " is lost: " + error.message());
  flush();
}

void Link::arm(TimePoint at) {
  if (armed_ && *armed_ <= at) return;
  armed_ = at;
  timer_->set(std::max(at - clock_.now(), Duration(0)), [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->on_timer();
  });
}

void Link::on_timer() {
  armed_.reset();
  if (phase_ == Phase::over) return;
  if (phase_ == Phase::ready) return on_time_of_ready(clock_.now());
  lose(here() + (phase_ == Phase::connecting ? " cannot be reached in time" : " has not answered the login in time"));
}

void Link::on_time_of_ready(TimePoint now) {
  talk_.expire(now);
  if (phase_ == Phase::over) return;
  const auto oldest = talk_.oldest_deadline();
  if (oldest && now - *oldest >= config_.stall) return lose(here() + " answers no more");
  if (oldest && *oldest <= now) arm(*oldest + config_.stall);
  if (const auto next = talk_.next_deadline()) arm(*next);
}

void Link::drop() {
  owner_ = nullptr;
  phase_ = Phase::over;
  timer_->cancel();
  if (stream_) stream_->close();
  talk_.forget();
}

void Link::give_up(std::string why) {
  loop_.post([weak = weak_from_this(), why = std::move(why)] {
    const auto self = weak.lock();
    if (self && self->phase_ != Phase::over) self->lose(why);
  });
}

std::size_t Link::end_waiting(const std::string& why) {
  const auto self = shared_from_this();  // a handler may have it dropped
  return phase_ == Phase::ready ? talk_.end_waiting(Error{why}) : 0;
}

void Link::lose(const std::string& why) {
  const auto self = shared_from_this();
  const Error error{why};
  phase_ = Phase::over;
  timer_->cancel();
  if (stream_) stream_->close();
  talk_.abort(error);
  if (owner_ != nullptr) std::exchange(owner_, nullptr)->on_link_lost(error);
}

}  // namespace tapri::redis
