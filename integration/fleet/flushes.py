"""A flush through one instance, after a change that was made around all of them: the others, one that is started then, and
what is in Redis show the change, and not before; what was not flushed stays."""

import json
import subprocess

import instances
import servers

ROWS = 3  # 1: each instance has it; 2, 3: in Redis alone, until one that has not asked does
KINDS = ("ruled", "tagged", "timed", "unruled")
RULES = {"version": 1, "rules": [
    {"name": "the ruled", "match": {"tables": "ruled"}, "ttl": "1h", "tags": ["some"]},
    {"name": "the tagged", "match": {"tables": "tagged"}, "ttl": "1h", "tags": ["some", "few"]},
    {"name": "the timed", "match": {"tables": "timed"}, "ttl": "1h", "coherence": "ttl"},
]}
TABLES = "".join(f"""
drop table if exists {kind};
create table {kind} (id int primary key, value int not null);
insert into {kind} select i, 0 from generate_series(1, {ROWS}) i;
""" for kind in KINDS)


def read(kind, row):
    return f"select value from {kind} where id = {row}"


def value(link, kind, row):
    return int(instances.run(link, read(kind, row))[0][0])


def values(link, row):
    return {kind: value(link, kind, row) for kind in KINDS}


def scopes(fingerprint):
    """(what is asked for, what of it goes)"""
    # Which tables the answers of a "coherence": "ttl" rule rest on is not kept: a flush of any table takes them along.
    return [({"rule": "the ruled"}, {"ruled"}), ({"tag": "some"}, {"ruled", "tagged"}), ({"tag": "few"}, {"tagged"}),
            ({"rule": "the timed"}, {"timed"}), ({"fingerprint": fingerprint}, {"tagged"}), ({"rule": "defaults"}, {"unruled"}),
            ({"table": "unruled"}, {"unruled", "timed"}), ({"all": True}, set(KINDS))]


class Flushes:
    def __init__(self, report, server, fleet):
        self.report, self.server, self.fleet = report, server, fleet
        self.now = 0  # what the database holds

    def flush(self, at, scope):
        return self.fleet.tapris[at].admin("/api/v1/flush", "POST", scope)

    def all_show(self, row, wanted):
        """Until all do, for they hear of a flush a moment later. What they show else."""
        seen = {}

        def shown():
            seen.update({at: values(link, row) for at, link in enumerate(self.fleet.links)})
            return all(each == wanted for each in seen.values())
        try:
            servers.wait_for(shown, "the values", 10)
        except TimeoutError:
            return seen
        return None

    def kept(self, at, kind, row):
        """Until the answer comes from the cache there."""
        def hit():
            before = self.fleet.tapris[at].hits()
            value(self.fleet.links[at], kind, row)
            return self.fleet.tapris[at].hits() > before
        servers.wait_for(hit, f"an answer from the cache of instance {at}")

    def begin(self):
        """Everything of now, as far as it is kept; then the database has another value, and nobody knows."""
        current = dict.fromkeys(KINDS, self.now)
        self.report.check("a flush of all is done", self.flush(1, {"all": True})[0] == 200)
        self.report.check("and shows all that there is", (wrong := self.all_show(1, current)) is None, wrong)
        for kind in KINDS:
            for at in range(3):
                self.kept(at, kind, 1)
            for row in (2, 3):
                self.kept(1, kind, row)
        self.now += 1
        self.server.sql("".join(f"update {kind} set value = {self.now};" for kind in KINDS))
        for at in range(3):
            self.report.check(f"instance {at} does not know of the change",
                              values(self.fleet.links[at], 1) == current, values(self.fleet.links[at], 1))

    def scope(self, scope, gone):
        what = f"flush {scope}"
        self.begin()
        wanted = {kind: self.now if kind in gone else self.now - 1 for kind in KINDS}
        status, text = self.flush(0, scope)
        self.report.check(f"{what}: done", status == 200 and json.loads(text)["flushed_entries"] >= len(gone), text)
        self.report.check(f"{what}: it shows in what each has kept, and nothing else has gone",
                          (wrong := self.all_show(1, wanted)) is None, wrong)
        before = self.fleet.statements(2, "hit_l2")
        wrong = values(self.fleet.links[2], 2)
        self.report.check(f"{what}: what is in Redis is used by the same rule", wrong == wanted, wrong)
        found = self.fleet.statements(2, "hit_l2") - before
        self.report.check(f"{what}: the rest of it is still good", found == len(KINDS) - len(gone), found)
        self.later(what, wanted)

    def later(self, what, wanted):
        """One that is started now."""
        tapri = self.fleet.tapri().start()
        link = instances.caching.session_with_hits(tapri, instances.read(1))
        found = values(link, 3)
        hits = int(tapri.metric("tapri_statements_total", outcome="hit_l2"))
        self.report.check(f"{what}: nor does one that begins later show what was before", found == wanted, found)
        expected = sum(each != self.now for each in wanted.values())
        self.report.check(f"{what}: which finds the rest in Redis", hits >= expected, hits)
        link.close()
        self.report.check(f"{what}: and ends cleanly", tapri.stop() == 0, tapri.tail())


def ruled_fleet(server, *more):
    folder = servers.temporary_folder("rules")
    (folder / "rules.json").write_text(json.dumps(RULES))
    server.sql(TABLES)
    return instances.fleet_of(3, server, "--rules", str(folder / "rules.json"), *more)


def fingerprint_of(fleet, kind):
    shapes = json.loads(fleet.tapris[1].admin("/api/v1/shapes")[1])["shapes"]
    return next(shape["fingerprint"] for shape in shapes if f"from {kind} " in shape["text"])


def flushes(report, server):
    with ruled_fleet(server) as fleet:
        for kind in KINDS:
            value(fleet.links[1], kind, 1)
        state = Flushes(report, server, fleet)
        for scope, gone in scopes(fingerprint_of(fleet, "tagged")):
            with report.guard(f"flush {scope}"):
                state.scope(scope, gone)
        unknown = state.flush(0, {"rule": "nobody's"})
        report.check("a rule that there is not is refused", unknown[0] == 404, unknown)


def flushes_in_strict(report, server):
    """The next statement anywhere shows it."""
    with ruled_fleet(server, "--coherence-mode", "strict") as fleet:
        late, failed = [], []
        for number in range(1, 101):
            for link in fleet.links:
                for _ in range(2):
                    value(link, "ruled", 1)
            server.sql(f"update ruled set value = {number}")
            status, text = fleet.tapris[number % 3].admin("/api/v1/flush", "POST", {"tag": "some"})
            failed += [text] if status != 200 else []
            seen = [value(link, "ruled", 1) for link in fleet.links]
            late += [seen] if seen != [number] * 3 else []
        report.check("every flush is done", not failed, failed[:5])
        report.check("in strict what was flushed is gone everywhere at once", not late, late[:5])
        hits = [fleet.statements(at, "hit_l1") for at in range(3)]
        report.check("each instance answers from its cache", min(hits) > 50, hits)


def flush_without_redis(report, server):
    with ruled_fleet(server) as fleet:
        state = Flushes(report, server, fleet)
        state.begin()
        fleet.redis.stop()
        status, text = state.flush(0, {"rule": "the timed"})
        report.check("without Redis a flush says whom it has reached", status == 503 and "this instance only" in text, text)
        seen = [value(link, "timed", 1) for link in fleet.links]
        report.check("this instance", seen == [state.now, state.now - 1, state.now - 1], seen)
        fleet.redis.start()
        fleet.caught_up()
        report.check("and it can be done when Redis is there", state.flush(0, {"rule": "the timed"})[0] == 200)
        report.check("for all", state.all_show(1, dict.fromkeys(KINDS, state.now)) is None)


def fleet_command(report, server):
    def run(*words):
        return subprocess.run([servers.tapri_program(), "fleet", *words], capture_output=True, text=True, timeout=60, check=False)
    with instances.fleet_of(2, server) as fleet:
        asked = ("--admin", f"127.0.0.1:{fleet.tapris[0].admin_port}")

        def both():
            members = json.loads(run(*asked, "--json").stdout)["members"]
            return len(members) == 2 and all("lag_records" in member for member in members) and members
        members = servers.wait_for(both, "both among the members")
        for row in range(1, 20):
            fleet.take(0, row, 1)
        fleet.caught_up()
        done = run(*asked)
        report.check("tapri fleet shows it", done.returncode == 0 and done.stderr == "", done)
        lines = done.stdout.splitlines()
        report.check("each member with how it is", all(any(line.startswith(member["id"]) and " bounded " in line
                                                           for line in lines) for member in members), done.stdout)
        titles = next(line for line in lines if line.startswith("MEMBER")).split()
        report.check("by columns", titles == "MEMBER VERSION MODE EPOCH POSITION LAG SYNCED WRITES BREAKERS HEARD".split(), titles)

        def settled():
            return all(member["lag_records"] == 0 for member in json.loads(run(*asked, "--json").stdout)["members"])
        servers.wait_for(settled, "each to say that it has read all")
    nobody = run(*asked)
    report.check("with nobody to ask it fails", nobody.returncode == 1 and "no instance can be asked" in nobody.stderr, nobody)
    alone = servers.Tapri(server.url()).start()
    lonely = run("--admin", f"127.0.0.1:{alone.admin_port}")
    report.check("and where there is no fleet", lonely.returncode == 1 and "is alone" in lonely.stderr, lonely)
    report.check("tapri ends cleanly", alone.stop() == 0, alone.tail())
    off = run("--admin", "off")
    report.check("without an admin API it is bad usage", off.returncode == 2, off)


FAULTS = (flushes, flushes_in_strict, flush_without_redis, fleet_command)
