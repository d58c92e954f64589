"""Who may ask the admin address what: methods, paths, tokens, and other sites' web pages."""

import socket

import servers
from world import SECONDS, is_problem, request, scenario

GETS = ["/livez", "/readyz", "/metrics", "/api/v1/stats", "/api/v1/shapes", "/api/v1/rules", "/api/v1/config"]
POSTS = ["/api/v1/explain", "/api/v1/flush", "/api/v1/reload", "/api/v1/drain"]
OPEN = ["/livez", "/readyz"]
TOKEN = "A-token/of+the=test"
WRONG_TOKENS = ("Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN.lower()}", TOKEN,
                f"Basic {TOKEN}")


def raw(tapri, data):
    """What comes back for these bytes, to the end."""
    with socket.create_connection(("127.0.0.1", tapri.admin_port), SECONDS) as link:
        link.sendall(data)
        answer = b""
        while more := link.recv(65536):
            answer += more
    return answer.decode()


@scenario
def methods_and_paths(world, report):
    tapri = world.tapri()
    for path in GETS:
        report.check(f"GET {path}", request(tapri, path).status == 200)
        for method in ("POST", "PUT", "DELETE"):
            answer = request(tapri, path, method)
            is_problem(report, f"{method} {path}", answer, 405, path)
            report.check(f"{method} {path} names what is allowed", answer.headers["Allow"] == "GET, HEAD",
                         answer.headers)
    for path in POSTS:
        for method in ("GET", "PUT", "DELETE"):
            answer = request(tapri, path, method)
            is_problem(report, f"{method} {path}", answer, 405, path)
            report.check(f"{method} {path} names what is allowed", answer.headers["Allow"] == "POST", answer.headers)
    for path in ("/", "/metrics/", "/api", "/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v2/stats", "/LIVEZ",
                 "/livez/../metrics"):
        is_problem(report, path, request(tapri, path), 404, path)
    report.check("after all that it drains not", request(tapri, "/readyz").status == 200)


@scenario
def requests_that_are_none(world, report):
    tapri = world.tapri()
    ending = b"Host: 127.0.0.1\r\nConnection: close\r\n\r\n"
    for name, data, status in (("no HTTP", b"hello\r\n\r\n", 400), ("HTTP/2", b"GET /livez HTTP/2.0\r\n" + ending, 505),
                               ("chunks", b"POST /api/v1/flush HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + ending,
                                501),
                               ("a long head", b"GET /livez HTTP/1.1\r\nX: " + b"x" * 20000 + b"\r\n" + ending, 431),
                               ("a long body", b"POST /api/v1/flush HTTP/1.1\r\nContent-Length: 9999999\r\n" + ending,
                                413)):
        answer = raw(tapri, data)
        report.check(f"{name}: {status}, as a problem document", answer.startswith(f"HTTP/1.1 {status} ") and
                     "Content-Type: application/problem+json" in answer and f'"status":{status}' in answer, answer)
    report.check("it answers on", request(tapri, "/livez").status == 200)


@scenario
def other_sites(world, report):
    tapri = world.tapri()
    here = f"127.0.0.1:{tapri.admin_port}"
    is_problem(report, "another site's page", request(tapri, "/api/v1/drain", "POST", Origin="http://evil.example"),
               403)
    is_problem(report, "a name that leads here", request(tapri, "/api/v1/stats", Host="evil.example"), 403)
    report.check("its own page", request(tapri, "/api/v1/stats", Origin=f"http://{here}", Host=here).status == 200)
    report.check("localhost", request(tapri, "/api/v1/stats", Host=f"localhost:{tapri.admin_port}").status == 200)


@scenario
def other_loopback_addresses_need_no_token(world, report):
    tapri = world.tapri(admin="127.0.0.2:0")
    with socket.create_connection(("127.0.0.2", tapri.admin_port), SECONDS) as link:
        link.sendall(b"GET /api/v1/stats HTTP/1.1\r\nHost: 127.0.0.2\r\nConnection: close\r\n\r\n")
        report.check("127.0.0.2 answers without a token", link.recv(65536).startswith(b"HTTP/1.1 200 "))


@scenario
def any_other_address_needs_a_token(world, report):
    for address in ("0.0.0.0:0", "[::]:0"):
        one = servers.Tapri(world.server.url())
        one.admin_listen = address
        try:
            one.start()
            report.fail(f"{address} without a token is refused", "it started")
        except RuntimeError:
            report.check(f"{address} without a token is refused: 2, saying what to do",
                         one.process.wait(SECONDS) == 2 and
                         "token" in one.tail(), one.tail())
        one.stop()
    secret = servers.temporary_folder("secret") / "token"
    secret.write_text(TOKEN + "\n")
    ways = {"--admin-token": (["--admin-token", TOKEN], {}),
            "--admin-token-file": (["--admin-token-file", str(secret)], {}),
            "TAPRI_ADMIN_TOKEN": ([], {"TAPRI_ADMIN_TOKEN": TOKEN}),
            "TAPRI_ADMIN_TOKEN_FILE": ([], {"TAPRI_ADMIN_TOKEN_FILE": str(secret)})}
    for name, (flags, environment) in ways.items():
        tapri = world.tapri(*flags, admin="0.0.0.0:0", environment=environment)
        is_problem(report, f"{name}: without it", request(tapri, "/api/v1/stats"), 401)
        report.check(f"{name}: with it", request(tapri, "/api/v1/stats", Authorization=f"Bearer {TOKEN}").status == 200)


@scenario
def tokens(world, report):
    tapri = world.tapri("--admin-token", TOKEN, admin="0.0.0.0:0")
    good = {"Authorization": f"Bearer {TOKEN}"}
    for path in GETS + POSTS + ["/readyz?verbose"]:
        method = "POST" if path in POSTS else "GET"
        if path in OPEN:
            report.check(f"{path} is open: a kubelet has no token", request(tapri, path).status == 200)
            continue
        answer = request(tapri, path, method)
        is_problem(report, f"{path} without a token", answer, 401, "bearer")
        report.check(f"{path} asks for one", answer.headers["WWW-Authenticate"] == "Bearer", answer.headers)
        wrong = {token: request(tapri, path, method, Authorization=token).status for token in WRONG_TOKENS}
        report.check(f"{path} with a wrong token: 401", set(wrong.values()) == {401}, wrong)
        if path not in POSTS:
            report.check(f"{path} with the token", request(tapri, path, method, **good).status == 200)
    report.check("nobody made it drain", request(tapri, "/readyz").status == 200)
    is_problem(report, "an unknown path", request(tapri, "/nothing"), 404)
    small = request(tapri, "/metrics", Authorization=f"bearer {TOKEN}")
    report.check("the scheme may be in small letters", small.status == 200, small)
    report.check("reload with the token", request(tapri, "/api/v1/reload", "POST", **good).status == 200)
    report.check("drain with the token", request(tapri, "/api/v1/drain", "POST", **good).status == 202)
    report.check("and it ends well", tapri.process.wait(SECONDS) == 0, tapri.tail())
