#include <charconv>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "redis/discovery.h"
#include "redis/link.h"

namespace tapri::redis {
namespace {

constexpr const char* kSwitched = "+switch-master";
// Longer than any host's name may be.
constexpr std::size_t kLongestHost = 255;

std::optional<io::Address> address_of(std::string_view host, std::string_view port) {
  std::uint16_t number = 0;
  const auto read = std::from_chars(port.data(), port.data() + port.size(), number);
  if (read.ec != std::errc() || read.ptr != port.data() + port.size() || number == 0) return std::nullopt;
  if (host.empty() || host.size() > kLongestHost) return std::nullopt;
  return io::Address{std::string(host), number, ""};
}

bool same(const io::Address& one, const io::Address& other) { return one.text() == other.text(); }

class Sentinels final : public Discovery, public LinkOwner, public std::enable_shared_from_this<Sentinels> {
 public:
  Sentinels(io::Loop& loop, const Clock& clock, SentinelConfig config, std::function<void(const io::Address&)> moved)
      : loop_(loop),
        clock_(clock),
        config_(std::move(config)),
        moved_(std::move(moved)),
        backoff_(config_.reconnect, std::random_device{}()),
        timer_(loop.make_timer()) {}
  Sentinels(const Sentinels&) = delete;
  Sentinels& operator=(const Sentinels&) = delete;
  ~Sentinels() override { drop(); }

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
    const std::string_view ask[] = {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", config_.primary};
    ReplyHandler answered = [weak = weak_from_this()](const Result<Reply>& reply) {
      const auto self = weak.lock();
      if (self && self->link_) self->answered(reply);
    };
    // Sent together with the question: what happens after the answer is told.
    const std::string_view subscribe[] = {"SUBSCRIBE", kSwitched};
    ReplyHandler subscribed = [](const Result<Reply>&) {};
    link_->on_push([weak = weak_from_this()](const Reply& message) {
      if (const auto self = weak.lock()) self->pushed(message);
    });
    static_cast<void>(link_->send(ask, config_.link.connect_timeout, answered));
    static_cast<void>(link_->send(subscribe, config_.link.connect_timeout, subscribed));
  }

  void on_link_lost(const Error& error) override {
    link_ = nullptr;
    failed(error.message);
  }
  void answered(Duration, std::string_view) override {}
  void expired() override {}

 private:
  void open() {
    timer_->cancel();
    if (link_) std::exchange(link_, nullptr)->drop();
    if (config_.addresses.empty()) return failed("no address of a Sentinel is configured");
    link_ = Link::open(loop_, clock_, config_.addresses[current_ % config_.addresses.size()], config_.link, *this);
  }

  // This Sentinel is of no use. Who asks is told when none of them is.
  void failed(const std::string& why) {
    const auto self = shared_from_this();
    ++current_;
    if (done_ && ++tried_ < config_.addresses.size()) return open();
    if (done_) return std::exchange(done_, nullptr)(fail(why));
    timer_->set(backoff_.next(), [weak = weak_from_this()] {
      if (const auto me = weak.lock()) me->open();
    });
  }

  void answered(const Result<Reply>& reply) {
    if (!link_->ready()) return;  // it is lost, of which we hear next
    const auto address = reply ? parse_primary(*reply) : std::nullopt;
    if (!address) {
      const auto link = std::exchange(link_, nullptr);
      link->drop();
      return failed("the Sentinel at " + link->address().text() + " knows no primary named " + config_.primary);
    }
    backoff_.reset();
    if (!done_) return moved_to(*address);
    known_ = *address;
    std::exchange(done_, nullptr)(*address);
  }

  void pushed(const Reply& message) {
    if (message[0].text() != "message" || message[1].text() != kSwitched) return;
    if (const auto address = parse_switch(message[2].text(), config_.primary)) moved_to(*address);
  }

  void moved_to(const io::Address& address) {
    if (same(std::exchange(known_, address), address)) return;
    if (const auto moved = moved_) moved(address);
  }

  io::Loop& loop_;
  const Clock& clock_;
  const SentinelConfig config_;
  std::function<void(const io::Address&)> moved_;
  Backoff backoff_;
  std::unique_ptr<io::Timer> timer_;
  std::shared_ptr<Link> link_;
  Done done_;                // empty: nobody asks
  std::size_t current_ = 0;  // the Sentinel that is asked
  std::size_t tried_ = 0;    // for done_
  io::Address known_;        // what was told last
};

}  // namespace

std::optional<io::Address> parse_primary(const Reply& reply) { return address_of(reply[0].text(), reply[1].text()); }

std::optional<io::Address> parse_switch(std::string_view message, std::string_view primary) {
  std::vector<std::string_view> words;
  while (words.size() < 6) {
    const std::size_t end = message.find(' ');
    words.push_back(message.substr(0, end));
    if (end == std::string_view::npos) break;
    message.remove_prefix(end + 1);
  }
  if (words.size() != 5 || words[0] != primary) return std::nullopt;
  return address_of(words[3], words[4]);
}

std::shared_ptr<Discovery> make_sentinels(io::Loop& loop, const Clock& clock, SentinelConfig config,
                                          std::function<void(const io::Address&)> moved) {
  return std::make_shared<Sentinels>(loop, clock, std::move(config), std::move(moved));
}

}  // namespace tapri::redis
