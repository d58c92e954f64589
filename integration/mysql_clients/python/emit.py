"""What the client programs in Python share: canonical lines, the steps, and where to connect.

A client program is called with HOST PORT USER PASSWORD DATABASE and the folder of steps.txt in its environment (STEPS); it
prints one JSON line a step: {"step": ..., "value": ...}.
"""

import decimal
import json
import os
import sys

HOST, PORT, USER, PASSWORD, DATABASE = sys.argv[1:6]
PORT = int(PORT)


def emit(step, value):
    print(json.dumps({"step": step, "value": value}, default=repr, sort_keys=True), flush=True)


def plain(rows):
    """Rows with their Python types, so that another type is a difference."""
    return [[f"{type(field).__name__} {field!r}" for field in row] for row in rows]


READ = {"i": int, "s": str, "d": decimal.Decimal, "b": bytes.fromhex, "n": lambda _: None}


def steps():
    """(way, statement, parameters) of each step."""
    with open(os.environ["STEPS"], encoding="utf-8") as file:
        for line in file:
            if line.startswith("#") or not line.strip():
                continue
            way, *rest = line.rstrip("\n").split("\t")
            yield way, rest[0] if rest else "", [READ[one[0]](one[2:]) for one in rest[1:]]
