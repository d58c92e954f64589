// The checker's own test: histories of which it is known what is wrong with them.
#pragma once

#include <string>

namespace history {

// JSON: for each history its name, what the checker must find ("" for nothing) and what it found, in order.
std::string known_histories();

}  // namespace history
