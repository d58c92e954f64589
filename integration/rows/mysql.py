"""The same accounts in MariaDB and MySQL."""

import accounts
import mysql_commands as commands
import mysqlwire as wire
import servers

READ = "SELECT abalance FROM accounts WHERE aid = {}"
WRITE = "UPDATE accounts SET abalance = abalance + {} WHERE aid = {}"
SCHEMA = """
create table accounts (aid int primary key auto_increment, bid int not null, abalance int not null, key (bid));
insert into accounts (bid, abalance) with recursive n as (select 1 i union all select i + 1 from n where i < 1000)
    select a.i, 0 from n a, (select 1 union all select 2 union all select 3 union all select 4 union all select 5) b;
"""


class Session:
    def __init__(self, tapri, way):
        self.way = way
        self.link = wire.session(tapri, database="shop")
        if way == "kept":
            self.reading, self.writing = self._prepare(READ.format("?")), self._prepare(WRITE.format("?", "?"))

    def _prepare(self, text):
        return self.link.run(commands.prepare(text)).statement

    def _execute(self, text, kept, *values):
        statement = kept if self.way == "kept" else self._prepare(text)
        answer = self.link.execute(statement, [commands.value(commands.LONG, value) for value in values])
        if self.way == "prepared":
            self.link.send(commands.close(statement))
        return answer

    def balance(self, account):
        if self.way == "text":
            return [row[0] for row in self.link.query(READ.format(account)).rows()]
        answer = self._execute(READ.format("?"), self.way == "kept" and self.reading, account)
        return [str(row[0]).encode() for row in answer.binary_rows()]

    def add(self, delta, account):
        if self.way == "text":
            answer = self.link.query(WRITE.format(delta, account))
        else:
            answer = self._execute(WRITE.format("?", "?"), self.way == "kept" and self.writing, delta, account)
        if answer.error:
            raise RuntimeError(str(answer.error))

    def close(self):
        self.link.leave()


class Accounts(accounts.Accounts):
    def session(self, tapri, way):
        return Session(tapri, way)


class Place:
    ways = ("text", "prepared", "kept")
    sessions = Accounts

    def __init__(self, kind):
        self.name = kind.name
        self.server = kind(name="rows").create()
        self.server.sql(SCHEMA, "shop")

    def begin(self):
        self.server.sql("update accounts set abalance = 0 where abalance <> 0", "shop")

    def url(self):
        return self.server.url("shop")

    def watch(self, tapri):
        link = wire.session(tapri, database="shop")

        def found():
            before = tapri.hits()
            link.query("select count(*) from accounts where bid = 1")
            return tapri.hits() > before

        servers.wait_for(found, "an answer from the cache", 60)
        return link
