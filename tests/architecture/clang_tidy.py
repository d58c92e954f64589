"""clang-tidy over the sources of sidecar/, remembered by what it read."""

import concurrent.futures
import hashlib
import itertools
import json
import os
import pathlib
import re
import shlex
import subprocess

# What the standard library does within a call is taken for granted: to follow it takes half of the analyzer's time.
ARGUMENTS = ["-Wno-unknown-warning-option", "-Xclang", "-analyzer-config", "-Xclang", "c++-stdlib-inlining=false"]
# Sources of a folder that are looked at as one: most of the time goes into the headers that they share. The analyzer
# follows the functions of a source that is included only where the including file is named so
# (clang/StaticAnalyzer/Core/PathSensitive/AnalysisManager.h, isInCodeFile).
TOGETHER = 12
UNIFIED = "UnifiedSource"


class Tidy:
    """clang-tidy over the sources of sidecar/ in a build folder's compile_commands.json.

    A file that was clean is not looked at again while nothing that it read has changed: ninja knows what that is. What is
    found in sources that are looked at together is said of each of them alone, as is all of sources that do not go together.
    """

    def __init__(self, tree, build):
        self.tree = tree
        self.build = pathlib.Path(build).resolve()
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
        parts = [self.version, self.config, *ARGUMENTS, entry["command"]]
        parts += [f"{path} {self._content(path)}" for path in sorted(read)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def todo(self, units):
        """source -> where it is remembered that it was clean, or None; of those that must be looked at."""
        depends = self.dependencies()
        out = {}
        for source, entry in units.items():
            read = depends.get(_object(entry))
            mark = self.seen / self.key(entry, read) if read else None
            if mark is None or not mark.exists():
                out[source] = mark
        return out

    def findings(self, progress=lambda done, count: None):
        """Runs what must be run, on all processors."""
        units = self.units()
        if not units:
            yield "no source of sidecar/ is in compile_commands.json"
            return
        self.seen.mkdir(exist_ok=True)
        todo = self.todo(units)
        done = len(units) - len(todo)
        progress(done, len(units))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            groups = _groups([units[source] for source in todo])
            waiting = {pool.submit(self._look, number, group): group for number, group in enumerate(groups)}
            shown = set()  # what is wrong in a header is wrong in all that include it
            for one in concurrent.futures.as_completed(waiting):
                for source, lines in one.result().items():
                    yield from [line for line in lines if line not in shown]
                    shown.update(lines)
                    if not lines and todo[source]:
                        todo[source].touch()
                done += len(waiting[one])
                progress(done, len(units))

    def _look(self, number, group):
        """source -> what is wrong with it."""
        if len(group) > 1 and self._clean_together(number, group):
            return {entry["file"]: [] for entry in group}
        return {entry["file"]: self._alone(entry["file"]) for entry in group}

    def _clean_together(self, number, group):
        folder = self.seen / f"together-{number}"
        folder.mkdir(exist_ok=True)
        unified = folder / f"{UNIFIED}{number}.cpp"
        unified.write_text("".join(f'#include "{entry["file"]}"  // NOLINT(bugprone-suspicious-include)\n'
                                   for entry in group))
        first = group[0]
        command = [str(unified) if word == first["file"] else word for word in shlex.split(first["command"])]
        database = [{"directory": first["directory"], "file": str(unified), "arguments": command}]
        (folder / "compile_commands.json").write_text(json.dumps(database))
        return self._run(folder, unified).returncode == 0

    def _alone(self, source):
        done = self._run(self.build, source)
        lines = [line.replace(str(self.tree.root) + "/", "") for line in done.stdout.splitlines()
                 if re.search(r": (error|warning): ", line)]
        if done.returncode and not lines:
            lines = [f"{source}: clang-tidy failed: {(done.stdout + done.stderr)[-1000:]}"]
        return lines

    def _run(self, commands, source):
        return subprocess.run(["clang-tidy", "-quiet", "-p", str(commands), f"--config={self.config}",
                               *(f"--extra-arg={argument}" for argument in ARGUMENTS), str(source)],
                              capture_output=True, text=True, check=False)


def _groups(entries):
    """Those of one folder that are compiled alike; big groups first: the last one to finish decides when all is done."""
    def alike(entry):
        words = shlex.split(entry["command"])
        own = {entry["file"], _object(entry)}
        return str(pathlib.Path(entry["file"]).parent), [word for word in words if word not in own]

    out = []
    for _, found in itertools.groupby(sorted(entries, key=alike), alike):
        found = list(found)
        count = -(-len(found) // TOGETHER)
        out += [found[at::count] for at in range(count)]
    return sorted(out, key=len, reverse=True)


def _object(entry):
    """The object that a compile command makes, as ninja names it."""
    if "output" in entry:
        return entry["output"]
    found = re.search(r" -o (\S+)", entry["command"])
    return found[1] if found else ""
