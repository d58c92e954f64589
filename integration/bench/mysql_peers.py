"""Those that are measured on MySQL's side: the servers themselves, and Tapri before them."""

import subprocess

import data
import mysql_caching
import peers
import servers


class Mysql(peers.Peer):
    """The server itself."""
    name = database = "mysql"
    beside = "tapri-mysql"
    user = "trusted"
    dialect = {"simple": "mysql_text", "prepared": "mysql_binary"}
    title = "MySQL"

    def start(self):
        self.port, self.process = self.server.port, self.server.process
        self.version = f"{self.title} {peers.said(self.server.program, '--version')}"
        return self


class MariaDB(Mysql):
    name = database = "mariadb"
    beside = "tapri-mariadb"
    title = "MariaDB"


class MariaDBCache(MariaDB):
    """With the query cache of its own, which is off unless asked for."""
    name = database = "mariadb-qc"

    def hits(self, workload):
        return int(self.server.sql("show global status like 'Qcache_hits'").split()[1])


class HAProxy(MariaDB):
    """What passes bytes on and knows nothing of them."""
    name = "haproxy"

    def start(self):
        folder = servers.temporary_folder(self.name)
        self.port = servers.free_port()
        (folder / "haproxy.cfg").write_text(f"""
defaults
    mode tcp
    timeout connect 10s
    timeout client 1h
    timeout server 1h
listen mariadb
    bind 127.0.0.1:{self.port}
    server mariadb 127.0.0.1:{self.server.port}
""")
        self.spawn(["haproxy", "-db", "-f", f"{folder}/haproxy.cfg"], folder)
        self.version = "HAProxy " + peers.said("haproxy", "-v")
        return self


class Relay(MariaDB):
    """Likewise, and does nothing else: what any proxy adds at least."""
    name = "relay-mariadb"
    busy = "0"  # microseconds

    def start(self):
        folder = servers.temporary_folder(self.name)
        command = [servers.PROGRAMS / "tapri_relay", str(self.server.port), self.busy]
        self.process = servers.spawn(command, stdout=subprocess.PIPE, cwd=folder)
        self.port = int(self.process.stdout.readline())
        self.version = "bare epoll relay"
        return self


class PollingRelay(Relay):
    """Likewise, and goes on looking as Tapri with busy_poll does."""
    name, beside, busy = "polling-relay-mariadb", "polling-mariadb", "1000"


class RelayMysql(Relay):
    name, database, beside = "relay-mysql", Mysql.database, Mysql.beside


class PollingRelayMysql(PollingRelay):
    name, database, beside = "polling-relay-mysql", Mysql.database, "polling-mysql"


class TapriMysql(peers.Tapri):
    name = "tapri-mysql"
    database, user, dialect = Mysql.database, Mysql.user, Mysql.dialect

    def wait_for_hit(self, tapri):
        mysql_caching.session_with_hits(tapri, peers.FIRST, user=self.user, database=data.DATABASE).leave()


class TapriMariaDB(TapriMysql):
    name = "tapri-mariadb"
    database = MariaDB.database


class PollingMysql(TapriMysql):
    name, beside, flags = "polling-mysql", "tapri-mysql", peers.Polling.flags


class PollingMariaDB(TapriMariaDB):
    name, beside, flags = "polling-mariadb", "tapri-mariadb", peers.Polling.flags


class BeforeMysql(TapriMysql, peers.Before):
    name, beside = "before-mysql", "tapri-mysql"
    program = peers.Before.program


class BeforeMariaDB(TapriMariaDB, peers.Before):
    name, beside = "before-mariadb", "tapri-mariadb"
    program = peers.Before.program


RELAYS = (Relay, RelayMysql, PollingRelay, PollingRelayMysql)
MYSQL = (MariaDB, MariaDBCache, Mysql, HAProxy, *RELAYS, TapriMariaDB, TapriMysql, PollingMariaDB, PollingMysql, BeforeMariaDB,
         BeforeMysql)
PEERS = {kind.name: kind for kind in (*peers.POSTGRES, *MYSQL)}
