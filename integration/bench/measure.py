"""One run of one workload on one peer."""

import json
import subprocess

import data
import peers
import processes

TRACED_CLIENTS = 32  # with more of them strace would have hundreds of processes to hold


class Load:
    """The load generator, connected and warm. The end of its input ends it, whatever becomes of the suite."""

    def __init__(self, config):
        self.process = subprocess.Popen([peers.PROGRAMS / "tapri_load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self._say(json.dumps(config))
        self._answer()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(60)
        for pipe in (self.process.stdout, self.process.stderr):
            pipe.close()

    def _say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the load generator ended: {self.process.stderr.read()}")
        return json.loads(line)

    def begin(self, seconds):
        self._say(str(seconds))

    def end(self):
        """What came of the run that has begun."""
        return self._answer()

    def run(self, seconds):
        self.begin(seconds)
        return self.end()


def config(workload, peer, port, seed, start):
    """As load/workload.h describes it."""
    statements = []
    for name in workload.statements():
        given = data.STATEMENTS[name]
        protocol = peer.protocol or ("simple" if given.simple else workload.protocol)
        text = f"{name}:" if peer.protocol else given.text.replace("{peer}", peer.name)
        statements.append({"text": text, "protocol": protocol, "rows": given.rows, "versioned": given.versioned,
                           "writes": given.writes})
    numbers = {name: at for at, name in enumerate(workload.statements())}
    units = [{"name": name, "share": share, "steps": [numbers[step] for step in steps]}
             for name, share, steps in workload.units]
    count = 1 if peer.name == "limit" else workload.key_count()
    return {"host": peer.host, "port": port, "user": "postgres", "database": data.DATABASE, "clients": workload.clients,
            "pipeline": workload.pipeline, "warm_pipeline": workload.warm_pipeline, "rate": workload.rate,
            "warm_seconds": workload.warm_seconds, "seed": seed,
            "keys": {"count": count, "fresh": workload.fresh, "start": start}, "statements": statements, "units": units}


class Bench:
    """All peers, started, in front of one server."""

    def __init__(self, server, names, archive):
        self.server = server
        self.archive = archive
        self.peers = {name: peers.PEERS[name](server).start() for name in names}
        self.fresh = {}  # (peer, statement) -> where its keys go on

    def run(self, workload, name, seconds, number, close_look):
        """The figures of one run. number: of the round; close_look: count memory and system calls too."""
        peer = self.peers[name]
        port, roots = peer.prepare(workload)
        given = config(workload, peer, port, number + 1, self.fresh.get(name, 0))
        if workload.fresh:
            given["keys"]["count"] = self.archive
        with Load(given) as load:
            pids = processes.tree(roots)
            behind = processes.tree([self.server.process.pid])
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
