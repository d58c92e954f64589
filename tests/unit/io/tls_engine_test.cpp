#include "io/detail/tls_engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "io/detail/tls_error.h"
#include "unit/io/certificates.h"
#include "unit/io/harness.h"

namespace tapri::io::test {
namespace {

using detail::OpenSslContext;
using detail::TlsEngine;
using Step = TlsEngine::Step;

const OpenSslContext& openssl(const std::shared_ptr<const TlsContext>& context) {
  return dynamic_cast<const OpenSslContext&>(*context);
}

// Two engines without a network: what one makes goes to the other in pieces of a given size.
class Engines : public testing::TestWithParam<std::size_t> {
 protected:
  // Whether anything moved.
  bool move(TlsEngine& from, TlsEngine& to) const {
    const bool any = !from.output().empty();
    while (!from.output().empty()) {
      const std::string_view piece = from.output().substr(0, GetParam());
      const std::span<char> space = to.input_space();
      const std::size_t size = std::min(piece.size(), space.size());
      std::memcpy(space.data(), piece.data(), size);
      to.input_filled(size);
      from.output_sent(size);
    }
    return any;
  }

  void shake_hands() {
    Step client = Step::wants_input;
    Step server = Step::wants_input;
    do {
      if (client == Step::wants_input) client = client_.handshake();
      if (move(client_, server_) && server == Step::wants_input) server = server_.handshake();
    } while (move(server_, client_));
    ASSERT_EQ(client, Step::done) << client_.error().message();
    ASSERT_EQ(server, Step::done) << server_.error().message();
  }

  TempFolder folder_;
  Authority authority_{folder_.file(""), "ca"};
  CertificateFiles files_ = authority_.issue({});
  std::shared_ptr<const TlsContext> server_context_ = *make_tls_server({files_.certificate, files_.key, ""});
  std::shared_ptr<const TlsContext> client_context_ = *make_tls_client({SslMode::verify_ca, authority_.file(), "", ""});
  TlsEngine client_{openssl(client_context_), "localhost"};
  TlsEngine server_{openssl(server_context_), ""};
};
INSTANTIATE_TEST_SUITE_P(PieceSizes, Engines, testing::Values(1, 7, 1000, 100'000));

TEST_P(Engines, CarryRecordsOfEverySize) {
  shake_hands();
  EXPECT_TRUE(server_.has_alpn());
  for (const std::size_t size : {1UL, 100UL, 8192UL, 8193UL, 16384UL}) {
    const std::string bytes = pattern(size);
    ASSERT_EQ(client_.write(bytes), Step::done);
    move(client_, server_);
    std::string got;
    std::array<char, 5000> buffer{};
    std::size_t read = 0;
    while (server_.read(buffer, read) == Step::done) got.append(buffer.data(), read);
    EXPECT_TRUE(got == bytes) << size;
  }
}

TEST_P(Engines, KeepMuchRoomOnlyWhileThereIsMuchToRead) {
  shake_hands();
  std::array<char, 16384> buffer{};
  std::size_t size = 0;
  const auto send = [&](std::size_t count) {
    ASSERT_EQ(client_.write(pattern(count)), Step::done);
    move(client_, server_);
    while (server_.read(buffer, size) == Step::done) continue;
  };
  send(10);
  EXPECT_EQ(server_.input_space().size(), 2048U);
  send(16'000);
  // Where it comes in large pieces a whole record gets in at once.
  EXPECT_EQ(server_.input_space().size() > 16'384, GetParam() > 2048);
  send(10);
  EXPECT_EQ(server_.input_space().size(), 2048U);
}

TEST_P(Engines, WantInputUntilARecordIsWhole) {
  shake_hands();
  ASSERT_EQ(client_.write("hello"), Step::done);
  const std::string record(client_.output());
  std::array<char, 16> buffer{};
  std::size_t size = 0;
  server_.feed(std::string_view(record).substr(0, record.size() - 1));
  EXPECT_EQ(server_.read(buffer, size), Step::wants_input);
  server_.feed(std::string_view(record).substr(record.size() - 1));
  ASSERT_EQ(server_.read(buffer, size), Step::done);
  EXPECT_EQ(std::string_view(buffer.data(), size), "hello");
}

TEST_P(Engines, WantInputOnceAllIsRead) {
  shake_hands();
  std::array<char, 3> buffer{};
  std::size_t size = 0;
  EXPECT_EQ(server_.read(buffer, size), Step::wants_input);
  // Decrypted at once, read in parts.
  ASSERT_EQ(client_.write("hello"), Step::done);
  move(client_, server_);
  ASSERT_EQ(server_.read(buffer, size), Step::done);
  EXPECT_EQ(std::string_view(buffer.data(), size), "hel");
  ASSERT_EQ(server_.read(buffer, size), Step::done);
  EXPECT_EQ(std::string_view(buffer.data(), size), "lo");
  EXPECT_EQ(server_.read(buffer, size), Step::wants_input);
  EXPECT_FALSE(server_.error());
}

TEST_P(Engines, TellTheEndFromACut) {
  shake_hands();
  std::array<char, 16> buffer{};
  std::size_t size = 0;
  client_.shutdown();
  move(client_, server_);
  EXPECT_EQ(server_.read(buffer, size), Step::closed);
  EXPECT_EQ(server_.read(buffer, size), Step::closed);
  EXPECT_FALSE(server_.error());
  // The other direction is still open, and now cut.
  ASSERT_EQ(server_.write("answer"), Step::done);
  move(server_, client_);
  EXPECT_EQ(client_.read(buffer, size), Step::done);
  client_.input_ended();
  EXPECT_EQ(client_.read(buffer, size), Step::failed);
  EXPECT_EQ(client_.error(), detail::tls_truncated());
}

TEST_P(Engines, RefuseAlteredRecords) {
  shake_hands();
  ASSERT_EQ(client_.write("hello"), Step::done);
  std::string record(client_.output());
  record.back() = static_cast<char>(record.back() ^ 1);
  server_.feed(record);
  std::array<char, 16> buffer{};
  std::size_t size = 0;
  EXPECT_EQ(server_.read(buffer, size), Step::failed);
  EXPECT_TRUE(server_.error().message().starts_with("TLS: ")) << server_.error().message();
  EXPECT_EQ(server_.read(buffer, size), Step::failed);
  EXPECT_EQ(server_.write("x"), Step::failed);
}

TEST_P(Engines, RefuseWhatIsNoTls) {
  server_.feed("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(server_.handshake(), Step::failed);
  EXPECT_EQ(server_.error().message(), "TLS: http request");
}

}  // namespace
}  // namespace tapri::io::test
