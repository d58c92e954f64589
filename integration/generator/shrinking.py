"""Finds the few steps of an episode that are needed to see a difference again."""

import time

from statement import Failure


class Shrinker:
    """fresh(): a Player with a database of its own. The definitions shrink, too; they are in `setup` in the end."""

    def __init__(self, fresh, setup, seconds=120.0):
        self.fresh, self.setup = fresh, setup
        self.until = time.monotonic() + seconds
        self.why = None

    def failing(self, setup, steps):
        """Plays them: the steps up to where the servers differ, or None."""
        player, at, why = self.fresh(), None, ""
        try:
            player.prepare(setup)
            for step in steps:
                player.play(step)
            player.finish()
        except Failure as failure:
            at, why = failure.at, failure.why
        why += player.stop()
        if at is None:
            return None
        self.why = why
        return steps[:max(0, at - len(setup)) + 1]

    def shortest(self, steps):
        """The least that was found to fail; None if not even all of them do, again."""
        steps = self.failing(self.setup, steps)
        if steps is None:
            return None
        steps = self._tail(steps)
        steps = self._without(steps, lambda less: self.failing(self.setup, less))
        self.setup = self._without(self.setup, lambda less: self.failing(less, steps) and less)
        return steps

    def _tail(self, steps):
        """The last ones alone, if they do."""
        size = 2
        while size < len(steps) and time.monotonic() < self.until:
            found = self.failing(self.setup, steps[-size:])
            if found:
                return found
            size *= 2
        return steps

    def _without(self, steps, failing):
        """Leaves out parts, ever smaller ones. failing(less): what is left then, if it fails."""
        size = max(1, len(steps) // 2)
        while size and time.monotonic() < self.until:
            at = 0
            while at < len(steps) and time.monotonic() < self.until:
                less = steps[:at] + steps[at + size:]
                found = failing(less) if less else None
                steps, at = (found, at) if found else (steps, at + size)
            size //= 2
        return steps
