#!/usr/bin/python3
"""Logs of accesses in the shapes that caches are compared by, made from fixed seeds, as `tapri simulate` reads them.

    tests/bench/traces.py SHAPE [--accesses N] > FILE
    tests/bench/traces.py --list

Which key comes next, how large its result is and what it costs the database are chosen apart. Sizes and costs are drawn
from log-normal distributions, which is about how answers of databases are spread: most small and quick, a few large or
slow. "Correlated" means that the cost of a result grows with its size.
"""

import argparse
import itertools
import random
import sys

KEYS = 100_000  # that are asked for again and again
ACCESSES = 300_000
MEDIAN_BYTES, SPREAD_OF_BYTES, MOST_BYTES = 800, 1.5, 256 * 1024
MEDIAN_COST, SPREAD_OF_COST, MOST_COST = 1_000, 2.0, 5_000_000  # microseconds


class Results:
    """Size and cost of each key's result, drawn when it is asked for first."""

    def __init__(self, kind, dice):
        self.kind, self.dice, self.known = kind, dice, {}

    def of(self, key):
        if key not in self.known:
            self.known[key] = self._draw()
        size, cost = self.known[key]
        if self.kind == "noisy":  # the same statement takes now longer, now shorter; once in a while it has to wait
            cost *= self.dice.lognormvariate(0, 1) * (500 if self.dice.random() < 0.001 else 1)
        return size, max(1, round(cost))

    def _draw(self):
        if self.kind == "equal":
            return MEDIAN_BYTES, MEDIAN_COST
        size = round(min(max(40, MEDIAN_BYTES * self.dice.lognormvariate(0, SPREAD_OF_BYTES)), MOST_BYTES))
        if self.kind == "correlated":
            return size, 200 + size * self.dice.lognormvariate(0, 0.5)
        return size, min(max(50, MEDIAN_COST * self.dice.lognormvariate(0, SPREAD_OF_COST)), MOST_COST)


def zipf(dice, exponent, keys=KEYS):
    """Ranks from 0, the n-th with probability ~ n^-exponent, for ever."""
    weights = list(itertools.accumulate((rank + 1) ** -exponent for rank in range(keys)))
    while True:
        yield from dice.choices(range(keys), cum_weights=weights, k=10_000)


def scattered(dice, ranks):
    """The same with popular keys anywhere among the others."""
    keys = list(range(KEYS))
    dice.shuffle(keys)
    return (keys[rank] for rank in ranks)


def with_scans(dice, keys):
    """After each 20,000 accesses a scan: 8,000 keys, each asked for once and never again."""
    scanned = itertools.count(KEYS)
    while True:
        yield from itertools.islice(keys, 20_000)
        yield from itertools.islice(scanned, 8_000)


def loop(keys):
    """One key after the other, over and over: a report that is made again and again."""
    return itertools.cycle(range(KEYS, KEYS + keys))


def alternately(first, second):
    for pair in zip(first, second):
        yield from pair


def shifting(dice, accesses):
    """Another hot set eight times: 12,000 keys further on, of which the popular ones are new."""
    ranks = zipf(dice, 1.0, 20_000)
    return ((rank + 12_000 * (at * 8 // accesses)) % KEYS for at, rank in enumerate(ranks))


def drifting(dice, accesses):
    """What is popular moves on all the time: articles, orders, messages of today."""
    ranks = zipf(dice, 0.9, 20_000)
    return ((rank + 80_000 * at // accesses) % KEYS for at, rank in enumerate(ranks))


def recent(dice):
    """A key is asked for a few times soon after it came up, and then no more."""
    return (at // 3 + int(dice.expovariate(1 / 300)) for at in itertools.count())


# Name: what it is, its results, and how its keys come.
SHAPES = {
    "zipf-0.6": ("Zipf, exponent 0.6", "uncorrelated", lambda dice, n: scattered(dice, zipf(dice, 0.6))),
    "zipf-0.8": ("Zipf, exponent 0.8", "uncorrelated", lambda dice, n: scattered(dice, zipf(dice, 0.8))),
    "zipf-0.99": ("Zipf, exponent 0.99", "uncorrelated", lambda dice, n: scattered(dice, zipf(dice, 0.99))),
    "zipf-1.2": ("Zipf, exponent 1.2", "uncorrelated", lambda dice, n: scattered(dice, zipf(dice, 1.2))),
    "zipf-0.8-equal": ("Zipf 0.8, all sizes and costs equal", "equal",
                       lambda dice, n: scattered(dice, zipf(dice, 0.8))),
    "zipf-0.99-equal": ("Zipf 0.99, all sizes and costs equal", "equal",
                        lambda dice, n: scattered(dice, zipf(dice, 0.99))),
    "zipf-0.8-correlated": ("Zipf 0.8, costs grow with sizes", "correlated",
                            lambda dice, n: scattered(dice, zipf(dice, 0.8))),
    "zipf-0.99-correlated": ("Zipf 0.99, costs grow with sizes", "correlated",
                             lambda dice, n: scattered(dice, zipf(dice, 0.99))),
    "zipf-0.9-noisy": ("Zipf 0.9, costs differ from time to time", "noisy",
                       lambda dice, n: scattered(dice, zipf(dice, 0.9))),
    "scans": ("Zipf 0.9 with scans", "uncorrelated",
              lambda dice, n: with_scans(dice, scattered(dice, zipf(dice, 0.9)))),
    "loop": ("a loop over 30,000 keys", "uncorrelated", lambda dice, n: loop(30_000)),
    "loop-correlated": ("the same, costs grow with sizes", "correlated", lambda dice, n: loop(30_000)),
    "loop-and-zipf": ("a loop over 20,000 keys between Zipf 0.9", "uncorrelated",
                      lambda dice, n: alternately(loop(20_000), scattered(dice, zipf(dice, 0.9)))),
    "shifting": ("hot sets that change eight times", "uncorrelated", shifting),
    "drifting": ("a hot set that moves on", "correlated", drifting),
    "recent": ("each key a few times in a short while", "uncorrelated", lambda dice, n: recent(dice)),
}


def write(shape, accesses, out):
    _, kind, keys = SHAPES[shape]
    results = Results(kind, random.Random(f"results of {shape}"))
    for key in itertools.islice(keys(random.Random(f"keys of {shape}"), accesses), accesses):
        size, cost = results.of(key)
        out.write(f"k{key} {size} {cost}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shape", nargs="?", choices=SHAPES)
    parser.add_argument("--list", action="store_true", help="the shapes")
    parser.add_argument("--accesses", type=int, default=ACCESSES)
    options = parser.parse_args()
    if options.list:
        for name, (text, kind, _) in SHAPES.items():
            print(f"{name:22}{text} ({kind})")
    elif options.shape:
        write(options.shape, options.accesses, sys.stdout)
    else:
        parser.error("which shape? --list names them")


if __name__ == "__main__":
    main()
