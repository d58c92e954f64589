"""What the scenarios share: the database with Tapri in front of it, and their list."""

import caching
import clients
import servers

# A crash loses no acknowledged commit: the kernel keeps what was written.
SETTINGS = "synchronous_commit = on\nmax_parallel_workers_per_gather = 0\n"
READ = "select v from counters where id = 1"
SCENARIOS = []
BACKLOG_MIB = 4        # what one session whose client or server stalls may cost Tapri


def scenario(function):
    SCENARIOS.append((function.__name__.replace("_", " "), function))
    return function


class World:
    """The database, and Tapri in front of it."""

    def __init__(self):
        self.server = servers.Postgres("chaos", SETTINGS).create()
        self.server.sql("create table counters (id int primary key, v bigint); "
                        "insert into counters values (1, 0), (2, 0)")
        # Two thousand at once may take the database longer than the usual limit for a connection.
        self.url = self.server.url() + "?connect_timeout=120"
        self.tapri = servers.Tapri(self.url, "--workers", "2").start()

    def backends(self):
        """Those of clients: Tapri's own connections come and go."""
        return int(self.server.sql("select count(*) from pg_stat_activity where backend_type = 'client backend' "
                                   "and pid <> pg_backend_pid() and application_name <> 'tapri-control'"))

    def settled(self, base):
        servers.wait_for(lambda: self.backends() <= base, f"no more than {base} backends", 120)

    def active(self, text):
        """Whether the server carries out a statement that contains this."""
        return self.server.sql("select count(*) from pg_stat_activity where state = 'active' and "
                               f"pid <> pg_backend_pid() and query like '%{text}%'") != "0"

    def check_reads(self, report, name, expected, place=None):
        """What is read is this, at first and when it comes from the cache again."""
        place = place or self.tapri
        link = clients.session(place)
        found = [clients.value(link, READ) for _ in range(3)]
        caching.session_with_hits(place, READ).close()
        before = place.hits()
        found += [clients.value(link, READ) for _ in range(3)]
        report.check(name, set(found) == {str(expected)}, f"{found}, not {expected}")
        report.check(f"{name}, from the cache", place.hits() == before + 3, place.hits() - before)
        link.close()
