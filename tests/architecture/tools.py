"""Checks that other programs make: clang-format and shellcheck."""

import subprocess
import tempfile


def formatted(tree):
    """clang-format would change nothing."""
    paths = [str(path) for path in tree.cpp()]
    if paths:
        done = subprocess.run(["clang-format", "--dry-run", "-Werror", *paths], capture_output=True, text=True,
                              check=False)
        found = [line for line in done.stderr.splitlines() if "-Wclang-format-violations" in line]
        for line in found:
            yield line.replace(str(tree.root) + "/", "").replace("error: code should be clang-formatted ", "")
        if done.returncode and not found:
            yield f"clang-format failed: {done.stderr[-1000:]}"


def scripts_are_clean(tree):
    """shellcheck has nothing to say."""
    paths = [str(path) for path in tree.scripts()]
    if paths:
        done = subprocess.run(["shellcheck", "-x", "-f", "gcc", *paths], capture_output=True, text=True, check=False)
        lines = (done.stdout + done.stderr).splitlines()
        yield from (line.replace(str(tree.root) + "/", "") for line in lines)
        if done.returncode and not lines:
            yield f"shellcheck failed: exit code {done.returncode}"


RULES = [formatted, scripts_are_clean]


def scratch():
    return tempfile.TemporaryDirectory(prefix="tapri-architecture-")
