"""Plays steps on both servers and compares what they answer. A dialect's player says how."""

from statement import Failure

import servers


class Player:
    """Sessions on both servers, and a Tapri for them. A dialect sets `tapri` and `sessions`, and says the rest."""

    lost = (OSError,)  # what a session raises that has ended

    def __init__(self):
        self.asked = 0

    def play(self, step):
        """The session, or a Failure."""
        session = self.sessions[step.session]
        number, self.asked = self.asked, self.asked + 1
        try:
            expected, found = session.ask(step.ask)
        except self.lost as error:
            raise Failure(number, f"{type(error).__name__}: {error}") from error
        if expected != found and not self.same(expected, found, step.ask.loose):
            raise Failure(number, self.difference(expected, found))
        if step.settle:
            self.settle()
        return session

    def prepare(self, definitions):
        """Makes the schema; Tapri knows it then."""
        for step in definitions:
            self.play(step)
        self.settle()

    def finish(self):
        """Ends all sessions; what is in the tables then must be the same."""
        self.close()
        left, right = self.held()
        if left != right:
            lines = [f"direct {one}, behind tapri {other}" for one, other in zip(left, right) if one != other]
            raise Failure(self.asked, "what the tables hold in the end: " + "; ".join(lines[:5]))

    def settle(self):
        """Waits until Tapri knows the schema again, as it was committed."""
        try:
            servers.wait_for(self.schema_known, "the schema known again", 20)
        except OSError as error:  # TimeoutError is one
            raise Failure(self.asked, f"{type(error).__name__}: {error}") from error

    def close(self):
        for session in self.sessions:
            session.close()
        self.sessions = []

    @staticmethod
    def same(expected, found, loose):
        raise NotImplementedError

    @staticmethod
    def difference(expected, found):
        """For a failure's line."""
        raise NotImplementedError

    def held(self):
        """What the tables of each hold, one line a table."""
        raise NotImplementedError

    def schema_known(self):
        raise NotImplementedError

    def stop(self):
        """What Tapri says of itself when it does not end cleanly."""
        raise NotImplementedError
