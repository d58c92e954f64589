#include "redis/cluster.h"

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "redis/client_parts.h"
#include "redis/slots.h"

namespace tapri::redis {
namespace {

constexpr int kMostRedirects = 3;
constexpr Duration kRefreshPause = std::chrono::milliseconds(100);
// While a primary is missed, another may take over at any moment.
constexpr Duration kLongestRefresh = std::chrono::seconds(1);

// A command that may have to be sent once more.
struct Routed {
  std::vector<std::string> arguments;
  TimePoint deadline{};
  ReplyHandler done;
  int redirects = 0;
};

class ClusterCore final : public std::enable_shared_from_this<ClusterCore> {
 public:
  ClusterCore(io::Loop& loop, const Clock& clock, Config config)
      : loop_(loop),
        clock_(clock),
        config_(std::move(config)),
        backoff_(config_.reconnect, std::random_device{}()),
        timer_(loop.make_timer()),
        refusals_(loop) {
    if (!config_.state) config_.state = std::make_shared<telemetry::StateLog>("redis");
    if (!config_.metrics) config_.metrics = std::make_shared<ClientMetrics>();
  }

  void start() { add_known(); }

  void send(std::span<const std::string_view> arguments, Duration deadline, ReplyHandler done) {
    const Node* const node = route(arguments);
    if (node == nullptr) {
      // Whoever said so may be behind the others.
      if (connected()) refresh_soon();
      return refuse(std::move(done));
    }
    const auto routed = std::make_shared<Routed>();
    routed->arguments.assign(arguments.begin(), arguments.end());
    routed->deadline = clock_.now() + deadline;
    routed->done = std::move(done);
    send_to(*node, routed, false);
  }

  [[nodiscard]] bool connected() const {
    return !closed_ && slots_ &&
           std::any_of(nodes_.begin(), nodes_.end(), [](const auto& node) { return node.second.client->connected(); });
  }
  void watch(Client::Watcher watcher) { watchers_.add(std::move(watcher)); }

  void close() {
    closed_ = true;
    timer_->cancel();
    for (const auto& [text, node] : nodes_) node.client->close();
  }

  void drop() {
    closed_ = dropped_ = true;
    timer_->cancel();
    refusals_.drop();
    watchers_.drop();
    nodes_.clear();
  }

 private:
  struct Node {
    io::Address address;
    std::unique_ptr<Client> client;
  };

  void add_known() {
    for (const auto& address : config_.addresses) add(address);
    for (const auto& address : known_) add(address);
  }

  void add(const io::Address& address) {
    Node& node = nodes_[address.text()];
    if (node.client) return;
    Config one = config_;
    one.cluster = false;
    // A replica can be asked for the slots, too; and what has moved is no reason to leave a server.
    one.link.must_be_primary = false;
    one.state = nullptr;  // each says for itself which server it is
    one.addresses = {address};
    node = {address, make_client(loop_, clock_, std::move(one))};
    node.client->watch([weak = weak_from_this()](bool connected) {
      if (const auto self = weak.lock()) self->changed(connected);
    });
  }

  // What is outstanding there is answered before the client goes.
  void retire(std::unique_ptr<Client> client) {
    client->close();
    loop_.post([gone = std::shared_ptr<Client>(std::move(client))] {});
  }

  void changed(bool connected) {
    if (closed_) return tell();
    // If all that we knew are gone, others may be there.
    if (!connected && !any_connected()) add_known();
    if (!slots_ || !all_connected()) refresh();
    tell();
  }

  [[nodiscard]] bool any_connected() const {
    return std::any_of(nodes_.begin(), nodes_.end(), [](const auto& node) { return node.second.client->connected(); });
  }
  [[nodiscard]] bool all_connected() const {
    return std::all_of(nodes_.begin(), nodes_.end(), [](const auto& node) { return node.second.client->connected(); });
  }

  // Null: nobody who could be asked now.
  [[nodiscard]] const Node* find(const io::Address& address) const {
    const auto found = nodes_.find(address.text());
    return found != nodes_.end() && found->second.client->connected() ? &found->second : nullptr;
  }

  [[nodiscard]] const Node* route(std::span<const std::string_view> arguments) const {
    if (!connected()) return nullptr;
    if (const auto key = key_of(arguments)) {
      const io::Address* const primary = slots_->primary_of(slot_of(*key));
      return primary != nullptr ? find(*primary) : nullptr;
    }
    const auto any =
        std::find_if(nodes_.begin(), nodes_.end(), [](const auto& node) { return node.second.client->connected(); });
    return &any->second;
  }

  void send_to(const Node& node, const std::shared_ptr<Routed>& routed, bool asking) {
    const Duration left = routed->deadline - clock_.now();
    if (asking) {
      const std::string_view ask[] = {"ASKING"};
      node.client->send(ask, left, [](const Result<Reply>&) {});
    }
    const std::vector<std::string_view> arguments(routed->arguments.begin(), routed->arguments.end());
    node.client->send(arguments, left,
                      [weak = weak_from_this(), routed, address = node.address](const Result<Reply>& reply) {
                        const auto self = weak.lock();
                        if (self && !self->dropped_) self->answered(routed, reply, address);
                      });
  }

  void answered(const std::shared_ptr<Routed>& routed, const Result<Reply>& reply, const io::Address& by) {
    const auto redirect = reply ? parse_redirect(*reply, by) : std::nullopt;
    // Of one that is cut off from the others these may have another view.
    if ((redirect && redirect->moved) || (reply && error_code(*reply) == "CLUSTERDOWN")) refresh_soon();
    if (!redirect) return routed->done(reply);
    const Node* const node = closed_ ? nullptr : find(redirect->to);
    if (node == nullptr || ++routed->redirects > kMostRedirects || routed->deadline <= clock_.now())
      return routed->done(reply);
    send_to(*node, routed, !redirect->moved);
  }

  // However many slots have moved.
  void refresh_soon() {
    const Duration since = clock_.now() - refreshed_;
    if (since >= kRefreshPause) return refresh();
    refresh_after(kRefreshPause - since);
  }

  void refresh_after(Duration delay) {
    timer_->set(delay, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->refresh();
    });
  }

  // Asks for the slots; at most one question is outstanding.
  void refresh() {
    if (closed_ || refreshing_) return;
    std::vector<const Node*> usable;
    for (const auto& [text, node] : nodes_) {
      if (node.client->connected()) usable.push_back(&node);
    }
    if (usable.empty()) return;  // the next that is connected is asked
    refreshing_ = true;
    refreshed_ = clock_.now();
    const Node& node = *usable[asked_++ % usable.size()];
    const std::string_view ask[] = {"CLUSTER", "SLOTS"};
    node.client->send(ask, config_.probe_deadline,
                      [weak = weak_from_this(), address = node.address](const Result<Reply>& reply) {
                        const auto self = weak.lock();
                        if (self && !self->closed_) self->learned(reply, address);
                      });
  }

  // A server that knows of no other keeps us where we are.
  void learned(const Result<Reply>& reply, const io::Address& asked) {
    refreshing_ = false;
    if (auto slots = reply ? SlotMap::parse(*reply, asked) : std::nullopt; slots && !slots->primaries().empty()) {
      known_ = listed_servers(*reply, asked);
      apply(std::move(*slots));
    }
    tell();
    if (closed_) return;
    if (slots_ && all_connected()) return backoff_.reset();
    refresh_after(std::min(backoff_.next(), kLongestRefresh));
  }

  void apply(SlotMap slots) {
    slots_ = std::move(slots);
    for (const auto& primary : slots_->primaries()) add(primary);
    for (auto node = nodes_.begin(); node != nodes_.end();) {
      const auto& primaries = slots_->primaries();
      const bool wanted = std::any_of(primaries.begin(), primaries.end(),
                                      [&](const auto& primary) { return primary.text() == node->first; });
      if (!wanted) retire(std::move(node->second.client));
      node = wanted ? std::next(node) : nodes_.erase(node);
    }
  }

  void refuse(ReplyHandler done) {
    config_.metrics->refused.add();
    refusals_.add("Redis is not connected where the key is", std::move(done));
  }

  void tell() {
    const bool now = connected();
    config_.metrics->connected = now;
    if (now) config_.state->recovered("the Redis Cluster is connected");
    if (!now && !closed_) config_.state->degraded("no server of the Redis Cluster can be used");
    if (!watchers_.changes(now)) return;
    const auto self = shared_from_this();
    watchers_.tell(now);
  }

  io::Loop& loop_;
  const Clock& clock_;
  Config config_;
  Backoff backoff_;
  std::unique_ptr<io::Timer> timer_;  // of the next question for the slots
  std::map<std::string, Node> nodes_;
  std::optional<SlotMap> slots_;
  std::vector<io::Address> known_;  // who was named with them
  std::size_t asked_ = 0;
  bool refreshing_ = false;
  TimePoint refreshed_{};
  bool closed_ = false;
  bool dropped_ = false;
  Watchers watchers_;
  Refusals refusals_;
};

}  // namespace

std::unique_ptr<Client> make_cluster_client(io::Loop& loop, const Clock& clock, Config config) {
  return std::make_unique<ClientOf<ClusterCore>>(std::make_shared<ClusterCore>(loop, clock, std::move(config)));
}

Question ask_for_owner(const std::string& key) {
  return {.ask = {"CLUSTER", "SLOTS"},
          .answer = [slot = slot_of(key)](const Reply& answer, const io::Address& asked) -> std::optional<io::Address> {
            const auto slots = SlotMap::parse(answer, asked);
            const io::Address* const primary = slots ? slots->primary_of(slot) : nullptr;
            return primary != nullptr ? std::optional(*primary) : std::nullopt;
          },
          .unknown = "knows of no server of a cluster that holds " + key,
          .others = listed_servers};
}

}  // namespace tapri::redis
