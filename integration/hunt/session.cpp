#include "session.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <thread>

#include "disturb.h"

namespace hunt {
namespace {

std::int64_t number(const char* data, int size, bool binary) {
  std::int64_t value = 0;
  if (!binary) {
    std::from_chars(data, data + size, value);
    return value;
  }
  std::uint64_t bits = 0;
  for (int at = 0; at < size; ++at) {
    bits = (bits << 8U) | static_cast<unsigned char>(data[at]);
  }
  return static_cast<std::int64_t>(bits);
}

std::vector<const char*> pointers(const std::vector<std::string>& values) {
  std::vector<const char*> out;
  out.reserve(values.size());
  for (const auto& value : values) {
    out.push_back(value.c_str());
  }
  return out;
}

}  // namespace

Session::Session(const std::string& address) : link_(PQconnectdb(address.c_str()), &PQfinish) {
  if (PQstatus(link_.get()) != CONNECTION_OK) {
    throw std::runtime_error(PQerrorMessage(link_.get()));
  }
  PQsetNoticeProcessor(
      link_.get(), [](void*, const char*) {}, nullptr);
}

Versions Session::versions(const Result& result) {
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    throw std::runtime_error(PQresultErrorMessage(result.get()));
  }
  Versions out;
  if (PQnfields(result.get()) < 2) {
    return out;
  }
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    const auto field = [&](int column) {
      return number(PQgetvalue(result.get(), row, column), PQgetlength(result.get(), row, column),
                    PQfformat(result.get(), column) == 1);
    };
    out.emplace_back(static_cast<int>(field(0)), field(1));
  }
  return out;
}

Versions Session::run(const std::string& text) { return versions(keep(PQexec(link_.get(), text.c_str()))); }

void Session::refused(const std::string& text) {
  const auto result = keep(PQexec(link_.get(), text.c_str()));
  if (PQresultStatus(result.get()) != PGRES_FATAL_ERROR || PQstatus(link_.get()) != CONNECTION_OK) {
    throw std::runtime_error("was not refused: " + text);
  }
}

Versions Session::parameters(const std::string& text, const std::vector<std::string>& values) {
  return versions(keep(PQexecParams(link_.get(), text.c_str(), static_cast<int>(values.size()), nullptr,
                                    pointers(values).data(), nullptr, nullptr, 0)));
}

std::string Session::known(const std::string& text) {
  const auto found = std::find(prepared_.begin(), prepared_.end(), text);
  const auto name = "s" + std::to_string(found - prepared_.begin());
  if (found == prepared_.end()) {
    versions(keep(PQprepare(link_.get(), name.c_str(), text.c_str(), 0, nullptr)));
    prepared_.push_back(text);
  }
  return name;
}

Versions Session::prepared(const std::string& text, const std::vector<std::string>& values, bool binary) {
  return versions(keep(PQexecPrepared(link_.get(), known(text).c_str(), static_cast<int>(values.size()),
                                      pointers(values).data(), nullptr, nullptr, binary ? 1 : 0)));
}

void Session::copy(const std::string& text, const std::string& lines) {
  if (PQresultStatus(keep(PQexec(link_.get(), text.c_str())).get()) != PGRES_COPY_IN ||
      PQputCopyData(link_.get(), lines.data(), static_cast<int>(lines.size())) != 1 ||
      PQputCopyEnd(link_.get(), nullptr) != 1) {
    throw std::runtime_error(PQerrorMessage(link_.get()));
  }
  while (auto* more = PQgetResult(link_.get())) {
    versions(keep(more));
  }
}

std::vector<Versions> Session::pipeline(const std::vector<std::string>& texts) {
  auto* link = link_.get();
  bool sent = PQenterPipelineMode(link) == 1;
  for (const auto& text : texts) {
    sent = sent && PQsendQueryParams(link, text.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) == 1;
  }
  if (!sent || PQpipelineSync(link) != 1) {
    throw std::runtime_error(PQerrorMessage(link));
  }
  std::vector<Versions> out;
  for (std::size_t at = 0; at < texts.size(); ++at) {
    out.push_back(versions(keep(PQgetResult(link))));
    keep(PQgetResult(link));  // none: the end of this statement's results
  }
  if (PQresultStatus(keep(PQgetResult(link)).get()) != PGRES_PIPELINE_SYNC || PQexitPipelineMode(link) != 1) {
    throw std::runtime_error(std::string("a pipeline does not end: ") + PQerrorMessage(link));
  }
  return out;
}

Outcome Session::disturb(const std::string& text, Fault fault, std::chrono::microseconds after,
                         Session& administrator) {
  if (PQsendQuery(link_.get(), text.c_str()) != 1) {
    throw std::runtime_error(PQerrorMessage(link_.get()));
  }
  std::this_thread::sleep_for(after);
  switch (fault) {
    case Fault::reset:
      reset();
      return Outcome::unknown;
    case Fault::cancel:
      cancel();
      break;
    case Fault::terminate:
      administrator.run("SELECT pg_terminate_backend(" + std::to_string(PQbackendPID(link_.get())) + ")");
      break;
  }
  return outcome();
}

void Session::reset() { disturb::reset(link_.get()); }

void Session::cancel() { disturb::cancel(link_.get()); }

Outcome Session::outcome() {
  bool good = true;
  while (auto* more = PQgetResult(link_.get())) {
    const auto result = keep(more);
    good = good && PQresultStatus(result.get()) != PGRES_FATAL_ERROR;
  }
  if (good) {
    return Outcome::acknowledged;
  }
  return PQstatus(link_.get()) == CONNECTION_OK ? Outcome::refused : Outcome::unknown;
}

}  // namespace hunt
