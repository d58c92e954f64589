#!/usr/bin/python3
"""Checks the tree against the rules of the house.

    tests/architecture/check.py [--build DIR] [--no-tidy] [RULE...]

Prints one line a check and "N passed, N failed" as the last line. --build: a configured (better: built) build folder
for clang-tidy, build/release if not said. RULE: only these. First of all the checker is checked itself, on a small tree with
violations planted in it.
"""

import argparse
import pathlib
import sys
import time

import clang_tidy
import rules
import schema
import selftest
import tools

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHOWN = 40  # findings of one rule


class Count:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, name, findings):
        found = list(findings)
        if found:
            self.failed += 1
            print(f"FAIL architecture: {name}")
            for finding in found[:SHOWN]:
                print(f"       {finding}")
            if len(found) > SHOWN:
                print(f"       and {len(found) - SHOWN} more")
        else:
            self.passed += 1
            print(f"ok   architecture: {name}")
        sys.stdout.flush()


def tidy(tree, build):
    state = {"shown": time.monotonic()}

    def progress(done, count):
        if time.monotonic() - state["shown"] > 20:
            state["shown"] = time.monotonic()
            print(f"     architecture: clang-tidy {done}/{count}", flush=True)

    try:
        yield from clang_tidy.Tidy(tree, build).findings(progress)
    except OSError as error:
        yield f"{build}: {error}; configure and build it first"


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--build", default=str(ROOT / "build/release"))
    options.add_argument("--no-tidy", action="store_true")
    options.add_argument("rule", nargs="*")
    chosen = options.parse_args()
    tree = rules.Tree(ROOT)
    checks = [(rule.__name__, lambda rule=rule: rule(tree))
              for rule in rules.RULES + schema.RULES + tools.RULES]
    checks += [(f"checker sees {name}", body) for name, body in selftest.checks()]
    if not chosen.no_tidy:
        checks.append(("clang_tidy", lambda: tidy(tree, chosen.build)))
    unknown = set(chosen.rule) - {name for name, _ in checks}
    if unknown:
        options.error(f"no such rule: {', '.join(sorted(unknown))}")
    count = Count()
    for name, body in checks:
        if not chosen.rule or name in chosen.rule:
            count.check(name.replace("_", " "), body())
    print(f"{count.passed} passed, {count.failed} failed")
    return 1 if count.failed else 0


if __name__ == "__main__":
    sys.exit(main())
