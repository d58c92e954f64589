"""Redis servers of their own on free ports."""

import contextlib
import signal
import socket

import servers


class Redis:
    """One server without persistence; the port stays the same when it is started again."""

    def __init__(self, *more, name="redis"):
        self.folder = servers.temporary_folder(name)
        self.host = "127.0.0.1"
        self.port = servers.free_port()
        self.more = list(more)
        self.process = None

    def start(self):
        with open(self.folder / "server.log", "ab") as log:
            self.process = servers.spawn(
                ["redis-server", "--port", str(self.port), "--bind", self.host, "--dir", str(self.folder), "--save", "",
                 "--appendonly", "no", *self.more], stdout=log, stderr=log, cwd=self.folder)
        servers.wait_for(self._answers, f"Redis on port {self.port}")
        return self

    def _answers(self):
        if self.process.poll() is not None:
            raise RuntimeError("Redis ended:\n" + (self.folder / "server.log").read_text(errors="replace")[-2000:])
        with contextlib.suppress(OSError):
            return self.ask("PING") == "PONG"
        return False

    def ask(self, *words, timeout=30.0):
        """What it answers to one command, on a connection of its own: text, a number, None, or a list of such. Its
        errors are raised."""
        with socket.create_connection((self.host, self.port), timeout) as link, link.makefile("rwb") as stream:
            words = [str(word).encode() for word in words]
            stream.write(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in words))
            stream.flush()
            return _reply(stream)

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(how)
            self.process.wait(30)

    @contextlib.contextmanager
    def paused(self):
        """It answers nothing meanwhile."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def url(self):
        return f"redis://{self.host}:{self.port}/0"


def _reply(stream):
    line = stream.readline()
    if not line.endswith(b"\r\n"):
        raise ConnectionError("Redis closed the connection")
    kind, rest = line[:1], line[1:-2].decode()
    if kind == b"+":
        return rest
    if kind == b"-":
        raise RuntimeError(rest)
    if kind == b":":
        return int(rest)
    if int(rest) < 0:
        return None
    if kind == b"$":
        return stream.read(int(rest) + 2)[:-2].decode(errors="replace")
    return [_reply(stream) for _ in range(int(rest))]
