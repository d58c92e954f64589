// Both SCRAM machines, fed with lines: the first byte says what the server offers and keeps, then come the messages.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "wire/pg/scram.h"

namespace {

using namespace tapri::wire::pg;

void check(bool holds) {
  if (!holds) std::abort();
}

tapri::ByteView take_line(tapri::ByteView& text) {
  const std::size_t end = text.find('\n');
  const tapri::ByteView line = text.substr(0, end);
  text.remove_prefix(end == tapri::ByteView::npos ? text.size() : end + 1);
  return line;
}

constexpr tapri::ByteView kVerifier =
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
    "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

void run_server(bool tls, bool mock, bool plus, tapri::ByteView first, tapri::ByteView last) {
  ScramVerifier verifier = *parse_scram_verifier(kVerifier);
  verifier.mock = mock;
  ScramServer::Options options;
  if (tls) options.tls_server_end_point.assign(32, 'h');
  options.nonce = [] { return std::string("%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"); };
  ScramServer server(verifier, options);
  const ScramStatus started = server.start(plus ? kScramSha256Plus : kScramSha256, first);
  check((started == ScramStatus::failed) == (server.failure() != ScramFailure::none));
  const ScramStatus finished = server.finish(last);
  check(finished != ScramStatus::proceed);
  check(!(mock && finished == ScramStatus::done));
  check(started == ScramStatus::proceed || finished == ScramStatus::failed);
  check(server.keys().has_value() == (finished == ScramStatus::done));
}

void run_client(bool tls, tapri::ByteView first, tapri::ByteView last) {
  ScramClient::Options options;
  options.keys = ScramKeys{};  // a password would cost more than all the rest
  if (tls) options.tls_server_end_point.assign(32, 'h');
  options.nonce = [] { return std::string("rOprNGfwEbeRWgbNEkqO"); };
  ScramClient client(options);
  const std::vector<tapri::ByteView> offered{kScramSha256Plus, kScramSha256};
  check(client.start(offered) == ScramStatus::proceed);
  const ScramStatus proceeded = client.proceed(first);
  const ScramStatus finished = client.finish(last);
  check(proceeded == ScramStatus::proceed || finished == ScramStatus::failed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const bool tls = (data[0] & 1U) != 0;
  const bool mock = (data[0] & 2U) != 0;
  const bool plus = (data[0] & 4U) != 0;
  tapri::ByteView text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const tapri::ByteView first = take_line(text);
  const tapri::ByteView last = take_line(text);
  run_server(tls, mock, plus, first, last);
  run_client(tls, first, last);
  const auto verifier = parse_scram_verifier(first);
  if (verifier) check(format_scram_verifier(*verifier).size() <= first.size());
  return 0;
}
