"""A small PostgreSQL client that shows every message: for comparing what two servers send, byte by byte.

Written from the protocol chapter of PostgreSQL's manual ("Frontend/Backend Protocol").
"""

import base64
import hashlib
import hmac
import os
import select
import socket
import ssl
import struct
import time

PROTOCOL_3_0 = 196608
PROTOCOL_3_2 = 196610
SSL_REQUEST = struct.pack("!II", 8, 80877103)
GSSENC_REQUEST = struct.pack("!II", 8, 80877104)
FRONTEND_LIMIT = 0x40000000


class Closed(Exception):
    """The server closed the connection."""


class Silent(Exception):
    """Nothing came within the time."""


def message(kind, *parts):
    """A frontend message: the type byte, the length, the parts (str: with a zero byte at its end)."""
    body = b"".join(part.encode() + b"\0" if isinstance(part, str) else part for part in parts)
    return kind + struct.pack("!I", len(body) + 4) + body


def startup(parameters, version=PROTOCOL_3_0):
    body = struct.pack("!I", version)
    for name, value in parameters:
        body += name.encode() + b"\0" + value.encode() + b"\0"
    body += b"\0"
    return struct.pack("!I", len(body) + 4) + body


def query(text):
    return message(b"Q", text)


def parse(text, name="", types=()):
    return message(b"P", name, text, struct.pack("!H", len(types)), *[struct.pack("!I", oid) for oid in types])


def bind(values=(), portal="", statement="", formats=(), results=()):
    """values: bytes, str or None (NULL); formats and results: 0 text, 1 binary."""
    parts = [struct.pack("!H", len(formats)), *[struct.pack("!H", code) for code in formats],
             struct.pack("!H", len(values))]
    for value in values:
        if value is None:
            parts.append(struct.pack("!i", -1))
        else:
            raw = value.encode() if isinstance(value, str) else value
            parts += [struct.pack("!i", len(raw)), raw]
    parts += [struct.pack("!H", len(results)), *[struct.pack("!H", code) for code in results]]
    return message(b"B", portal, statement, *parts)


def describe(kind, name=""):
    return message(b"D", kind.encode(), name)


def execute(portal="", rows=0):
    return message(b"E", portal, struct.pack("!I", rows))


def close(kind, name=""):
    return message(b"C", kind.encode(), name)


def extended(text):
    """A statement without parameters, as a driver that prepares sends it."""
    return parse(text) + bind() + describe("P") + execute() + SYNC


def copy_data(data):
    return message(b"d", data)


def cancel_request(process, key):
    return struct.pack("!III", 12 + len(key), 80877102, process) + key


FLUSH = message(b"H")
SYNC = message(b"S")
TERMINATE = message(b"X")
COPY_DONE = message(b"c")


class Connection:
    """One session. Messages are (type byte, body) pairs."""

    def __init__(self, host, port, timeout=30.0, receive_buffer=None):
        """receive_buffer: bytes that the kernel keeps for this end; without it, what it thinks good."""
        self.host, self.port, self.timeout = host, port, timeout
        unix = host.startswith("/")
        self.socket = socket.socket(socket.AF_UNIX if unix else socket.AF_INET)
        self.socket.settimeout(timeout)
        if receive_buffer:  # before connecting: it decides what the other end is offered
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect(f"{host}/.s.PGSQL.{port}" if unix else (host, port))
        if not unix:
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray()
        self.backend = None  # (process id, key) of BackendKeyData
        self.parameters = {}
        self.greeting = []  # all messages up to the first ReadyForQuery

    def send(self, data):
        self.socket.sendall(data)

    def close(self):
        self.socket.close()

    def _fill(self, deadline):
        self.socket.settimeout(max(0.001, deadline - time.monotonic()))
        try:
            data = self.socket.recv(1 << 16)
        except (TimeoutError, ssl.SSLWantReadError) as error:
            raise Silent(f"nothing for {self.timeout:g} s") from error
        except (ConnectionResetError, BrokenPipeError, ssl.SSLError) as error:
            raise Closed(str(error)) from error
        finally:
            self.socket.settimeout(self.timeout)
        if not data:
            raise Closed("end of stream")
        self.buffer += data

    def read_bytes(self, count, timeout=None):
        deadline = time.monotonic() + (timeout or self.timeout)
        while len(self.buffer) < count:
            self._fill(deadline)
        data = bytes(self.buffer[:count])
        del self.buffer[:count]
        return data

    def receive(self, timeout=None):
        """The next message."""
        deadline = time.monotonic() + (timeout or self.timeout)
        while len(self.buffer) < 5 or len(self.buffer) < 1 + struct.unpack_from("!I", self.buffer, 1)[0]:
            self._fill(deadline)
        length = struct.unpack_from("!I", self.buffer, 1)[0]
        kind, body = bytes(self.buffer[:1]), bytes(self.buffer[5:1 + length])
        del self.buffer[:1 + length]
        if kind == b"S":
            name, value = body.split(b"\0")[:2]
            self.parameters[name.decode()] = value.decode()
        return kind, body

    def until(self, *kinds, timeout=None):
        """All messages up to the first of one of these types (included)."""
        messages = []
        while True:
            messages.append(self.receive(timeout))
            if messages[-1][0] in kinds:
                return messages

    def ready(self, timeout=None):
        return self.until(b"Z", timeout=timeout)

    def run(self, data, readies=1, timeout=None):
        """Sends, then reads until so many ReadyForQuery."""
        self.send(data)
        messages = []
        for _ in range(readies):
            messages += self.ready(timeout)
        return messages

    def rest(self, timeout=None):
        """All messages up to the end of the stream."""
        messages = []
        try:
            while True:
                messages.append(self.receive(timeout))
        except Closed:
            return messages

    def raw(self):
        """All bytes up to the end of the stream."""
        try:
            while True:
                self._fill(time.monotonic() + self.timeout)
        except Closed:
            return bytes(self.buffer)

    def closed_by_server(self, timeout=20.0):
        """True once the server has closed; False when it says something or stays silent."""
        if not select.select([self.socket], [], [], timeout)[0]:
            return False
        try:
            return self.socket.recv(1, socket.MSG_PEEK) == b""
        except OSError:
            return True

    def login(self, user="postgres", database="postgres", password=None, more=(), version=PROTOCOL_3_0):
        """Start-up and authentication; the messages. An ErrorResponse ends it and is the last message."""
        self.send(startup([("user", user), ("database", database), *more], version))
        self.greeting = authenticate(self, user, password)
        return self.greeting

    def start_tls(self, context=None, server_name="localhost"):
        self.send(SSL_REQUEST)
        answer = self.read_bytes(1)
        if answer != b"S":
            raise RuntimeError(f"SSLRequest was answered with {answer!r}")
        self.wrap_tls(context, server_name)

    def wrap_tls(self, context=None, server_name="localhost"):
        self.socket = (context or tls_context()).wrap_socket(self.socket, server_hostname=server_name)


def tls_context(alpn=()):
    """Takes any certificate. alpn: the protocols to offer, such as "postgresql"; none: no such extension is sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if alpn:
        context.set_alpn_protocols(list(alpn))
    return context


def authenticate(link, user, password):
    """Answers what the server asks until ReadyForQuery or an error; the messages, random parts left out."""
    messages, scram = [], None
    while True:
        kind, body = link.receive()
        if kind == b"R":
            code = struct.unpack_from("!I", body)[0]
            if code == 3:
                link.send(message(b"p", password))
            elif code == 5:
                inner = hashlib.md5((password + user).encode()).hexdigest()
                outer = hashlib.md5(inner.encode() + body[4:8]).hexdigest()
                link.send(message(b"p", "md5" + outer))
                body = body[:4]
            elif code == 10:
                scram = Scram(password)
                first = scram.first()
                link.send(message(b"p", "SCRAM-SHA-256", struct.pack("!I", len(first)), first))
            elif code == 11:
                link.send(message(b"p", scram.final(body[4:])))
                body = body[:4]
            elif code == 12:
                scram.verify(body[4:])
                body = body[:4]
        if kind == b"K":
            link.backend = (struct.unpack_from("!I", body)[0], body[4:])
            body = b""
        messages.append((kind, body))
        if kind in (b"E", b"Z"):
            return messages


class Scram:
    """SCRAM-SHA-256 (RFC 5802, RFC 7677) without channel binding."""

    def __init__(self, password):
        self.password = password.encode()
        self.nonce = base64.b64encode(os.urandom(18)).decode()
        self.bare = f"n=,r={self.nonce}"
        self.proof_of_server = b""

    def first(self):
        return ("n,," + self.bare).encode()

    def final(self, challenge):
        server_first = challenge.decode()
        fields = dict(part.split("=", 1) for part in server_first.split(","))
        salted = hashlib.pbkdf2_hmac("sha256", self.password, base64.b64decode(fields["s"]), int(fields["i"]))
        client_key = hmac.digest(salted, b"Client Key", "sha256")
        without_proof = f"c=biws,r={fields['r']}"
        signed = ",".join([self.bare, server_first, without_proof]).encode()
        signature = hmac.digest(hashlib.sha256(client_key).digest(), signed, "sha256")
        proof = bytes(left ^ right for left, right in zip(client_key, signature))
        self.proof_of_server = hmac.digest(hmac.digest(salted, b"Server Key", "sha256"), signed, "sha256")
        return f"{without_proof},p={base64.b64encode(proof).decode()}".encode()

    def verify(self, body):
        if base64.b64decode(body.decode().removeprefix("v=")) != self.proof_of_server:
            raise RuntimeError("the server's SCRAM signature is wrong")


def error_fields(body):
    """{"C": "22012", "M": ...} of an ErrorResponse or NoticeResponse."""
    return {chr(field[0]): field[1:].decode(errors="replace") for field in body.split(b"\0") if field}


def sqlstate(messages):
    """The SQLSTATE of the first ErrorResponse, or None."""
    for kind, body in messages:
        if kind == b"E":
            return error_fields(body)["C"]
    return None


def rows(messages):
    """The DataRows' values: lists of bytes or None."""
    found = []
    for kind, body in messages:
        if kind == b"D":
            values, at = [], 2
            for _ in range(struct.unpack_from("!H", body)[0]):
                size = struct.unpack_from("!i", body, at)[0]
                at += 4
                values.append(None if size < 0 else body[at:at + size])
                at += max(size, 0)
            found.append(values)
    return found


def kinds(messages):
    """"TDCZ": the types alone."""
    return b"".join(kind for kind, _ in messages).decode()


def shown(messages, limit=4000):
    """For a failure's line."""
    text = " ".join(f"{kind.decode(errors='replace')}{body!r}" for kind, body in messages)
    return text if len(text) <= limit else text[:limit] + "..."
