// The threads of the hunt: each runs until the board says stop. An exception of a session is counted on the board and
// ends the thread.
#pragma once

#include <string>

#include "board.h"

namespace hunt {

// Writer `number` of `count` owns the rows whose (table * kRows + row) % count is its number; a refilled table's rows
// have one owner. `administrator`: an address past Tapri, from which server processes are ended.
void write_until_stopped(Board& board, const std::string& address, const std::string& administrator, int number,
                         int count);
// Reads with several sessions in turn.
void read_until_stopped(Board& board, const std::string& address, int number);

}  // namespace hunt
