"""Those that are measured before PostgreSQL: each starts on a free port with its data in a temporary folder, and ends with the
suite. Those of MySQL's side: mysql_peers.py."""

import os
import re
import signal
import socket
import subprocess

import caching
import data
import pgwire as wire
import processes
import servers

POOL = 300      # sessions that a pooler may have
AT_ONCE = 1000  # values that are stored at once


class Peer:
    """One that clients connect to."""
    name = version = ""
    database = "postgres"  # the server that it stands before, or is (databases.py)
    beside = "tapri"       # the Tapri that it is compared with
    user = "postgres"
    protocol = None        # another than the workload's
    dialect = {}           # what the load generator calls the workload's protocol here, if not the same
    host = "127.0.0.1"

    def __init__(self, server):
        """server: the one that it stands before, or is; started and filled."""
        self.server = server
        self.port = None
        self.process = None
        self.die_signal = None

    def start(self):
        raise NotImplementedError

    def prepare(self, workload):
        """Makes it ready for a workload; (port, the processes that it consists of with their children)."""
        del workload
        return self.port, [self.process.pid]

    def hits(self, workload):
        """Reads answered from its cache so far; None: it counts none."""
        del workload

    def end(self):
        """Waits until no process is left of one that spawn() has started."""
        if self.die_signal:
            left = processes.tree([self.process.pid])
            self.process.send_signal(self.die_signal)
            self.process.wait(30)
            servers.wait_for(lambda: not any(processes.runs(pid) for pid in left), f"the end of {self.name}'s processes")

    def spawn(self, command, folder, die_signal=signal.SIGKILL):
        self.die_signal = die_signal
        servers.own(folder)
        with open(folder / "log", "ab") as log:
            self.process = servers.spawn(command, die_signal, cwd=folder, stdout=log, stderr=log,
                                         **servers.server_user()[0])
        servers.wait_for(lambda: self._listens(folder), f"{self.name} on port {self.port}")

    def _listens(self, folder):
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name} ended:\n{(folder / 'log').read_text(errors='replace')[-2000:]}")
        with socket.socket() as probe:
            return probe.connect_ex((self.host, self.port)) == 0


def said(*command):
    """The version that a program tells of itself."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return re.search(r"\d+\.\d+(\.\d+)?", done.stdout + done.stderr)[0]


class Direct(Peer):
    name = "direct"

    def start(self):
        self.port, self.process = self.server.port, self.server.process
        self.version = "PostgreSQL " + said(f"{self.server.bin}/postgres", "--version")
        return self


class PgBouncer(Peer):
    name = "pgbouncer"

    def start(self):
        folder = servers.temporary_folder(self.name)
        self.port = servers.free_port()
        (folder / "users").write_text('"postgres" ""\n')
        (folder / "pgbouncer.ini").write_text(f"""
[databases]
* = host=127.0.0.1 port={self.server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {self.port}
unix_socket_dir =
auth_type = trust
auth_file = {folder}/users
pool_mode = session
max_client_conn = 1000
default_pool_size = {POOL}
log_connections = 0
log_disconnections = 0
""")
        self.spawn(["pgbouncer", f"{folder}/pgbouncer.ini"], folder)
        self.version = "PgBouncer " + said("pgbouncer", "--version")
        return self


class Pgpool(Peer):
    name = "pgpool"

    def start(self):
        folder = servers.temporary_folder(self.name)
        self.port = servers.free_port()
        (folder / "oids").mkdir()
        for empty in ("pcp.conf", "pool_hba.conf"):
            (folder / empty).touch()
        (folder / "pgpool.conf").write_text(f"""
listen_addresses = '127.0.0.1'
port = {self.port}
pcp_port = {servers.free_port()}
socket_dir = '{folder}'
pcp_socket_dir = '{folder}'
wd_ipc_socket_dir = '{folder}'
pid_file_name = '{folder}/pgpool.pid'
backend_clustering_mode = 'streaming_replication'
backend_hostname0 = '127.0.0.1'
backend_port0 = {self.server.port}
backend_flag0 = 'DISALLOW_TO_FAILOVER'
load_balance_mode = off
sr_check_period = 0
num_init_children = {POOL}
max_pool = 1
child_life_time = 0
memory_cache_enabled = on
memqcache_method = 'shmem'
memqcache_total_size = 256MB
memqcache_expire = 600
memqcache_maxcache = 1000kB
memqcache_oiddir = '{folder}/oids'
log_min_messages = error
""")
        self.spawn(["pgpool", "-n", "-f", f"{folder}/pgpool.conf", "-F", f"{folder}/pcp.conf", "-a",
                    f"{folder}/pool_hba.conf"], folder, signal.SIGQUIT)  # its children outlive a SIGKILL
        self.version = "pgpool-II " + said("pgpool", "--version")
        return self

    def hits(self, workload):
        link = wire.Connection(self.host, self.port)
        link.login(database=data.DATABASE)
        found = wire.rows(link.run(wire.query("show pool_cache")))
        link.send(wire.TERMINATE)
        link.close()
        return int(found[0][0])


FIRST = "select id, name from items where id = 1"
# Name -> flags.
TAPRIS = {"": (), "1k": ("--cache-memory", "2GiB"), "1m": ("--cache-memory", "2GiB")}


class Tapri(Peer):
    """The program with its default settings, others for the workloads that ask for one of their own, and without TLS to the
    server, as all others here.
    """
    name = "tapri"
    beside = None
    flags = ()

    def __init__(self, server):
        super().__init__(server)
        self.running = {}

    def start(self):
        self.version = "Tapri " + said(self.program(), "--version")
        return self

    def program(self):
        return servers.tapri_program()

    def prepare(self, workload):
        if workload.tapri not in self.running:
            tapri = servers.Tapri(self.server.url(data.DATABASE) + "?sslmode=disable", *self.flags, *TAPRIS[workload.tapri],
                                  program=self.program())
            tapri.start()
            self.wait_for_hit(tapri)
            self.running[workload.tapri] = tapri
            flags = " ".join([self.name, *tapri.more])
            print(f"     bench: {flags}: process {tapri.process.pid}, port {tapri.port}", flush=True)
        tapri = self.running[workload.tapri]
        if not tapri.alive():
            raise RuntimeError(tapri.died())
        return tapri.port, [tapri.process.pid]

    def wait_for_hit(self, tapri):
        caching.session_with_hits(tapri, FIRST, database=data.DATABASE).close()

    def hits(self, workload):
        return self.running[workload.tapri].hits()


class Polling(Tapri):
    """With workers that do not sleep between a question and its answer."""
    name = "polling"
    beside = "tapri"
    flags = ("--busy-poll", "1ms")


class Before(Tapri):
    """Another Tapri to hold this one against."""
    name = "before"
    beside = "tapri"

    def program(self):
        return os.environ["TAPRI_BEFORE"]


class KeyValue(Peer):
    """Keeps the bytes of PostgreSQL's answers under the statement's name and the key."""

    def __init__(self, server):
        super().__init__(server)
        self.loaded = {}  # statement -> of how many keys

    def prepare(self, workload):
        name, = workload.statements()
        count = workload.key_count()
        if self.loaded.get(name, 0) < count:
            self._load(name, count)
        return super().prepare(workload)

    def _load(self, name, count):
        known = {}
        with socket.create_connection((self.host, self.port)) as link:
            for key, value in answers(self.server, name, count):
                known[key] = self.stored(f"{name}:{key}".encode(), value)
                if key % AT_ONCE == 0 or key == count:
                    link.sendall(b"".join(known.values()))
                    _expect(link, self.ok * len(known))
                    known.clear()
        self.loaded[name] = count

    def stored(self, key, value):
        """The command that stores a value; it is answered with `ok`."""
        raise NotImplementedError


class Redis(KeyValue):
    name = protocol = "redis"
    ok = b"+OK\r\n"

    def start(self):
        folder = servers.temporary_folder(self.name)
        self.port = servers.free_port()
        self.spawn(["redis-server", "--port", str(self.port), "--bind", self.host, "--save", "", "--appendonly", "no"],
                   folder)
        self.version = "Redis " + said("redis-server", "--version")
        return self

    def stored(self, key, value):
        return b"*3\r\n$3\r\nSET\r\n$%d\r\n%b\r\n$%d\r\n%b\r\n" % (len(key), key, len(value), value)


class Memcached(KeyValue):
    name = protocol = "memcached"
    ok = b"STORED\r\n"

    def start(self):
        folder = servers.temporary_folder(self.name)
        self.port = servers.free_port()
        self.spawn(["memcached", "-l", self.host, "-p", str(self.port), "-m", "256", "-c", "1024"], folder)
        self.version = "memcached " + said("memcached", "--version")
        return self

    def stored(self, key, value):
        return b"set %b 0 0 %d\r\n%b\r\n" % (key, len(value), value)


class Limit(Peer):
    """One responder for each statement: it knows a single answer, that to key 1."""
    name = "limit"
    version = "bare epoll responder"

    def __init__(self, server):
        super().__init__(server)
        self.running = {}

    def start(self):
        return self

    def prepare(self, workload):
        name, = (each for each in workload.statements() if data.STATEMENTS[each].rows)
        if name not in self.running:
            folder = servers.temporary_folder(self.name)
            (folder / "answer").write_bytes(answer(self.server, name, 1))
            process = servers.spawn([servers.PROGRAMS / "tapri_limit", folder / "answer"], stdout=subprocess.PIPE, cwd=folder)
            self.running[name] = int(process.stdout.readline()), process
        port, process = self.running[name]
        return port, [process.pid]

POSTGRES = (Direct, PgBouncer, Pgpool, Tapri, Polling, Before, Redis, Memcached, Limit)


def _expect(link, wanted):
    got = link.recv(len(wanted), socket.MSG_WAITALL)
    if got != wanted:
        raise RuntimeError(f"{got!r} instead of {wanted!r}")


_sessions = {}


def _asked(server, text):
    if server not in _sessions:
        _sessions[server] = wire.Connection(server.host, server.port)
        _sessions[server].login(database=data.DATABASE)
    messages = _sessions[server].run(wire.query(text))
    if wire.sqlstate(messages):
        raise RuntimeError(wire.shown(messages))
    return messages


def _bytes(messages):
    return b"".join(wire.message(kind, body) for kind, body in messages)


def answer(server, name, key):
    """The bytes that PostgreSQL answers a plain query with."""
    return _bytes(_asked(server, data.STATEMENTS[name].text.replace("$1", str(key))))


def answers(server, name, count):
    """(key, likewise) of the keys from 1 on; of many at once where each has one row that begins with the key."""
    if data.STATEMENTS[name].text.endswith("where id = $1"):
        begin, *_, end = [_bytes([one]) for one in _asked(server, data.STATEMENTS[name].text.replace("$1", "1"))]
        tag = wire.message(b"C", "SELECT 1")
        for first in range(1, count + 1, AT_ONCE):
            last = min(first + AT_ONCE - 1, count)
            rows = _asked(server, data.STATEMENTS[name].text.replace("= $1", f"between {first} and {last} order by id"))
            for key, row in zip(range(first, last + 1), rows[1:-2], strict=True):
                yield key, begin + _bytes([row]) + tag + end
    else:
        for key in range(1, count + 1):
            yield key, answer(server, name, key)
