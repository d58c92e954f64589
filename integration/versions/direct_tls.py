"""TLS without SSLRequest, as clients of PostgreSQL 17 may begin it: told apart from others by ALPN."""

import ssl
import subprocess

import news
import pgwire as wire
import servers
from servers import PASSWORD

ALPN = ("postgresql",)
TEXT = "select id, repeat(owner, 500) from accounts order by id"
READ = wire.query(TEXT)


class Certificate:
    """One of Tapri's own, other than the server's."""

    def __init__(self):
        folder = servers.temporary_folder("certificate")
        self.certificate, self.key = str(folder / "tapri.crt"), str(folder / "tapri.key")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=tapri",
                        "-keyout", self.key, "-out", self.certificate], check=True, capture_output=True)

    def flags(self):
        return ["--client-tls-mode", "allow", "--client-tls-certificate", self.certificate,
                "--client-tls-key", self.key]


def binary(path):
    with open(path, encoding="ascii") as pem:
        return ssl.PEM_cert_to_DER_cert(pem.read())


def connect(place, alpn=ALPN, version=None):
    context = wire.tls_context(alpn)
    if version:
        context.maximum_version = version
    link = wire.Connection(place.host, place.port, 10)
    link.wrap_tls(context)
    return link


def ending(place, alpn, version):
    """How a direct connection that should be refused ends."""
    try:
        link = connect(place, alpn, version)
    except ssl.SSLError as error:
        return f"in the handshake: {error.reason}"
    except OSError:
        return "closed in the handshake"
    try:
        messages = link.login("trusted")
        return f"says {wire.kinds(messages)}"
    except (wire.Closed, OSError):
        return "closed without a word"
    finally:
        link.close()


def check_session(report, name, place, expected, shown, version=None):
    """Users of each kind log in and read, twice; the certificate that they are shown."""
    with report.guard(name):
        for user in ("trusted", "with_scram", "with_md5", "trusted"):
            link = connect(place, version=version)
            assert link.socket.selected_alpn_protocol() == "postgresql", link.socket.selected_alpn_protocol()
            assert link.socket.getpeercert(binary_form=True) == shown, "another certificate"
            messages = link.login(user, password=PASSWORD)
            assert messages[-1][0] == b"Z", wire.shown(messages)
            assert link.run(READ) == expected, "another answer"
            link.close()


def refusals(report, direct, tapri):
    for name, alpn, word in (("without ALPN", (), "closed without a word"),
                             ("with another protocol's ALPN", ("http/1.1",), "in the handshake: ")):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            ends = [ending(place, alpn, version) for place in (direct, tapri)]
            report.check(f"{name} ({version.name}) it is refused as the server does",
                         ends[0] == ends[1] and ends[0].startswith(word), ends)


def check(world, report):
    own = Certificate()
    alone = connect(world.direct)
    alone.login("trusted")
    expected = alone.run(READ)
    alone.close()
    server_shows, tapri_shows = binary(world.server.data / "server.crt"), binary(own.certificate)
    check_session(report, "the server itself", world.server, expected, server_shows)
    for upstream in ("disable", "require"):
        tapri = servers.Tapri(f"{world.server.url()}?sslmode={upstream}", *own.flags()).start()
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            check_session(report, f"ends at Tapri ({version.name}, upstream sslmode={upstream})", tapri, expected,
                          tapri_shows, version)
        with report.guard(f"answers come from the cache (upstream sslmode={upstream})"):
            link = connect(tapri)
            link.login("trusted")
            assert news.cached(tapri, link, TEXT) == expected, "another answer"
            link.close()
        if upstream == "require":
            refusals(report, world.server, tapri)
        report.check("tapri ends cleanly", tapri.stop() == 0, tapri.tail())
    tapri = servers.Tapri(f"{world.server.url()}?sslmode=require", "--client-tls-mode", "passthrough").start()
    check_session(report, "passed through", tapri, expected, server_shows)
    report.check("tapri ends cleanly", tapri.stop() == 0, tapri.tail())
    ends = ending(world.tapri, ALPN, None)
    report.check("where Tapri has no TLS it is refused", "handshake" in ends, ends)
