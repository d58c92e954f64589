"""The quickstart's MySQL or MariaDB, filled with the shop."""

import os

import mysql_servers
from databases import Shop


class MySQLShop(Shop):
    """Of either kind."""

    data = "mysql"
    # Over those of integration/lib: everything in memory, no statement logged.
    settings = ("--general-log=OFF", "--innodb-buffer-pool-size=384M")
    logs = {"mariadb": "--innodb-log-file-size=256M", "mysql": "--innodb-redo-log-capacity=256M"}

    def __init__(self, kind):
        found = next(server for server in mysql_servers.KINDS if server.name == kind)
        self.server = found(*self.settings, self.logs[kind], name="quickstart")
        self.server.create()
        self.server.sql("create table digits (d int primary key); "
                        "insert into digits values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)", "shop")
        self._fill("shop")
        self.server.sql("drop table digits", "shop")

    def rows(self):
        tables = ("products", "users", "events", "orders", "seats", "reviews")
        counts = " + ".join(f"(select count(*) from {table})" for table in tables)
        return int(self.server.sql(f"select {counts}", "shop"))

    def statements(self):
        return int(self.server.sql("show global status like 'Questions'").split()[-1])

    def address(self, port):
        return f"mysql host=127.0.0.1 port={port} user=trusted dbname=shop"

    def client(self, port):
        program = self.server.client
        name = os.path.basename(program) if program.startswith("/usr/bin/") else os.path.relpath(program)
        return f"{name} -h 127.0.0.1 -P {port} -u trusted shop"

    def upstream(self):
        return "mysql://user:password@host:3306/database"
