"""Prepared statements: every type of parameter, types left out, long data, cursors, and what the statement's end is."""

import datetime
import itertools

import mysql_answers as answers
import mysql_commands as commands
import mysqlwire as wire

UNSIGNED = commands.UNSIGNED
# type, value, what the server understands by it
VALUES = (
    (commands.TINY, -5, b"-5"), (commands.TINY | UNSIGNED, 250, b"250"), (commands.SHORT, -300, b"-300"),
    (commands.LONG, 70000, b"70000"), (commands.LONG | UNSIGNED, 4294967295, b"4294967295"),
    (commands.LONGLONG, -9223372036854775808, b"-9223372036854775808"),
    (commands.LONGLONG | UNSIGNED, 18446744073709551615, b"18446744073709551615"), (commands.DOUBLE, 1.5, b"1.5"),
    (commands.FLOAT, 0.25, b"0.25"), (commands.DECIMAL, "12.340", b"12.340"), (commands.STRING, "text", b"text"),
    (commands.VAR_STRING, "sch\u00f6n", "sch\u00f6n".encode()), (commands.BLOB, b"by\0tes", b"by\0tes"),
    (commands.DATE, datetime.date(2026, 2, 3), b"2026-02-03"),
    (commands.DATETIME, datetime.datetime(2026, 2, 3, 4, 5, 6), b"2026-02-03 04:05:06"),
    (commands.TIME, -datetime.timedelta(days=1, hours=2, minutes=3, seconds=4), b"-26:03:04"), (commands.LONG, None, None))


def check(server, _other, report):
    check_types(server, report)
    for eof, attributes in itertools.product((0, wire.DEPRECATE_EOF), (0, wire.QUERY_ATTRIBUTES)):
        name = f"EOF {not eof}, attributes {bool(attributes)}"
        capabilities = wire.USUAL & ~wire.DEPRECATE_EOF | eof | attributes
        link = wire.session(server, database="shop", capabilities=capabilities)
        check_executions(link, name, report)
        check_cursor(link, name, report)
        check_procedure(link, name, report)
        link.leave()
    link = wire.session(server, database="shop")
    check_long_data(link, report)
    check_ends(link, report)
    link.leave()
    if server.name == "mariadb":
        check_bulk(server, report)


def check_types(server, report):
    link = wire.session(server, database="shop")
    statement = link.run(commands.prepare("select concat(?)")).statement
    for kind, content, expected in VALUES:
        answer = link.execute(statement, [commands.value(kind, content)])
        found = answer.binary_rows()[0][0] if not answer.error else answer.error
        if isinstance(found, bytes) and b":" in found:
            found = found.removesuffix(b".000000")
        report.check(f"a parameter of type {kind & ~UNSIGNED}: {content!r}", found == expected, answer.packets)
    link.leave()


def check_executions(link, name, report):
    prepared = link.run(commands.prepare("select id, name, price from items where id = ? or name = ?"))
    report.check(f"prepared: {name}", prepared.parameters == 2 and len(prepared.results[1].columns) == 3, prepared.packets)
    first = link.execute(prepared.statement, [commands.value(commands.LONG, 1), commands.value(commands.STRING, "none")])
    report.check(f"executed: {name}", first.binary_rows() == [[1, b"apple", b"1.25"]], first.packets)
    again = link.execute(prepared.statement, [commands.value(commands.LONG, 2), commands.value(commands.STRING, "none")],
                         types=False)
    report.check(f"executed again, types left out: {name}", again.binary_rows() == [[2, b"pear", None]], again.packets)
    link.run(commands.close(prepared.statement))


def check_cursor(link, name, report):
    prepared = link.run(commands.prepare("select id from items where id <= 2 order by id"))
    opened = link.execute(prepared.statement, cursor=True)
    report.check(f"a cursor: {name}", opened.end.status & answers.CURSOR_EXISTS and not opened.results[0].rows,
                 opened.packets)
    columns, found, last = opened.results[0].columns, [], 0
    while not last and len(found) < 9:
        answer = link.run(commands.fetch(prepared.statement, 1))
        found += answer.binary_rows(columns=columns)
        last = answer.end.status & answers.LAST_ROW_SENT
    report.check(f"fetched row by row: {name}", found == [[1], [2]], found)
    report.check(f"reset: {name}", not link.run(commands.reset(prepared.statement)).error)
    report.check(f"nothing to fetch then: {name}", link.run(commands.fetch(prepared.statement, 1)).error, found)


def check_long_data(link, report):
    statement = link.run(commands.prepare("select length(?), right(?, 3)")).statement
    for parameter in (0, 1):
        for part in (b"abc" * 1000, b"", b"xyz"):
            link.run(commands.long_data(statement, parameter, part))
    answer = link.execute(statement, [commands.long_data_follows(), commands.long_data_follows()])
    report.check("long data", answer.binary_rows() == [[3003, b"xyz"]], answer.packets)
    answer = link.execute(statement, [commands.value(commands.STRING, "ab"), commands.value(commands.STRING, "cd")])
    report.check("which is gone after the execution", answer.binary_rows() == [[2, b"cd"]], answer.packets)


def check_ends(link, report):
    statement = link.run(commands.prepare("select 1")).statement
    link.run(commands.close(statement))
    report.check("a closed statement is not there", link.execute(statement).error[0] == 1243)
    answer = link.run(commands.prepare("select nothing"))
    report.check("an error in prepare", answer.error[:2] == (1054, "42S22"), answer.packets)
    answer = link.run(commands.prepare("insert into items (name) values (?)"))
    report.check("no columns, one parameter", answer.parameters == 1 and not answer.results[1].columns, answer.packets)
    link.run(commands.RESET_SESSION)
    report.check("reset_connection ends statements", link.execute(answer.statement, types=True).error)


def check_procedure(link, name, report):
    statement = link.run(commands.prepare("call several(?, ?)")).statement
    parameters = [commands.value(commands.LONG, 4), commands.value(commands.NULL, None)]
    answer = link.execute(statement, parameters)
    out = [result for result in answer.results if (result.between or result.end).status & answers.PS_OUT_PARAMETERS]
    report.check(f"a procedure's results and its OUT parameter: {name}", answer.binary_rows(1) == [[4, 5]] and len(out) == 1
                 and answers.binary_row(out[0].rows[0], out[0].columns) == [8], answer.packets)


def check_bulk(server, report):
    link = wire.session(server, database="shop", capabilities=wire.USUAL & ~wire.LONG_PASSWORD | wire.BULK
                        | wire.CACHE_METADATA)
    link.query("create temporary table bulk (a int, b varchar(20) default 'usual')")
    statement = link.run(commands.prepare("insert into bulk values (?, ?)")).statement
    rows = [[commands.value(commands.LONG, 1), commands.value(commands.STRING, "one")],
            [commands.value(commands.LONG, 2), commands.BULK_DEFAULT],
            [commands.value(commands.LONG, 3), commands.value(commands.STRING, None)]]
    answer = link.run(commands.bulk_execute(statement, rows))
    report.check("many rows at once", not answer.error and answer.end.affected == 3, answer.packets)
    found = link.query("select * from bulk order by a").rows()
    report.check("have arrived", found == [[b"1", b"one"], [b"2", b"usual"], [b"3", None]], found)
    statement = link.run(commands.prepare("select a from bulk where a = ?")).statement
    told = [link.execute(statement, [commands.value(commands.LONG, 2)]).results[0].metadata for _ in range(2)]
    report.check("columns are told once", told[1] is False, told)
    link.leave()
