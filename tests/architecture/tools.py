"""Checks that other programs make: clang-format, shellcheck, clang-tidy (remembered by what it read)."""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
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


# What the standard library does within a call is taken for granted: to follow it takes half of the analyzer's time.
TIDY_ARGUMENTS = ["-Wno-unknown-warning-option", "-Xclang", "-analyzer-config", "-Xclang", "c++-stdlib-inlining=false"]


class Tidy:
    """clang-tidy over the sources of sidecar/ in a build folder's compile_commands.json.

    A file that was clean is not looked at again while nothing that it read has changed: ninja knows what that is.
    """

    def __init__(self, tree, build):
        self.tree = tree
        self.build = pathlib.Path(build)
        self.seen = self.build / "clang-tidy"
        self.version = subprocess.run(["clang-tidy", "--version"], capture_output=True, text=True, check=True).stdout
        self.config = (tree.root / ".clang-tidy").read_text()
        self.hashes = {}

    def units(self):
        """source -> its compile command."""
        commands = json.loads((self.build / "compile_commands.json").read_text())
        sidecar = str(self.tree.root / "sidecar") + "/"
        return {entry["file"]: entry for entry in commands if entry["file"].startswith(sidecar)}

    def dependencies(self):
        """object -> files that its compilation read."""
        done = subprocess.run(["ninja", "-C", str(self.build), "-t", "deps"], capture_output=True, text=True,
                              check=False)
        found, current = {}, None
        for line in done.stdout.splitlines():
            if line.startswith("    "):
                current.append(line.strip())
            elif "#deps" in line and "STALE" not in line:
                current = found.setdefault(line.split(":")[0], [])
            else:
                current = []
        return found

    def _content(self, path):
        if path not in self.hashes:
            file = self.build / path
            if str(file.resolve()).startswith(str(self.tree.root)):
                self.hashes[path] = hashlib.sha256(file.read_bytes()).hexdigest()
            else:  # a library's header: its size and time will do
                state = file.stat()
                self.hashes[path] = f"{state.st_size} {state.st_mtime_ns}"
        return self.hashes[path]

    def key(self, entry, read):
        parts = [self.version, self.config, *TIDY_ARGUMENTS, entry["command"]]
        parts += [f"{path} {self._content(path)}" for path in sorted(read)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def findings(self, progress=lambda done, count: None):
        """Runs what must be run, on all processors."""
        units = self.units()
        if not units:
            yield "no source of sidecar/ is in compile_commands.json"
            return
        self.seen.mkdir(exist_ok=True)
        depends = self.dependencies()
        todo = []
        for source, entry in units.items():
            read = depends.get(_object(entry))
            mark = self.seen / self.key(entry, read) if read else None
            if mark is None or not mark.exists():
                # Big files first: the last one to finish decides when all is done.
                todo.append((-len(read or []), source, mark))
        todo.sort(key=lambda unit: unit[:2])
        progress(len(units) - len(todo), len(units))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            waiting = [pool.submit(self._one, source, mark) for _, source, mark in todo]
            shown = set()  # what is wrong in a header is wrong in all that include it
            for count, one in enumerate(concurrent.futures.as_completed(waiting), 1):
                yield from [line for line in one.result() if line not in shown]
                shown.update(one.result())
                progress(len(units) - len(todo) + count, len(units))

    def _one(self, source, mark):
        done = subprocess.run(["clang-tidy", "-quiet", "-p", str(self.build),
                               *(f"--extra-arg={argument}" for argument in TIDY_ARGUMENTS), source],
                              capture_output=True, text=True, check=False)
        lines = [line.replace(str(self.tree.root) + "/", "") for line in done.stdout.splitlines()
                 if re.search(r": (error|warning): ", line)]
        if done.returncode and not lines:
            lines = [f"{source}: clang-tidy failed: {(done.stdout + done.stderr)[-1000:]}"]
        if not lines and mark:
            mark.touch()
        return lines


def _object(entry):
    """The object that a compile command makes, as ninja names it."""
    if "output" in entry:
        return entry["output"]
    found = re.search(r" -o (\S+)", entry["command"])
    return found[1] if found else ""


def scratch():
    return tempfile.TemporaryDirectory(prefix="tapri-architecture-")
