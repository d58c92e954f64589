"""Reads statements/*.sql and runs their cases on one server, in one of three ways of asking.

A file has cases, parted by blank lines; a case has steps, one a line (more lines: indented). A step may begin with "b> ":
it runs on the case's second session. Lines that follow a step and belong to it: "@ value" a parameter (\\N: NULL),
"| line" a line of COPY data, "! text" CopyFail. "# " is a remark. "= name" before a case: only such a server knows it;
"= without way, way": it is not asked in these ways.
"""

import contextlib
import dataclasses
import pathlib

import pgwire as wire

HERE = pathlib.Path(__file__).resolve().parent
WAYS = ("simple", "unnamed", "named")  # named: prepared once, results in binary


@dataclasses.dataclass
class Step:
    session: str
    text: str
    parameters: list = dataclasses.field(default_factory=list)
    data: list = dataclasses.field(default_factory=list)
    fail: str = None


@dataclasses.dataclass
class Case:
    name: str
    steps: list
    only: str = None
    without: tuple = ()

    @property
    def file(self):
        return self.name.partition(":")[0]

    def ways(self, every=WAYS, plain=1):
        """Parameters exist in the extended protocol only: not in the first ways, of which there are `plain`."""
        possible = every[plain:] if any(step.parameters for step in self.steps) else every
        return [way for way in possible if way not in self.without]


def _step(line):
    if line.startswith("b> "):
        return Step("b", line[3:])
    return Step("a", line)


def read(path):
    """The cases of a file."""
    cases, steps, begun, marks = [], [], 0, ()
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n") + [""], 1):
        if line.startswith("# "):
            continue
        if line == "":
            if steps:
                cases.append(Case(f"{path.stem}:{begun}", steps, *marks))
            steps, marks = [], ()
        elif line[:2] == "= " and not steps:
            only, _, without = line[2:].partition("without ")
            marks = only.strip() or None, tuple(without.split(", "))
        elif line[:2] == "@ ":
            steps[-1].parameters.append(None if line[2:] == "\\N" else line[2:])
        elif line[:2] == "| ":
            steps[-1].data.append(line[2:] + "\n")
        elif line[:2] == "! ":
            steps[-1].fail = line[2:]
        elif line[0] == " ":
            steps[-1].text += "\n" + line
        else:
            begun = begun if steps else number
            steps.append(_step(line))
    return cases


def all_cases(folder=HERE):
    return [case for path in sorted((folder / "statements").glob("*.sql")) for case in read(path)]


class Runner:
    """Runs one case in one way on one server; its sessions end with it."""

    lost = (wire.Closed, wire.Silent, OSError)  # what a step raises when its session has ended
    shown = staticmethod(wire.shown)

    def __init__(self, server, way, database="postgres"):
        self.server, self.way, self.database = server, way, database
        self.sessions = {}
        self.named = set()

    def session(self, name):
        if name not in self.sessions:
            link = wire.Connection(self.server.host, self.server.port, 60.0)
            link.login("postgres", self.database)
            self.sessions[name] = link
        return self.sessions[name]

    def close(self):
        for link in self.sessions.values():
            with contextlib.suppress(OSError):
                link.send(wire.TERMINATE)
            link.close()

    def greetings(self):
        return {name: link.greeting for name, link in self.sessions.items()}

    def step(self, number, step):
        """What the server answers, as comparable messages."""
        link = self.session(step.session)
        link.send(self._request(number, step))
        answers, open_batch = [], self.way != "simple" and bool(step.data)
        while not answers or answers[-1][0] != b"Z":
            answers.append(link.receive())
            if answers[-1][0] == b"G":
                link.send(self._copied(step))
            elif answers[-1][0] != b"E":
                continue
            if open_batch:  # a Sync sent before would end the batch early when the server refuses after its G
                link.send(wire.SYNC)
                open_batch = False
        return [comparable(one) for one in answers]

    def _request(self, number, step):
        if self.way == "simple":
            return wire.query(step.text)
        name = f"s{step.session}{number}" if self.way == "named" else ""
        results = (1,) if self.way == "named" else ()
        batch = b""
        if not name or name not in self.named:
            batch += wire.parse(step.text, name)
            self.named.add(name)
        batch += wire.bind(step.parameters, statement=name, results=results)
        return batch + wire.describe("P") + wire.execute() + (wire.FLUSH if step.data else wire.SYNC)

    def _copied(self, step):
        data = b"".join(wire.copy_data(line.encode()) for line in step.data)
        return data + (wire.message(b"f", step.fail) if step.fail else wire.COPY_DONE)


def comparable(one):
    """A message without what differs from process to process."""
    kind, body = one
    if kind == b"A":  # NotificationResponse: the process id of who notified
        return kind, b"...." + body[4:]
    return kind, body
