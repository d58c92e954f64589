"""Throw-away servers for the suites: PostgreSQL and Tapri on free ports, data in a temporary folder.

Everything started here ends with the suite, also on Ctrl-C or when the suite is killed (PR_SET_PDEATHSIG).
Waiting is always for a condition with a deadline.
"""

import atexit
import contextlib
import ctypes
import glob
import json
import os
import pathlib
import pwd
import random
import re
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "build/release/bin"
PASSWORD = "Chai 4 all: 50%"  # of every role below; awkward on purpose
_LIBC = ctypes.CDLL(None)
_started = []
_folders = []


def wait_for(condition, what, seconds=30.0):
    """Polls until condition() is true; its value. Raises TimeoutError naming `what`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:g} s")
        time.sleep(0.02)


def free_port():
    """Below the range from which the kernel takes ports of its own accord: no client's end can sit there."""
    lowest = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
    top = lowest if lowest > 12000 else 32768  # a range that leaves no room below it: then anywhere
    for _ in range(1000):
        port = random.randrange(10000, top)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no free port")


def temporary_folder(name):
    """A folder that everybody may enter, removed at exit."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"tapri-{name}-"))
    folder.chmod(0o755)
    _folders.append(folder)
    return folder


def forget_folder(path):
    """Of a program that could not remove its own any more."""
    shutil.rmtree(path, ignore_errors=True)


def raise_file_limit(count):
    """So many sockets; the limit that is in force then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    want = count if hard == resource.RLIM_INFINITY else min(count, hard)
    if soft != resource.RLIM_INFINITY and soft < want:
        resource.setrlimit(resource.RLIMIT_NOFILE, (want, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def memory_kib(pid, field="VmRSS"):
    """A process's memory (VmRSS: now, VmHWM: the most so far)."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        for line in status:
            if line.startswith(field + ":"):
                return int(line.split()[1])
    raise RuntimeError(f"no {field} for {pid}")


def spawn(command, die_signal=signal.SIGKILL, **options):
    """Starts a child that gets die_signal when this program ends, however it ends."""
    def last():
        _LIBC.prctl(1, int(die_signal), 0, 0, 0)
        os.setpgid(0, 0)
    child = subprocess.Popen(command, preexec_fn=last, stdin=subprocess.DEVNULL, **options)
    _started.append((child, die_signal))
    return child


@atexit.register
def _end_all():
    for child, how in reversed(_started):
        if child.poll() is None:
            child.send_signal(how)
    for child, _ in reversed(_started):
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    for folder in _folders:
        shutil.rmtree(folder, ignore_errors=True)


def _on_signal(number, _frame):
    sys.exit(128 + number)


for _signal in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(_signal, _on_signal)


HBA = """
local all all trust
local replication all trust
host all postgres,trusted 127.0.0.1/32 trust
host replication postgres 127.0.0.1/32 trust
hostssl all certified 127.0.0.1/32 cert
hostssl all tls_only 127.0.0.1/32 scram-sha-256
host all plain_password 127.0.0.1/32 password
host all with_md5 127.0.0.1/32 md5
host all all 127.0.0.1/32 scram-sha-256
"""

SETTINGS = """
listen_addresses = '127.0.0.1'
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
max_connections = 2500
shared_buffers = 256MB
max_prepared_transactions = 20
wal_level = logical
max_wal_senders = 10
password_encryption = 'scram-sha-256'
log_min_messages = fatal
timezone = 'UTC'
max_wal_size = 4GB
"""

ROLES = """
create role trusted login superuser;
create role with_scram login superuser password '{password}';
create role plain_password login superuser password '{password}';
create role tls_only login superuser password '{password}';
create role certified login superuser;
create role plain_user login password '{password}';
set password_encryption = 'md5';
create role with_md5 login superuser password '{password}';
"""


def server_user():
    """The keywords for Popen that make a server run as a user that it accepts, and that user's entry or None."""
    if os.getuid() != 0:
        return {}, None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}, entry
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL does not run as root, and there is no user postgres or nobody")


def own(top):
    """Gives a folder to the user that servers run as."""
    owner = server_user()[1]
    if owner:
        for folder, _, files in os.walk(top):
            os.chown(folder, owner.pw_uid, owner.pw_gid)
            for file in files:
                os.chown(os.path.join(folder, file), owner.pw_uid, owner.pw_gid)


def installed_programs():
    """The folder of Debian's PostgreSQL, with server and clients."""
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"))
    if not folders:
        raise RuntimeError("no PostgreSQL server is installed")
    return os.path.dirname(folders[0])


class Postgres:
    """One PostgreSQL server; role postgres is let in without a password."""

    def __init__(self, name="pg", settings="", port=None, programs=None):
        """programs: the folder of another version's postgres and initdb; the clients are the installed ones anyway."""
        self.clients = installed_programs()
        self.bin = programs or os.environ.get("TAPRI_TEST_PG_BIN") or self.clients
        self.folder = temporary_folder(name)
        self.data = self.folder / "data"
        self.socket_folder = self.folder / "s"
        self.settings = settings
        self.port = port or free_port()
        self.host = "127.0.0.1"
        self.process = None
        self._as = server_user()[0]

    def _run(self, *command):
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder, check=False, **self._as)
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stdout}{done.stderr}")

    def create(self):
        """A new cluster with the roles of the suites and a certificate; started."""
        self.socket_folder.mkdir()
        own(self.folder)
        self._run(f"{self.bin}/initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "--no-sync",
                  "--locale=C", "--encoding=UTF8")
        self._run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=localhost",
                  "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                  "-keyout", str(self.data / "server.key"), "-out", str(self.data / "server.crt"))
        self._run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=certified",
                  "-keyout", str(self.data / "client.key"), "-out", str(self.data / "client.crt"))
        with open(self.data / "postgresql.conf", "a", encoding="ascii") as conf:
            conf.write(SETTINGS + "ssl = on\nssl_ca_file = 'client.crt'\n" + self.settings)
        (self.data / "pg_hba.conf").write_text(HBA, encoding="ascii")
        self.start()
        self.sql(ROLES.format(password=PASSWORD))
        return self

    def clone(self, name="pg"):
        """A byte-for-byte copy of this (stopped) cluster on another port; not started."""
        other = Postgres(name, self.settings, programs=self.bin)
        other.socket_folder.mkdir()
        shutil.copytree(self.data, other.data)
        own(other.folder)
        return other

    def start(self):
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        with open(self.folder / "server.log", "ab") as log:
            self.process = spawn([f"{self.bin}/postgres", "-D", str(self.data), "-p", str(self.port),
                                  "-k", str(self.socket_folder)], signal.SIGQUIT, cwd=self.folder,
                                 stdout=log, stderr=log, **self._as)
        wait_for(self._answers, f"PostgreSQL on port {self.port}", 60)
        return self

    def _answers(self):
        if self.process.poll() is not None:
            log = (self.folder / "server.log").read_text(errors="replace")
            raise RuntimeError(f"PostgreSQL ended:\n{log[-2000:]}")
        return subprocess.run([f"{self.clients}/pg_isready", "-q", "-h", str(self.socket_folder), "-p", str(self.port)],
                              check=False).returncode == 0

    def stop(self, how=signal.SIGINT):
        """SIGINT: a fast shutdown; SIGKILL: a crash of the whole server, children too."""
        if self.process and self.process.poll() is None:
            children = _children(self.process.pid) if how == signal.SIGKILL else []
            self.process.send_signal(how)
            for child in children:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            self.process.wait(60)
            for child in children:
                wait_for(lambda child=child: not os.path.exists(f"/proc/{child}"), f"the end of {child}")

    def sql(self, text, database="postgres"):
        """Runs SQL as role postgres over the server's own socket, never through Tapri; the output unaligned."""
        done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", str(self.socket_folder),
                               "-p", str(self.port), "-U", "postgres", database], input=text, capture_output=True,
                              text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{text[:200]}: {done.stderr}")
        return done.stdout.strip()

    def url(self, database="postgres"):
        return f"postgres://postgres@{self.host}:{self.port}/{database}"


def _children(pid):
    done = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(child) for child in done.stdout.split()]


def tapri_program():
    return os.environ.get("TAPRI_BIN") or str(ROOT / "build/release/bin/tapri")


class Tapri:
    """One `tapri run` in front of a server."""

    def __init__(self, upstream, *more, program=None, environment=None):
        self.upstream = upstream
        self.program = program or tapri_program()
        self.more = list(more)
        self.environment = environment or {}
        self.folder = temporary_folder("run")
        self.log = self.folder / "tapri.log"
        self.host = "127.0.0.1"
        self.port = self.admin_port = None
        self.ports = []  # of several upstreams, in order
        self.admin_listen = "127.0.0.1:0"
        self.admin_token = None
        self.process = None
        self.ready_after = None

    def start(self, seconds=30):
        """Waits for the line that says ready."""
        begun = time.monotonic()
        with open(self.log, "ab") as log:
            self.process = spawn([self.program, "run", "--upstream", self.upstream, "--listen",
                                  f"127.0.0.1:{self.port or 0}", "--admin", self.admin_listen, *self.more],
                                 stdout=subprocess.PIPE, stderr=log, cwd=self.folder,
                                 env=self._environment())
        line = self._line(begun + seconds)
        ready = re.match(r"tapri ready .*\b(?:postgres|mysql)=\S*:(\d+)\b.*\badmin=\S*:(\d+)", line)
        if not ready:
            raise RuntimeError(f"tapri did not become ready: {line!r}\n{self.tail()}")
        self.ready_after = time.monotonic() - begun
        self.ports = [int(port) for port in re.findall(r"\b(?:postgres|mysql)=\S*:(\d+)", line)]
        self.port, self.admin_port = self.ports[0], int(ready[2])
        return self

    def _environment(self):
        """Variables named TAPRI_... are settings: only those of this suite count."""
        outside = {name: value for name, value in os.environ.items() if not name.startswith("TAPRI_")}
        return {**outside, **self.environment}

    def _line(self, deadline):
        text = b""
        stream = self.process.stdout.fileno()
        while b"\n" not in text:
            if not select.select([stream], [], [], max(0.0, deadline - time.monotonic()))[0]:
                break
            more = os.read(stream, 4096)
            if not more:
                break
            text += more
        return text.decode(errors="replace")

    def tail(self, size=3000):
        return self.log.read_text(errors="replace")[-size:] if self.log.exists() else ""

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def died(self):
        """Asked after a failure: whether it has ended, or ends just now. Its exit code and last lines, or None."""
        try:
            return f"tapri ended with exit code {self.process.wait(1)}\n{self.tail()}"
        except subprocess.TimeoutExpired:
            return None

    def stop(self, how=signal.SIGTERM, seconds=60):
        """The exit code (SIGTERM drains; the wait is longer than drain.timeout)."""
        if self.alive():
            self.process.send_signal(how)
            self.process.wait(seconds)
        self.process.stdout.close()
        return self.process.returncode

    def admin(self, path, method="GET", body=None):
        """(status, text) of a request to the admin address."""
        headers = {"Authorization": f"Bearer {self.admin_token}"} if self.admin_token else {}
        request = urllib.request.Request(f"http://127.0.0.1:{self.admin_port}{path}", method=method, headers=headers,
                                         data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def metric(self, name, **labels):
        """The sum of a metric's samples that carry all the labels."""
        total = 0.0
        for line in self.admin("/metrics")[1].splitlines():
            found = re.match(rf"{name}(\{{.*\}})? (\S+)", line)
            if found and all(f'{key}="{value}"' in (found[1] or "") for key, value in labels.items()):
                total += float(found[2])
        return total

    def hits(self):
        return int(self.metric("tapri_statements_total", outcome="hit_l1"))

    def memory_kib(self, field="VmRSS"):
        return memory_kib(self.process.pid, field)
