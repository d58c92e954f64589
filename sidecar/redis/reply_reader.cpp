#include "redis/reply_reader.h"

#include <hiredis/read.h>

#include <charconv>

namespace tapri::redis {
namespace {

// A tree that grew beyond this is given back once its reply is done with: a connection that is idle keeps little.
constexpr std::size_t kKeptText = 64UL * 1024;
constexpr std::size_t kKeptNodes = 4096;

// hiredis knows what we make of a reply only as a pointer, and null is an error to it.
void* handle_of(std::size_t node) { return reinterpret_cast<void*>(node + 1); }  // NOLINT(*-no-int-to-ptr)
std::size_t node_of(const void* handle) { return reinterpret_cast<std::size_t>(handle) - 1; }  // NOLINT

}  // namespace

struct ReplyReader::Builder {
  static ReplyReader& owner(const redisReadTask* task) { return *static_cast<ReplyReader*>(task->privdata); }

  // Where the array that it is an element of keeps it; the first node where it is the reply itself.
  static std::size_t place(const redisReadTask* task) {
    if (task->parent == nullptr) return 0;
    return owner(task).tree_.nodes[node_of(task->parent->obj)].begin + static_cast<std::size_t>(task->idx);
  }

  static void* refuse(ReplyReader& reader) {
    reader.over_limit_ = true;
    return nullptr;
  }

  static void* set(const redisReadTask* task, const ReplyTree::Node& node) {
    const std::size_t at = place(task);
    owner(task).tree_.nodes[at] = node;
    return handle_of(at);
  }

  static Reply::Kind kind_of(int type) {
    if (type == REDIS_REPLY_STATUS) return Reply::Kind::status;
    return type == REDIS_REPLY_ERROR ? Reply::Kind::error : Reply::Kind::string;
  }

  static void* string(const redisReadTask* task, char* bytes, std::size_t size) {
    ReplyReader& reader = owner(task);
    std::string& text = reader.tree_.text;
    if (size > reader.limits_.bytes - text.size()) return refuse(reader);
    if (task->type != REDIS_REPLY_STRING && size > reader.limits_.line) return refuse(reader);
    const std::size_t begin = text.size();
    text.append(bytes, size);
    return set(task, {.kind = kind_of(task->type), .begin = begin, .size = size});
  }

  static void* array(const redisReadTask* task, int count) {
    ReplyReader& reader = owner(task);
    auto& nodes = reader.tree_.nodes;
    const auto size = static_cast<std::size_t>(count);
    const std::size_t begin = nodes.size();
    if (count < 0 || size > reader.limits_.elements - (begin - 1)) return refuse(reader);
    nodes.resize(begin + size);
    return set(task, {.kind = Reply::Kind::array, .begin = begin, .size = size});
  }

  static void* integer(const redisReadTask* task, long long value) {
    return set(task, {.kind = Reply::Kind::integer, .integer = value});
  }

  static void* nil(const redisReadTask* task) { return set(task, {}); }
  static void release(void*) {}  // the tree owns everything

  static redisReplyObjectFunctions& functions() {
    static redisReplyObjectFunctions all = {string, array, integer, nil, release};
    return all;
  }
};

void ReplyReader::Free::operator()(redisReader* reader) const { redisReaderFree(reader); }

ReplyReader::ReplyReader(ReplyLimits limits)
    : limits_(limits), reader_(redisReaderCreateWithFunctions(&Builder::functions())) {
  if (reader_) reader_->privdata = this;
  if (!reader_) failure_ = "no memory for Redis' replies";
}

void ReplyReader::feed(ByteView bytes) {
  if (failure_.empty() && !bytes.empty()) redisReaderFeed(reader_.get(), bytes.data(), bytes.size());
}

void ReplyReader::begin_tree() {
  fresh_ = false;
  if (tree_.text.capacity() > kKeptText) std::string().swap(tree_.text);
  if (tree_.nodes.capacity() > kKeptNodes) std::vector<ReplyTree::Node>().swap(tree_.nodes);
  tree_.text.clear();
  tree_.nodes.assign(1, {});
}

Result<std::optional<Reply>> ReplyReader::next() {
  if (!failure_.empty()) return fail(failure_);
  if (fresh_) begin_tree();
  void* root = nullptr;
  const int outcome = redisReaderGetReply(reader_.get(), &root);
  if (outcome != REDIS_OK) {
    failure_ = over_limit_ ? "a reply is larger than the limits allow" : reader_->errstr;
    return fail(failure_);
  }
  if (root != nullptr) {
    fresh_ = true;
    return Reply(tree_, node_of(root));
  }
  if (auto good = check_unfinished(); !good) {
    failure_ = good.error().message;
    return fail(failure_);
  }
  return std::nullopt;
}

// What hiredis waits for the rest of.
Result<void> ReplyReader::check_unfinished() const {
  if (reader_->ridx < 0 || reader_->pos >= reader_->len) return {};
  const ByteView waiting(reader_->buf + reader_->pos, reader_->len - reader_->pos);
  const bool is_string = reader_->rstack[reader_->ridx].type == REDIS_REPLY_STRING;
  if (is_string && waiting.find("\r\n") != ByteView::npos) return check_announced();
  // The last of it may be half of the line's end.
  if (waiting.size() > limits_.line + 1) return fail("a line of a reply is longer than the limits allow");
  return {};
}

// A string whose length is known and whose bytes are not here yet. hiredis has read its type, and stands before the
// length, which it has found to be a number.
Result<void> ReplyReader::check_announced() const {
  const char* const begin = reader_->buf + reader_->pos;
  std::size_t size = 0;
  const auto read = std::from_chars(begin, reader_->buf + reader_->len, size);
  if (read.ec != std::errc() || size > limits_.bytes - tree_.text.size())
    return fail("a reply is larger than the limits allow");
  return {};
}

}  // namespace tapri::redis
