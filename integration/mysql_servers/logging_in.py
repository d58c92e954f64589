"""Each way of logging in, with and without TLS, at the beginning of a session and in the middle of it."""

import mysql_login as logins
import mysql_servers
import mysqlwire as wire

PASSWORD = mysql_servers.PASSWORD
# user, what the client begins with, the steps in plain text, over TLS. A server remembers who has shown a password to
# caching_sha2_password: each of these is asked for once only.
WAYS = {
    "mariadb": (("trusted", None, [], []), ("with_native", None, [], []), ("with_password", None, [], []),
                ("with_ed25519", None, ["switch"], ["switch"]), ("with_ed25519", logins.ED25519, ["switch"], ["switch"]),
                ("with_native", logins.ED25519, ["switch"], ["switch"])),
    "mysql": (("trusted", None, [], []), ("with_sha2", None, ["full", "key"], ["fast"]),
              ("with_sha2", None, ["fast"], ["fast"]), ("with_password", None, ["full", "key"], ["fast"]),
              ("with_sha2", logins.NATIVE, ["switch", "fast"], ["switch", "fast"]),
              ("with_sha256", None, ["switch", "key"], ["switch"])),
}
PARSEC = tuple(("with_parsec", plugin, ["switch", "salt"], ["switch", "salt"]) for plugin in (None, logins.PARSEC))
TLS = "show status like 'Ssl_version'"


def said(link):
    return link.query("select substring_index(user(), '@', 1)").rows()[0][0].decode()


def check(server, other, report):
    for user, plugin, plain, private in WAYS[server.name] + (PARSEC if "with_parsec" in server.users else ()):
        for steps, tls in ((plain, None), (private, wire.tls_context())):
            name = f"{user} with {plugin or 'the usual'}, {'TLS' if tls else 'plain'}: {steps}"
            with report.guard(name):
                one_way(server, user, plugin, steps, tls)
    check_full_over_tls(server, report)
    check_refused(server, report)
    check_certificates(server, report)
    check_change_user(server, report)
    check_socket(server, report)
    check_greetings(server, other, report)


def one_way(server, user, plugin, steps, tls):
    link = wire.Connection(server.host, server.port)
    password = "" if user == "trusted" else PASSWORD
    found = link.login(user, password, plugin=plugin, tls=tls)
    assert found[-1][1][:1] == b"\0", found
    assert link.steps == steps, link.steps
    assert said(link) == user
    assert (b"TLS" in link.query(TLS).rows()[0][1]) == bool(tls)
    link.leave()


def check_full_over_tls(server, report):
    """A server that remembers nobody asks for the password itself, which TLS may carry."""
    if server.name != "mysql":
        return
    server.sql("flush privileges")  # forgets
    with report.guard("full authentication over TLS"):
        one_way(server, "with_sha2", None, ["full"], wire.tls_context())


def check_refused(server, report):
    link = wire.Connection(server.host, server.port)
    found = link.login("with_password", "wrong")
    report.check("a wrong password is refused", b"#28000Access denied" in found[-1][1], found)
    link.close()
    link = wire.Connection(server.host, server.port)
    found = link.login("tls_only", PASSWORD)
    report.check("who must use TLS is refused without it", found[-1][1][:1] == b"\xff", found)
    link.close()


def check_certificates(server, report):
    files = server.certificates
    context = wire.tls_context(files / "client.pem", files / "client-key.pem", files / "authority.pem")
    for user, password in (("certified", ""), ("tls_only", PASSWORD)):
        with report.guard(f"{user} logs in with a certificate, and the server's is good"):
            link = wire.session(server, user, password=password, tls=context)
            assert said(link) == user
            link.leave()
    link = wire.Connection(server.host, server.port)
    found = link.login("certified", tls=wire.tls_context())
    report.check("certified needs the certificate", found[-1][1][:1] == b"\xff", found)
    link.close()


def check_change_user(server, report):
    users = {"mariadb": ("with_native", "with_ed25519"), "mysql": ("with_sha2", "with_sha256")}[server.name]
    link = wire.session(server, database="shop")
    link.query("set @kept = 1")
    for user in users:
        found = link.change_user(user, PASSWORD, "shop", attributes=[("program_name", "suite")])
        report.check(f"COM_CHANGE_USER to {user}", found[-1][1][:1] == b"\0" and said(link) == user, found)
    row = link.query("select @kept, database()").rows()[0]
    report.check("and the session is as new", row == [None, b"shop"], row)
    found = link.change_user("with_password", "wrong")
    report.check("a wrong password is refused there, too", found[-1][1][:1] == b"\xff", found)
    link.close()


def check_socket(server, report):
    link = wire.Connection(server.socket)
    found = link.login("with_password", PASSWORD)
    report.check("with a password over the server's socket", found[-1][1][:1] == b"\0" and said(link) == "with_password",
                 found)
    link.leave()


def check_greetings(server, other, report):
    links = [wire.session(place) for place in (server, other)]
    found = [link.greeting.comparable() for link in links]
    report.check("the twins greet alike", found[0] == found[1], found)
    for link in links:
        link.leave()
