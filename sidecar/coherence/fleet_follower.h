// What one instance knows of its fleet: reads the shared log, applies it to the table of its own, and keeps the open
// writes of others dirty. Pure: whoever reads the log (redis/log_transport.h) brings what it has read.
//
// Ids in an epoch are its first record's and then one after the other, so that a record that is missing, trimmed before
// it was read or lost with the tail of an epoch, shows. What is missing raises the base.
//
// Thread-safety: none; belongs to the transport's thread. What it says goes to the log and to Freshness.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>

#include "base/bytes.h"
#include "base/clock.h"
#include "coherence/fleet_writer.h"
#include "coherence/freshness.h"
#include "coherence/log.h"

namespace tapri::coherence {

struct LogEntry {
  Position position = 0;
  ByteView record;
};

// One answer.
struct LogRead {
  TimePoint sent{};                   // when its request was
  Position from = 0;                  // cursor() at that time: the entries are those behind it
  Position tail = 0;                  // the last id that the log had given out before it read the entries
  std::span<const LogEntry> entries;  // in their order
  bool complete = true;               // there were no more
};

// Another instance may have changed the schema.
struct SchemaHint {
  const Footprint& footprint;
  bool everything = false;  // of any database
  bool surely = false;      // else: what is written is not known
};

class FleetFollower {
 public:
  enum class Outcome : std::uint8_t {
    applied,
    outdated,  // it is behind what is known: whoever answered does not have the log any more
  };
  // What is behind the references lives as long as this. `hint` is called before the record that it is about is
  // applied, and once when the log has been read to its end for the first time.
  FleetFollower(const FleetConfig& config, InvalidationLog& log, Freshness& freshness, FleetWriter& writer,
                std::function<void(const SchemaHint&)> hint)
      : config_(config), log_(log), freshness_(freshness), writer_(writer), hint_(std::move(hint)) {}

  // Where the next read begins.
  [[nodiscard]] Position cursor() const { return log_.position(); }
  // The newest epoch that is known: whoever connects to the log asks for another one unless it has this one or a newer.
  [[nodiscard]] Epoch epoch() const;
  Outcome read(const LogRead& read, TimePoint now);
  // Now and then: writers that have been silent for too long.
  void tick(TimePoint now);

  // Of others.
  [[nodiscard]] std::size_t open() const { return open_; }
  [[nodiscard]] std::uint64_t gaps() const { return gaps_; }
  // A complete read has been applied.
  [[nodiscard]] bool joined() const { return joined_; }

 private:
  struct Intent {
    Footprint footprint;
    std::uint8_t flags = 0;
    bool everything = false;
    bool lapse_told = false;
    TimePoint end_told = TimePoint::min();
  };
  struct Other {
    TimePoint heard{};
    std::map<Token, Intent> intents;
    std::set<Token> unseen;  // open, and their intents are not known
  };

  void apply(const LogEntry& entry, TimePoint now);
  void apply(const Record& record, Position position, TimePoint now);
  // Records up to `base` were never seen, and have passed unseen.
  void gap(Position base, TimePoint now);
  void unsure(Position base, TimePoint now);
  void hint(const Footprint& footprint, bool everything, bool surely);
  void note_written(const Record& record, Position position);
  void note_intent(const Record& record, TimePoint now);
  void note_alive(const Record& record, TimePoint now);
  void heard(Writer writer, TimePoint now);
  void end(Writer writer, Token token);
  void drop(const Intent& intent);
  void forget_idle(std::map<Writer, Other>::iterator other);
  void tell_lapse(Writer writer, Token token, const Intent& intent, bool final);
  [[nodiscard]] bool suspended(TimePoint now) const;

  const FleetConfig& config_;
  InvalidationLog& log_;
  Freshness& freshness_;
  FleetWriter& writer_;
  std::function<void(const SchemaHint&)> hint_;
  std::map<Writer, Other> others_;  // that have something open
  std::size_t open_ = 0;            // intents
  std::size_t open_dependencies_ = 0;
  std::size_t everything_ = 0;  // intents that are dirty everywhere
  std::size_t unseen_ = 0;
  std::uint64_t gaps_ = 0;
  bool joined_ = false;
  Writer epoch_id_ = 0;  // of position()'s; 0: its first record was not seen
  // Until then intents may be open that were never seen: their writers tell of them before.
  TimePoint unsure_until_ = TimePoint::min();
};

}  // namespace tapri::coherence
