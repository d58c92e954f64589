"""`tapri rules check|test|diff` and `tapri explain`, as text and as JSON."""

import json

import servers
from command_line import refused, shown, tapri
from world import PRODUCT, get, kept, outcomes, scenario, session

GOOD = '{ "version": 1, "rules": [ { "name": "money", "match": { "tables": "money" }, "action": "bypass" } ] }'
BROKEN = '{ "version": 1,\n  "rulez": [] }'
CASES = """rules: good.json
catalog: products, money

sql: SELECT name FROM products WHERE id = 7
expect: cache

sql: SELECT balance FROM money
expect: {}
"""


def parsed(report, name, done, code=0):
    report.check(f"{name}: {code}", done.returncode == code, shown(done))
    return json.loads(done.stdout)


def files():
    folder = servers.temporary_folder("rules")
    for name, text in (("good.json", GOOD), ("empty.json", '{ "version": 1 }'), ("broken.json", BROKEN),
                       ("good.case", CASES.format("bypass")), ("bad.case", CASES.format("cache"))):
        (folder / name).write_text(text)
    return folder


@scenario
def rules_check(_world, report):
    folder = files()
    good, broken = str(folder / "good.json"), str(folder / "broken.json")
    done = tapri("rules", "check", good)
    report.check("good rules", (done.returncode, done.stdout) == (0, f"{good}: good, 1 rule, 0 dependencies\n"),
                 shown(done))
    done = tapri("rules", "check", good, broken)
    report.check("broken rules: 2, with line and column", done.returncode == 2 and
                 f"{broken}:2:3: rulez" in done.stderr and
                 "1 rule" in done.stdout, shown(done))
    found = parsed(report, "check --json", tapri("rules", "check", "--json", good, broken), 2)["files"]
    report.check("check --json says the same",
                 found[0] == {"path": good, "good": True, "rules": 1, "dependencies": 0} and
                 not found[1]["good"] and ":2:3: " in found[1]["error"], found)
    refused(report, "check of nothing", tapri("rules", "check"), 2)
    shipped = [str(servers.ROOT / "rules" / name) for name in ("sample.json", "packs/opt-in.json")]
    report.check("what is shipped is good", tapri("rules", "check", *shipped).returncode == 0)


@scenario
def rules_test(_world, report):
    folder = files()
    good, bad = str(folder / "good.case"), str(folder / "bad.case")
    done = tapri("rules", "test", good)
    report.check("cases that come out", done.returncode == 0 and done.stdout.endswith("2 cases: 2 passed, 0 failed\n"),
                 shown(done))
    done = tapri("rules", "test", bad)
    report.check("cases that do not: 1, with the line", done.returncode == 1 and f"not ok {bad}:7: " in done.stdout,
                 shown(done))
    found = parsed(report, "test --json", tapri("rules", "test", "--json", bad), 1)
    report.check("test --json says the same", (found["passed"], found["failed"], len(found["cases"])) == (1, 1, 2),
                 found)
    found = parsed(report, "test --rules", tapri("rules", "test", "--json", "--rules", str(folder / "empty.json"), bad))
    report.check("with other rules they come out", found["failed"] == 0, found)
    (folder / "broken.case").write_text("rules: broken.json\n\nsql: select 1\nexpect: cache\n")
    done = tapri("rules", "test", str(folder / "broken.case"))
    report.check("broken rules behind a case: 2", done.returncode == 2 and "broken.json:2:3" in done.stderr,
                 shown(done))
    done = tapri("rules", "test", str(servers.ROOT / "rules"))
    report.check("what is shipped comes out", done.returncode == 0 and "0 failed" in done.stdout, shown(done))


@scenario
def rules_diff(world, report):
    folder = files()
    empty, good = str(folder / "empty.json"), str(folder / "good.json")
    (folder / "statements.sql").write_text("select balance from money where id = 1;\nselect name from products;\n")
    done = tapri("rules", "diff", empty, good, "--statements", str(folder / "statements.sql"))
    report.check("of a file of statements", done.returncode == 0 and
                 done.stdout.startswith("select balance from money") and
                 "bypass (rule_bypass), money" in done.stdout and
                 done.stdout.endswith("1 of 2 known statements change\n"),
                 shown(done))
    one = world.tapri()
    link = session(one)
    kept(one, link, "select balance from money where id = 1")
    outcomes(one, link, PRODUCT, 2)
    (folder / "shapes.json").write_text(json.dumps(get(one, "/api/v1/shapes")))
    found = parsed(report, "diff --json", tapri("rules", "diff", "--json", empty, good, "--shapes",
                                                str(folder / "shapes.json")))
    changes = found["changes"]
    report.check("of what a running Tapri was asked", found["known"] == 2 and len(changes) == 1 and
                 changes[0]["calls"] >= 2 and
                 changes[0]["shape"] == "select balance from money where id = ?" and
                 changes[0]["before"].startswith("cache"), found)
    refused(report, "diff of no statements", tapri("rules", "diff", empty, good), 2, "nothing to compare")
    refused(report, "diff with broken rules", tapri("rules", "diff", empty, str(folder / "broken.json"), "--shapes",
                                                    "x"), 2, ":2:3")
    link.close()


@scenario
def explain_offline(_world, report):
    folder = files()
    done = tapri("explain", "select name from anything where id = 7")
    report.check("as text", done.returncode == 0 and "cached        yes" in done.stdout and
                 "any(public.anything)" in done.stdout, shown(done))
    found = parsed(report, "explain --json", tapri("explain", "--json", "select now() from products"))
    one = found["statements"][0]
    report.check("as JSON", found["catalog"] == "assumed" and (one["cacheable"], one["reason"], one["detail"]) ==
                 (False, "volatile_function", "now"), found)
    found = parsed(report, "explain --rules", tapri("explain", "--json", "--rules", str(folder / "good.json"), "--user",
                                                    "app",
                                                   "-", given="select balance from money; select 1 from products"))
    report.check("with rules, from standard input", found["user"] == "app" and
                 [one["reason"] for one in found["statements"]] == ["rule_bypass", "none"], found)
    refused(report, "no statement", tapri("explain", " "), 2, "no statement")
    refused(report, "nothing at all", tapri("explain"), 2)
    refused(report, "broken rules", tapri("explain", "--rules", str(folder / "broken.json"), "select 1"), 2,
            "broken.json:2:3")


@scenario
def explain_with_a_database(world, report):
    upstream = ["--upstream", world.server.url()]
    world.server.sql("create view dear as select * from products where price > 500")
    found = parsed(report, "explain", tapri("explain", "--json", *upstream, PRODUCT))
    one = found["statements"][0]
    report.check("what the catalog says", found["catalog"] == "database" and found["database"] == "postgres" and
                 one["cacheable"] and one["reads"] == [{"written": "products", "resolved": "public.products"}], found)
    for text, reason in (("select * from nothing", "unknown_relation"), ("select random() from dear", "volatile_function"),
                         ("select nothing(id) from products", "unknown_function"),
                         ("select * from pg_class", "system_relation")):
        found = parsed(report, f"explain {text}", tapri("explain", "--json", *upstream, text))["statements"][0]
        report.check(f"{text}: {reason}", found["reason"] == reason and found["advice"], found)
    found = parsed(report, "explain --search-path", tapri("explain", "--json", *upstream, "--search-path", "elsewhere",
                                                          PRODUCT))
    report.check("another search path", found["statements"][0]["reason"] == "unknown_relation", found)
    found = parsed(report, "explain --control-enabled=false",
                   tapri("explain", "--json", *upstream, "--control-enabled=false", PRODUCT))
    report.check("without a control connection", found["catalog"] == "none" and
                 found["statements"][0]["reason"] == "catalog_unavailable", found)
    world.server.sql("drop view dear")
    nobody = f"postgres://with_scram:Not-the-word@127.0.0.1:{world.server.port}/postgres"
    for name, url in (("nobody listens", "postgres://postgres:Not-the-word@127.0.0.1:1/postgres"),
                      ("a wrong password", nobody),
                      ("no such database", world.server.url("nothing"))):
        done = tapri("explain", "--upstream", url, PRODUCT)
        refused(report, name, done, 1, "cannot read the catalog")
        report.check(f"{name}: the password is not told", "Not-the-word" not in done.stderr, shown(done))
