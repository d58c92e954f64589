"""Two equal servers, one of them behind Tapri, and cases that are run on both."""

import collections

import caching
import driver
import report as reports
import servers
import twins

SHOWN = 6  # differences of one case
PLAIN_READS = ("select", "similar", "types")  # files that nothing is written in


def pair(programs=None):
    """(server to ask directly, server behind Tapri)."""
    return twins.pair(lambda server: server.sql((driver.HERE / "schema.sql").read_text()), programs=programs)


def ask(runner, number, step):
    """The answer; the end of the session is one, too."""
    try:
        return runner.step(number, step)
    except runner.lost as error:
        return [(b"", type(error).__name__.encode())]


def askings(case):
    """(number of the step, step, which time), in order."""
    numbered = list(enumerate(case.steps))
    once = [(number, step, 1) for number, step in numbered]
    times = (2, 3) if case.file in PLAIN_READS else (2,)
    return once + [(number, step, time) for number, step in numbered for time in times]


def run_case(case, way, direct, proxied, make_runner=driver.Runner):
    """Where the two differ: texts."""
    left, right = make_runner(direct, way), make_runner(proxied, way)
    wrong, shown = [], left.shown
    try:
        for number, step, time in askings(case):
            expected, found = ask(left, number, step), ask(right, number, step)
            where = f"step {number + 1}, time {time}, {way}: {step.text[:200]}\n"
            if found != expected:
                wrong.append(where + reports.first_difference(shown(expected), shown(found)))
            if b"" in (expected[-1][0], found[-1][0]):
                return wrong + [f"{where}the session ended: direct {shown(expected)}, tapri {shown(found)}"]
        if left.greetings() != right.greetings():
            wrong.append("the greetings differ")
        return wrong
    finally:
        left.close()
        right.close()


class Comparison:
    """Runs cases on both and counts; a Tapri that died is reported and replaced."""

    def __init__(self, report, programs=None):
        self.report = report
        self.direct, self.behind = pair(programs)
        self.tapri = servers.Tapri(self.behind.url(), "--workers", "2").start()
        self.statements = self.answers = 0
        self.hits = collections.Counter()  # of each file

    def run(self, case, ways=None):
        """One check, named as the case. ways: those of the case if not said."""
        ways = ways or case.ways()
        wrong = []
        for way in ways:
            watching = self.watched()  # each time: what the case before it did to the schema is known first
            before = self.tapri.hits()
            differences = run_case(case, way, self.direct, self.tapri)
            self.statements += len(case.steps)
            self.answers += len(askings(case)) - len(differences)
            wrong += differences
            death = self.tapri.died() if differences else None
            if death:
                wrong.insert(0, f"{way}: {death}")
                self.tapri, before = servers.Tapri(self.behind.url()).start(), 0
            self.hits[case.file] += self.tapri.hits() - before
            watching.close()
        if wrong:
            self.report.fail(case.name, "\n".join(wrong[:SHOWN] + [f"{len(wrong)} differences"]))
        else:
            self.report.ok(f"{case.name} ({len(case.steps)} statements, {len(ways)} ways)")

    def watched(self):
        """A session that keeps Tapri watching the schema, once it knows what others did to it."""
        return caching.session_with_hits(self.tapri, "select count(*) from kinds")

    def summary(self, cases):
        """What was asked so far, for a note."""
        texts = {step.text for case in cases for step in case.steps}
        return (f"{len(texts)} different statements, {self.statements} statements asked, {self.answers} answers the "
                f"same, {sum(self.hits.values())} of Tapri's from its cache")
