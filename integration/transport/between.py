"""What a test puts into a connection between two programs that speak TLS: one looks on, one breaks it open."""

import contextlib
import select
import socket
import ssl
import struct
import threading

import pgwire as wire


class Relay:
    """Accepts on a free port and hands every connection on to (host, port), on threads that end with it."""

    def __init__(self, host, port):
        self.target = (host, port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = self.listener.getsockname()
        self.sockets = [self.listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near):
        far = socket.create_connection(self.target)
        self.sockets += [near, far]
        with contextlib.suppress(OSError):
            near, far = self.prepare(near, far)
            self.sockets += [near, far]
            self._pump({near: (far, "up"), far: (near, "down")})
        for end in (near, far):
            end.close()

    def _pump(self, ways):
        """One thread for both directions: a TLS object must not be read and written at the same time."""
        while True:
            held = [end for end in ways if isinstance(end, ssl.SSLSocket) and end.pending()]
            for end in held or select.select(list(ways), [], [])[0]:
                data = end.recv(1 << 16)
                if not data:
                    return
                sink, direction = ways[end]
                self.seen(data, direction)
                sink.sendall(data)

    def close(self):
        for one in self.sockets:
            one.close()

    def prepare(self, near, far):
        return near, far

    def seen(self, data, direction):
        pass


class Watcher(Relay):
    """Notes the longest TLS record in each direction; for one connection at a time that begins with SSLRequest."""

    def __init__(self, host, port):
        self.longest = {"up": 0, "down": 0}
        # The bytes in front of the first record: SSLRequest, and its answer.
        self.skip = {"up": len(wire.SSL_REQUEST), "down": 1}
        self.header = {"up": b"", "down": b""}
        super().__init__(host, port)

    def seen(self, data, direction):
        while data:
            step = min(self.skip[direction], len(data))
            self.skip[direction] -= step
            data = data[step:]
            missing = 5 - len(self.header[direction])
            self.header[direction] += data[:missing]
            data = data[missing:]
            if len(self.header[direction]) == 5:  # type, version, length
                length = struct.unpack("!BHH", self.header[direction])[2]
                self.longest[direction] = max(self.longest[direction], length)
                self.skip[direction], self.header[direction] = length, b""


class Interceptor(Relay):
    """Ends TLS with a certificate of its own and begins it anew towards the server: channel binding finds it out."""

    def __init__(self, host, port, certificate, key):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        super().__init__(host, port)

    def prepare(self, near, far):
        if near.recv(len(wire.SSL_REQUEST), socket.MSG_WAITALL) != wire.SSL_REQUEST:
            raise OSError("no SSLRequest")
        near.sendall(b"S")
        far.sendall(wire.SSL_REQUEST)
        if far.recv(1) != b"S":
            raise OSError("no TLS at the server")
        return (self.context.wrap_socket(near, server_side=True),
                wire.tls_context().wrap_socket(far, server_hostname="localhost"))
