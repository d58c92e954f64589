#include "session.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <thread>

#include "disturb.h"

namespace history {
namespace {

constexpr Oid kInteger = 23;
constexpr Oid kBigint = 20;
constexpr std::size_t kMostPrepared = 500;

std::int64_t big_endian(const char* data, std::size_t size) {
  std::uint64_t bits = size > 0 && (static_cast<unsigned char>(data[0]) & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
  for (std::size_t at = 0; at < size; ++at) {
    bits = (bits << 8U) | static_cast<unsigned char>(data[at]);
  }
  return static_cast<std::int64_t>(bits);
}

// "17" or "{17,18}".
Field from_text(const char* data, std::size_t size) {
  Field out;
  const char* end = data + size;
  while (data != end) {
    std::int64_t value = 0;
    const auto parsed = std::from_chars(data, end, value);
    if (parsed.ec == std::errc{}) {
      out.push_back(value);
      data = parsed.ptr;
    } else {
      ++data;
    }
  }
  return out;
}

// An integer, or an array of them: dimensions, flags, type, then for each dimension size and lower bound, then the
// elements with their sizes (array_send of PostgreSQL's arrayfuncs.c).
Field from_binary(const char* data, std::size_t size) {
  if (size <= sizeof(std::int64_t)) {
    return {big_endian(data, size)};
  }
  Field out;
  for (std::size_t at = 20; at + 4 <= size;) {
    const auto length = static_cast<std::size_t>(big_endian(data + at, 4));
    if (at + 4 + length > size) {
      throw std::runtime_error("an array is longer than its field");
    }
    out.push_back(big_endian(data + at + 4, length));
    at += 4 + length;
  }
  return out;
}

Rows rows_of(const PGresult* result) {
  Rows out;
  for (int row = 0; row < PQntuples(result); ++row) {
    auto& fields = out.emplace_back();
    for (int column = 0; column < PQnfields(result); ++column) {
      const auto* data = PQgetvalue(result, row, column);
      const auto size = static_cast<std::size_t>(PQgetlength(result, row, column));
      const bool null = PQgetisnull(result, row, column) == 1;
      const bool binary = PQfformat(result, column) == 1;
      const bool empty_array = binary && size == 12;
      fields.push_back(null || empty_array ? Field{} : binary ? from_binary(data, size) : from_text(data, size));
    }
  }
  return out;
}

std::string encoded(const Parameter& parameter, bool binary) {
  if (!parameter.array.empty()) {
    return parameter.array;
  }
  if (!binary) {
    return std::to_string(parameter.number);
  }
  std::string out;
  for (int shift = parameter.big ? 56 : 24; shift >= 0; shift -= 8) {
    out += static_cast<char>((static_cast<std::uint64_t>(parameter.number) >> static_cast<unsigned>(shift)) & 0xffU);
  }
  return out;
}

}  // namespace

std::string written_out(const Statement& statement) {
  std::string out;
  for (std::size_t at = 0; at < statement.text.size(); ++at) {
    if (statement.text[at] != '$') {
      out += statement.text[at];
      continue;
    }
    const auto& parameter = statement.parameters.at(static_cast<std::size_t>(statement.text.at(++at) - '1'));
    out += parameter.array.empty() ? std::to_string(parameter.number) : "'" + parameter.array + "'";
  }
  return out;
}

Session::Session(const std::string& address) : link_(PQconnectdb(address.c_str()), &PQfinish) {
  if (PQstatus(link_.get()) != CONNECTION_OK) {
    throw std::runtime_error(PQerrorMessage(link_.get()));
  }
  PQsetNoticeProcessor(
      link_.get(), [](void*, const char*) {}, nullptr);
}

Answer Session::run(const Statement& statement, Form form, bool binary, const std::optional<Disturbance>& disturbance,
                    Session* administrator) {
  refused_.clear();
  if (!send(statement, form, binary)) {
    const bool refused = !refused_.empty() && PQstatus(link_.get()) == CONNECTION_OK;
    if (refused) {
      return {Answer::End::refused, refused_, PQerrorMessage(link_.get()), {}, "", false};
    }
    return {Answer::End::lost, "", PQerrorMessage(link_.get()), {}, "", true};
  }
  if (disturbance) {
    disturb(*disturbance, administrator);
  }
  auto out = collect();
  out.over = out.end == Answer::End::lost || (disturbance && disturbance->fault != Fault::cancel);
  return out;
}

bool Session::send(const Statement& statement, Form form, bool binary) {
  if (form == Form::simple) {
    return PQsendQuery(link_.get(), written_out(statement).c_str()) == 1;
  }
  std::vector<std::string> values;
  std::vector<const char*> data;
  std::vector<int> sizes;
  std::vector<int> formats;
  std::vector<Oid> types;
  for (const auto& parameter : statement.parameters) {
    const bool array = !parameter.array.empty();
    values.push_back(encoded(parameter, binary));
    formats.push_back(binary && !array ? 1 : 0);
    types.push_back(array ? 0 : parameter.big ? kBigint : kInteger);
  }
  for (const auto& value : values) {
    data.push_back(value.c_str());
    sizes.push_back(static_cast<int>(value.size()));
  }
  const int count = static_cast<int>(values.size());
  if (form == Form::unnamed) {
    return PQsendQueryParams(link_.get(), statement.text.c_str(), count, types.data(), data.data(), sizes.data(),
                             formats.data(), binary ? 1 : 0) == 1;
  }
  const auto name = known(statement, types);
  return !name.empty() && PQsendQueryPrepared(link_.get(), name.c_str(), count, data.data(), sizes.data(),
                                              formats.data(), binary ? 1 : 0) == 1;
}

// The statement's name; none if it cannot be prepared: the unnamed one is, then.
std::string Session::known(const Statement& statement, const std::vector<Oid>& types) {
  const auto found = std::find(prepared_.begin(), prepared_.end(), statement.text);
  const auto name = "s" + std::to_string(found - prepared_.begin());
  if (found == prepared_.end()) {
    if (prepared_.size() >= kMostPrepared) {
      throw std::runtime_error("too many statements are prepared");
    }
    const Result result(
        PQprepare(link_.get(), name.c_str(), statement.text.c_str(), static_cast<int>(types.size()), types.data()),
        &PQclear);
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
      const auto* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
      refused_ = state == nullptr ? "" : state;
      return "";
    }
    prepared_.push_back(statement.text);
  }
  return name;
}

void Session::disturb(const Disturbance& disturbance, Session* administrator) {
  std::this_thread::sleep_for(disturbance.after);
  switch (disturbance.fault) {
    case Fault::reset:
      reset();
      break;
    case Fault::cancel:
      cancel();
      break;
    case Fault::terminate:
      administrator->run("select pg_terminate_backend(" + std::to_string(process()) + ")");
      break;
    case Fault::count:
      break;
  }
}

void Session::reset() { disturb::reset(link_.get()); }

void Session::cancel() { disturb::cancel(link_.get()); }

Answer Session::collect() {
  Answer out;
  bool fatal = false;
  while (auto* more = PQgetResult(link_.get())) {
    const Result result(more, &PQclear);
    const auto status = PQresultStatus(result.get());
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
      out.results.push_back(rows_of(result.get()));
      out.tag = PQcmdStatus(result.get());
      continue;
    }
    const auto* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
    const auto* severity = PQresultErrorField(result.get(), PG_DIAG_SEVERITY_NONLOCALIZED);
    fatal = fatal || (severity != nullptr && std::string_view(severity) == "FATAL");
    if (out.good() || state != nullptr) {  // not what libpq adds when the connection has ended after an error
      out.state = state == nullptr ? "" : state;
      out.message = PQresultErrorMessage(result.get());
    }
    out.end = Answer::End::refused;
  }
  // An error that is libpq's own has no state.
  if (fatal || PQstatus(link_.get()) != CONNECTION_OK || (!out.good() && out.state.empty())) {
    out.end = Answer::End::lost;
  }
  return out;
}

}  // namespace history
