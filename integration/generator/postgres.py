"""PostgreSQL, as an episode asks for it."""

import asking
import control
import reads
import schema
import writes
from episode import Shares
from statement import inline

asked_for = ""      # the option of the suite
weights = (3, 3, 2)  # of play.LOGINS: how often each says something
begun = 0.025        # of what is said outside of transactions: one begins
asked = asking.asked
cleansing = None


def shares(calm):
    return Shares(0.8, 0.85, 0.995, 0.999) if calm else Shares(0.76, 0.82, 0.985, 0.996)


def build(rng, calm):
    builder = schema.Builder(rng, calm)
    return builder.build(), builder.definitions


def unclear(_statement, _ask):
    """Definitions apart."""
    return False


def plain(text):
    return asking.Ask(text, "simple")


def together(statements, rng):
    """In one pipeline or one string."""
    if rng.random() < 0.6:
        return asking.Batch(tuple(asked(one, rng, "unnamed") for one in statements))
    return asking.Ask("; ".join(inline(one, rng) for one in statements), "simple", loose=any(one.loose for one in statements))
