"""The database that the quickstart starts: a server filled with the shop, and what is asked of it around a run."""

import concurrent.futures
import pathlib

import servers

DATA = pathlib.Path(__file__).resolve().parent / "data"
NAMES = {"postgres": "PostgreSQL", "mariadb": "MariaDB", "mysql": "MySQL"}  # of each kind


class Shop:
    """server: running, once it is filled. data: where its statements are, in DATA."""

    data = server = None

    def _fill(self, database):
        parts = sorted((DATA / self.data).glob("*.sql"))
        with concurrent.futures.ThreadPoolExecutor(len(parts)) as pool:
            for done in [pool.submit(self.server.sql, part.read_text(encoding="utf-8"), database) for part in parts]:
                done.result()

    @property
    def pid(self):
        return self.server.process.pid

    def rows(self):
        """How many were filled in."""
        raise NotImplementedError

    def statements(self):
        """How many statements the server has run so far, but for a few of those who ask."""
        raise NotImplementedError

    def address(self, port):
        """For tapri_shop."""
        raise NotImplementedError

    def client(self, port):
        """The command that a person connects with."""
        raise NotImplementedError

    def upstream(self):
        """An example of --upstream."""
        raise NotImplementedError


class PostgresShop(Shop):
    data = "postgres"
    # Over those of integration/lib: everything in memory, statements counted, tables filled without WAL.
    settings = """
shared_preload_libraries = 'pg_stat_statements'
shared_buffers = 384MB
maintenance_work_mem = 128MB
wal_level = minimal
max_wal_senders = 0
max_connections = 600
"""

    def __init__(self):
        self.server = servers.Postgres("quickstart", self.settings)
        self.server.create()
        self.server.sql("create database shop")
        self._fill("shop")
        self.server.sql("create extension pg_stat_statements; checkpoint", "shop")

    def rows(self):
        return int(self.server.sql("select sum(n_live_tup) from pg_stat_user_tables", "shop"))

    def statements(self):
        return int(self.server.sql("select coalesce(sum(calls), 0) from pg_stat_statements "
                                   "where query not like '%pg_stat_statements%'", "shop"))

    def address(self, port):
        return f"host=127.0.0.1 port={port} user=postgres dbname=shop sslmode=disable gssencmode=disable"

    def client(self, port):
        return f"psql postgres://postgres@127.0.0.1:{port}/shop"

    def upstream(self):
        return "postgres://user:password@host:5432/database"


def start(kind):
    """kind: one of NAMES. Only the latter need what their suites' client needs."""
    if kind == "postgres":
        return PostgresShop()
    from mysql_database import MySQLShop  # pylint: disable=import-outside-toplevel
    return MySQLShop(kind)
