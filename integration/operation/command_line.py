"""The command line: versions, help, the effective configuration, and the exit codes of what is wrong."""

import json
import os
import re
import socket
import subprocess

import servers
from world import SECONDS, scenario

FLAG = re.compile(r"--[a-z][a-z0-9-]*")
# Secrets that no output may hold, and where each is given: its key, its flag, its variable.
SECRETS = {
    "upstream": ("--upstream", "TAPRI_UPSTREAM", "postgres://tapri:Hidden-1@db.example/shop?password=Hidden-1"),
    "upstream_password": ("--upstream-password", "TAPRI_UPSTREAM_PASSWORD", "Hidden-2"),
    "admin.token": ("--admin-token", "TAPRI_ADMIN_TOKEN", "Hidden-3"),
}


def tapri(*arguments, given=None, **environment):
    """The program run to its end; variables named TAPRI_... are those given here only."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("TAPRI_")}
    return subprocess.run([servers.tapri_program(), *arguments], input=given, capture_output=True, text=True,
                          timeout=SECONDS, check=False, env={**outside, **environment})


def shown(done):
    return f"exit code {done.returncode}\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}"


def refused(report, name, done, code, *words):
    """It says why on standard error, nothing on standard output, and ends with this code."""
    report.check(f"{name}: {code}", done.returncode == code and done.stdout == "" and
                 all(word in done.stderr for word in words), shown(done))


def settings():
    """The rows of the table in docs/configuration.md: (key, flags, variable, whether it is secret)."""
    text = (servers.ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 8 and cells[3].startswith("`TAPRI_"):
            yield cells[1].strip("`"), FLAG.findall(cells[2]), cells[3].strip("`"), "secret" in cells[4]


@scenario
def version_and_help(_world, report):
    done = tapri("version")
    found = re.fullmatch(r"tapri (\d+\.\d+\.\d+\S*)\n", done.stdout)
    report.check("version", done.returncode == 0 and found, shown(done))
    report.check("--version says the same", tapri("--version").stdout == done.stdout)
    document = json.loads(tapri("version", "--json").stdout)
    report.check("version --json", document == {"name": "tapri", "version": found[1]}, document)
    for command in ([], ["run"], ["explain"], ["rules"], ["rules", "check"], ["rules", "test"], ["rules", "diff"],
                    ["simulate"], ["version"]):
        done = tapri(*command, "--help")
        report.check(f"{' '.join(['tapri', *command])} --help", done.returncode == 0 and "--help" in done.stdout and
                     not done.stderr, shown(done))
    table = list(settings())
    report.check("the documentation has a table of settings", len(table) > 25, len(table))
    known = set(FLAG.findall(tapri("run", "--help").stdout))
    documented = {"--help", "--config", "--print-config"}
    for _, flags, _, secret in table:
        documented.update(flags)
        documented.update(f"{flags[0]}-file" for _ in [0] if secret)
    missing, undocumented = documented - known, known - documented
    report.check("run --help knows each documented flag", not missing, missing)
    report.check("each flag is documented", not undocumented, undocumented)


@scenario
def print_config(_world, report):
    done = tapri("run", "--print-config")
    found = json.loads(done.stdout)
    for key, _, _, _ in settings():
        at = found
        for part in key.split("."):
            at = at.get(part) if isinstance(at, dict) else None
        if at is None:
            report.fail("every setting is shown", key)
    report.check("it needs no upstream", done.returncode == 0 and found["upstream"] == [], shown(done))
    folder = servers.temporary_folder("config")
    path = folder / "tapri.json"
    path.write_text('// What a file may hold.\n{ "cache": { "memory": "1GiB", }, /* and so on */ "workers": 3, '
                    '"listen": ["127.0.0.1:1", "127.0.0.1:2"], "log": { "level": "error" } }\n')
    found = json.loads(tapri("run", "--print-config", "--config", str(path)).stdout)
    report.check("a file with comments", (found["cache"]["memory"], found["workers"], found["log"]["level"]) ==
                 ("1GiB", 3, "error"), found)
    found = json.loads(tapri("run", "--print-config", TAPRI_CONFIG=str(path)).stdout)
    report.check("the file named by TAPRI_CONFIG", found["cache"]["memory"] == "1GiB", found)
    done = tapri("run", "--print-config", "--config", str(path), "--workers", "5", "--listen", "127.0.0.1:7",
                 TAPRI_WORKERS="4", TAPRI_CACHE_MEMORY="2GiB", TAPRI_LOG_LEVEL="")
    found = json.loads(done.stdout)
    report.check("flag over variable over file, an empty variable is none, a list replaces a list",
                 (found["workers"], found["cache"]["memory"], found["log"]["level"], found["listen"]) ==
                 (5, "2GiB", "error", ["127.0.0.1:7"]), found)


@scenario
def secrets_are_masked(_world, report):
    folder = servers.temporary_folder("config")
    for key, (flag, variable, secret) in SECRETS.items():
        file = folder / key
        file.write_text(secret + "\n")
        value, member = json.dumps(secret), key.rpartition(".")[2]
        ways = {flag: ([flag, secret], {}), flag + "-file": ([flag + "-file", str(file)], {}),
                variable: ([], {variable: secret}), variable + "_FILE": ([], {variable + "_FILE": str(file)})}
        for name, text in (("key", f'"{member}": {value}'), ("key_file", f'"{member}_file": "{file}"')):
            (folder / f"{key}.{name}.json").write_text(f'{{"admin": {{{text}}}}}' if "." in key else f"{{{text}}}")
            ways[f"{key} as {name}"] = (["--config", str(folder / f"{key}.{name}.json")], {})
        for name, (flags, environment) in ways.items():
            done = tapri("run", "--print-config", *flags, **environment)
            report.check(f"{name}: taken, and masked", done.returncode == 0 and "***" in done.stdout and
                         "Hidden" not in done.stdout + done.stderr, shown(done))
    done = tapri("run", "--upstream", "postgres://tapri:Hidden-1@db.example:99999/shop")
    refused(report, "a bad URL, whose password is not told", done, 2, "--upstream", "port", "***")
    report.check("indeed not", "Hidden" not in done.stderr, shown(done))
    done = tapri("run", "--admin-token", "Hidden 3", "--upstream", "postgres://db.example/shop")
    report.check("a bad token is not told", done.returncode == 2 and "Hidden" not in done.stderr, shown(done))


@scenario
def bad_usage(_world, report):
    upstream = ["--upstream", "postgres://127.0.0.1:1/shop"]
    refused(report, "no command", tapri(), 2)
    refused(report, "an unknown command", tapri("fly"), 2)
    refused(report, "an unknown flag", tapri("run", *upstream, "--cash-memory", "1GiB"), 2, "--cash-memory")
    refused(report, "no upstream", tapri("run"), 2, "--upstream")
    refused(report, "another database's URL", tapri("run", "--upstream", "oracle://127.0.0.1/shop"), 2,
            "expected postgres://")
    refused(report, "a bad value of a flag", tapri("run", *upstream, "--cache-memory", "much"), 2, "--cache-memory",
            "much")
    refused(report, "a value out of range", tapri("run", *upstream, "--workers", "5000"), 2, "--workers", "1024")
    refused(report, "a flag given twice", tapri("run", *upstream, "--workers", "1", "--workers", "2"), 2, "--workers")
    refused(report, "a bad value of a variable", tapri("run", *upstream, TAPRI_LOG_FORMAT="xml"), 2, "TAPRI_LOG_FORMAT",
            "json")
    refused(report, "a secret given twice", tapri("run", *upstream, "--admin-token", "a", "--admin-token-file", "/b"),
            2, "both")
    refused(report, "a secret's file that is not there", tapri("run", *upstream, "--admin-token-file", "/no/such"), 2,
            "/no/such")
    refused(report, "a configuration that is not there", tapri("run", "--config", "/no/such"), 2, "/no/such")
    refused(report, "two upstreams, one address",
            tapri("run", *upstream, *upstream, "--listen", "127.0.0.1:1"), 2, "--listen", "2 upstreams")


@scenario
def bad_files(world, report):
    folder = servers.temporary_folder("config")
    upstream = ["--upstream", world.server.url(), "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
    path = folder / "tapri.json"
    for name, text, place, word in (
            ("an unknown key", '{\n  "cache": {\n    "memry": "1GiB"\n  }\n}', "3:14", "cache.memory"),
            ("a bad value", '{\n  "workers":\n    "many"\n}', "3:5", "workers"),
            ("an object for a value", '{\n  "listen": [{}]\n}', "2:14", "listen"),
            ("no JSON", '{\n  "workers": 1\n  "rules": "x"\n}', "3:3", "")):
        path.write_text(text)
        refused(report, f"configuration: {name}", tapri("run", *upstream, "--config", str(path)), 2,
                f"{path}:{place}: ", word)
    rules = folder / "rules.json"
    for name, text, place, word in (
            ("an unknown key", '{\n  "version": 1,\n  "rulez": []\n}', "3:3", "rulez"),
            ("a TTL of zero", '{ "version": 1, "rules": [\n  { "name": "a", "match": {}, "ttl": "0s" } ] }', "2:38",
             "ttl"),
            ("no JSON", '{ "version": 1,\n  "rules": [', "2:", "")):
        rules.write_text(text)
        refused(report, f"rules: {name}", tapri("run", *upstream, "--rules", str(rules)), 2, f"{rules}:{place}", word)
    refused(report, "rules that are not there", tapri("run", *upstream, "--rules", "/no/such"), 2, "/no/such")
    users = folder / "users"
    users.write_text('"alice" "her password"\nbob\n')
    done = tapri("run", *upstream, "--auth-users-file", str(users))
    refused(report, "users", done, 2, f"{users}:2")
    report.check("no password is told", "her password" not in done.stderr, shown(done))
    tls = ["--client-tls-mode", "allow", "--client-tls-key", "/no/such", "--client-tls-certificate", "/no/such"]
    refused(report, "a certificate that is not there", tapri("run", *upstream, *tls), 2, "/no/such")


@scenario
def addresses_in_use(world, report):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        for flag, other in (("--listen", "--admin"), ("--admin", "--listen")):
            done = tapri("run", "--upstream", world.server.url(), flag, address, other, "127.0.0.1:0")
            refused(report, f"{flag} on a port in use", done, 1, address, "in use")
    done = tapri("run", "--upstream", world.server.url(), "--listen", "/no/such/folder/.s.PGSQL.1", "--admin", "off")
    refused(report, "a socket in a folder that is not there", done, 1, "/no/such/folder")
