"""Where proxies of MySQL have broken: what the capabilities change, every command, resets, replication, names in any case.
Scenarios of run.

Each asks the server directly and through Tapri, and every packet must be the same.
"""

import caching
import mysql_answers as answers
import mysql_commands as commands
import mysqlwire as wire
from world import outcome, scenario

ORIGINAL = wire.USUAL & ~wire.LONG_PASSWORD  # what makes a client of MariaDB's one that may use its own capabilities
TRANSACTION_STATE = 5  # SESSION_TRACK_TRANSACTION_STATE
NOT_OFFERED = wire.COMPRESS | wire.ZSTD | wire.CACHE_METADATA  # by Tapri, and so nobody can agree on it
# Name -> (the kinds of server that have it, what a client says).
CAPABILITIES = {
    "as usual": (("mariadb", "mysql"), wire.USUAL),
    "found rows": (("mariadb", "mysql"), wire.USUAL | wire.FOUND_ROWS),
    "EOF packets": (("mariadb", "mysql"), wire.USUAL & ~wire.DEPRECATE_EOF),
    "short flags": (("mariadb", "mysql"), wire.USUAL & ~wire.LONG_FLAG),
    "one statement": (("mariadb", "mysql"), wire.USUAL & ~wire.MULTI_STATEMENTS),
    "compression": (("mariadb", "mysql"), wire.USUAL | wire.COMPRESS | wire.ZSTD),
    "attributes of queries": (("mysql",), wire.USUAL | wire.QUERY_ATTRIBUTES),
    "definitions on request": (("mysql",), wire.USUAL | wire.OPTIONAL_METADATA),
    "MariaDB's definitions": (("mariadb",), ORIGINAL | wire.EXTENDED_METADATA),
    "definitions once": (("mariadb",), ORIGINAL | wire.CACHE_METADATA),
    "rows in bulk": (("mariadb",), ORIGINAL | wire.BULK),
    "progress": (("mariadb",), ORIGINAL | wire.PROGRESS),
}
READS = ("select id, owner from people where id = 2", "select owner, count(*) from people group by owner order by owner",
         "select id from people where id > 100")
OTHERS = ("update people set owner = owner where id = 1", "select 1; select 2", "selec", "select nothing from people",
          "show warnings", READS[0], "select row_count(), found_rows()")


def links(world, tapri, **login):
    return [world.session(place, **login) for place in (world.server, tapri)]


def same(report, name, found):
    """found: of each place what came of each step."""
    first = next((pair for pair in zip(*found) if pair[0] != pair[1]), found)
    report.check(name, found[0] == found[1] and found[0], f"directly {first[0]!r}\nthrough Tapri {first[1]!r}")


def leave(sessions):
    for link in sessions:
        link.leave()


def asked(link):
    """The packets of texts, each asked three times, and of an execution, the first with types and the others without."""
    found = []
    for text in READS * 3 + OTHERS:
        attributes = (commands.value(commands.STRING, "blue", "colour"), commands.value(commands.NULL, None, "none"))
        found.append(link.query(text, attributes).packets)
    prepared = link.run(commands.prepare("select owner, id from people where id = ?"))
    found.append(prepared.packets)
    for time in range(4):
        value = commands.value(commands.LONGLONG, 3)
        found.append(link.execute(prepared.statement, [value], types=time == 0).packets)
    link.run(commands.close(prepared.statement))
    if link.agreed(wire.OPTIONAL_METADATA):
        link.query("set resultset_metadata = none")
        found += [link.query(READS[0]).packets for _ in range(3)]
    if link.agreed(wire.BULK):
        found += bulk(link)
    return found


def bulk(link):
    prepared = link.run(commands.prepare("replace into uploads values (?, ?)"))
    rows = [[commands.value(commands.LONG, number), commands.value(commands.STRING, text)]
            for number, text in ((1, "one"), (2, None), (3, "three"))]
    return [prepared.packets, link.run(commands.bulk_execute(prepared.statement, rows)).packets,
            link.query("select * from uploads where id < 4 group by id order by id").packets]


@scenario
def what_capabilities_change(world, report):
    tapri = world.tapri()
    watched = caching.mysql_session_with_hits(tapri, "select count(*) from people", database="shop")
    for name, (kinds, capabilities) in CAPABILITIES.items():
        if world.kind not in kinds:
            continue
        sessions = [world.session(world.server, capabilities=capabilities & ~NOT_OFFERED),
                    world.session(tapri, capabilities=capabilities)]
        agreed = [link.capabilities for link in sessions]
        report.check(f"{world.label}: {name}: agreed on through Tapri as directly", agreed[0] == agreed[1],
                     [f"{one:#x}" for one in agreed])
        caching.mysql_until_hit(tapri, watched, "select count(*) from people")
        hits = -tapri.hits()
        same(report, f"{world.label}: {name}: every packet is the same", [asked(link) for link in sessions])
        hits += tapri.hits()
        report.check(f"{world.label}: {name}: answers come from the cache", hits > 0, hits)
        leave(sessions)
    watched.leave()


@scenario
def every_command(world, report):
    tapri = world.tapri()
    sessions = links(world, tapri)
    for name, command in (
            ("COM_PING", commands.PING_SERVER),
            ("COM_FIELD_LIST", commands.field_list("people")),
            ("COM_FIELD_LIST of nothing", commands.field_list("nothing")),
            ("COM_INIT_DB", commands.init_db("mysql")),
            ("COM_INIT_DB of nothing", commands.init_db("nothing")),
            ("what is the database", commands.query("select database()")),
            ("COM_SET_OPTION off", commands.multi_statements(False)),
            ("several statements then", commands.query("select 1; select 2")),
            ("COM_SET_OPTION on", commands.multi_statements(True)),
            ("several statements again", commands.query("select 1; select 2")),
            ("COM_DEBUG", bytes([commands.DEBUG])),
            ("COM_PROCESS_KILL of nobody", commands.process_kill(999_999_999)),
            ("COM_STMT_EXECUTE of nothing", commands.execute(77)),
            ("COM_STMT_RESET of nothing", commands.reset(77)),
            ("COM_STMT_FETCH of nothing", commands.fetch(77, 1)),
            ("COM_STMT_CLOSE of nothing", commands.close(77)),
            ("COM_STMT_SEND_LONG_DATA to nothing", commands.long_data(77, 0, b"x")),
            ("COM_PING behind what has no answer", commands.PING_SERVER),
            ("COM_RESET_CONNECTION", commands.RESET_SESSION)):
        found = []
        for link in sessions:
            link.send(command)
            found.append(outcome(link, command))
        same(report, f"{world.label}: {name}", found)
    words = [link.run(commands.ASK_STATISTICS).text.partition(b":")[0] for link in sessions]
    report.check(f"{world.label}: COM_STATISTICS", words[0] == words[1] == b"Uptime", words)
    leave(sessions)
    # Its connection's number and its end.
    for place in (world.server, tapri):
        link = world.session(place)
        number = int(link.query("select connection_id()").rows()[0][0])
        report.check(f"{world.label}: the number of a session is the server's own", number == link.greeting.connection,
                     (number, link.greeting.connection))
        link.send(commands.LEAVE)
        report.check(f"{world.label}: COM_QUIT ends it", link.closed_by_server())


# What a session carries, and what shows it.
CARRIED = ("set @mine = 5", "set sql_mode = 'ANSI_QUOTES'", "set character_set_results = latin1",
           "create temporary table people (id int, owner varchar(40))", "insert into people values (9, 'temporary')",
           "lock tables people read", "unlock tables", "prepare kept from 'select 1'", "begin",
           "insert into uploads values (77, 'not to stay')", "select 2 from people")
SHOWN = ("select database()", "use shop", "select @mine", 'select "id" from people where id = 1', "select owner from people",
         "select 'ä' as a", "execute kept", "select count(*) from uploads where id = 77", "select @@autocommit",
         "select id, owner from people where id = 1", "select found_rows()", "show warnings")


def reset_by(link, name):
    if name == "COM_CHANGE_USER":
        return link.change_user("trusted", database="mysql")
    if name == "COM_RESET_CONNECTION":
        return link.run(commands.RESET_SESSION).packets
    return link.run(commands.init_db("shop")).packets


@scenario
def what_a_reset_ends(world, report):
    tapri = world.tapri()
    watched = caching.mysql_session_with_hits(tapri, "select id, owner from people where id = 1", database="shop")
    for name in ("COM_RESET_CONNECTION", "COM_CHANGE_USER", "COM_INIT_DB"):
        found = []
        for place in (world.server, tapri):
            link = world.session(place)
            prepared = link.run(commands.prepare("select id from people"))
            steps = [link.query(text).packets for text in CARRIED]
            steps.append([payload[:1] for _, payload in reset_by(link, name)])
            steps += [link.query(text).packets for text in SHOWN * 2]
            steps.append(link.execute(prepared.statement).packets)
            link.query("rollback")
            found.append(steps)
            link.leave()
        same(report, f"{world.label}: {name}: what is left of the session is what is left directly", found)
    caching.mysql_until_hit(tapri, watched, "select id, owner from people where id = 1")
    said = watched.query("select id, owner from people where id = 1").rows()
    report.check(f"{world.label}: another's temporary table is nobody's answer", said == [[b"1", b"one"]], said)
    watched.leave()


@scenario
def what_is_told_of_transactions(world, report):
    """What reads do to a transaction, with each answer: such a session is not answered from the cache."""
    tapri = world.tapri()
    watched = caching.mysql_session_with_hits(tapri, READS[0], database="shop")
    texts = ["set session transaction isolation level read committed", "set session_track_transaction_info = 'STATE'"]
    texts += ["begin", READS[0], READS[0], "commit", "set autocommit = 0", READS[0], READS[0], "commit", "set autocommit = 1"] * 3
    texts += ["set session_track_transaction_info = 'OFF'", "begin", READS[0], "commit"] * 2
    sessions = links(world, tapri, capabilities=wire.USUAL | wire.SESSION_TRACK)
    found = [[link.query(text) for text in texts] for link in sessions]
    same(report, f"{world.label}: what is told of transactions", [[answer.packets for answer in of] for of in found])
    told = sum(any(kind == TRANSACTION_STATE for kind, _ in answer.end.tracked) for answer in found[0])
    report.check(f"{world.label}: it is told of reads, too", told > 12, told)
    leave([watched, *sessions])


@scenario
def a_replicas_session(world, report):
    """A server that logs, and a replica that asks it for the log: the same events, to the byte."""
    server = type(world.server)("--log-bin=binlog", "--server-id=1", name="logging").create()
    server.sql("create table shop.t (id int primary key); insert into shop.t values (1), (2)")
    file = server.sql("show binary logs").split("\n")[0].split("\t")[0]
    tapri = world.tapri(server.url())
    found = []
    for place in (server, tapri):
        link = wire.session(place, database="shop")
        for name in ("master", "source"):
            link.query(f"set @{name}_binlog_checksum = @@global.binlog_checksum")
        link.query("set @mariadb_slave_capability = 4")
        link.send(commands.binlog_dump(file, 4, 99))
        events = []
        while not events or events[-1][1][0] not in (0xFE, 0xFF):
            link.receive(events)
        found.append(events)
        link.close()
    report.check(f"{world.label}: a log comes to its end", len(found[0]) > 4 and found[0][-1][1][0] == 0xFE, found[0][-1:])
    same(report, f"{world.label}: as directly", found)
    server.stop()


@scenario
def names_in_any_case(world, report):
    """lower_case_table_names: a write to WORDS ends what was read of words."""
    server = type(world.server)("--lower-case-table-names=1", name="folding").create()
    server.sql("create table shop.Words (id int primary key, said varchar(20)); insert into shop.words values (1, 'old')")
    tapri = world.tapri(server.url())
    link = caching.mysql_session_with_hits(tapri, "select said from Words where id = 1", database="shop")
    for number, table in enumerate(("words", "WORDS", "Shop.wordS", "`SHOP`.`WORDS`")):
        link.query(f"update {table} set said = 'new {number}' where id = 1")
        for read in ("select said from Words where id = 1", "select w.said from shop.WORDS W where W.id = 1"):
            said = [link.query(read).rows() for _ in range(2)]
            report.check(f"{world.label}: {read}, after a write to {table}", said == [[[f"new {number}".encode()]]] * 2, said)
    hits = tapri.hits()
    report.check(f"{world.label}: and it is answered from the cache",
                 not link.query("select said from Words where id = 1").error and tapri.hits() > hits)
    link.leave()
    server.stop()


@scenario
def statements_that_hide_in_comments(world, report):
    """A write in an executable comment is one; what this server's version does not execute is none."""
    tapri = world.tapri()
    read = "select owner from people where id = 3"
    link = caching.mysql_session_with_hits(tapri, read, database="shop")
    own = "/*M! update people set owner = 'by a comment' where id = 3 */" if world.kind == "mariadb" else \
        "/*!80000 update people set owner = 'by a comment' where id = 3 */"
    for text, expected in ((own, b"by a comment"), ("/*!50000 update people set owner = 'old' */ where id = 3", b"old"),
                           ("update people set owner = /*!50000 'three' */ /*!999999 + 1 */ where id = 3", b"three")):
        report.check(f"{world.label}: {text}", not link.query(text).error)
        said = [link.query(read).rows() for _ in range(3)]
        report.check(f"{world.label}: is seen by the next read: {text}", said == [[[expected]]] * 3, said)
    link.leave()


@scenario
def flags_of_an_answer_from_the_cache(world, report):
    """Those of this session, at this moment, in the form that its client knows."""
    tapri = world.tapri()
    read = "select owner from people where id = 2"
    watched = caching.mysql_session_with_hits(tapri, read, database="shop")
    for form, capabilities in (("OK", wire.USUAL), ("EOF", wire.USUAL & ~wire.DEPRECATE_EOF)):
        sessions = links(world, tapri, capabilities=capabilities)
        found, hits = [[], []], -tapri.hits()
        for text in ("set session transaction isolation level read committed", read, read, "begin", read, read, "commit",
                     "set autocommit = 0", read, "commit", read, "rollback", "set autocommit = 1", read, read):
            for link, answer in zip(sessions, found):
                answer.append(link.query(text).packets)
        hits += tapri.hits()
        same(report, f"{world.label}: {form}: as directly", found)
        statuses = {answers.end(one[-1][1], capabilities).status & answers.IN_TRANSACTION for one in found[1]}
        report.check(f"{world.label}: {form}: within a transaction and outside", statuses == {0, answers.IN_TRANSACTION})
        report.check(f"{world.label}: {form}: and most came from the cache", hits >= 4, hits)
        leave(sessions)
    watched.leave()


@scenario
def writes_that_do_not_come_alone(world, report):
    """One among several statements, in a procedure, in a text that is executed, in a file, or prepared by XA is one."""
    tapri = world.tapri()
    world.server.sql("create table corner (id int primary key, said varchar(40)) engine = innodb; insert into corner values "
                     "(1, 'first');\ndelimiter //\ncreate procedure said(in words varchar(40), out many int) begin "
                     "update corner set said = words where id = 1; select 1 as a; set many = 1; end //\n", "shop")
    read = "select said from corner where id = 1"
    link = world.session(tapri)
    link.infile = lambda name: (b"1\tby a file\n",)
    others = caching.mysql_session_with_hits(tapri, read, database="shop")
    for texts, expected in (
            (("select 1; update corner set said = 'among others' where id = 1; select 2",), b"among others"),
            (("call said('by a procedure', @many)",), b"by a procedure"),
            (("prepare p from 'update corner set said = ? where id = 1'", "set @words = 'by execute'", "execute p using @words"),
             b"by execute"),
            (("load data local infile 'x' replace into table corner",), b"by a file"),
            (("xa start 'x'", "update corner set said = 'by xa' where id = 1", "xa end 'x'", "xa prepare 'x'",
              "xa commit 'x'"), b"by xa"),
            (("set autocommit = 0", "update corner set said = 'committed by the way' where id = 1",
              "create table by_the_way (id int)", "set autocommit = 1"), b"committed by the way")):
        caching.mysql_until_hit(tapri, others, read)
        errors = [answer.error for answer in map(link.query, texts) if answer.error]
        found = [others.query(read).rows() for _ in range(2)]
        report.check(f"{world.label}: {texts[0]}: seen by the next read", found == [[[expected]]] * 2 and not errors,
                     (found, errors))
    leave((link, others))
