// Cuts what a server sends into replies: hiredis' reader, under limits of our own.
//
// hiredis 0.14 takes an array of up to 2^31 - 1 elements and a string of any length at their word, and looks through a
// line without an end again with every piece of it. Here the number of elements, the length of strings and of lines are
// checked before anything is allocated for them. Arrays may be nested seven deep (hiredis' own limit).
//
//   reader.feed(bytes);                   small pieces: with each reply hiredis moves what is left of them
//   while (there is a reader.next()) ...
//
// The format: https://redis.io/docs/reference/protocol-spec/ (RESP2).
// Thread-safety: none.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "redis/reply.h"

struct redisReader;  // hiredis/read.h

namespace tapri::redis {

class ReplyReader {
 public:
  explicit ReplyReader(ReplyLimits limits = {});
  ReplyReader(const ReplyReader&) = delete;
  ReplyReader& operator=(const ReplyReader&) = delete;
  ~ReplyReader() = default;

  // Copies. Nothing more is taken by a reader that has failed.
  void feed(ByteView bytes);
  // The next reply, which is valid until the next call; nullopt: more bytes are needed. An Error: this is not Redis'
  // protocol, or more than the limits allow; a reader that has failed stays failed.
  [[nodiscard]] Result<std::optional<Reply>> next();

 private:
  struct Free {
    void operator()(redisReader* reader) const;
  };
  struct Builder;  // hiredis' call-backs
  [[nodiscard]] Result<void> check_unfinished() const;
  [[nodiscard]] Result<void> check_announced() const;
  void begin_tree();

  ReplyLimits limits_;
  ReplyTree tree_;
  bool over_limit_ = false;
  bool fresh_ = true;  // nothing of the next reply has been parsed
  std::string failure_;
  std::unique_ptr<redisReader, Free> reader_;
};

}  // namespace tapri::redis
