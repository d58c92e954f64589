#include "dbclient/interrupt.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tapri::dbclient {

Interrupt::Watched::Watched(Interrupt* interrupt, int socket) : interrupt_(interrupt) {
  if (interrupt_ == nullptr) return;
  socket_ = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
  if (socket_ < 0) return;
  auto sockets = interrupt_->sockets_.lock();
  sockets->insert(socket_);
  if (interrupt_->raised()) ::shutdown(socket_, SHUT_RDWR);
}

Interrupt::Watched::~Watched() {
  if (socket_ < 0) return;
  auto sockets = interrupt_->sockets_.lock();
  sockets->erase(socket_);
  ::close(socket_);
}

void Interrupt::raise() {
  auto sockets = sockets_.lock();
  raised_.store(true, std::memory_order_release);
  for (const int socket : *sockets) ::shutdown(socket, SHUT_RDWR);
}

}  // namespace tapri::dbclient
