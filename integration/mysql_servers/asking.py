"""Each command but those of prepared statements, with each capability that changes what the answers look like."""

import itertools

import mysql_answers as answers
import mysql_commands as commands
import mysqlwire as wire

BOTH_COMPRESSIONS = {"mariadb": (("zlib", wire.COMPRESS),), "mysql": (("zlib", wire.COMPRESS), ("zstd", wire.ZSTD))}


def check(server, _other, report):
    check_query(server, report)
    check_commands(server, report)
    check_multi(server, report)
    check_infile(server, report)
    check_tracking(server, report)
    check_compression(server, report)
    check_pipeline(server, report)
    check_own(server, report)


def check_query(server, report):
    for eof, tracking, attributes in itertools.product((0, wire.DEPRECATE_EOF), (0, wire.SESSION_TRACK),
                                                       (0, wire.QUERY_ATTRIBUTES)):
        capabilities = wire.USUAL & ~wire.DEPRECATE_EOF | eof | tracking | attributes
        link = wire.session(server, database="shop", capabilities=capabilities)
        name = f"EOF {not eof}, tracking {bool(tracking)}, attributes {bool(attributes)}"
        answer = link.query("select id, name, price from items where id <= 2 order by id")
        report.check(f"rows: {name}", answer.rows() == [[b"1", b"apple", b"1.25"], [b"2", b"pear", None]], answer.packets)
        report.check(f"as many packets as there should be: {name}", len(answer.packets) == (7 if eof else 8), answer.packets)
        answer = link.query("select nothing")
        report.check(f"an error: {name}", answer.error[:2] == (1054, "42S22"), answer.packets)
        answer = link.query("update items set price = 2 where id = 99")
        report.check(f"a write: {name}", answer.end.header == 0 and answer.end.info.startswith(b"Rows matched: 0"),
                     answer.packets)
        link.leave()


def check_commands(server, report):
    link = wire.session(server)
    for name, command in (("ping", commands.PING_SERVER), ("init_db", commands.init_db("shop")),
                          ("reset_connection", commands.RESET_SESSION), ("set_option", commands.multi_statements(True))):
        answer = link.run(command)
        report.check(name, answer.error is None and len(answer.packets) == 1, answer.packets)
    link.run(commands.init_db("shop"))
    report.check("init_db has its effect", link.query("select database()").rows() == [[b"shop"]])
    report.check("statistics", b"Uptime" in link.run(commands.ASK_STATISTICS).text)
    report.check("init_db of nothing", link.run(commands.init_db("nothing")).error[0] == 1049)
    answer = link.run(commands.field_list("items", "%e"))
    report.check("field_list", answer.results[0].columns == ["name", "price"], answer.packets)
    link.query("set @a = 1")
    link.run(commands.RESET_SESSION)
    report.check("reset_connection has its effect", link.query("select @a").rows() == [[None]])
    check_kill(server, link, report)
    link.run(commands.LEAVE)
    report.check("quit", link.closed_by_server())
    link.close()


def check_kill(server, link, report):
    victim = wire.session(server)
    answer = link.query(f"kill {victim.greeting.connection}")
    report.check("kill", answer.error is None and victim.closed_by_server(), answer.packets)
    victim.close()


def check_multi(server, report):
    link = wire.session(server, database="shop")
    answer = link.query("select 1; update items set price = price where id = 1; select 2, 3; select nothing; select 4")
    kinds = [(result.columns is not None, result.end.failed) for result in answer.results]
    report.check("several statements", kinds == [(True, False), (False, False), (True, False), (False, True)], answer.packets)
    answer = link.query("call several(4, @out)")
    report.check("several results of a procedure", answer.rows(0) == [[b"first"]] and answer.rows(1) == [[b"4", b"5"]]
                 and len(answer.results) == 3, answer.packets)
    report.check("and what it gives", link.query("select @out").rows() == [[b"8"]])
    link.run(commands.multi_statements(False))
    report.check("several statements, not allowed", link.query("select 1; select 2").error[0] == 1064)
    link.leave()
    link = wire.session(server, database="shop", capabilities=wire.USUAL & ~wire.MULTI_STATEMENTS)
    report.check("several statements, never agreed on", link.query("select 1; select 2").error[0] == 1064)
    link.leave()


def check_infile(server, report):
    link = wire.session(server, database="shop")
    link.query("create temporary table loaded (a int, b varchar(20))")
    asked = []

    def blocks(name):
        asked.append(name)
        return [b"1\tone\n2\tt", b"wo\n"]

    link.infile = blocks
    answer = link.query("load data local infile 'some/where' into table loaded")
    report.check("LOAD DATA LOCAL", asked == ["some/where"] and answer.end.affected == 2, answer.packets)
    rows = link.query("select * from loaded order by a").rows()
    report.check("has its rows", rows == [[b"1", b"one"], [b"2", b"two"]], rows)
    link.infile = lambda name: ()
    answer = link.query("load data local infile 'empty' into table loaded")
    report.check("of nothing", answer.end.affected == 0 and not answer.error, answer.packets)
    link.leave()


def check_tracking(server, report):
    link = wire.session(server, capabilities=wire.USUAL | wire.SESSION_TRACK)
    link.query("set session_track_schema = on, session_track_system_variables = '*'")
    answer = link.query("use shop")
    report.check("a change of schema is told", (1, b"\x04shop") in answer.end.tracked, answer.packets)
    answer = link.query("set sql_mode = 'ANSI'")
    found = [text for kind, text in answer.end.tracked if kind == 0]
    report.check("and of a variable", any(b"sql_mode" in text and b"ANSI" in text for text in found), answer.packets)
    link.leave()


def check_compression(server, report):
    for name, capability in BOTH_COMPRESSIONS[server.name]:
        link = wire.session(server, capabilities=wire.USUAL | capability, zstd_level=5)
        report.check(f"{name} is spoken", link.codec is not None and link.agreed(capability))
        text = "y" * 100000
        answer = link.query(f"select '{text}', repeat('x', 3000000)")
        report.check(f"{name}: a long answer to a long statement", [len(value) for value in answer.rows()[0]]
                     == [100000, 3000000])
        report.check(f"{name}: short ones", all(link.query("select 5").rows() == [[b"5"]] for _ in range(3)))
        report.check(f"{name}: the server says so", link.query("show status like 'Compression'").rows()[0][1] == b"ON")
        link.leave()


def check_pipeline(server, report):
    link = wire.session(server)
    asked = [commands.query("select 1"), commands.prepare("select ?"), commands.query("select nothing"),
             commands.PING_SERVER, commands.query("select 2; select 3")]
    for command in asked:
        link.send(command)
    found = [link.read(command) for command in asked]
    good = (found[0].rows() == [[b"1"]] and found[1].statement and found[2].error and not found[3].error
            and found[4].rows(1) == [[b"3"]])
    report.check("commands without waiting", good, [answer.packets for answer in found])
    link.leave()


def check_own(server, report):
    """What only one of them has."""
    if server.name == "mysql":
        server.sql("install component 'file://component_query_attributes'")
        link = wire.session(server, capabilities=wire.USUAL | wire.QUERY_ATTRIBUTES)
        attributes = [commands.value(commands.STRING, "blue", "colour"), commands.value(commands.LONG, 7, "size")]
        answer = link.query("select mysql_query_attribute_string('colour'), mysql_query_attribute_string('size')", attributes)
        report.check("query attributes arrive", answer.rows() == [[b"blue", b"7"]], answer.packets)
        link.leave()
        link = wire.session(server, capabilities=wire.USUAL | wire.OPTIONAL_METADATA)
        link.query("set resultset_metadata = none")
        answer = link.query("select 1")
        report.check("metadata may be left out", not answer.results[0].metadata and len(answer.packets) == 3, answer.packets)
        link.leave()
        return
    link = wire.session(server, capabilities=wire.USUAL & ~wire.LONG_PASSWORD | wire.EXTENDED_METADATA)
    answer = link.query("select cast('127.0.0.1' as inet6) as a")
    report.check("extended metadata", b"inet6" in answer.results[0].columns[0].extended, answer.packets)
    link.leave()
    report.check("status flags are read", answer.end.status & answers.AUTOCOMMIT)
