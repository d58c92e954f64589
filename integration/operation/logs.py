"""The log: every line for machines is JSON, and no line, whatever goes wrong, holds a password."""

import json
import re
import signal

import pgwire as wire
import servers
from servers import PASSWORD
from world import PRODUCT, SECONDS, get, kept, request, scenario, session, value

CONTROL, WRONG, TOKEN, LITERAL = "Control-word-1", "Wrong-word-2", "Token-word-3", "Literal-word-4"
SECRETS = (PASSWORD, "Chai%204", CONTROL, WRONG, TOKEN, LITERAL)


def busy_life(world, tapri, rules):
    """What makes a Tapri talk: logins good and bad, rules good and bad, errors, writes cut short, the schema."""
    for user in ("postgres", "plain_password", "with_md5", "with_scram"):
        link = session(tapri, user=user)
        kept(tapri, link, PRODUCT)
        value(link, f"select count(*) from products where name = '{LITERAL}'")
        value(link, f"alter role plain_user password '{LITERAL}'")
        link.run(wire.query(f"selekt '{LITERAL}'"))
        link.run(wire.query(f"insert into products values (1, '{LITERAL}')"))
        link.close()
    # Behind all that is counted: nobody knows when this one will be.
    link = session(tapri)
    link.send(wire.query(f"select pg_sleep(0.3); insert into visits values (2000, length('{LITERAL}'))"))
    link.close()
    for user in ("plain_password", "with_md5", "with_scram"):
        link = wire.Connection(tapri.host, tapri.port)
        link.login(user, password=WRONG)
        link.close()
    for junk in (b"GET / HTTP/1.1\r\n\r\n", b"\0\0\0\x08\0\0\0\0", b"\xff" * 64):
        link = wire.Connection(tapri.host, tapri.port)
        link.send(junk)
        link.close()
    rules.write_text('{ "version": 1, "rulez": "a \\"quoted\\" \\u0007 text" }')
    servers.wait_for(lambda: get(tapri, "/api/v1/rules")["error"], "the refusal", SECONDS)
    rules.write_text('{ "version": 1 }')
    tapri.process.send_signal(signal.SIGHUP)
    servers.wait_for(lambda: not get(tapri, "/api/v1/rules")["error"], "good rules", SECONDS)
    world.server.sql(f"alter role control password '{WRONG}x'; "
                     "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tapri-control'")
    servers.wait_for(lambda: tapri.metric("tapri_degraded", component="catalog") == 1, "the loss of the schema",
                     SECONDS)
    world.server.sql(f"alter role control password '{CONTROL}'")
    servers.wait_for(lambda: tapri.metric("tapri_degraded", component="catalog") == 0, "the schema", SECONDS)
    request(tapri, "/api/v1/stats", Authorization=f"Bearer {WRONG}")
    request(tapri, "/api/v1/explain", "POST", {"sql": f"select '{LITERAL}'"})


def a_life(world, log_format):
    """A Tapri at its most talkative, from start to end."""
    rules = servers.temporary_folder("rules") / "rules.json"
    rules.write_text('{ "version": 1 }')
    users = servers.temporary_folder("users") / "users"
    users.write_text(f'"with_scram" "{PASSWORD}"\n')
    users.chmod(0o644)  # which is worth a warning
    world.server.sql(f"drop role if exists control; create role control login password '{CONTROL}'")
    tapri = world.tapri("--log-format", log_format, "--log-level", "trace", "--rules", str(rules),
                        "--auth-users-file", str(users), token=TOKEN,
                        upstream=f"postgres://control:{CONTROL}@127.0.0.1:{world.server.port}/postgres",
                        environment={"TAPRI_NO_SUCH_SETTING": TOKEN})
    return tapri, rules


@scenario
def json_lines(world, report):
    tapri, rules = a_life(world, "json")
    busy_life(world, tapri, rules)
    report.check("it ends well", tapri.stop(seconds=SECONDS) == 0, tapri.tail())
    lines = tapri.log.read_text(encoding="utf-8").splitlines()
    events = []
    for line in lines:
        try:
            events.append(json.loads(line))
        except ValueError:
            report.fail("every line is JSON", line)
    report.check(f"{len(lines)} lines of JSON", len(events) == len(lines) > 5, tapri.tail())
    wrong = [event for event in events if not isinstance(event, dict) or
             not {"time", "level", "component", "message"} <= set(event) or
             not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event["time"]) or
             event["level"] not in ("trace", "debug", "info", "warning", "error")]
    report.check("each has its time, level, component and message", not wrong, wrong[:3])
    for name, level, component, word in (("an unknown variable", "warning", "config", "TAPRI_NO_SUCH_SETTING"),
                                         ("users that everybody may read", "warning", "config", "users"),
                                         ("refused rules", "error", "rules", "refused"),
                                         ("new rules", "info", "rules", "in force"),
                                         ("the loss of the schema", "warning", "catalog", ""),
                                         ("its return", "info", "catalog", ""),
                                         ("draining", "info", "app", "draining"),
                                         ("the end", "info", "app", "stopped")):
        report.check(f"told: {name}", any((event["level"], event["component"]) == (level, component) and
                                          word in event["message"]
                                          for event in events), tapri.tail())
    refusal = [event["error"] for event in events if event["level"] == "error" and event["component"] == "rules"]
    report.check("what is refused, and where, is a field", any("rules.json:1:17: rulez" in text for text in refusal),
                 refusal)
    told = [secret for secret in SECRETS if secret in tapri.log.read_text(encoding="utf-8")]
    report.check("no secret is told", not told, told)


@scenario
def text_lines(world, report):
    tapri, rules = a_life(world, "text")
    busy_life(world, tapri, rules)
    report.check("it ends well", tapri.stop(seconds=SECONDS) == 0, tapri.tail())
    text = tapri.log.read_text(encoding="utf-8")
    wrong = [line for line in text.splitlines()
             if not re.match(r"\d{4}-\d\d-\d\dT[\d:.]+Z (trace|debug|info|warning|error) \w+: ", line)]
    report.check("each line has its time, level and component", not wrong, wrong[:3])
    told = [secret for secret in SECRETS if secret in text]
    report.check("no secret is told", not told, told)
