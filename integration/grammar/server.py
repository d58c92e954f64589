"""A throw-away MariaDB that is asked one thing only: whether it can read a statement. It prepares it and carries out nothing.

Format of the packets: MariaDB's "Client/Server Protocol", 0-packet, connection, COM_STMT_PREPARE.
"""

import contextlib
import os
import socket
import struct
import subprocess
import sys
import time

LONG_PASSWORD, CONNECT_WITH_DB, PROTOCOL_41, SECURE, PLUGINS = 0x1, 0x8, 0x200, 0x8000, 0x80000
COM_PREPARE, COM_CLOSE = b"\x16", b"\x19"
UTF8MB4 = 45
START_SECONDS = 60


class Server:
    def __init__(self, folder):
        self.folder = folder
        self.socket = folder / "socket"
        self.process = None

    def __enter__(self):
        data = self.folder / "data"
        user = ["--user=mysql"] if os.getuid() == 0 else []
        with open(self.folder / "server.log", "wb") as log:
            subprocess.run(["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db", *user],
                           check=True, stdout=log, stderr=log)
            if user:
                subprocess.run(["chown", "mysql", self.folder], check=True)
            self.process = subprocess.Popen(
                ["mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={self.socket}", "--skip-networking",
                 "--skip-grant-tables", "--skip-log-bin", "--character-set-server=utf8mb4", *user], stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError):
                Connection(self.socket).close()
                return self
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit((self.folder / "server.log").read_text(errors="replace")[-2000:])
            time.sleep(0.05)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Connection:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.stream = self.socket.makefile("rb")
        greeting = self.packet()
        self.version = greeting[1:greeting.index(b"\0")].decode()
        plugin = greeting.rstrip(b"\0").rsplit(b"\0", 1)[1]
        flags = LONG_PASSWORD | CONNECT_WITH_DB | PROTOCOL_41 | SECURE | PLUGINS
        self.send(struct.pack("<IIB23x", flags, 1 << 24, UTF8MB4) + b"root\0\0mysql\0" + plugin + b"\0", number=1)
        answer = self.packet()
        if answer[:1] != b"\0":
            raise OSError(answer[3:])
        self._use_empty_database()

    def _use_empty_database(self):
        """Names without a schema are looked up in one that is empty."""
        for statement in (b"CREATE DATABASE IF NOT EXISTS test", b"USE test"):
            self.send(b"\x03" + statement)
            answer = self.packet()
            if answer[:1] == b"\xff":
                raise OSError(answer[3:])

    def close(self):
        self.socket.close()

    def send(self, payload, number=0):
        self.socket.sendall(struct.pack("<I", len(payload) | number << 24) + payload)

    def packet(self):
        header = self.stream.read(4)
        if len(header) < 4:
            raise OSError("the server has closed the connection")
        return self.stream.read(struct.unpack("<I", header)[0] & 0xFFFFFF)

    def prepare(self, text):
        """(0, "") where the server can prepare the statement, else the error's number and message."""
        self.send(COM_PREPARE + text)
        answer = self.packet()
        if answer[:1] == b"\xff":
            return struct.unpack_from("<H", answer, 1)[0], answer[9:].decode(errors="replace")
        statement, columns, parameters = struct.unpack_from("<IHH", answer, 1)
        for count in (parameters, columns):
            for _ in range(count + 1 if count else 0):
                self.packet()
        self.send(COM_CLOSE + struct.pack("<I", statement))
        return 0, ""
