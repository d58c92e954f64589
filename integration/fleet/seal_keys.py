"""The file of keys that answers in Redis are sealed with changes under load."""

import contextlib
import pathlib
import secrets
import signal
import tempfile

import instances
import servers
import watching
from tiers import anew, found, read_all

REFUSED = ("unknown_seal_key", "not_authentic")


def line():
    return f"{secrets.randbelow(2 ** 32)} {secrets.token_hex(32)}\n"


def refused(fleet, at):
    return sum(fleet.tapris[at].metric("tapri_remote_fetches_total", result=result) for result in REFUSED)


def text_of(tapri):
    return tapri.log.read_text(errors="replace")


def says_broken(fleet, at):
    return fleet.tapris[at].metric("tapri_degraded", component="seal_keys") == 1


@contextlib.contextmanager
def keys_file(text):
    with tempfile.NamedTemporaryFile("w", prefix="tapri-keys-") as file:  # of mode 0600
        file.write(text)
        file.flush()
        yield pathlib.Path(file.name)


def reread(fleet, path, text, word):
    """All take the file up: each says so in its log, with the word."""
    before = [text_of(tapri).count(word) for tapri in fleet.tapris]
    path.write_text(text, encoding="ascii")
    for tapri in fleet.tapris:
        tapri.process.send_signal(signal.SIGHUP)
    for tapri, count in zip(fleet.tapris, before):
        servers.wait_for(lambda tapri=tapri, count=count: text_of(tapri).count(word) > count, f"'{word}' in the log")


def found_anew(report, what, fleet, expected):
    """An instance without anything in its memory looks for what the other has stored."""
    anew(fleet, 1)
    hits = found(fleet, 1, "redis")
    read_all(fleet, 1)
    hits = found(fleet, 1, "redis") - hits
    least = instances.ROWS * 9 // 10
    report.check(what, hits >= least if expected else hits <= instances.ROWS - least, hits)


def keys_rotate(report, server):
    what = "keys are rotated"
    old, new = line(), line()
    with keys_file(old) as path:
        with watching.fault(report, what, server, "--l2-keys-file", str(path)) as (fleet, watch):
            servers.wait_for(lambda: found(fleet, 0, "redis") and found(fleet, 1, "redis"), "answers of the other's")
            for text in (old + new, new + old, new):
                reread(fleet, path, text, "the keys to seal with were read again")
                hits = [found(fleet, at, "redis") for at in (0, 1)]
                servers.wait_for(lambda hits=hits: all(found(fleet, at, "redis") > hits[at] + 5 for at in (0, 1)),
                                 "answers of the other's under these keys")
                if old in text:
                    report.check(f"{what}: nothing is refused for its key", refused(fleet, 0) + refused(fleet, 1) == 0)
                watch.going_on("under these keys")
            report.ok(f"{what}: answers serve the other instance under each")


def keys_broken(report, server):
    """What was sealed with the old key is found after a rotation, a broken file changes nothing, and without the old key it
    is not found any more."""
    old, new = line(), line()
    with keys_file(old) as path, instances.fleet_of(2, server, "--l2-keys-file", str(path)) as fleet:
        read_all(fleet, 0)
        stored = servers.wait_for(lambda: fleet.tapris[0].metric("tapri_remote_stores_total", result="stored") >= instances.ROWS,
                                  "answers in Redis")
        report.check("answers are stored", stored)
        found_anew(report, "sealed with one key, answers are found", fleet, True)
        reread(fleet, path, new + old, "the keys to seal with were read again")
        found_anew(report, "after a rotation, too", fleet, True)
        reread(fleet, path, "no key\n", "the keys to seal with are refused")
        report.check("a file that is refused is told of", all(says_broken(fleet, at) for at in (0, 1)))
        report.check("the log says nothing of keys", not any(key.split()[1] in text_of(tapri)
                                                            for key in (old, new) for tapri in fleet.tapris))
        fleet.take(0, 3, 33)
        fleet.keep(0, 3)
        report.check("statements go on", fleet.value(1, 3) in (0, 33))
        reread(fleet, path, new, "the keys to seal with were read again")
        report.check("and one that is good again is, too", not any(says_broken(fleet, at) for at in (0, 1)))
        found_anew(report, "without the old key, what it has sealed is not found", fleet, False)
        report.check("which is counted", fleet.tapris[1].metric("tapri_remote_fetches_total", result="unknown_seal_key") > 0)
        hits = found(fleet, 0, "redis")
        rows = range(10, 40)
        for row in rows:
            fleet.take(1, row, 5)
            fleet.value(1, row)
            instances.until_seen(fleet, 0, row, 5, instances.STALENESS)
        hits = found(fleet, 0, "redis") - hits
        report.check("who had the old key takes what is sealed with the new one", hits > len(rows) / 2, hits)


FAULTS = (keys_rotate, keys_broken)
