"""Who sees what: the same text means something else to another user, role or tenant, or from one moment to the next.

isolation.cases says what is asked, and how it is written. Each case runs in each way of asking, on both servers, and at
least one text of it must have more than one answer: else nothing was told apart.

A dialect's stand says how: `make(part, ...)` of isolation.sql before all; `session(user, where, other)` a new session on
both; `ways`; `ask(text, way)`; `must_hit(way)`: what is marked with + has to come from the cache; `told(answer)` something
that tells answers apart; `same` and `difference` of two; `settle()`, `stop()`, `lost`, `tapri` as a player's; `name`."""

import collections
import re

import servers

LINE = re.compile(r"((\w+?)(\d*)(?:/(\w+))?(@?))([+!]?) (.*)")


def cases(folder):
    """name -> lines."""
    found = {}
    for line in (folder / "isolation.cases").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            lines = found[line[3:]] = []
        elif line and not line.startswith("# "):
            lines.append(line)
    return found


class Stage:
    """Sessions by name, of one case in one way."""

    def __init__(self, stand, way):
        self.stand, self.way = stand, way
        self.sessions = {}
        self.answers = collections.defaultdict(set)  # to each text

    def session(self, name, *login):
        if name not in self.sessions:
            self.sessions[name] = self.stand.session(*login)
        return self.sessions[name]

    def step(self, line):
        """What is wrong, or None."""
        name, user, _, where, other, mark, text = LINE.fullmatch(line).groups()
        session = self.session(name, user, where, other)
        ask = self.stand.ask(text, self.way)
        if mark == "+":
            if not other:
                self.stand.settle()
            found = self._cached(session, ask)
            if found:
                return found
        expected, answer = session.ask(ask)
        self.answers[text].add(self.stand.told(expected))
        if not self.stand.same(expected, answer, False):
            return self.stand.difference(expected, answer)
        return "no error" if mark == "!" and not session.failed else None

    def _cached(self, session, ask):
        """Asks until an answer comes from the cache: what is wrong, or None."""
        wrong = []

        def answered():
            before = self.stand.tapri.hits()
            expected, answer = session.ask(ask)
            if not self.stand.same(expected, answer, False):
                wrong.append(self.stand.difference(expected, answer))
            return wrong or self.stand.tapri.hits() > before

        if not self.stand.must_hit(self.way):
            for _ in range(2):
                answered()
            return wrong[0] if wrong else None
        try:
            servers.wait_for(answered, "an answer from the cache", 20)
        except TimeoutError as error:
            return str(error)
        return wrong[0] if wrong else None

    def close(self):
        for session in self.sessions.values():
            session.close()


def run_case(stand, lines, way):
    """What is wrong, or None."""
    stage = Stage(stand, way)
    try:
        for number, line in enumerate(lines, 1):
            wrong = stage.step(line)
            if wrong:
                return f"{way}, line {number}: {line}\n{wrong}"
        told = [one for one, answers in stage.answers.items() if len(answers) > 1]
        return None if told else f"{way}: no text had more than one answer"
    except (*stand.lost, RuntimeError) as error:
        return f"{way}: {type(error).__name__}: {error}"
    finally:
        stage.close()


def check(report, stand, folder):
    """Each case is a check."""
    every = cases(folder)
    stand.make(*re.split("-{60}", (folder / "isolation.sql").read_text(encoding="utf-8")))
    for name, lines in every.items():
        wrong = [found for found in (run_case(stand, lines, way) for way in stand.ways) if found]
        report.check(f"isolation: {stand.name}{name}", not wrong, "\n".join(wrong))
    report.note(f"isolation: {stand.name}{len(every)} cases in {len(stand.ways)} ways, {stand.tapri.hits()} hits")
    died = stand.stop()
    report.check(f"isolation: {stand.name}tapri ends cleanly", not died, died)
