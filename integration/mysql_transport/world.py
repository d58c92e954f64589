"""What the scenarios share: one server of a kind, the files that it shows, and a Tapri for each scenario."""

import urllib.parse

import mysqlwire as wire
import servers

SCENARIOS = []
ROWS = 1_000_000
USERS = {
    "mariadb": "",
    "mysql": "create user empty_sha256@'%' identified with sha256_password by ''; grant all on *.* to empty_sha256@'%';",
}
SCHEMA = """
create table shop.people (id int primary key, owner varchar(40)) engine=innodb;
insert into shop.people values (1, 'one'), (2, 'two'), (3, 'three');
create table shop.uploads (id int, text longtext) engine=innodb;
"""


def scenario(function):
    SCENARIOS.append((function.__name__.replace("_", " "), function))
    return function


class Place:
    """Where a session goes: an address, or a socket's path."""

    def __init__(self, host, port=None):
        self.host, self.port = host, port


class World:
    """The database and what a Tapri of a scenario is asked."""

    def __init__(self, kind, beyond=False):
        """beyond: it is asked only for what other servers of its kind have not."""
        self.kind, self.label, self.beyond = kind.name, kind.label, beyond
        self.server = kind().create()
        self.server.sql(SCHEMA + USERS[self.kind])
        self.started = []

    def file(self, name):
        return str(self.server.certificates / name)

    def url(self, more="sslmode=disable", host=None):
        return f"mysql://trusted@{host or self.server.host}:{self.server.port}/?{more}"

    def socket_url(self):
        return f"mysql://trusted@/?socket={urllib.parse.quote(self.server.socket, safe='')}"

    def tapri(self, url=None, *more, **options):
        """options: flags by their names."""
        flags = list(more)
        for name, value in options.items():
            flags += ["--" + name.replace("_", "-"), str(value)]
        one = servers.Tapri(url or self.url(), *flags).start()
        self.started.append(one)
        return one

    def client_tls(self, mode="allow"):
        return {"client_tls_mode": mode, "client_tls_certificate": self.file("server.pem"),
                "client_tls_key": self.file("server-key.pem")}

    def close(self, report):
        """Those that a scenario has not ended itself."""
        for one in self.started:
            if one.alive():
                report.check(f"{self.label}: tapri ends cleanly", one.stop() == 0, one.tail())
        self.started.clear()

    # --- what the server does, seen beside Tapri

    def statements(self, text, database="%"):
        """The numbers of the connections that run it now."""
        found = self.server.sql(f"select id from information_schema.processlist where info like '{text}' and "
                                f"ifnull(db, '') like '{database}' and id <> connection_id() order by id")
        return [int(number) for number in found.split()]

    def connections(self):
        """Of clients: Tapri's own and those that ask here do not count."""
        return int(self.server.sql("select count(*) from information_schema.processlist where db = 'shop'"))

    def runs(self, text):
        """Waits until one session runs it; its connection's number."""
        return servers.wait_for(lambda: self.statements(text), f"{text} to run")[0]

    def session(self, place, **more):
        return wire.session(place, database="shop", **more)


def failed(found):
    """(code, SQLSTATE, message) of a login's last packet, or None."""
    payload = found[-1][1]
    if payload[:1] != b"\xff":
        return None
    return int.from_bytes(payload[1:3], "little"), payload[4:9].decode(), payload[9:].decode()


def outcome(link, command):
    """What becomes of a command: ("answer", packets), ("error", code, SQLSTATE, message) or ("closed",)."""
    try:
        answer = link.read(command)
    except wire.Closed:
        return ("closed",)
    return ("error", *answer.error) if answer.error else ("answer", answer.packets)
