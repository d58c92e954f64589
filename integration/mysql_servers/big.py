"""Payloads around 16 MB, where a packet is full and another one must follow."""

import mysql_commands as commands
import mysql_packets as packets
import mysqlwire as wire

AROUND = (packets.MOST - 1, packets.MOST, packets.MOST + 1, 2 * packets.MOST, 2 * packets.MOST + 5)


def check(server, _other, report):
    link = wire.session(server, timeout=60.0)
    for size in AROUND:
        check_answer(link, size, report)
        check_command(link, size, report)
    check_long_data(link, report)
    check_too_big(server, report)
    link.leave()


def check_answer(link, size, report):
    """One row whose payload has this size: its length takes four bytes, from 16 MB on nine."""
    head = 4 if size - 4 <= packets.MOST else 9
    answer = link.query(f"select repeat('x', {size - head})")
    row = answer.results[0].rows[0]
    parts = [len(payload) for _, payload in answer.packets if len(payload) > 1000]
    last = [len(payload) for _, payload in answer.packets][2 + len(parts)]
    expected = [packets.MOST] * (size // packets.MOST) + [size % packets.MOST] * (size % packets.MOST > 1000)
    report.check(f"a row of {size} bytes", len(row) == size and parts == expected, (len(row), parts))
    if size % packets.MOST < 1000 and size >= packets.MOST:
        report.check(f"whose last packet has {size % packets.MOST}", last == size % packets.MOST, last)
    sequences = [sequence for sequence, _ in answer.packets]
    report.check("with packets counted on", sequences == list(range(1, len(sequences) + 1)), sequences)


def check_command(link, size, report):
    head = len(commands.query("select length('')"))
    answer = link.query(f"select length('{'x' * (size - head)}')")
    report.check(f"a command of {size} bytes", not answer.error and answer.rows() == [[str(size - head).encode()]],
                 answer.error)


def check_long_data(link, report):
    statement = link.run(commands.prepare("select length(?)")).statement
    link.run(commands.long_data(statement, 0, b"x" * packets.MOST))
    answer = link.execute(statement, [commands.long_data_follows()])
    report.check("long data of more than a packet", answer.binary_rows() == [[packets.MOST]], answer.packets[-1])


def check_too_big(server, report):
    link = wire.session(server)
    limit = int(link.query("select @@max_allowed_packet").rows()[0][0])
    link.send(commands.query("select '" + "x" * limit + "'"))
    found = []
    link.receive(found)
    report.check("more than max_allowed_packet is refused", b"max_allowed_packet" in found[0][1], found)
    report.check("which ends the session", link.closed_by_server())
    link.close()
