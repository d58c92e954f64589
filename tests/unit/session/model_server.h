// A server to compare with: two tables of one counter each, prepared statements, portals, transactions, batches and
// their errors, as PostgreSQL's protocol has them (manual, "Message Flow"). It answers the session probe as well.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tapri::session::test {

class ModelServer {
 public:
  // Carries out the first message of what was received, if all of it is there; false: none is.
  bool step();
  void receive(std::string_view bytes) { in_ += bytes; }
  [[nodiscard]] std::string take_output() { return std::exchange(out_, {}); }

 private:
  struct Portal {
    std::string sql;
    bool read = false;  // its one row was given
    bool done = false;
  };
  using Counters = std::map<std::string, int>;

  void query(std::string_view sql);
  void parse(std::string_view body);
  void bind(std::string_view body);
  void describe(std::string_view body);
  void execute(std::string_view body);
  void close(std::string_view body);
  void sync();
  void run(const std::string& sql, bool with_description);
  void run_select(const std::string& sql, bool with_description);
  bool control(const std::string& sql);
  void fail(std::string_view code);
  void end_round();
  void end_transaction(bool commit);
  [[nodiscard]] bool refused(const std::string& sql);

  std::string in_, out_;
  std::map<std::string, std::string> statements_;
  std::map<std::string, Portal> portals_;
  Counters committed_{{"orders", 0}, {"prices", 0}};
  Counters working_ = committed_;
  char status_ = 'I';
  bool read_only_ = false;
  bool failed_ = false;    // in this message
  bool skipping_ = false;  // up to Sync
  bool broken_ = false;    // the implicit transaction of this round
};

}  // namespace tapri::session::test
