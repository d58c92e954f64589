"""Whether what Tapri says a read depends on covers what the server's plan reads."""

import json
import random
import re

import pgwire as wire
from statement import inline

MOST = 150  # reads of an episode whose plans are looked at

FAMILIES = """with recursive up(child, head) as (select inhrelid, inhparent from pg_inherits
  union select up.child, i.inhparent from up join pg_inherits i on i.inhrelid = up.head)
  select child::regclass::text, head::regclass::text from up where head not in (select inhrelid from pg_inherits)"""
DEPENDENCY = re.compile(r"(?:any|key|unkeyed)\((.*)\)$")


def relations(plan):
    """schema.name of everything that a plan scans."""
    found = set()
    if isinstance(plan, dict):
        if "Relation Name" in plan:
            found.add(f"{plan['Schema']}.{plan['Relation Name']}")
        for value in plan.values():
            found |= relations(value)
    elif isinstance(plan, list):
        for value in plan:
            found |= relations(value)
    return found


def covered(dependencies):
    """The schema.name that each dependency is about: `any(s.t)`, `key(s.t.column)`, `unkeyed(s.t.column)`."""
    names = set()
    for one in dependencies:
        found = DEPENDENCY.match(one)
        if found:
            names.add(".".join(re.sub(r"\(.*", "", found[1]).split(" ")[0].split(".")[:2]))
    return names


class Covering:
    """Asks both, in a session of its own."""

    def __init__(self, player):
        self.explain = player.explain
        self.link = wire.Connection(player.behind.host, player.behind.port)
        self.link.login(database=player.database)
        self.asked = self.compared = self.relations = 0
        self.missing = []
        self.heads = None  # child -> the head of its family; None: to be asked for

    def close(self):
        self.link.close()

    def count(self):
        return {"explained": self.asked, "compared": self.compared, "scans": self.relations}

    def played(self, made):
        """made: the Episode, after each of its steps."""
        if made.statement.kind == "define":
            self.heads = None
        if made.fresh and self.asked < MOST and all(one.state == "I" for one in made.places):
            self.check(inline(made.fresh, random.Random(made.fresh.template)))

    def _rows(self, text):
        return [[value.decode() for value in row] for row in wire.rows(self.link.run(wire.query(text)))]

    def check(self, text):
        """A read without parameters."""
        self.asked += 1
        explained = self.explain(text)
        if not explained["cacheable"]:
            return
        rows = self._rows(f"explain (verbose, format json) {text}")
        if not rows:
            return
        if self.heads is None:
            self.heads = {self._named(child): self._named(head) for child, head in self._rows(FAMILIES)}
        plan = {self.heads.get(one, one) for one in relations(json.loads(rows[0][0]))}
        known = {self.heads.get(one, one) for one in covered(explained["dependencies"])}
        self.compared += 1
        self.relations += len(plan)
        if not plan <= known:
            self.missing.append(f"{text}\n  plan reads {sorted(plan)}, dependencies {explained['dependencies']}")

    @staticmethod
    def _named(name):
        return name if "." in name else f"public.{name}"
