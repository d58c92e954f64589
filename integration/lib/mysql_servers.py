"""Throw-away MariaDB and MySQL servers for the suites: on free ports, data in a temporary folder, as in servers.py.

MariaDB is Debian's; MySQL, which Debian 12 has not, is that of a newer Debian (debian_tree), and so is the newest MariaDB.
Suites ask that one (BEYOND) for what Debian's has not; where TEST_MARIADB=newest is in the environment they ask it instead of
Debian's, for all.
"""

import dataclasses
import os
import pathlib
import re
import shutil
import signal
import subprocess

import debian_tree
import mysqlwire as wire
import servers

PASSWORD = servers.PASSWORD
# Nothing is kept beyond the suite, nothing happens by itself, and no statement is ever slow. A thread that served a session
# before would count MariaDB's prepared statements on.
SETTINGS = ("--bind-address=127.0.0.1", "--skip-name-resolve", "--max-connections=1000", "--thread-cache-size=0",
            "--local-infile=1", "--default-time-zone=+00:00", "--character-set-server=utf8mb4", "--innodb-flush-log-at-trx-commit=0",
            "--innodb-flush-method=nosync", "--innodb-doublewrite=OFF", "--innodb-stats-auto-recalc=OFF",
            "--innodb-buffer-pool-dump-at-shutdown=OFF", "--innodb-buffer-pool-load-at-startup=OFF",
            "--long-query-time=1000", "--max-allowed-packet=64M", "--secure-file-priv=", "--event-scheduler=OFF")
USERS = """
create user if not exists root@'127.0.0.1'; grant all on *.* to root@'127.0.0.1' with grant option;
create user trusted@'%'; grant all on *.* to trusted@'%' with grant option;
create user with_password@'%' identified by '{password}'; grant all on *.* to with_password@'%' with grant option;
create user tls_only@'%' identified by '{password}' require ssl; grant all on *.* to tls_only@'%';
create user certified@'%' require x509; grant all on *.* to certified@'%';
create user plain_user@'%' identified by '{password}';
create database shop; grant select, insert, update, delete on shop.* to plain_user@'%';
"""


@dataclasses.dataclass
class Entry:
    """A line of the general log."""
    connection: int
    command: str  # "Connect", "Query", "Prepare", "Execute" ...
    text: str


class Server:
    """One server. Users root and trusted are let in without a password; the others' is PASSWORD."""

    name = program = client = None
    label = None  # the name that checks have
    version = b""  # how the server's begins
    marks = ()  # what a case may be marked with (= mark) that is for such a server alone
    client_options = ()  # what the client finds its plug-ins by
    settings = ()
    users = ""
    tree = None  # where its files are, if not where the machine's own programs are

    def __init__(self, *more, name=None):
        """more: further options of the server."""
        self.folder = servers.temporary_folder(name or self.name)
        self.data = self.folder / "data"
        self.socket = str(self.folder / "socket")
        self.more = more
        self.host, self.port = "127.0.0.1", servers.free_port()
        self.process = None
        self.log = self.folder / "general.log"

    @property
    def certificates(self):
        return self.data / "certificates"  # within, so that an equal server shows the same

    def create(self):
        """A new data directory with the suites' users and certificates; started."""
        self._initialise()
        make_certificates(self.certificates)
        self.start()
        self.sql((USERS + self.users).format(password=PASSWORD))
        return self

    def _initialise(self):
        raise NotImplementedError

    def clone(self, name=None):
        """A byte-for-byte copy of this (stopped) server on another port, down to its uuid; not started."""
        other = type(self)(*self.more, name=name)
        shutil.copytree(self.data, other.data)
        return other

    def _common(self):
        """Options of each start. A server that begins removes the temporary tables that it finds: not another's."""
        user = ["--user=root"] if os.getuid() == 0 else []
        return ["--no-defaults", f"--datadir={self.data}", f"--tmpdir={self.folder}", *user]

    def start(self):
        certificates = [f"--ssl-{kind}={self.certificates}/{file}.pem"
                        for kind, file in (("ca", "authority"), ("cert", "server"), ("key", "server-key"))]
        command = [self.program, *self._common(), *SETTINGS, *self.settings, *certificates, f"--port={self.port}",
                   f"--socket={self.socket}", f"--pid-file={self.folder}/pid", "--general-log=1",
                   f"--general-log-file={self.log}", *self.more]
        with open(self.folder / "server.log", "ab") as log:
            self.process = servers.spawn(command, cwd=self.folder, stdout=log, stderr=log)
        servers.wait_for(self._answers, f"{self.name} on port {self.port}", 60)
        return self

    def tail(self, size=3000):
        return (self.folder / "server.log").read_text(errors="replace")[-size:]

    def _answers(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name} ended:\n{self.tail()}")
        try:
            link = wire.Connection(self.socket)
            found = link.login("root")
        except (OSError, wire.Closed):
            return False
        link.leave()
        if found[-1][1][:1] != b"\0":
            raise RuntimeError(f"{self.name}: root cannot log in: {found}")
        return True

    def stop(self, how=signal.SIGTERM):
        """SIGTERM: a shutdown that leaves everything in the files; SIGKILL: a crash."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(60)

    def sql(self, text, database=""):
        """Runs SQL as root over the server's own socket; the output, columns parted by tabs."""
        command = [self.client, "--no-defaults", "--batch", "--skip-column-names", "-uroot", f"--socket={self.socket}",
                   "--default-character-set=utf8mb4", database]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{text[:200]}: {done.stderr}")
        return done.stdout.strip()

    def log_size(self):
        return self.log.stat().st_size

    def logged(self, since=0):
        """The general log's entries after that size: what has reached the server."""
        with open(self.log, "rb") as log:
            log.seek(since)
            return entries(log.read().decode(errors="replace"))

    def url(self, database=""):
        return f"mysql://trusted@{self.host}:{self.port}/{database}"


ENTRY = re.compile(r"^(?:\d{6} [ \d]\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.]+Z|\t)\t *(\d+) ([A-Z][A-Za-z]*(?: [A-Za-z]+)*)(?:\t|$)")


def entries(text):
    """Of the general log's text; a statement may have several lines."""
    found = []
    for line in text.split("\n"):
        begun = ENTRY.match(line)
        if begun:
            found.append(Entry(int(begun[1]), begun[2].strip(), line[begun.end():]))
        elif found:
            found[-1].text += "\n" + line
    for entry in found:
        entry.text = entry.text.rstrip("\n")
    return found


class MariaDB(Server):
    """Debian's. A client begins with mysql_native_password."""

    name, program, client = "mariadb", "/usr/sbin/mariadbd", "/usr/bin/mariadb"
    label, version, marks = "mariadb", b"10.11.", ("mariadb",)
    installer = "/usr/bin/mariadb-install-db"
    settings = ("--plugin-load-add=auth_ed25519", "--collation-server=utf8mb4_general_ci", "--innodb-log-file-size=16M")
    users = """
create user with_native@'%' identified via mysql_native_password using password('{password}');
create user with_ed25519@'%' identified via ed25519 using password('{password}');
grant all on *.* to with_native@'%'; grant all on *.* to with_ed25519@'%';
"""

    def _initialise(self):
        if not pathlib.Path(self.program).exists():
            raise RuntimeError(f"MariaDB is not installed: no {self.program}")
        run(self.installer, *self._common(), "--auth-root-authentication-method=normal", "--skip-test-db",
            "--innodb-log-file-size=16M", "--innodb-flush-method=nosync")


class NewestMariaDB(MariaDB):
    """That of Debian's development line, with what came after Debian 12's."""

    label, version, marks = "newest mariadb", b"11.", ("mariadb", "newest")
    settings = (*MariaDB.settings, "--plugin-load-add=auth_parsec")
    users = MariaDB.users + """
create user with_parsec@'%' identified via parsec using password('{password}'); grant all on *.* to with_parsec@'%';
"""

    def __init__(self, *more, name=None):
        super().__init__(*more, name=name)
        self.tree = debian_tree.install("sid", "mariadb-server-core", "mariadb-client-core",
                                        alone=("mariadb-server", "mariadb-client"))
        programs = self.tree / "usr/bin"
        self.program, self.client = f"{self.tree}/usr/sbin/mariadbd", f"{programs}/mariadb"
        self.installer = f"{programs}/mariadb-install-db"
        self.client_options = (f"--plugin-dir={debian_tree.libraries(self.tree)}/libmariadb3/plugin",)

    def _common(self):
        return [*super()._common(), f"--basedir={self.tree}/usr", f"--plugin-dir={self.tree}/usr/lib/mysql/plugin",
                f"--lc-messages-dir={self.tree}/usr/share/mysql",
                f"--character-sets-dir={self.tree}/usr/share/mysql/charsets"]


class MySQL(Server):
    """That of Debian's development line: the newest. A client begins with caching_sha2_password."""

    name = label = "mysql"
    version, marks = b"9.", ("mysql",)
    settings = ("--mysqlx=OFF", "--skip-log-bin", "--collation-server=utf8mb4_0900_ai_ci",
                "--innodb-redo-log-capacity=16M")
    users = """
create user with_sha2@'%' identified with caching_sha2_password by '{password}';
create user with_sha256@'%' identified with sha256_password by '{password}';
grant all on *.* to with_sha2@'%'; grant all on *.* to with_sha256@'%';
"""

    def __init__(self, *more, name=None):
        super().__init__(*more, name=name)
        self.tree = debian_tree.install("sid", "mysql-server-core", "mysql-client-core")
        self.program, self.client = f"{self.tree}/usr/sbin/mysqld", f"{self.tree}/usr/bin/mysql"

    def _common(self):
        return [*super()._common(), f"--basedir={self.tree}/usr", f"--plugin-dir={self.tree}/usr/lib/mysql/plugin",
                f"--lc-messages-dir={self.tree}/usr/share/mysql",
                f"--character-sets-dir={self.tree}/usr/share/mysql/charsets"]

    def _initialise(self):
        folds = [option for option in self.more if option.startswith("--lower-case-table-names=")]  # for ever
        run(self.program, *self._common(), "--initialize-insecure", "--innodb-redo-log-capacity=16M",
            "--innodb-flush-method=nosync", *folds)


KINDS, BEYOND = (MariaDB, MySQL), (NewestMariaDB,)
if os.environ.get("TEST_MARIADB") == "newest":
    KINDS, BEYOND = (NewestMariaDB, MySQL), ()


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout[-1500:]}{done.stderr[-1500:]}")


def make_certificates(folder):
    """authority.pem, and server(-key).pem and client(-key).pem signed by it."""
    folder.mkdir()
    request = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30")
    run(*request, "-subj", "/CN=authority", "-keyout", str(folder / "authority-key.pem"),
        "-out", str(folder / "authority.pem"))
    for name in ("server", "client"):
        run(*request, "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-addext", "basicConstraints=critical,CA:FALSE", "-CA", str(folder / "authority.pem"),
            "-CAkey", str(folder / "authority-key.pem"), "-keyout", str(folder / f"{name}-key.pem"),
            "-out", str(folder / f"{name}.pem"))


def pair(kind, prepare, *more):
    """Two equal servers of a kind, as prepare(server) leaves them: one to ask directly, one to have Tapri in front."""
    first = kind(*more, name=f"{kind.name}-direct").create()
    prepare(first)
    first.stop()
    second = first.clone(f"{kind.name}-behind")
    return first.start(), second.start()
