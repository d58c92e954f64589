"""Every function that a server says it has: Tapri knows it, and what it keeps of it is what the server says.

statements/functions.sql has a call of each one whose results are kept.
"""

import json
import re

import caching
import mysqlwire as wire
import servers

MARIADB = "select lower(function) from information_schema.sql_functions"
MYSQL = """select lower(substring_index(t.name, ' ', 1)) from mysql.help_topic t join mysql.help_category c using (help_category_id)
  where (c.name like '%Functions%' or c.name like '%Operators' or c.name = 'Geometry Constructors')
    and t.name regexp '^[a-z][a-z0-9_]*([(][)])?( function)?$'"""
NAMES = {"mariadb": MARIADB, "mysql": MYSQL}
# In the lists, but no functions of a value: operators, a clause of INSERT and ON DUPLICATE KEY UPDATE, what DEFAULT has, what makes
# a table, and what tells the moment or the user, whatever it is written with. Of json_merge MySQL warns each time.
WORDS = {"and", "binary", "default", "div", "exists", "in", "is", "json_merge", "json_table", "like", "or", "regexp", "schemas", "values", "xor",
         "current_date", "current_role", "current_time", "current_timestamp", "current_user", "localtime", "localtimestamp",
         "utc_date", "utc_time", "utc_timestamp"}
PENDING = {"catalog_pending", "catalog_unavailable"}


def explained(tapri, text):
    status, answer = tapri.admin("/api/v1/explain", "POST", {"sql": text, "database": "shop"})
    if status != 200:
        raise RuntimeError(f"{status} {answer}")
    return json.loads(answer)["statements"]


def missing(server, name):
    """Whether the server, whatever its list says, has none of that name: it came with a plug-in, or has become one."""
    try:
        server.sql(f"select {name}(1)", "shop")
    except RuntimeError as error:
        return "does not exist" in str(error)
    return False


def check_names(server, tapri, called, report):
    """Each name of the server's own list, called with a column."""
    names = sorted({name.rstrip("()") for name in server.sql(NAMES[server.name]).split()} - WORDS)
    found = explained(tapri, ";".join(f"SELECT {name}(id) FROM products" for name in names))
    reasons = {name: one["reason"] for name, one in zip(names, found, strict=True)}
    report.check(f"{server.label} lists its functions", len(names) > 200, names)
    unknown = [name for name, reason in reasons.items() if reason == "unknown_function" and not missing(server, name)]
    report.check(f"{server.label}: every function is known", not unknown, unknown)
    kept = {name for name, reason in reasons.items() if reason in ("none", "not_understood")}
    uncalled = [name for name in kept - called if not missing(server, name)]
    report.check(f"{server.label}: of each that is kept there is a call", not uncalled, uncalled)
    report.note(f"{server.label}: {len(names)} functions, {len(kept)} are kept")


def check_kept(direct, tapri, texts, report):
    """The second time Tapri answers by itself, and says what the server does."""
    links = [wire.Connection(place.host, place.port, 60.0) for place in (direct, tapri)]
    for link in links:
        link.login("trusted", database="shop")
    for text in texts:
        caching.mysql_until_hit(tapri, links[1], text)
        answers = [link.query(text).packets for link in links]
        report.check(f"{direct.label}: what is kept is the same: {text[:60]}", answers[0] == answers[1], answers)
    for link in links:
        link.leave()


def check(direct, tapri, cases, report):
    """cases: those of functions.sql for this kind of server."""
    texts = [step.text for case in cases for step in case.steps]
    servers.wait_for(lambda: not PENDING & {one["reason"] for one in explained(tapri, texts[0])}, "the schema")
    refused = {text: (one["reason"], one["detail"]) for text in texts for one in explained(tapri, text)
               if not one["cacheable"]}
    report.check(f"{direct.label}: each call may be kept", not refused, refused)
    called = {name.lower() for text in texts for name in re.findall(r"(\w+)\(", text)}
    check_names(direct, tapri, called, report)
    check_kept(direct, tapri, texts, report)
