"""What the scenarios share: the database, a Tapri as a scenario wants it, sessions, and what became of a statement."""

import http.client
import json

import pgwire as wire
import servers

SCENARIOS = []
SETTINGS = "shared_preload_libraries = 'pg_stat_statements'\nshared_buffers = 64MB\n"
SCHEMA = """
create extension pg_stat_statements;
create table products (id int primary key, name text, price int);
insert into products select n, 'product ' || n, n * 10 from generate_series(1, 100) n;
create table orders (id int primary key, product int references products);
insert into orders select n, n from generate_series(1, 100) n;
create table money (id int primary key, balance int);
insert into money values (1, 1000);
create table stations (id int primary key, name text);
insert into stations values (1, 'Lisboa Oriente'), (2, 'Porto Campanha');
create table visits (id int primary key, count int);
insert into visits values (1, 0);
"""
PRODUCT = "select name from products where id = 7"
# What a Tapri that has just started, or was reset, needs until it caches; never a bound on how fast it is.
SECONDS = 60


def scenario(function):
    SCENARIOS.append((function.__name__.replace("_", " "), function))
    return function


class World:
    """The database, and the Tapris that the scenario at hand has started."""

    def __init__(self):
        self.server = servers.Postgres("operation", SETTINGS).create()
        self.server.sql(SCHEMA)
        self.started = []

    def tapri(self, *flags, upstream=None, admin=None, token=None, environment=None):
        more = ["--admin-token", token] if token else []
        one = servers.Tapri(upstream or self.server.url(), *flags, *more, environment=environment)
        one.admin_listen = admin or one.admin_listen
        one.admin_token = token
        self.started.append(one)
        return one.start()

    def backends(self, condition):
        """How many of the server's sessions of clients are so."""
        return int(self.server.sql("select count(*) from pg_stat_activity where backend_type = 'client backend' and "
                                   "pid <> pg_backend_pid() and application_name <> 'tapri-control' and "
                                   f"({condition})"))

    def close(self, report):
        for one in self.started:
            if one.alive():
                report.check("tapri ends cleanly", one.stop(seconds=SECONDS) == 0, one.tail())
        self.started.clear()


class Answer:
    """An HTTP response."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.type = response.headers["Content-Type"]
        self.text = response.read().decode()

    def document(self):
        return json.loads(self.text)

    def __str__(self):
        return f"{self.status} {self.type}: {self.text[:1500]}"


def request(tapri, path, method="GET", body=None, **headers):
    """A request to the admin address, with its token where it has one; a body that is no bytes is sent as JSON."""
    if tapri.admin_token:
        headers = {"Authorization": f"Bearer {tapri.admin_token}", **headers}
    link = http.client.HTTPConnection("127.0.0.1", tapri.admin_port, timeout=SECONDS)
    try:
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        link.request(method, path, raw, {name.replace("_", "-"): value for name, value in headers.items()})
        return Answer(link.getresponse())
    finally:
        link.close()


def get(tapri, path):
    return request(tapri, path).document()


def is_problem(report, name, answer, status, *words):
    """The answer is a problem document (RFC 9457) with this status; its detail has the words."""
    good = answer.status == status and answer.type == "application/problem+json"
    if good:
        document = answer.document()
        good = set(document) == {"type", "title", "status", "detail"} and document["type"] == "about:blank" and \
            document["status"] == status and document["title"] and all(word in document["detail"] for word in words)
    report.check(f"{name}: {status}", good, answer)


def session(place, port=None, user="postgres", password=servers.PASSWORD, **more):
    link = wire.Connection(place.host, port or place.port, SECONDS)
    messages = link.login(user, password=password, **more)
    if messages[-1][0] != b"Z":
        raise RuntimeError(f"login failed: {wire.shown(messages)}")
    return link


def value(link, text):
    """The first column of the first row, as text."""
    messages = link.run(wire.query(text))
    if wire.sqlstate(messages):
        raise RuntimeError(f"{text}: {wire.shown(messages)}")
    found = wire.rows(messages)
    return found[0][0].decode() if found else None


def _counts(tapri):
    statements = get(tapri, "/api/v1/stats")["statements"]
    return {name: count for name, count in statements.items() if name not in ("total", "hit_ratio")}


def ask(tapri, link, text):
    """(outcome, value) of a statement; nobody else may be asking this Tapri."""
    before = _counts(tapri)
    found = value(link, text)

    def told():
        after = _counts(tapri)
        return {name: after[name] - before[name] for name in after if after[name] != before[name]}

    became = servers.wait_for(told, f"the outcome of {text}", SECONDS)
    if sum(became.values()) != 1:
        raise RuntimeError(f"{text} is one statement, but counted as {became}")
    return next(iter(became)), found


def outcome(tapri, link, text):
    return ask(tapri, link, text)[0]


def kept(tapri, link, text):
    """Asks until the answer comes from the cache; the value then."""
    def hit():
        became, found = ask(tapri, link, text)
        return became == "hit_l1" and (found,)

    return servers.wait_for(hit, f"a hit of {text}", SECONDS)[0]


def outcomes(tapri, link, text, times=3):
    """For what should not be kept: asked once is not enough."""
    return [outcome(tapri, link, text) for _ in range(times)]


def shape(tapri, part):
    """What /api/v1/shapes says of the one statement whose text has this part."""
    found = [one for one in get(tapri, "/api/v1/shapes?limit=1000")["shapes"] if part in one["text"]]
    if len(found) != 1:
        raise RuntimeError(f"{part}: {len(found)} shapes")
    return found[0]
