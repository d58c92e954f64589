// Real sockets on one loop, driven until something has happened.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/loop.h"
#include "io/stream.h"

namespace tapri::io::test {

// A folder that goes with its files.
class TempFolder {
 public:
  TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder();
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// A loop that a test runs step by step. Events wake it.
class Driver {
 public:
  [[nodiscard]] Loop& loop() { return *loop_; }
  void wake() { loop_->stop(); }
  // Runs the loop until `holds`; false if that takes longer than any test should.
  [[nodiscard]] bool until(const std::function<bool()>& holds);
  // Runs what is ready now.
  void turn();

 private:
  std::unique_ptr<Loop> loop_ = make_loop();
};

// One end of a connection: keeps what was called back.
class Endpoint final : public StreamListener, public std::enable_shared_from_this<Endpoint> {
 public:
  explicit Endpoint(Driver& driver) : driver_(driver) {}

  void read(std::size_t at_most = 65536);
  // Goes on reading until the end or an error.
  void read_all();
  void write(std::string_view bytes) { write(std::vector<std::string_view>{bytes}); }
  void write(const std::vector<std::string_view>& views);
  void start_tls(const TlsContext& context, std::string_view host = "", std::string_view buffered = "");

  void on_read(int tag, std::error_code error, std::size_t size) override;
  void on_written(int tag, std::error_code error) override;
  void on_ready(int tag, std::error_code error) override;

  std::unique_ptr<Stream> stream;
  std::string received;
  bool at_end = false;
  int reads = 0;
  int writes = 0;
  std::optional<std::error_code> read_error;   // of the last read
  std::optional<std::error_code> write_error;  // of the last write
  std::optional<std::error_code> ready_error;
  bool inside_call = false;           // set while a call of the stream runs
  bool called_back_inside = false;    // a callback came from within such a call
  std::function<void()> during_read;  // run inside on_read

 private:
  void called_back();

  Driver& driver_;
  std::vector<char> buffer_;
  bool reads_all_ = false;
};

// A listener and connections to it, all on one loop.
class Net {
 public:
  explicit Net(const Address& address = {"127.0.0.1", 0, ""});

  // Connects, and accepts what comes of it.
  void connect();
  [[nodiscard]] const std::shared_ptr<Endpoint>& client() const { return client_; }
  [[nodiscard]] const std::shared_ptr<Endpoint>& server() const { return server_; }

  Driver driver;
  std::unique_ptr<Listener> listener;
  std::vector<std::unique_ptr<Stream>> accepted;

 private:
  std::shared_ptr<Endpoint> client_;
  std::shared_ptr<Endpoint> server_;
};

[[nodiscard]] Address loopback();
// Connects on `driver`'s loop and waits.
[[nodiscard]] Result<std::unique_ptr<Stream>> connect_to(Driver& driver, const Address& address,
                                                         Duration timeout = std::chrono::seconds(20));

// Bytes that differ from place to place.
[[nodiscard]] std::string pattern(std::size_t size);

}  // namespace tapri::io::test
