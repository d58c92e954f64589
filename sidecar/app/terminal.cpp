#include "app/terminal.h"

#include <unistd.h>

#include <cstdlib>

namespace tapri::app {

Terminal process_terminal() {
  Terminal terminal;
  const char* no_colour = std::getenv("NO_COLOR");
  terminal.colours = ::isatty(STDOUT_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0');
  terminal.progress = ::isatty(STDERR_FILENO) == 1;
  return terminal;
}

}  // namespace tapri::app
