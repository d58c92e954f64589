"""The servers that peers stand before, or are: started, with the data."""

import data
import mysql_data
import mysql_servers
import servers

# name -> kind, settings of its own
MYSQLS = {
    "mariadb": (mysql_servers.MariaDB, ("--innodb-log-file-size=256M",)),
    "mysql": (mysql_servers.MySQL, ("--innodb-redo-log-capacity=256M",)),
}
WITH_CACHE = "mariadb-qc"
QUERY_CACHE = ("--query-cache-type=1", "--query-cache-size=256M")


def start(names, archive, peers, with_sysbench):
    """{name: server}. archive: rows of the largest table; peers: those that write to tables of their own."""
    started = {}
    if "postgres" in names:
        started["postgres"] = servers.Postgres("bench", data.SETTINGS).create()
        data.load(started["postgres"], archive)
    for name, (kind, settings) in MYSQLS.items():
        cached = name == "mariadb" and WITH_CACHE in names
        if name in names or cached:
            server = kind(*mysql_data.SETTINGS, *settings, name=f"bench-{name}").create()
            mysql_data.load(server, archive, peers, with_sysbench)
            if cached:
                started[WITH_CACHE] = _copy_with_cache(server)
            started[name] = server
    return started


def _copy_with_cache(server):
    server.stop()
    copy = server.clone(f"bench-{WITH_CACHE}")
    copy.more += QUERY_CACHE
    server.start()
    return copy.start()
