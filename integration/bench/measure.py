"""One run of one workload on one peer."""

import data
import mysql_peers
import processes
import sysbench
from load_generator import Load

TRACED_CLIENTS = 32  # with more of them strace would have hundreds of processes to hold


def config(workload, peer, port, seed, start):
    """As load/workload.h describes it."""
    statements = []
    for name in workload.statements():
        given = data.STATEMENTS[name]
        wanted = "simple" if given.simple else workload.protocol
        protocol = peer.protocol or peer.dialect.get(wanted, wanted)
        text = f"{name}:" if peer.protocol else given.text.replace("{own}", data.own_table(peer.name))
        statements.append({"text": text, "protocol": protocol, "rows": given.rows, "versioned": given.versioned,
                           "writes": given.writes})
    numbers = {name: at for at, name in enumerate(workload.statements())}
    units = [{"name": name, "share": share, "steps": [numbers[step] for step in steps]}
             for name, share, steps in workload.units]
    count = 1 if peer.name == "limit" else workload.key_count()
    return {"host": peer.host, "port": port, "user": peer.user, "database": data.DATABASE, "clients": workload.clients,
            "pipeline": workload.pipeline, "warm_pipeline": workload.warm_pipeline, "rate": workload.rate,
            "warm_seconds": workload.warm_seconds, "seed": seed,
            "keys": {"count": count, "fresh": workload.fresh, "start": start}, "statements": statements, "units": units}


class Bench:
    """All peers, started, each in front of its server."""

    def __init__(self, servers, names, archive):
        """servers: by name, as databases.py starts them."""
        self.servers = servers
        self.archive = archive
        kinds = {name: mysql_peers.PEERS[name] for name in names}
        self.peers = {name: kind(servers[kind.database]).start() for name, kind in kinds.items()}
        self.fresh = {}  # peer -> where its keys go on

    def _load(self, workload, peer, port, seconds, number):
        """The load generator that the workload takes, warm."""
        if workload.sysbench:
            return sysbench.Sysbench(workload, peer, port, seconds)
        given = config(workload, peer, port, number + 1, self.fresh.get(peer.name, 0))
        if workload.fresh:
            given["keys"]["count"] = self.archive
        return Load(given)

    def run(self, workload, name, seconds, number, close_look):
        """The figures of one run. number: of the round; close_look: count memory and system calls too."""
        peer = self.peers[name]
        port, roots = peer.prepare(workload)
        with self._load(workload, peer, port, seconds, number) as load:
            pids = processes.tree(roots)
            behind = processes.tree([peer.server.process.pid])
            hits = peer.hits(workload)
            before = [processes.cpu(group) for group in (pids, behind)]
            found = load.run(seconds)
            after = [processes.cpu(group) for group in (pids, behind)]
            for figure, *both in zip(("cpu_us", "database_cpu_us"), before, after):
                found[figure] = processes.microseconds_between(*both) / max(1, found["statements"])
            if hits is not None and found["reads"]:
                found["hit_ratio"] = (peer.hits(workload) - hits) / found["reads"]
            if close_look:
                found["memory_kib"] = processes.memory_kib(pids)
            if close_look and workload.clients <= TRACED_CLIENTS:
                found["system_calls"] = self._system_calls(load, pids, seconds, found)
        if workload.fresh:
            self.fresh[name] = found["next_key"]
        return found

    def _system_calls(self, load, pids, seconds, found):
        more, counted = processes.system_calls(pids, lambda: load.run(min(seconds, 0.3)))
        found["next_key"] = more["next_key"]
        return {call: count / max(1, more["statements"]) for call, count in counted.items()}
