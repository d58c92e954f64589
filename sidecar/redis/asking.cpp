#include "redis/asking.h"

#include <random>
#include <utility>

#include "redis/link.h"

namespace tapri::redis {
namespace {

bool same(const io::Address& one, const io::Address& other) { return one.text() == other.text(); }

class AskingServers final : public Discovery, public LinkOwner, public std::enable_shared_from_this<AskingServers> {
 public:
  AskingServers(io::Loop& loop, const Clock& clock, AskedServers config, Question question,
                std::function<void(const io::Address&)> moved)
      : loop_(loop),
        clock_(clock),
        config_(std::move(config)),
        question_(std::move(question)),
        moved_(std::move(moved)),
        backoff_(config_.reconnect, std::random_device{}()),
        timer_(loop.make_timer()) {}
  AskingServers(const AskingServers&) = delete;
  AskingServers& operator=(const AskingServers&) = delete;
  ~AskingServers() override { drop(); }

  void find(Done done) override {
    done_ = std::move(done);
    tried_ = 0;
    open();
  }

  void drop() override {
    done_ = nullptr;
    moved_ = nullptr;
    timer_->cancel();
    if (link_) std::exchange(link_, nullptr)->drop();
  }

  void on_link_ready() override {
    ReplyHandler answered = [weak = weak_from_this()](const Result<Reply>& reply) {
      const auto self = weak.lock();
      if (self && self->link_) self->answered(reply);
    };
    say(question_.ask, answered);
    if (question_.subscribe.empty()) return;
    link_->on_push([weak = weak_from_this()](const Reply& message) {
      if (const auto self = weak.lock()) self->pushed(message);
    });
    // Sent together with the question: what happens after the answer is told.
    ReplyHandler subscribed = [](const Result<Reply>&) {};
    say(question_.subscribe, subscribed);
  }

  void on_link_lost(const Error& error) override {
    link_ = nullptr;
    failed(error.message);
  }
  void answered(Duration, std::string_view) override {}
  void expired(bool) override {}

 private:
  void say(const std::vector<std::string>& command, ReplyHandler& done) {
    const std::vector<std::string_view> arguments(command.begin(), command.end());
    static_cast<void>(link_->send(arguments, config_.link.connect_timeout, done));
  }

  void open() {
    timer_->cancel();
    if (link_) std::exchange(link_, nullptr)->drop();
    if (count() == 0) return failed("nobody is configured to be asked where Redis is");
    const std::size_t which = current_ % count();
    const std::size_t configured = config_.addresses.size();
    const io::Address& address = which < configured ? config_.addresses[which] : others_[which - configured];
    link_ = Link::open(loop_, clock_, address, config_.link, *this);
  }

  [[nodiscard]] std::size_t count() const { return config_.addresses.size() + others_.size(); }

  // This one is of no use. Who asks is told when none of them is.
  void failed(const std::string& why) {
    const auto self = shared_from_this();
    ++current_;
    if (done_ && ++tried_ < count()) return open();
    if (done_) return std::exchange(done_, nullptr)(fail(why));
    timer_->set(backoff_.next(), [weak = weak_from_this()] {
      if (const auto me = weak.lock()) me->open();
    });
  }

  void answered(const Result<Reply>& reply) {
    if (!link_->ready()) return;  // it is lost, of which we hear next
    const auto address = reply ? question_.answer(*reply, link_->address()) : std::nullopt;
    const auto link = link_;
    if (!address || question_.subscribe.empty()) {
      link_ = nullptr;
      link->drop();
    }
    if (!address) return failed(link->address().text() + " " + question_.unknown);
    backoff_.reset();
    if (question_.others) others_ = question_.others(*reply, link->address());
    if (question_.subscribe.empty()) ++current_;
    if (!done_) return moved_to(*address);
    known_ = *address;
    std::exchange(done_, nullptr)(*address);
  }

  void pushed(const Reply& message) {
    if (const auto address = question_.message(message)) moved_to(*address);
  }

  void moved_to(const io::Address& address) {
    if (same(std::exchange(known_, address), address)) return;
    if (const auto moved = moved_) moved(address);
  }

  io::Loop& loop_;
  const Clock& clock_;
  const AskedServers config_;
  const Question question_;
  std::function<void(const io::Address&)> moved_;
  Backoff backoff_;
  std::unique_ptr<io::Timer> timer_;
  std::shared_ptr<Link> link_;
  Done done_;  // empty: nobody asks
  std::vector<io::Address> others_;
  std::size_t current_ = 0;  // the one that is asked, of those configured and then the others
  std::size_t tried_ = 0;    // for done_
  io::Address known_;        // what was told last
};

}  // namespace

std::shared_ptr<Discovery> make_asking(io::Loop& loop, const Clock& clock, AskedServers servers, Question question,
                                       std::function<void(const io::Address&)> moved) {
  return std::make_shared<AskingServers>(loop, clock, std::move(servers), std::move(question), std::move(moved));
}

}  // namespace tapri::redis
