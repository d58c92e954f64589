"""Who sees what: the same text means something else to another user, role or tenant, or from one moment to the next.

isolation.cases says what is asked, and how it is written. Each case runs in each of three ways of asking, on both
servers, and at least one text of it must have more than one answer: else nothing was told apart."""

import collections
import pathlib
import re

import asking
import play
import servers

WAYS = ("simple", "unnamed", "named")
HERE = pathlib.Path(__file__).resolve().parent
LINE = re.compile(r"((\w+?)(\d*)(?:/(\w+))?(@?))([+!]?) (.*)")


def cases():
    """name -> lines."""
    found = {}
    for line in (HERE / "isolation.cases").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            lines = found[line[3:]] = []
        elif line and not line.startswith("# "):
            lines.append(line)
    return found


class Stage:
    """Sessions by name, of one case in one way."""

    def __init__(self, player, way):
        self.player, self.way = player, way
        self.sessions = {}
        self.answers = collections.defaultdict(set)  # to each text

    def session(self, name, user, path, other):
        if name not in self.sessions:
            database = self.player.database + ("_b" if other else "")
            more = [("search_path", path)] if path else []
            self.sessions[name] = play.Session(self.player.direct, self.player.tapri, database, user, more)
        return self.sessions[name]

    def step(self, line):
        """What is wrong, or None."""
        name, user, _, path, other, mark, text = LINE.fullmatch(line).groups()
        session = self.session(name, user, path, other)
        way = "simple" if ";" in text else self.way
        ask = asking.Ask(text, way)
        if mark == "+":
            if not other:
                self.player.settle()
            found = self._cached(session, ask)
            if found:
                return found
        expected, answer = session.ask(ask)
        self.answers[text].add(expected)
        if expected != answer:
            return asking.difference(expected, answer)
        return "no error" if mark == "!" and not session.failed else None

    def _cached(self, session, ask):
        """Asks until an answer comes from the cache: what is wrong, or None."""
        wrong = []

        def answered():
            before = self.player.tapri.hits()
            expected, answer = session.ask(ask)
            if expected != answer:
                wrong.append(asking.difference(expected, answer))
            return wrong or self.player.tapri.hits() > before

        try:
            servers.wait_for(answered, "an answer from the cache", 20)
        except TimeoutError as error:
            return str(error)
        return wrong[0] if wrong else None

    def close(self):
        for session in self.sessions.values():
            session.close()


def run_case(player, lines, way):
    """What is wrong, or None."""
    stage = Stage(player, way)
    try:
        for number, line in enumerate(lines, 1):
            wrong = stage.step(line)
            if wrong:
                return f"{way}, line {number}: {line}\n{wrong}"
        told = [one for one, answers in stage.answers.items() if len(answers) > 1]
        return None if told else f"{way}: no text had more than one answer"
    except (play.wire.Closed, OSError, RuntimeError) as error:
        return f"{way}: {type(error).__name__}: {error}"
    finally:
        stage.close()


def check(report, direct, behind):
    """Each case is a check."""
    player = play.Player(direct, behind, "isolation", logins=())
    first, second = re.split("-{60}", (HERE / "isolation.sql").read_text(encoding="utf-8"))
    for server in (direct, behind):
        server.sql(f"create database {player.database}_b template base")
        server.sql(first, player.database)
        server.sql(second, player.database + "_b")
    keeper = play.Session(direct, player.tapri, player.database, "postgres", [])
    for name, lines in cases().items():
        wrong = [found for found in (run_case(player, lines, way) for way in WAYS) if found]
        report.check(f"isolation: {name}", not wrong, "\n".join(wrong))
    report.note(f"isolation: {len(cases())} cases in {len(WAYS)} ways, {player.tapri.hits()} hits")
    keeper.close()
    died = player.stop()
    report.check("isolation: tapri ends cleanly", not died, died)
