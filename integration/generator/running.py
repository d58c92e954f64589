"""All episodes of a seed, in one dialect: played, counted, and what differs cut down to what is needed to see it."""

import argparse
import collections
import dataclasses
import os
import time

import episode as episodes
import shrinking
from statement import Failure

LENGTH = 4000  # steps of an episode


class Run:
    """player(): a Player with a database of its own. looking(player): None, or what also looks at each read that is new;
    its count() is added to the counts, and missing has what it found wrong."""

    def __init__(self, report, dialect, seed, player, looking=lambda player: None):
        self.report, self.dialect, self.seed = report, dialect, seed
        self.player, self.looking = player, looking
        self.counts = collections.Counter()
        self.shapes = set()
        self.differences = 0

    def episodes(self, statements, only=None, length=LENGTH):
        """So many statements; only: the number of a single episode."""
        begun = time.monotonic()
        done, number = 0, only or 0
        while done < statements:
            steps = min(length, statements - done)
            self.episode(number, steps)
            done, number = done + steps, number + 1
            if only is not None:
                break
        counts, seconds = self.counts, time.monotonic() - begun
        self.report.note(", ".join(f"{counts[one]} {one}" for one in sorted(counts)))
        self.report.note(f"{len(self.shapes)} shapes, {self.differences} differences, {done / seconds:.0f} statements/s")

    def episode(self, number, length):
        """One check."""
        made, player, steps = episodes.Episode(self.dialect, self.seed, number), self.player(), []
        looking = self.looking(player)
        failure = None
        try:
            player.prepare(made.setup)
            for _ in range(length):
                self._step(made, player, steps, looking)
            player.finish()
        except Failure as found:
            failure = found
        self._count(made, len(steps), player.tapri)
        name = f"{self.dialect.asked_for}--seed {self.seed} --episode {number}: {len(steps)} statements, all answers the same"
        if looking:
            self._looked(looking)
        death = player.stop()
        if failure or death:
            self.differences += 1
            why = [failure.why, steps[-1].shown() if steps else ""] if failure else []
            self.report.fail(name, "\n".join(why + [death, self._shortest(made, steps)]))
        else:
            self.report.ok(name)

    def _step(self, made, player, steps, looking):
        steps.append(made.next())
        session = player.play(steps[-1])
        made.told(session.state, session.failed)
        self.counts["errors"] += session.failed
        if made.waits:
            steps[-1] = dataclasses.replace(steps[-1], settle=True)
            player.settle()
        if looking:
            looking.played(made)
        self.shapes.add(made.statement.template)

    def _looked(self, looking):
        looking.close()
        self.counts.update(looking.count())
        for missing in looking.missing[:5]:
            self.report.fail("dependencies cover the plan", missing)

    def _count(self, made, steps, tapri):
        self.counts.update(made.kinds)
        self.counts.update(statements=steps, transactions=made.transactions)
        if tapri.alive():
            invalidated = int(tapri.metric("tapri_cache_evictions_total", cause="invalid"))
            self.counts.update(hits=tapri.hits(), invalidated=invalidated)

    def _shortest(self, made, steps):
        shrinker = shrinking.Shrinker(self.player, made.setup)
        least = shrinker.shortest(steps)
        if least is None:
            return "the same statements again showed no difference; the last ones were\n" + \
                "\n".join(step.shown() for step in steps[-15:])
        return "\n".join([shrinker.why, "needed:"] + [step.shown() for step in shrinker.setup + least])

    def check_hits(self, least):
        """least: a share of all statements."""
        self.report.check(f"{self.dialect.asked_for}at least {least:.0%} of the statements are answered from the cache",
                          self.counts["hits"] >= least * self.counts["statements"], self.counts["hits"])


def options(description, variable, statements):
    """variable: of the environment, for another number of statements."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("statements", nargs="?", type=int, default=int(os.environ.get(variable) or statements))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--episode", type=int)
    return parser
