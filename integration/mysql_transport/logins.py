"""Each authentication plugin over each pair of legs. Scenarios of run."""

import contextlib
import itertools
import ssl
import struct
import subprocess

import mysql_answers as answers
import mysql_login as plugins
import mysql_packets as packets
import mysqlwire as wire
import servers
from servers import PASSWORD
from world import Place, failed, scenario

# user, password, what the client begins with, whether the server must be told the password once.
USERS = {
    "mariadb": (("trusted", "", None), ("with_native", PASSWORD, None), ("with_native", PASSWORD, plugins.ED25519),
                ("with_ed25519", PASSWORD, None), ("with_ed25519", PASSWORD, plugins.ED25519)),
    "mysql": (("trusted", "", None), ("empty_sha256", "", None), ("with_sha2", PASSWORD, None),
              ("with_sha2", PASSWORD, plugins.NATIVE), ("with_sha256", PASSWORD, None),
              ("with_sha256", PASSWORD, plugins.SHA256)),
}
PARSEC = (("with_parsec", PASSWORD, None), ("with_parsec", PASSWORD, plugins.PARSEC))  # where the server has it
OF_USERS = []
IN_TLS = "show session status like 'Ssl_version'"


# What a server's own client is told, so that its leg is plain, or TLS whose certificate may be Tapri's.
OWN_CLIENT = {
    "mariadb": {"plain": ("--skip-ssl",), "TLS": ("--ssl", "--skip-ssl-verify-server-cert")},
    "mysql": {"plain": ("--ssl-mode=DISABLED", "--get-server-public-key"), "TLS": ("--ssl-mode=REQUIRED",)},
}
SHORT = ("allow", "DISABLED", "PREFERRED", "required", "VERIFY_CA", "VERIFY_IDENTITY")  # other words: one user is enough


def users_of(world):
    more = PARSEC if "with_parsec" in world.server.users else ()
    return more if world.beyond else USERS[world.kind] + more


def of_users(function):
    """A scenario that is to be played for each user that a server lets in otherwise than others do."""
    OF_USERS.append(function)
    return scenario(function)


def upstream_ways(world):
    """name -> (URL, whether Tapri's leg to the server is TLS)."""
    authority, by_name = world.file("authority.pem"), "localhost"
    ways = {"disable": (world.url("sslmode=disable"), False), "DISABLED": (world.url("ssl-mode=DISABLED"), False),
            "a Unix socket": (world.socket_url(), False)}
    for mode in ("allow", "prefer", "require"):
        ways[mode] = (world.url(f"sslmode={mode}"), True)
    for mode in ("PREFERRED", "required"):
        ways[mode] = (world.url(f"ssl-mode={mode}"), True)
    ways["verify-ca"] = (world.url(f"sslmode=verify-ca&sslrootcert={authority}"), True)
    ways["VERIFY_CA"] = (world.url(f"ssl-mode=VERIFY_CA&ssl-ca={authority}"), True)
    ways["verify-full"] = (world.url(f"sslmode=verify-full&sslrootcert={authority}"), True)
    ways["VERIFY_IDENTITY"] = (world.url(f"ssl-mode=VERIFY_IDENTITY&ssl-ca={authority}", by_name), True)
    return ways


def client_ways(tapri, path):
    """name -> (place, TLS or None)."""
    return {"plain": (tapri, None), "TLS": (tapri, wire.tls_context()), "a Unix socket": (Place(path), None)}


def login(place, user, password, plugin=None, tls=None):
    """(session or None, packets of the login)."""
    link = wire.Connection(place.host, place.port)
    try:
        found = link.login(user, password, "shop", plugin=plugin, tls=tls)
    except (wire.Closed, OSError) as error:
        found = [(0, repr(error).encode())]
    if found[-1][1][:1] != b"\0":
        link.close()
        return None, found
    return link, found


def who(link):
    return link.query("select substring_index(user(), '@', 1)").rows()[0][0].decode()


def let_in(world, report, name, place, tls, upstream_tls, users=None):
    """Every user; caching_sha2_password asks for the password itself at first."""
    if world.kind == "mysql":
        world.server.sql("flush privileges")  # what it has learnt of caching_sha2_password
    for user, password, plugin in users or users_of(world):
        wrong = []
        for time in ("first", "second")[:2 if user == "with_sha2" else 1]:
            link, found = login(place, user, password, plugin, tls)
            if not link:
                wrong.append((time, found))
                continue
            seen = (who(link), bool(link.query(IN_TLS).rows()[0][1]))
            if seen != (user, upstream_tls):
                wrong.append((time, seen))
            full = user == "with_sha2" and time == "first" and plugin is None
            if user == "with_sha2" and ("full" in link.steps) != full:
                wrong.append((time, link.steps))
            link.leave()
        report.check(f"{world.label}: {name}: {user} with {plugin or 'the usual plugin'}", not wrong, wrong)


@of_users
def every_plugin_over_every_pair_of_legs(world, report):
    folder = servers.temporary_folder("listen")
    for number, (name, (url, upstream_tls)) in enumerate(upstream_ways(world).items()):
        path = f"{folder}/{number}"
        tapri = world.tapri(url, "--listen", path, **world.client_tls())
        for client, (place, tls) in client_ways(tapri, path).items():
            users = users_of(world)[-2:-1] if name in SHORT else None
            let_in(world, report, f"client by {client}, upstream by {name}", place, tls, upstream_tls, users)
        world.close(report)


@of_users
def tls_from_end_to_end(world, report):
    tapri = world.tapri(client_tls_mode="passthrough")
    authority = wire.tls_context(world.file("client.pem"), world.file("client-key.pem"), world.file("authority.pem"))
    let_in(world, report, "passed through", tapri, authority, True)
    for user, password in (("certified", ""), ("tls_only", PASSWORD)):
        link = wire.session(tapri, user, password=password, tls=authority)
        report.check(f"{world.label}: {user} is let in by the server itself", who(link) == user)
        link.leave()
    let_in(world, report, "in clear text beside it", tapri, None, False)


def asked_by_own_client(world, place, user, options):
    """(output, errors) of the client that came with the server."""
    command = [world.server.client, "--no-defaults", *world.server.client_options, "--protocol=tcp", f"--host={place.host}",
               f"--port={place.port}", f"--user={user}", f"--password={PASSWORD}", *options, "--batch", "shop",
               "--execute=select user(), current_user(), database(), @@version; select * from people order by id"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout, done.stderr


@of_users
def the_servers_own_client(world, report):
    tapri = world.tapri(**world.client_tls())
    users = sorted({user for user, password, _ in users_of(world) if password})
    for user, (leg, options) in itertools.product(users, OWN_CLIENT[world.kind].items()):
        found = [asked_by_own_client(world, place, user, options) for place in (world.server, tapri)]
        report.check(f"{world.label}: its own client, {leg}, as {user}", f"{user}@" in found[0][0] and found[0] == found[1], found)


@scenario
def tls_without_waiting(world, report):
    """MySQL's clients send their ClientHello right behind the request for TLS: nothing is answered to that."""
    tapri = world.tapri(**world.client_tls())
    link = wire.Connection(tapri.host, tapri.port)
    greeting = answers.Greeting(link.receive([]))
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    talk = wire.tls_context().wrap_bio(incoming, outgoing)
    options = struct.pack("<IIB23x", wire.USUAL | wire.SSL, wire.LARGEST, wire.UTF8MB4)
    response = options + b"trusted\0" + b"\0" + greeting.plugin.encode() + b"\0" + b"\0"
    first = packets.framed(options, 1)[0]
    for step in (talk.do_handshake, lambda: talk.write(packets.framed(response, 2)[0]), lambda: talk.read(4096)):
        found = done(link, step, incoming, outgoing, first)
        first = b""
    report.check(f"{world.label}: both in one piece", found and found[4:5] == b"\0", f"{found!r}\n{tapri.tail()}")
    link.close()


def done(link, step, incoming, outgoing, first):
    """What a step of TLS gives, or None when the other side ends before; first: goes out before all that is encrypted."""
    while True:
        found, ended = None, True
        try:
            found = step()
        except ssl.SSLWantReadError:
            ended = False
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            link.send_raw(first + outgoing.read())
        if ended:
            return found
        first = b""
        data = b""
        with contextlib.suppress(ConnectionResetError):
            data = link.socket.recv(1 << 16)
        if not data:
            return None
        incoming.write(data)


@scenario
def tls_required_of_clients(world, report):
    tapri = world.tapri(**world.client_tls("require"))
    let_in(world, report, "TLS is required", tapri, wire.tls_context(authority=world.file("authority.pem")), False)
    found = login(tapri, "trusted", "")[1]
    report.check(f"{world.label}: without TLS a client is refused", (failed(found) or ())[:2] == (3159, "HY000"), found)
    bare = world.tapri()
    link = wire.Connection(bare.host, bare.port)
    link.login("trusted")
    report.check(f"{world.label}: without a certificate TLS is not offered", not link.greeting.capabilities & wire.SSL)
    link.leave()


@scenario
def certificates_of_clients(world, report):
    tapri = world.tapri(**world.client_tls(), client_tls_ca=world.file("authority.pem"))
    with_one = wire.tls_context(world.file("client.pem"), world.file("client-key.pem"))
    link, found = login(tapri, "trusted", "", tls=with_one)
    report.check(f"{world.label}: with a certificate a client is let in", link and who(link) == "trusted", found)
    refused = login(tapri, "trusted", "", tls=wire.tls_context())[0] is None
    report.check(f"{world.label}: without one it is not", refused)
    link.leave()


@scenario
def certificates_of_tapri(world, report):
    ours = f"ssl-cert={world.file('client.pem')}&ssl-key={world.file('client-key.pem')}"
    tapri = world.tapri(world.url(f"ssl-mode=REQUIRED&{ours}"))
    link, found = login(tapri, "certified", "")
    report.check(f"{world.label}: a user who must show a certificate", link and who(link) == "certified", found)
    link.leave()
    refusals = [failed(login(place, "certified", "", tls=tls)[1])
                for place, tls in ((world.server, wire.tls_context()), (world.tapri(world.url("sslmode=require")), None))]
    report.check(f"{world.label}: without it the server says the same as directly",
                 refusals[0] and refusals[0] == refusals[1], refusals)
    for name, url in (("of another authority", world.url(f"sslmode=verify-ca&sslrootcert={world.file('client.pem')}")),
                      ("with another name", world.url(f"sslmode=verify-full&sslrootcert={world.file('authority.pem')}",
                                                      "127.0.0.2"))):
        found = login(world.tapri(url, control_enabled="false"), "trusted", "")[1]
        report.check(f"{world.label}: a server {name} is refused with an error", failed(found), found)


@of_users
def wrong_passwords(world, report):
    """The server's own words, whoever is between."""
    folder = servers.temporary_folder("listen")
    ways = upstream_ways(world)
    for name in ("disable", "require", "a Unix socket"):
        url, upstream_tls = ways[name]
        path = f"{folder}/{name.split()[-1]}"
        tapri = world.tapri(url, "--listen", path, **world.client_tls())
        direct = Place(world.server.socket) if "socket" in name else world.server
        for client, (place, tls) in client_ways(tapri, path).items():
            for (user, password, plugin), wrong in itertools.product(users_of(world), ("wrong", "")):
                if not password and not wrong:
                    continue  # that is the right one
                said = [failed(login(where, user, wrong, plugin, how)[1])
                        for where, how in ((direct, wire.tls_context() if upstream_tls else None), (place, tls))]
                report.check(f"{world.label}: client by {client}, upstream by {name}: {user} with "
                             f"{plugin or 'the usual plugin'} and {'a wrong' if wrong else 'no'} password",
                             said[0] and said[0][:2] == (1045, "28000") and said[0] == said[1], said)
        world.close(report)


@of_users
def another_user_in_the_session(world, report):
    folder = servers.temporary_folder("listen")
    ways = upstream_ways(world)
    for name in ("disable", "require", "a Unix socket"):
        path = f"{folder}/{name.split()[-1]}"
        tapri = world.tapri(ways[name][0], "--listen", path, **world.client_tls())
        for client, (place, tls) in client_ways(tapri, path).items():
            if world.kind == "mysql":
                world.server.sql("flush privileges")
            where = f"{world.label}: client by {client}, upstream by {name}"
            for user, password, plugin in users_of(world):
                with report.guard(f"{where}: COM_CHANGE_USER to {user} with {plugin or 'the usual plugin'}"):
                    change(place, tls, user, password, plugin)
        with contextlib.closing(login(tapri, "trusted", "")[0]) as link:  # once: MariaDB waits for a second before it says no
            found = link.change_user("with_password", "wrong", "shop")
            report.check(f"{world.label}: upstream by {name}: COM_CHANGE_USER with a wrong password",
                         failed(found) and failed(found)[:2] == (1045, "28000"), found)
        world.close(report)


def change(place, tls, user, password, plugin):
    link, _ = login(place, "trusted", "", tls=tls)
    with contextlib.closing(link):
        changed(link, user, password, plugin)


def changed(link, user, password, plugin):
    link.query("set @kept = 1")
    for secret in (password, password):  # for caching_sha2_password in full, and again
        found = link.change_user(user, secret, "shop", plugin)
        assert not failed(found), found
        row = link.query("select substring_index(user(), '@', 1), @kept, database()").rows()
        assert row == [[user.encode(), None, b"shop"]], row
