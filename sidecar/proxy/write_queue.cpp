#include "proxy/write_queue.h"

namespace tapri::proxy {

void WriteQueue::add(session::ChunkList& chunks) { waiting_.append(chunks); }

std::size_t WriteQueue::flush(io::Stream& stream, const std::shared_ptr<io::StreamListener>& listener, int tag) {
  if (!writing_.empty() || waiting_.empty()) return 0;
  views_.clear();
  std::size_t size = 0;
  for (const auto& chunk : waiting_.chunks()) {
    views_.push_back(chunk.bytes);
    size += chunk.bytes.size();
  }
  std::size_t taken = stream.try_write(views_);
  std::size_t done = 0;
  while (done < views_.size() && taken >= views_[done].size()) taken -= views_[done++].size();
  if (done == views_.size()) {
    waiting_.clear();
    return size;
  }
  views_[done].remove_prefix(taken);
  writing_.swap(waiting_);
  stream.write(std::span<const std::string_view>(views_).subspan(done), listener, tag);
  return size;
}

void WriteQueue::written() { writing_.clear(); }

}  // namespace tapri::proxy
