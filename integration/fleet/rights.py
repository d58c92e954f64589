"""The user that docs/fleet.md tells to make in Redis, and one that may do too little."""

import re

import instances
import redis_servers
import servers
import watching


def documented():
    """The command in docs/fleet.md, as words."""
    text = (servers.ROOT / "docs/fleet.md").read_text(encoding="utf-8")
    return re.search(r"^ACL SETUSER tapri [^`]*", text, re.M)[0].split()


class As:
    """A Redis, reached as one of its users."""

    def __init__(self, redis, user):
        self.redis, self.user = redis, user
        self.ask = redis.ask

    def url(self):
        return self.redis.url().replace("redis://", f"redis://{self.user}:secret@")


def least_privilege(report, server):
    what = "with the documented rights"
    redis = redis_servers.Redis().start()
    redis.ask(*documented())
    with watching.fault(report, what, server, redis=As(redis, "tapri")) as (fleet, watch):
        servers.wait_for(lambda: fleet.statements(1, "hit_l2") > 0, "an answer of the other's")
        report.ok(f"{what}: answers of one serve the other")
        failed = fleet.tapris[0].metric("tapri_remote_stores_total", result="failed")
        report.check(f"{what}: all that is to be kept is kept", failed == 0, failed)
        watch.going_on("as that user")
        denied = redis.ask("ACL", "LOG")
        report.check(f"{what}: nothing is denied", denied == [], denied)
    redis.stop()


def too_few_rights(report, server):
    """Statements pass, nothing is answered from the cache, and the log says what to do."""
    redis = redis_servers.Redis().start()
    server.sql(instances.TABLES)
    for lacking in ("+role", "+info", "+eval", "+xadd", "+xread", "+xinfo|stream"):
        rights = [right for right in documented() if right != lacking]
        what = f"without {lacking[1:]}"
        report.check(f"{what}: that is a right which is documented", len(rights) == len(documented()) - 1)
        redis.ask("FLUSHALL")
        redis.ask("ACL", "DELUSER", "tapri")
        redis.ask(*rights)
        tapri = servers.Tapri(server.url(), "--redis", As(redis, "tapri").url()).start()
        link = instances.pgwire.Connection(tapri.host, tapri.port)
        link.login()
        report.check(f"{what}: statements pass", [instances.run(link, instances.read(2)) for _ in range(3)] == [[[b"0"]]] * 3)
        with report.guard(f"{what}: it says that it is degraded"):
            servers.wait_for(lambda tapri=tapri: tapri.metric("tapri_degraded", component="redis") == 1, "that", 5)
        with report.guard(f"{what}: the log says what to do"):
            servers.wait_for(lambda tapri=tapri: "ACL SETUSER" in tapri.tail(), "a line in the log", 5)
        hits = tapri.hits()
        report.check(f"{what}: nothing is answered from the cache", hits == 0, hits)
        link.close()
        report.check(f"{what}: tapri ends cleanly", tapri.stop() == 0, tapri.tail())
    redis.stop()


FAULTS = (least_privilege, too_few_rights)
