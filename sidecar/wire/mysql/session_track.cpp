#include "wire/mysql/session_track.h"

#include <array>

namespace tapri::wire::mysql {

bool decode_transaction_state(ByteView value, TransactionState& out) {
  struct Place {
    char letter;
    bool TransactionState::*member;
  };
  constexpr std::array<Place, 7> kPlaces{{{'r', &TransactionState::read_unsafe},
                                          {'R', &TransactionState::read_transactional},
                                          {'w', &TransactionState::wrote_unsafe},
                                          {'W', &TransactionState::wrote_transactional},
                                          {'s', &TransactionState::unsafe_statement},
                                          {'S', &TransactionState::result_set},
                                          {'L', &TransactionState::locked_tables}}};
  out = TransactionState{};
  if (value.size() != kPlaces.size() + 1) return false;
  out.explicit_transaction = value[0] == 'T';
  out.implicit_transaction = value[0] == 'I';
  bool good = out.explicit_transaction || out.implicit_transaction || value[0] == '_';
  for (std::size_t i = 0; i < kPlaces.size(); ++i) {
    const char letter = value[i + 1];
    out.*kPlaces[i].member = letter == kPlaces[i].letter;
    good = good && (letter == kPlaces[i].letter || letter == '_');
  }
  return good;
}

}  // namespace tapri::wire::mysql
