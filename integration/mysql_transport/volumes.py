"""Large packets, large results, files, and what is counted. Scenarios of run."""

import hashlib
import random

import mysql_commands as commands
import mysql_packets as packets
import mysqlwire as wire
import servers
from world import ROWS, scenario

MIB = 1 << 20
LINES = {
    "mariadb": f"select seq, repeat('x', 60) from seq_1_to_{ROWS}",
    "mysql": f"with recursive seq as (select 1 as n union all select n + 1 from seq where n < {ROWS}) "
             "select n, repeat('x', 60) from seq",
}
BOUNDARY = packets.MOST


def digest(found):
    """Of packets: sequence ids, sizes, contents."""
    total = hashlib.sha256()
    for sequence, payload in found:
        total.update(b"%d %d " % (sequence, len(payload)) + payload)
    return len(found), total.hexdigest()


@scenario
def packets_over_16_mib_in_both_directions(world, report):
    tapri = world.tapri()
    links = [world.session(place) for place in (world.server, tapri)]
    head = "select length('"
    sizes = [BOUNDARY - len(head) - len("')") - 1 + more for more in (0, 1)] + [2 * BOUNDARY]
    for size in sizes:
        found = [link.query(f"{head}{'q' * size}')").packets for link in links]
        report.check(f"{world.label}: a statement with {size} bytes of text", found[0] == found[1],
                     [packet[-3:] for packet in found])
    for size in (BOUNDARY - 6, BOUNDARY - 5, 20 * MIB):
        found = [link.query(f"select repeat('r', {size}), 7").packets for link in links]
        report.check(f"{world.label}: a row with {size} bytes", digest(found[0]) == digest(found[1]) and
                     sum(len(payload) for _, payload in found[0]) > size, [digest(one) for one in found])
    found = []
    for link in links:
        prepared = link.run(commands.prepare("select crc32(?), length(?)"))
        value = commands.value(commands.BLOB, b"\0\xff" * (9 * MIB))
        link.run(commands.long_data(prepared.statement, 1, b"z" * (17 * MIB)))
        found.append(link.execute(prepared.statement, [value, commands.long_data_follows()]).packets)
    report.check(f"{world.label}: a parameter, and long data", found[0] == found[1] and len(found[0]) > 3, found)
    found = [too_large(link) for link in links]
    report.check(f"{world.label}: one over max_allowed_packet", {*found} <= {1153, None}, found)
    again = world.session(tapri)
    report.check(f"{world.label}: and the next session goes on", again.query("select 1").rows() == [[b"1"]])
    again.leave()


def too_large(link):
    """The error's number; None: the server has closed with bytes of ours unread, and the reset was faster than its words."""
    try:
        answer = link.query(f"select length('{'o' * (65 * MIB)}')")
    except (wire.Closed, BrokenPipeError, ConnectionResetError):
        return None
    return answer.error[0] if link.closed_by_server() else "open"


@scenario
def a_million_rows_for_a_slow_client(world, report):
    whole = everything(world)
    report.check(f"{world.label}: directly it is as many", len(whole) > ROWS * 65, len(whole))
    tapri = world.tapri()
    link = wire.Connection(tapri.host, tapri.port, 60, receive_buffer=4096)
    link.login("trusted", database="shop")
    link.query(f"set session cte_max_recursion_depth = {ROWS}")
    before = tapri.memory_kib()
    link.send(link.query_command(LINES[world.kind]))
    at, same = 0, True
    while at < len(whole):
        data = link.socket.recv(64 * 1024)
        if not data:
            break
        same = same and whole.startswith(data, at)
        if at < MIB <= at + len(data):  # not taken for a while: all that is between is full, and the server waits
            stalled(world)
        at += len(data)
    report.check(f"{world.label}: each byte has come", same and at == len(whole), f"{at} of {len(whole)}")
    grown = tapri.memory_kib("VmHWM") - before
    report.check(f"{world.label}: Tapri's memory does not grow with the result", grown < 8 * 1024,
                 f"{grown} KiB for {len(whole) // 1024} KiB")
    report.check(f"{world.label}: the session goes on", link.query("select 1").rows() == [[b"1"]])
    link.leave()


def everything(world):
    """The bytes of the answer, directly."""
    link = world.session(world.server, timeout=60)
    link.query(f"set session cte_max_recursion_depth = {ROWS}")  # MariaDB has no such variable, and no need
    link.send(link.query_command(LINES[world.kind]))
    whole = bytearray()
    while not (whole[-11:-8] == b"\x07\0\0" and whole[-7:-6] == b"\xfe"):  # the OK packet; a row ends with x
        data = link.socket.recv(1 << 20)
        assert data, "the end, too early"
        whole += data
    link.leave()
    return bytes(whole)


def stalled(world):
    """The server has sent no more between two looks."""
    sent = []

    def same():
        sent.append(world.server.sql("show global status like 'Bytes_sent'").split()[-1])
        return len(sent) > 2 and int(sent[-1]) - int(sent[-2]) < MIB // 4

    servers.wait_for(same, "the server to wait")


@scenario
def a_file_of_the_clients(world, report):
    """LOAD DATA LOCAL: 20 MB, and a file that is not there."""
    lines = random.Random(5)
    block = b"".join(b"%d\t%s\n" % (number, lines.randbytes(45).hex().encode()) for number in range(2048))
    blocks = [block[at:at + 60_000] for at in range(0, len(block), 60_000)] * (20_000_000 // len(block) + 1)
    tapri, found = world.tapri(), []
    for place in (world.server, tapri):
        link = world.session(place, timeout=60)
        link.query("truncate table uploads")
        link.infile = lambda name: blocks
        answer = link.query("load data local infile 'mine.txt' into table uploads", timeout=60)
        total = link.query("select count(*), sum(crc32(text)), sum(id) from uploads").rows()
        link.infile = lambda name: ()
        empty = link.query("load data local infile 'none.txt' into table uploads")
        found.append((answer.packets, answer.results[0].infile, total, empty.packets))
        link.leave()
    report.check(f"{world.label}: 20 MB arrive, and what the server says is the same", found[0] == found[1] and
                 found[0][1] == b"mine.txt" and int(found[0][2][0][0]) > 100_000, found)


@scenario
def postgresql_beside_it(world, report):
    """Two upstreams in one Tapri, each with its protocol."""
    other = servers.Postgres("beside").create()
    tapri = world.tapri(world.url(), "--upstream", other.url() + "?sslmode=disable", "--listen", "127.0.0.1:0")
    link = world.session(tapri)
    found = link.query("select owner from people where id = 3").rows()
    report.check(f"{world.label}: the first port speaks MySQL's protocol", found == [[b"three"]], found)
    import pgwire  # pylint: disable=import-outside-toplevel
    second = pgwire.Connection(tapri.host, tapri.ports[1])
    second.login("trusted")
    found = pgwire.rows(second.run(pgwire.query("select current_setting('server_version_num')::int / 10000 > 8")))
    report.check(f"{world.label}: the second PostgreSQL's", found == [[b"t"]], found)
    counts = {protocol: tapri.metric("tapri_client_connections", protocol=protocol) for protocol in ("mysql", "postgres")}
    report.check(f"{world.label}: each is counted for itself", counts == {"mysql": 1, "postgres": 1}, counts)
    link.leave()
    second.close()
    other.stop()


@scenario
def what_is_counted(world, report):
    tapri = world.tapri(control_enabled="false")

    def count(name, **labels):
        return tapri.metric(name, protocol="mysql", **labels)

    before = tapri.metric("tapri_network_bytes_total", leg="upstream", direction="in")
    links = [world.session(tapri) for _ in range(2)]
    for text in ("select owner from people where id = 1", "update people set owner = owner where id = 1", "set @a = 1"):
        links[0].query(text)
    links[0].query("select repeat('x', 3000000)")
    statements = sum(count("tapri_statements_total", outcome=one) for one in ("hit_l1", "miss", "coalesced", "bypass", "write"))
    report.check(f"{world.label}: statements", statements >= 4, statements)
    report.check(f"{world.label}: the write", count("tapri_statements_total", outcome="write") >= 1)
    report.check(f"{world.label}: sessions", count("tapri_client_connections") == 2 and
                 count("tapri_client_connections_total") == 2)
    report.check(f"{world.label}: how long the server took", count("tapri_upstream_duration_seconds_count") >= 1)
    for leg, way in (("client", "out"), ("upstream", "in")):
        seen = tapri.metric("tapri_network_bytes_total", leg=leg, direction=way) - before
        report.check(f"{world.label}: bytes, {leg} {way}", 3_000_000 < seen < 3_100_000, seen)
    for link in links:
        link.leave()
    with report.guard(f"{world.label}: sessions that have ended"):
        servers.wait_for(lambda: count("tapri_client_connections") == 0, "none to be left")
    report.check(f"{world.label}: nothing of PostgreSQL's is counted",
                 tapri.metric("tapri_client_connections_total", protocol="postgres") == 0)
