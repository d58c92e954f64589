"""What a suite prints: one line a check, and "N passed, N failed" as its last line."""

import contextlib
import os
import re
import sys
import time
import traceback


class Report:
    """Counts checks. A check is named; a failed one says why on its own line."""

    def __init__(self, suite):
        self.suite = suite
        self.passed = 0
        self.failed = 0
        self.names = []  # of what was done
        self.started = time.monotonic()

    def ok(self, name):
        self.passed += 1
        self.names.append(name)
        print(f"ok   {self.suite}: {name}", flush=True)

    def fail(self, name, why):
        self.failed += 1
        self.names.append(name)
        why = str(why).rstrip().replace("\n", "\n       ")
        print(f"FAIL {self.suite}: {name}\n       {why}", flush=True)

    def note(self, text):
        self.names.append(text)
        print(f"     {self.suite}: {text}", flush=True)

    def check(self, name, condition, why=""):
        if condition:
            self.ok(name)
        else:
            self.fail(name, why or "not so")
        return condition

    @contextlib.contextmanager
    def guard(self, name, quiet=False):
        """The body is one check: an exception fails it (and goes no further); `quiet` counts only failures."""
        try:
            yield
        except Exception as error:  # pylint: disable=broad-except
            lines = traceback.format_exc().strip().splitlines()
            self.fail(name, f"{type(error).__name__}: {error}\n" + "\n".join(lines[-5:-1]))
        else:
            if not quiet:
                self.ok(name)

    def finish(self):
        """Prints the last line; the exit code."""
        if self.passed + self.failed == 0:
            self.fail("ran", "no check was made")
        # Whoever asks for a part by a name that is none must not be told that all is well.
        for asked in sys.argv[1:]:
            if not asked.isdigit() and not any(asked in name for name in self.names):
                self.fail("did what was asked for", f"nothing here has {asked} in its name")
        print(f"     {self.suite}: {time.monotonic() - self.started:.0f} s", flush=True)
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 1 if self.failed else 0


def first_difference(left, right, limit=600):
    """Where two texts part, for a failure's line."""
    if left == right:
        return "no difference"
    at = len(os.path.commonprefix([left, right]))
    begin = max(0, at - 80)
    return (f"at character {at}:\n  direct: ...{left[begin:at + limit // 2]}\n"
            f"  tapri:  ...{right[begin:at + limit // 2]}")


def counted(text):
    """(passed, failed) of a suite's last line, or None."""
    lines = text.strip().splitlines()
    found = re.fullmatch(r"(\d+) passed, (\d+) failed", lines[-1].strip()) if lines else None
    return (int(found[1]), int(found[2])) if found else None


def run_suite(name, body):
    """Runs body(report) as a program: whatever happens, the last line is there and the exit code says failure."""
    report = Report(name)
    try:
        body(report)
    except KeyboardInterrupt:
        report.fail("ran to its end", "interrupted")
    except BaseException as error:  # pylint: disable=broad-except
        traceback.print_exc()
        report.fail("ran to its end", repr(error))
    sys.exit(report.finish())
