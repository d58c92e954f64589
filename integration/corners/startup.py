"""Corner cases 1 to 6: start-up, authentication, cancel, messages at any time."""

import struct
import time

import pgwire as wire
from corner import PASSWORD, ask, corner, expect, value
from servers import temporary_folder, wait_for


@corner("1 GSSENCRequest gets N, then SSLRequest may follow on the same socket")
def gss_then_ssl(side):
    link = side.connect()
    link.send(wire.GSSENC_REQUEST)
    answer = link.read_bytes(1)
    expect(side.direct or answer == b"N", answer)
    if answer == b"G":  # the server itself could do it: then there is no going back on this socket
        link = side.connect()
    link.send(wire.SSL_REQUEST)
    answer = link.read_bytes(1)
    expect(answer in (b"S", b"N"), answer)
    link = side.connect()
    if answer == b"S":
        link.start_tls()
    link.login()
    return ask(link, "select 1")


@corner("1 GSSENCRequest and SSLRequest are both refused, then start-up in clear text, all on one socket")
def both_refused(side):
    link = side.connect()
    if not side.direct:  # the server itself has both, and there is no going back from them
        for request in (wire.GSSENC_REQUEST, wire.SSL_REQUEST, wire.GSSENC_REQUEST):
            link.send(request)
            answer = link.read_bytes(1)
            expect(answer == b"N", answer)
    return link.login(), ask(link, "select owner from accounts where id = 1")


@corner("1 a start-up packet as long as the server takes one, and one byte longer")
def longest_startup(side):
    parameters = [("user", "postgres"), ("database", "postgres"), ("app.long", "")]
    room = 10004 - len(wire.startup(parameters))
    found = []
    for size in (room - 100, room):
        parameters[2] = ("app.long", "x" * size)
        link = side.connect()
        link.send(wire.startup(parameters))
        messages = wire.authenticate(link, "postgres", None)
        expect(messages[-1][0] == b"Z", wire.shown(messages))
        length = int(value(link, "select length(current_setting('app.long'))"))
        expect(length == size, length)
        found += [messages, ask(link, "select owner from accounts where id = 1")]
    parameters[2] = ("app.long", "x" * (room + 1))
    link = side.connect()
    link.send(wire.startup(parameters))
    try:
        expect(wire.kinds(link.rest()) in ("", "E"), "taken")
    except OSError:
        pass
    return found


@corner("1 bytes sent before TLS are refused")
def bytes_before_tls(side):
    link = side.connect()
    link.send(wire.SSL_REQUEST + wire.startup([("user", "postgres"), ("database", "postgres")]))
    if link.read_bytes(1) == b"S":
        try:
            link.wrap_tls()
            kind, _ = link.receive()
            expect(kind == b"E", f"went on with bytes from before TLS: {kind}")
        except (wire.Closed, OSError):
            pass
    else:  # no TLS: then these bytes are as good as any, or refused all the same
        try:
            expect(wire.authenticate(link, "postgres", None)[-1][0] in (b"Z", b"E"), "neither a session nor an error")
        except wire.Closed:
            pass


@corner("1 a start-up packet that comes byte by byte")
def slow_startup(side):
    link = side.connect()
    for byte in wire.startup([("user", "postgres"), ("database", "postgres")]):
        link.send(bytes([byte]))
        time.sleep(0.001)  # so that they are packets of their own
    expect(wire.authenticate(link, "postgres", None)[-1][0] == b"Z", "no session")
    return ask(link, "select 1")


@corner("1 start-up and the first query in one packet")
def eager_query(side):
    link = side.connect()
    link.send(wire.startup([("user", "postgres"), ("database", "postgres")]) + wire.query("select 1"))
    expect(wire.authenticate(link, "postgres", None)[-1][0] == b"Z", "no session")
    return link.ready()


@corner("1 a password that comes byte by byte")
def slow_password(side):
    link = side.connect()
    link.send(wire.startup([("user", "plain_password"), ("database", "postgres")]))
    link.until(b"R")
    for byte in wire.message(b"p", PASSWORD):
        link.send(bytes([byte]))
        time.sleep(0.001)
    return wire.kinds(link.ready()).replace("S", "")


@corner("1 absurd lengths of the start-up packet end the connection")
def absurd_startup(side):
    for length in (0, 1, 3, 4, 7, 10005, 0x7FFFFFFF, 0xFFFFFFFF):
        link = side.connect()
        link.send(struct.pack("!I", length) + struct.pack("!I", wire.PROTOCOL_3_0))
        ends = link.rest(20)
        expect([kind for kind, _ in ends] in ([], [b"E"]), f"length {length}: {ends}")


@corner("1 absurd lengths of the password packet end the connection")
def absurd_password(side):
    for length in (0, 3, 100000, 0x7FFFFFFF, 0xFFFFFFFF):
        link = side.connect()
        link.send(wire.startup([("user", "plain_password"), ("database", "postgres")]))
        link.until(b"R")
        link.send(b"p" + struct.pack("!I", length) + b"x" * 16)
        ends = link.rest(20)
        expect([kind for kind, _ in ends] in ([], [b"E"]), f"length {length}: {ends}")


@corner("1 options in all spellings")
def options(side):
    found = []
    for option in ("-c geqo=off", "-cgeqo=off", "--geqo=off", "-c geqo=off -c work_mem=5MB", "--work-mem=5MB",
                   r"-c search_path=other,\ public", r"-c app.blank=a\ b\\c", "-c statement_timeout=5s", "-F",
                   "-c", "-c nothing", "--nothing=1", "  -c   geqo=off  "):
        link = side.connect()
        messages = link.login(more=[("options", option)])
        if messages[-1][0] == b"Z":
            messages += ask(link, "select current_setting('geqo'), current_setting('work_mem'), "
                                  "current_setting('search_path'), current_setting('app.blank', true), "
                                  "current_setting('statement_timeout'), name from products where id = 1")
        found.append((option, messages))
    return found


@corner("1 every start-up parameter reaches the server")
def parameters(side):
    wanted = [("application_name", "the corner"), ("client_encoding", "LATIN1"), ("DateStyle", "German"),
              ("TimeZone", "Asia/Kolkata"), ("geqo", "off"), ("extra_float_digits", "1"), ("search_path", "other"),
              ("app.anything", "some thing"), ("bytea_output", "escape"), ("default_transaction_isolation", "serializable")]
    link = side.login(more=wanted)
    shown = [ask(link, f"show {name}") for name, _ in wanted]
    return link.greeting, shown, ask(link, "select name, tz from products, public.kinds where products.id = 1")


@corner("1 start-up parameters that the server refuses")
def refused_parameters(side):
    return [side.refused(more=[("no_such_parameter", "x")]), side.refused(more=[("TimeZone", "Nowhere")]),
            side.refused(more=[("client_encoding", "nonsense")]), side.refused(more=[("replication", "nonsense")])]


@corner("1 a parameter given twice")
def twice(side):
    link = side.login(more=[("TimeZone", "UTC"), ("TimeZone", "Asia/Kolkata")])
    return link.greeting, value(link, "show timezone")


@corner("1 who and where: unknown user, unknown database, no user, database by default, an empty name")
def who_and_where(side):
    link = side.connect()
    link.send(wire.startup([("database", "postgres")]))
    nobody = link.rest()
    link = side.connect()
    link.send(wire.startup([("user", "postgres")]))
    default = wire.authenticate(link, "postgres", None)
    return [nobody, wire.kinds(default), value(link, "select current_database()"),
            side.refused(database="no such database"), wire.kinds(side.refused(user="no such user")[0]),
            side.refused(user="plain_user", password="wrong")[0][-1], side.refused(user="")]


@corner("1 protocol versions that the server does not speak")
def versions(side):
    found = []
    for version in (0x00010000, 0x00020000, 0x00040000):
        link = side.connect()
        link.send(wire.startup([("user", "postgres"), ("database", "postgres")], version))
        found.append(link.raw())
    return found


@corner("1 a newer minor version or unknown protocol options: NegotiateProtocolVersion exactly once")
def negotiate(side):
    found = []
    for version, more in ((0x00030001, ()), (0x000303E7, ()), (wire.PROTOCOL_3_0, [("_pq_.nothing", "1")])):
        link = side.connect()
        messages = link.login(version=version, more=more)
        expect(wire.kinds(messages).count("v") == 1, wire.kinds(messages))
        found += [messages, ask(link, "select 1")]
    return found


@corner("1 bytes that are no protocol at all")
def nonsense(side):
    for junk in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\0" * 64):
        link = side.connect()
        link.send(junk)
        ends = link.rest(20)
        expect([kind for kind, _ in ends] in ([], [b"E"]), ends)


@corner("5 every way to authenticate")
def authentication(side):
    found = []
    for user in ("postgres", "plain_password", "with_md5", "with_scram", "plain_user"):
        link = side.login(user)
        found += [link.greeting, ask(link, "select current_user, session_user")]
    return found


@corner("5 a wrong password is refused as the server refuses it")
def wrong_password(side):
    found = []
    for user in ("plain_password", "with_md5", "with_scram"):
        messages, closed = side.refused(user, password="wrong")
        expect(wire.sqlstate(messages) == "28P01" and closed, wire.shown(messages))
        found.append(messages)
    return found


@corner("5 a password as long as the server takes one")
def long_password(side):
    found = []
    try:
        for size in (8_000, 40_000, 65_530):  # the last one makes the longest message that the server reads
            password = "Chai " + "x" * (size - 5)
            side.sql(f"alter role plain_password password '{password}'")
            found.append(side.login("plain_password", password=password).greeting)
            messages, closed = side.refused("plain_password", password=password[:-1] + "y")
            expect(wire.sqlstate(messages) == "28P01" and closed, wire.shown(messages))
            found.append(messages)
    finally:
        side.sql(f"alter role plain_password password '{PASSWORD}'")
    return found, side.login("plain_password").greeting


@corner("5 a login given up half-way, then others")
def half_login(side):
    for _ in range(20):
        link = side.connect()
        link.send(wire.startup([("user", "with_scram"), ("database", "postgres")]))
        link.until(b"R")
        link.close()
    return ask(side.login("with_scram"), "select current_user")


@corner("4 the server's own process id and key reach the client")
def own_backend(side):
    link = side.login()
    expect(int(value(link, "select pg_backend_pid()")) == link.backend[0], "another process id")


def wait_until_active(watch, *statements):
    """Until the server carries out all of these; each is a session and its statement."""
    running = " or ".join(f"pid = {link.backend[0]} and query = $${text}$$" for link, text in statements)
    text = f"select count(*) from pg_stat_activity where state = 'active' and ({running})"
    wait_for(lambda: value(watch, text) == str(len(statements)), "the statements to run")


def cancel(side, backend):
    link = side.connect()
    link.send(wire.cancel_request(*backend))
    expect(link.closed_by_server(), "the cancel connection stays open")


@corner("4 a running statement is cancelled, and only that one")
def cancel_running(side):
    victim, other, watch = side.login(), side.login(), side.login()
    sleeps, waits = "select pg_sleep(60)", "select pg_advisory_xact_lock(4), 'not cancelled'"
    ask(watch, "select pg_advisory_lock(4)")
    victim.send(wire.query(sleeps))
    other.send(wire.query(waits))
    wait_until_active(watch, (victim, sleeps), (other, waits))
    cancel(side, victim.backend)
    messages = victim.ready()
    expect(wire.sqlstate(messages) == "57014", wire.shown(messages))
    ask(watch, "select pg_advisory_unlock(4)")
    return messages, other.ready(), ask(victim, "select 1")


@corner("4 a cancel in the extended protocol skips to Sync")
def cancel_extended(side):
    victim, watch = side.login(), side.login()
    sleeps = "select pg_sleep(60)"
    batch = wire.parse(sleeps) + wire.bind() + wire.execute()
    victim.send(batch + wire.parse("select 2") + wire.bind() + wire.execute() + wire.SYNC)
    wait_until_active(watch, (victim, sleeps))
    cancel(side, victim.backend)
    return victim.ready(), ask(victim, "select 1")


@corner("4 a cancel is ignored when the session is idle, and with a wrong key", hits=True)
def cancel_idle(side):
    link = side.login()
    process, key = link.backend
    cancel(side, (process, bytes(byte ^ 255 for byte in key)))
    cancel(side, (1, b"\0" * 4))
    cancel(side, link.backend)
    time.sleep(0.1)  # the signal has arrived: an idle session takes no notice
    return ask(link, "select owner from accounts where id = 1"), ask(link, "select 1")


LARGE = "select p.id, repeat('x', 2000) from products p, accounts a, audited b order by 1"  # 16 MB


@corner("4 a cancel while a large answer is on its way from the server leaves the session usable")
def cancel_large(side):
    link = side.login()
    whole = ask(link, LARGE)
    link.send(wire.query(LARGE))
    link.receive()
    cancel(side, link.backend)
    messages = link.ready()
    expect(wire.sqlstate(messages) in (None, "57014"), wire.shown(messages[-2:]))
    expect(wire.sqlstate(messages) or len(messages) + 1 == len(whole), "an answer cut short")
    return whole, wire.kinds(ask(link, "select 1"))


@corner("4 a cancel while an answer from the cache is on its way changes nothing of it")
def cancel_hit(side):
    rules = temporary_folder("rules") / "large.json"
    rules.write_text('{"version": 1, "defaults": {"max_result": "32MiB"}, "rules": []}')
    # The memory is for one entry's sake: an entry may take half of a shard's share of it.
    with side.of_its_own("--rules", str(rules), "--cache-max-result", "32MiB", "--cache-memory", "4GiB") as own:
        # Its end takes little at a time, so most of the answer is still unsent when the cancel comes.
        link = own.connect(receive_buffer=4096)
        link.login()
        whole = own.from_cache(link, LARGE)
        before = own.hits()
        link.send(wire.query(LARGE))
        if own.tapri:
            wait_for(lambda: own.hits() == before + 1, "the answer from the cache")
            cancel(own, link.backend)
        messages = link.ready()
        expect(messages == whole, wire.shown(messages[-2:]))
        if own.tapri:
            expect(own.hits() == before + 1, "the answer came from the server")
        return whole, wire.kinds(ask(link, "select 1")), ask(link, "select owner from accounts where id = 1")


@corner("6 ParameterStatus when a setting is changed, also by SET LOCAL and its end")
def parameter_status(side):
    link = side.login()
    return [ask(link, text) for text in (
        "set timezone = 'Asia/Kolkata'", "begin", "set local timezone = 'UTC'", "commit", "set datestyle = german",
        "reset all", "set application_name = 'x'", "select set_config('timezone', 'UTC', false)", "discard all",
        "set role plain_user", "reset role", "set session authorization plain_user", "set client_encoding = 'LATIN1'")]


@corner("6 a notification reaches an idle session", hits=True)
def idle_notification(side):
    listener, speaker = side.login(), side.login()
    ask(listener, "listen corner")
    ask(speaker, "notify corner, 'hello'")
    kind, body = listener.receive()
    expect(kind == b"A" and struct.unpack("!I", body[:4])[0] == speaker.backend[0], (kind, body))
    return body[4:], ask(listener, "select owner from accounts where id = 1")


@corner("6 a session that is terminated while idle hears it, and the connection ends")
def terminated(side):
    victim, other = side.login(), side.login()
    ask(other, f"select pg_terminate_backend({victim.backend[0]})")
    messages = victim.rest()
    expect(wire.sqlstate(messages) == "57P01", wire.shown(messages))
    return messages


@corner("6 notices in the middle of an answer")
def notices(side):
    link = side.login()
    return [ask(link, "select say(owner), id from accounts where id < 4 order by id"),
            ask(link, "set client_min_messages = debug1; select id from accounts where id = 1")[-3:],
            ask(link, "do $$ begin for n in 1..100 loop raise notice '%', n; end loop; end $$")]
