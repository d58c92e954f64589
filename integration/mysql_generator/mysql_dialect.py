"""MySQL and MariaDB, as an episode asks for them."""

import mysql_asking as asking
import mysql_control
import mysql_reads
import mysql_schema
import mysql_writes
from episode import Shares
from statement import Statement

UNCLEAR = ("execute", "call", "xa commit", "do ")


class Dialect:
    """name: mariadb or mysql."""

    weights = (3, 3, 2)  # of mysql_play.LOGINS: how often each says something
    cleansing = Statement("@reset connection", kind="control")
    begun = 0.03         # of what is said outside of transactions: one begins
    reads, writes, control = mysql_reads, mysql_writes, mysql_control
    asked, plain, together = staticmethod(asking.asked), staticmethod(asking.plain), staticmethod(asking.together)

    def __init__(self, name):
        self.name, self.asked_for = name, f"--server {name} "

    @staticmethod
    def unclear(statement, ask):
        """Definitions apart: what runs text, triggers or routines."""
        text = "" if isinstance(ask, asking.Batch) else ask.text
        hidden = statement.kind == "write" and any(one == "trail" or one.startswith("v") for one in statement.tables)
        return hidden or text.startswith(UNCLEAR) or "; " in text or "gen.bump" in text

    @staticmethod
    def shares(calm):
        return Shares(0.76, 0.82, 0.978, 0.994, 0.25) if calm else Shares(0.72, 0.78, 0.965, 0.99, 0.25)

    def build(self, rng, calm):
        builder = mysql_schema.Builder(self.name, rng, calm)
        return builder.build(), builder.definitions
