#include "session/pg/login.h"

#include <array>
#include <utility>

#include "wire/pg/backend.h"
#include "wire/pg/frontend.h"

namespace tapri::session::pg {
namespace {

namespace backend = wire::pg::backend;
using wire::pg::AuthenticationKind;
using wire::pg::Frame;
using wire::pg::FrameStatus;
using wire::pg::ScramStatus;

bool is_replication(ByteView value) {
  return !(value.empty() || value == "0" || value == "off" || value == "false" || value == "no" || value == "f" ||
           value == "n");
}

// The key of this process from which users' salts are made.
ByteView salt_secret() {
  static const std::string secret = [] {
    std::array<char, 32> bytes{};
    (void)wire::pg::system_random(bytes);
    return std::string(bytes.data(), bytes.size());
  }();
  return secret;
}

wire::pg::ScramVerifier verifier_of(const std::string& user, const std::string& secret) {
  if (auto verifier = wire::pg::parse_scram_verifier(secret)) return *verifier;
  auto verifier = wire::pg::make_scram_verifier(secret, wire::pg::scram_salt_for(user, salt_secret()));
  return verifier ? *verifier : wire::pg::mock_scram_verifier(user, salt_secret());
}

}  // namespace

Login::Login(const wire::pg::StartupMessage& startup, Legs legs, FindSecret find_secret)
    : legs_(std::move(legs)), find_secret_(std::move(find_secret)) {
  bool logical = false;  // replication of one database, beside which it takes SQL
  for (const auto& [name, value] : startup.parameters) {
    if (name == "user") identity_.user = value;
    if (name == "database") identity_.database = value;
    if (name == "application_name") identity_.application = value;
    if (name == "replication") {
      identity_.replication = is_replication(value);
      logical = value == "database";
    }
    if (name == "options") {
      for (auto& setting : wire::pg::parse_options(value)) {
        if (setting.first.find('.') != std::string::npos) identity_.custom_settings.push_back(setting.first);
      }
    } else if (name.find('.') != ByteView::npos && !name.starts_with("_pq_.")) {
      identity_.custom_settings.emplace_back(name);
    }
  }
  if (identity_.database.empty()) identity_.database = identity_.user;
  if (identity_.replication && !logical) identity_.database.clear();
}

std::size_t Login::on_client_data(ByteView data, Actions& actions) {
  std::size_t position = 0;
  while (position < data.size() && !done_ && !actions.close) {
    wire::pg::FrameHeader header;
    const ByteView rest = data.substr(position);
    const FrameStatus peeked = wire::pg::peek_frame(rest, header);
    if (peeked == FrameStatus::incomplete) break;
    // What a client says before the server lets it in waits where it is: only answers to requests go on.
    const bool answer = header.type == wire::pg::frontend::kPassword || header.type == wire::pg::frontend::kTerminate;
    if (peeked == FrameStatus::complete && !answer) break;
    if (peeked == FrameStatus::invalid || header.size > kMaxMessage) {
      refuse("08P01", "a message of the login is too long", actions);
      break;
    }
    Frame frame;
    if (wire::pg::take_frame(rest, frame) != FrameStatus::complete) break;
    if (server_ && frame.type == wire::pg::frontend::kPassword) {
      client_sasl(frame, actions);
    } else {
      wire::pg::SaslInitialResponse initial;
      if (plus_removed_ && legs_.client_tls && wire::pg::decode(frame.body, initial) &&
          initial.response.starts_with("y")) {
        refuse("28000",
               "SCRAM cannot be relayed where TLS ends on both sides of Tapri: add the user to auth.users_file, set "
               "channel_binding=disable in the client, or use client_tls.mode=passthrough",
               actions);
        break;
      }
      actions.to_upstream.add(frame.whole);
    }
    position += frame.whole.size();
  }
  return position;
}

std::size_t Login::on_upstream_data(ByteView data, Actions& actions) {
  std::size_t position = 0;
  while (position < data.size() && !done_ && !actions.close && !refused_at_once_) {
    wire::pg::FrameHeader header;
    const ByteView rest = data.substr(position);
    const FrameStatus peeked = wire::pg::peek_frame(rest, header);
    if (peeked == FrameStatus::incomplete) break;
    if (peeked == FrameStatus::invalid || header.size > kMaxMessage) {
      refuse("08P01", "the server answered the login with a message of an invalid length", actions);
      break;
    }
    Frame frame;
    if (wire::pg::take_frame(rest, frame) != FrameStatus::complete) break;
    upstream_frame(frame, actions);
    position += frame.whole.size();
  }
  return position;
}

void Login::upstream_frame(const Frame& frame, Actions& actions) {
  switch (frame.type) {
    case backend::kAuthentication:
      asked_ = true;
      relay_negotiated(actions);
      authentication(frame, actions);
      return;
    case backend::kNegotiateProtocolVersion:
      if (asked_) break;
      negotiated_ = frame.whole;  // kept until it is known that this attempt is the one: a second brings another
      return;
    case backend::kErrorResponse: {
      wire::pg::ErrorOrNotice error;
      if (!asked_ && wire::pg::decode(frame.body, error) && error.code == "28000") {
        refused_at_once_ = true;
        refusal_ = negotiated_;
        refusal_ += frame.whole;
        return;  // the caller may try another way, or relays it
      }
      break;
    }
    case backend::kParameterStatus: {
      wire::pg::ParameterStatus status;
      if (!wire::pg::decode(frame.body, status)) break;
      if (status.name == "standard_conforming_strings") identity_.standard_strings = status.value == "on";
      if (status.name == "client_encoding") identity_.client_encoding = status.value;
      if (status.name == "server_encoding") identity_.server_encoding = status.value;
      if (status.name == "application_name") identity_.application = status.value;
      break;
    }
    case backend::kBackendKeyData: {
      wire::pg::BackendKeyData key;
      if (!wire::pg::decode(frame.body, key)) break;
      process_id_ = key.process_id;
      cancel_secret_ = key.secret;
      break;
    }
    case backend::kReadyForQuery:
      done_ = true;
      status_ = frame.body.empty() ? wire::pg::kIdle : frame.body[0];
      break;
    default:
      break;
  }
  relay_negotiated(actions);
  actions.to_client.add(frame.whole);
}

void Login::relay_negotiated(Actions& actions) {
  if (!negotiated_.empty()) actions.to_client.add_copy(std::exchange(negotiated_, {}));
}

void Login::authentication(const Frame& frame, Actions& actions) {
  wire::pg::Authentication message;
  if (wire::pg::decode(frame.body, message)) {
    if (message.kind == AuthenticationKind::sasl) {
      offer_sasl(frame, actions);
      return;
    }
    const bool sasl =
        message.kind == AuthenticationKind::sasl_continue || message.kind == AuthenticationKind::sasl_final;
    if (client_ && sasl) {
      upstream_sasl(frame, actions);
      return;
    }
  }
  actions.to_client.add(frame.whole);
}

void Login::offer_sasl(const Frame& frame, Actions& actions) {
  wire::pg::Authentication message;
  (void)wire::pg::decode(frame.body, message);
  if (!legs_.upstream_tls) {
    actions.to_client.add(frame.whole);
    return;
  }
  if (legs_.client_tls) {
    if (const auto secret = find_secret_(identity_.user)) {
      begin_both_legs(*secret, message.mechanisms, actions);
      return;
    }
  }
  std::string without_plus;
  plus_removed_ = wire::pg::remove_scram_plus(frame.whole, without_plus);
  if (plus_removed_) {
    actions.to_client.add_copy(std::move(without_plus));
  } else {
    actions.to_client.add(frame.whole);
  }
}

void Login::begin_both_legs(const std::string& secret, const std::vector<ByteView>& offered, Actions& actions) {
  secret_ = secret;
  offered_.assign(offered.begin(), offered.end());
  wire::pg::ScramServer::Options options;
  options.tls_server_end_point = legs_.client_certificate_hash;
  server_ = std::make_unique<wire::pg::ScramServer>(verifier_of(identity_.user, secret), std::move(options));
  std::string request;
  wire::pg::append_auth_sasl(request, server_->mechanisms());
  actions.to_client.add_copy(std::move(request));
}

void Login::client_sasl(const Frame& frame, Actions& actions) {
  if (!client_started_) {
    client_started_ = true;
    wire::pg::SaslInitialResponse initial;
    if (!wire::pg::decode(frame.body, initial)) {
      refuse("08P01", "malformed SASL response", actions);
      return;
    }
    send_client_sasl(server_->start(initial.mechanism, initial.response), actions);
    return;
  }
  wire::pg::SaslResponse response;
  if (!wire::pg::decode(frame.body, response)) {
    refuse("08P01", "malformed SASL response", actions);
    return;
  }
  send_client_sasl(server_->finish(response.data), actions);
}

void Login::send_client_sasl(ScramStatus status, Actions& actions) {
  std::string message;
  switch (status) {
    case ScramStatus::proceed:
      wire::pg::append_auth_sasl_continue(message, server_->output());
      actions.to_client.add_copy(std::move(message));
      return;
    case ScramStatus::done:
      wire::pg::append_auth_sasl_final(message, server_->output());
      actions.to_client.add_copy(std::move(message));
      client_proved(actions);
      return;
    case ScramStatus::failed:
      break;
  }
  const bool password = server_->failure() == wire::pg::ScramFailure::wrong_password;
  refuse(password ? "28P01" : "28000",
         password ? "password authentication failed for user \"" + identity_.user + "\""
                  : std::string(wire::pg::scram_failure_text(server_->failure())),
         actions);
}

void Login::client_proved(Actions& actions) {
  wire::pg::ScramClient::Options options;
  if (wire::pg::parse_scram_verifier(secret_)) {
    options.keys = server_->keys();
  } else {
    options.password = std::exchange(secret_, {});
  }
  options.tls_server_end_point = legs_.upstream_certificate_hash;
  client_ = std::make_unique<wire::pg::ScramClient>(std::move(options));
  const std::vector<ByteView> offered(offered_.begin(), offered_.end());
  if (client_->start(offered) != ScramStatus::proceed) {
    refuse("28000", "the server offers no SASL mechanism that Tapri knows", actions);
    return;
  }
  std::string message;
  wire::pg::append_sasl_initial_response(message, client_->mechanism(), client_->output());
  actions.to_upstream.add_copy(std::move(message));
}

void Login::upstream_sasl(const Frame& frame, Actions& actions) {
  wire::pg::Authentication message;
  (void)wire::pg::decode(frame.body, message);
  if (message.kind == AuthenticationKind::sasl_final) {
    if (client_->finish(message.data) != ScramStatus::done) {
      refuse("28000", "the server could not prove that it knows the user's password", actions);
    }
    return;  // the client has had its own proof already
  }
  if (client_->proceed(message.data) != ScramStatus::proceed) {
    refuse("28000", "the server's SASL challenge cannot be answered", actions);
    return;
  }
  std::string response;
  wire::pg::append_sasl_response(response, client_->output());
  actions.to_upstream.add_copy(std::move(response));
}

void Login::refuse(std::string_view sqlstate, std::string_view message, Actions& actions) {
  std::string error;
  wire::pg::append_error(error, "FATAL", sqlstate, message);
  actions.to_client.add_copy(std::move(error));
  actions.close = true;
}

}  // namespace tapri::session::pg
