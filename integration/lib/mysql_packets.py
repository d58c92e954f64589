"""The bytes of the MySQL protocol: integers, strings, packets on a socket, the compressed protocol; no meaning.

Written from "Protocol Basics" of MySQL's internals manual and MariaDB's "Client/Server Protocol".
"""

import select
import socket
import ssl
import struct
import time
import zlib

import zstandard

MOST = 0xFFFFFF  # bytes of one packet; one that has so many is continued by the next
LEAST_TO_COMPRESS = 50


class Closed(Exception):
    """The server closed the connection."""


class Silent(Exception):
    """Nothing came within the time."""


def lenenc(number):
    """A length-encoded integer."""
    if number < 251:
        return bytes([number])
    if number < 1 << 16:
        return b"\xfc" + struct.pack("<H", number)
    if number < 1 << 24:
        return b"\xfd" + struct.pack("<I", number)[:3]
    return b"\xfe" + struct.pack("<Q", number)


def lenenc_string(text):
    raw = text.encode() if isinstance(text, str) else text
    return lenenc(len(raw)) + raw


class Cursor:
    """Reads a packet's payload from its beginning."""

    def __init__(self, payload, at=0):
        self.payload, self.at = payload, at

    def left(self):
        return len(self.payload) - self.at

    def take(self, count):
        if self.left() < count:
            raise ValueError(f"{count} bytes wanted, {self.left()} left: {self.payload[:80]!r}")
        self.at += count
        return self.payload[self.at - count:self.at]

    def rest(self):
        return self.take(self.left())

    def number(self, size):
        return int.from_bytes(self.take(size), "little")

    def lenenc(self):
        """None for the byte that says NULL."""
        first = self.number(1)
        if first == 0xFB:
            return None
        return self.number({0xFC: 2, 0xFD: 3, 0xFE: 8}[first]) if first > 0xFB else first

    def string(self):
        """A length-encoded string, or None for NULL."""
        size = self.lenenc()
        return None if size is None else self.take(size)

    def to_zero(self):
        """A string that ends with a zero byte or with the packet."""
        end = self.payload.find(b"\0", self.at)
        if end < 0:
            return self.rest()
        text = self.take(end - self.at)
        self.at += 1
        return text


def framed(payload, sequence=0):
    """The packets that carry a payload, and the sequence id that follows."""
    data, at = b"", 0
    while True:
        part = payload[at:at + MOST]
        data += struct.pack("<I", len(part))[:3] + bytes([sequence & 255]) + part
        at, sequence = at + MOST, sequence + 1
        if len(part) < MOST:
            return data, sequence


class Zlib:
    """CLIENT_COMPRESS."""

    compress = staticmethod(zlib.compress)
    decompress = staticmethod(zlib.decompress)


class Zstd:
    """CLIENT_ZSTD_COMPRESSION_ALGORITHM."""

    def __init__(self, level):
        self.compress = zstandard.ZstdCompressor(level).compress

    @staticmethod
    def decompress(data):
        return zstandard.ZstdDecompressor().decompressobj().decompress(data)


class Stream:
    """A socket that packets come from and go to."""

    def __init__(self, host, port, timeout, receive_buffer=None):
        """host: an address, or the path of a server's socket."""
        self.timeout = timeout
        unix = host.startswith("/")
        self.socket = socket.socket(socket.AF_UNIX if unix else socket.AF_INET)
        self.socket.settimeout(timeout)
        if receive_buffer:  # before connecting: it decides what the other end is offered
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect(host if unix else (host, port))
        if not unix:
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray()  # of packets
        self.frames = bytearray()  # of the compressed protocol
        self.codec = None
        self.frame_sequence = 0  # of the next compressed packet

    def close(self):
        self.socket.close()

    def wrap_tls(self, context, server_name):
        self.socket = context.wrap_socket(self.socket, server_hostname=server_name)

    def begin_command(self):
        self.frame_sequence = 0

    def send(self, data):
        """Whole packets, in the compressed protocol if that is spoken."""
        self.socket.sendall(self._compressed(data) if self.codec else data)

    def _compressed(self, data):
        sent = b""
        for at in range(0, len(data), MOST):
            part = data[at:at + MOST]
            small = len(part) < LEAST_TO_COMPRESS
            body = part if small else self.codec.compress(part)
            sent += struct.pack("<I", len(body))[:3] + bytes([self.frame_sequence & 255])
            sent += struct.pack("<I", 0 if small else len(part))[:3] + body
            self.frame_sequence += 1
        return sent

    def _receive(self, deadline):
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
        return data

    def _fill(self, deadline):
        if not self.codec:
            self.buffer += self._receive(deadline)
            return
        while len(self.frames) < 7 or len(self.frames) < 7 + int.from_bytes(self.frames[:3], "little"):
            self.frames += self._receive(deadline)
        size, plain = int.from_bytes(self.frames[:3], "little"), int.from_bytes(self.frames[4:7], "little")
        self.frame_sequence = self.frames[3] + 1
        body = bytes(self.frames[7:7 + size])
        self.buffer += self.codec.decompress(body) if plain else body
        del self.frames[:7 + size]

    def packet(self, timeout=None):
        """(sequence id, payload) of the next packet, which may be a part of a payload."""
        deadline = time.monotonic() + (timeout or self.timeout)
        while len(self.buffer) < 4 or len(self.buffer) < 4 + int.from_bytes(self.buffer[:3], "little"):
            self._fill(deadline)
        size, sequence = int.from_bytes(self.buffer[:3], "little"), self.buffer[3]
        payload = bytes(self.buffer[4:4 + size])
        del self.buffer[:4 + size]
        return sequence, payload

    def closed_by_server(self, timeout=20.0):
        """True once the server has closed; False when it says something or stays silent."""
        if not select.select([self.socket], [], [], timeout)[0]:
            return False
        try:
            return self.socket.recv(1, socket.MSG_PEEK if isinstance(self.socket, socket.socket) else 0) == b""
        except (OSError, ssl.SSLError):
            return True


def tls_context(certificate=None, key=None, authority=None):
    """certificate, key: files of the client's own; authority: a file of what the server's is checked against, without
    which any will do."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED if authority else ssl.CERT_NONE
    if authority:
        context.load_verify_locations(authority)
    if certificate:
        context.load_cert_chain(certificate, key)
    return context
