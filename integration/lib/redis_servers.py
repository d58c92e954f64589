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
            self.process = servers.spawn(self.command(), stdout=log, stderr=log, cwd=self.folder)
        servers.wait_for(self._answers, f"Redis on port {self.port}")
        return self

    def command(self):
        return ["redis-server", "--port", str(self.port), "--bind", self.host, "--dir", str(self.folder), "--save", "",
                "--appendonly", "no", *self.more]

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
        if self.running():
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(how)
            self.process.wait(30)

    def running(self):
        return self.process is not None and self.process.poll() is None

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


class _Node(Redis):
    """Of a cluster. Its bus is told a port: by default it is 10,000 above the other, where any client's end may sit."""

    def __init__(self, *more, name):
        self.bus = servers.free_port()
        super().__init__("--cluster-enabled", "yes", "--cluster-port", str(self.bus), "--repl-diskless-sync-delay", "0", *more,
                         name=name)


class Cluster:
    """Three primaries that share the slots, each with a replica of its own if asked for, which takes over from it."""

    def __init__(self, *more, replicas=False):
        self.servers = [_Node(*more, name="cluster") for _ in range(3)]
        self.replicas = [_Node(*more, name="replica") for _ in self.servers if replicas]
        self.named = self.servers[1]  # in url(), alone

    def start(self):
        first, *others = everybody = [server.start() for server in self.servers + self.replicas]
        for number, server in enumerate(self.servers):
            server.ask("CLUSTER", "ADDSLOTSRANGE", number * 5462, min(number * 5462 + 5461, 16383))
        for number, server in enumerate(everybody):
            server.ask("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        for server in others:
            first.ask("CLUSTER", "MEET", server.host, server.port, server.bus)
        for server in everybody:
            servers.wait_for(lambda server=server: "cluster_state:ok" in server.ask("CLUSTER", "INFO") and
                             f"cluster_known_nodes:{len(everybody)}" in server.ask("CLUSTER", "INFO"),
                             "the cluster's servers")
        for server, replica in zip(self.servers, self.replicas):
            replica.ask("CLUSTER", "REPLICATE", server.ask("CLUSTER", "MYID"))
        for replica in self.replicas:
            servers.wait_for(lambda replica=replica: "master_link_status:up" in replica.ask("INFO", "replication"),
                             "a replica to have what its primary has")
        for server, replica in zip(self.servers, self.replicas):
            servers.wait_for(lambda server=server, replica=replica: all(
                self._replicates(each, replica, server) for each in everybody), "all to know the replicas")
        return self

    @staticmethod
    def _replicates(asked, replica, primary):
        nodes = [line.split() for line in asked.ask("CLUSTER", "NODES").splitlines()]
        ids = {int(node[1].split("@")[0].rsplit(":", 1)[1]): node[0] for node in nodes}
        return any(node[0] == ids[replica.port] and node[3] == ids[primary.port] for node in nodes)

    def holder(self, key):
        """The number of the primary that has the key at first."""
        return int(self.servers[0].ask("CLUSTER", "KEYSLOT", key)) // 5462

    def taken_over(self, number):
        """Whether its replica is the primary now, to all the others."""
        port = self.replicas[number].port
        running = [server for server in self.servers + self.replicas if server.running()]
        return all(any(each[2][1] == port for each in server.ask("CLUSTER", "SLOTS")) for server in running)

    def stop(self):
        for server in self.replicas + self.servers:
            server.stop()

    def url(self):
        return f"redis+cluster://{self.named.host}:{self.named.port}"


class Sentinel(Redis):
    """One Sentinel, which knows a primary by a name and decides alone; its replicas it finds by itself."""

    def __init__(self, primary, name="shop"):
        super().__init__(name="sentinel")
        self.primary_name = name
        self.config = self.folder / "sentinel.conf"
        self.config.write_text(f"port {self.port}\nbind {self.host}\ndir {self.folder}\n"
                               f"sentinel monitor {name} {primary.host} {primary.port} 1\n"
                               f"sentinel down-after-milliseconds {name} 1000\n"
                               f"sentinel failover-timeout {name} 10000\n", encoding="ascii")

    def command(self):
        return ["redis-sentinel", str(self.config)]

    def replicas(self):
        """Those that could become the primary."""
        found = self.ask("SENTINEL", "REPLICAS", self.primary_name)
        known = [dict(zip(fields[::2], fields[1::2])) for fields in found]
        return [each for each in known if each["flags"] == "slave" and each["master-link-status"] == "ok"]

    def primary_port(self):
        return int(self.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", self.primary_name)[1])

    def url(self):
        return f"redis+sentinel://{self.host}:{self.port}/{self.primary_name}"


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
