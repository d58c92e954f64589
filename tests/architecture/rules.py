"""The rules of the house, each a function of a tree that yields findings ("file:line: what"). Standard library only."""

import json
import pathlib
import re
import subprocess

FILE_CAP = 400      # lines
FUNCTION_CAP = 60   # lines
SWITCH_CAP = 80     # lines of a function that is one flat switch

CPP = {".cpp", ".h"}
CODE = CPP | {".py", ".sh", ".js", ".mjs", ".java", ".go"}
# Libraries' headers that only one folder under sidecar/ may include.
FENCED = {
    r"asio(\.hpp|/.*)": "io",
    r"pqxx(/.*)?": "dbclient",
    r"(mysql|errmsg)\.h": "dbclient/mysql",
    r"(pg_query\.h|postgres\.h|nodes/.*|parser/.*|catalog/pg_.*)": "sql/pg",
    r"spdlog/.*": "telemetry",
    r"hiredis/.*": "redis",
}
# Libraries' headers that only rooms may include which say so in their LIBRARIES.
LINKED = {r"(json|jsoncpp)/.*": "PkgConfig::JSONCPP", r"openssl/.*": "OpenSSL::", r"zlib\.h": "ZLIB::ZLIB",
          r"zstd(_errors)?\.h": "PkgConfig::ZSTD"}
# Names that the language and its library keep for themselves, and such of them as are there to be used.
RESERVED = re.compile(r"\b(_[A-Z]\w*|\w*__\w*)\b")
OF_THE_LANGUAGE = re.compile(r"__builtin_\w+|__VA_(ARGS|OPT)__|_IO[FLN]BF")
# The protocol and the cache do no input or output of their own; control connections wait for theirs on a thread of their
# own, and another may end that.
SOCKETS = {
    re.compile(r"(sys/epoll|netinet/.*|arpa/inet)\.h"): ("io", "app"),
    re.compile(r"(poll|sys/socket)\.h"): ("io", "app", "dbclient"),
}


class Tree:
    """A checkout: its files and its rooms."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.rooms = {}      # name -> rooms that it may include
        self.libraries = {}  # name -> external libraries
        for lists in sorted((self.root / "sidecar").glob("*/CMakeLists.txt")):
            found = re.search(r"tapri_room\(\s*(\w+)([^)]*)\)", lists.read_text())
            if found:
                words = found[2].split()
                self.rooms[found[1]] = _after(words, "LINKS")
                self.libraries[found[1]] = _after(words, "LIBRARIES")

    def files(self, folders, suffixes):
        for folder in folders:
            for path in sorted((self.root / folder).rglob("*")):
                hidden = any(part in ("node_modules", "__pycache__", "build") for part in path.parts)
                if path.is_file() and path.suffix in suffixes and not hidden:
                    yield path

    def sources(self):
        return self.files(["sidecar"], CPP)

    def cpp(self):
        return self.files(["sidecar", "tests", "integration"], CPP)

    def scripts(self):
        """Programs in bash."""
        for folder in (".ci", "tests", "integration"):
            for path in sorted((self.root / folder).rglob("*")):
                if not path.is_file() or "node_modules" in path.parts or path.suffix not in ("", ".sh"):
                    continue
                with open(path, "rb") as file:
                    if re.match(rb"#!.*\b(ba)?sh\b", file.readline()):
                        yield path

    def name(self, path):
        return str(path.relative_to(self.root))

    def room(self, path):
        parts = path.relative_to(self.root / "sidecar").parts
        return parts[0] if len(parts) > 1 else None


def _after(words, keyword):
    """The words between a keyword of the CMake call and the next one."""
    if keyword not in words:
        return []
    begin = words.index(keyword) + 1
    end = next((at for at in range(begin, len(words)) if words[at] in ("LINKS", "LIBRARIES")), len(words))
    return words[begin:end]


def _includes(path):
    """(line number, header) of each include."""
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
        found = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if found:
            yield number, found[1]


def includes_point_downwards(tree):
    """A room includes only its own headers and those of the rooms in its LINKS."""
    if not tree.rooms:
        yield "sidecar: no tapri_room() was found"
    for path in tree.sources():
        room = tree.room(path)
        if room is None:
            continue
        if room not in tree.rooms:
            yield f"{tree.name(path)}:1: {room} has no tapri_room() in its CMakeLists.txt"
            continue
        for line, header in _includes(path):
            target = header.split("/")[0]
            if target in tree.rooms and target != room and target not in tree.rooms[room]:
                yield f"{tree.name(path)}:{line}: {room} may not include {header}: {target} is not in its LINKS"
            if ".." in header.split("/"):
                yield f"{tree.name(path)}:{line}: include by the path from sidecar/, not {header}"


def rooms_have_no_cycle(tree):
    """The rooms' LINKS have no cycle and name rooms that exist."""
    state = {}

    def visit(room, trail):
        if state.get(room) == "done":
            return
        if room in trail:
            yield "sidecar: cycle " + " -> ".join(trail[trail.index(room):] + [room])
            return
        for below in tree.rooms.get(room, []):
            if below not in tree.rooms:
                yield f"sidecar/{room}/CMakeLists.txt:1: links {below}, which is no room"
            else:
                yield from visit(below, trail + [room])
        state[room] = "done"

    for room in tree.rooms:
        yield from visit(room, [])


def _fence(header, rooms):
    """The folder that alone may include this header of a library, or None."""
    if header.split("/")[0] in rooms:
        return None
    return next((folder for pattern, folder in FENCED.items() if re.fullmatch(pattern, header)), None)


def heavy_headers_stay_where_they_belong(tree):
    """Libraries' headers are included only in the room that wraps the library, and do not leave it through a header."""
    private = {}  # header of ours that includes a fenced one -> the folder that it may not leave
    for path in tree.files(["sidecar"], {".h"}):
        for _, header in _includes(path):
            folder = _fence(header, tree.rooms)
            if folder:
                private[str(path.relative_to(tree.root / "sidecar"))] = folder
    for path in tree.sources():
        below = str(path.relative_to(tree.root / "sidecar"))
        for line, header in _includes(path):
            folder = _fence(header, tree.rooms) or private.get(header)
            if folder and not below.startswith(folder + "/"):
                yield f"{tree.name(path)}:{line}: {header} belongs into {folder}/"
            for pattern, rooms in SOCKETS.items():
                if pattern.fullmatch(header) and tree.room(path) not in rooms:
                    yield f"{tree.name(path)}:{line}: {header}: only {', '.join(rooms)} may wait for input and output"


def libraries_are_linked_where_they_are_used(tree):
    """A room that includes a library's header names the library in its LIBRARIES; jsoncpp is no part of a header."""
    for path in tree.sources():
        libraries = " ".join(tree.libraries.get(tree.room(path), []))
        for line, header in _includes(path):
            for pattern, library in LINKED.items():
                if re.fullmatch(pattern, header) and library not in libraries:
                    yield f"{tree.name(path)}:{line}: {header}: {tree.room(path)} does not list {library} in LIBRARIES"
            if re.fullmatch(r"(json|jsoncpp)/.*", header) and path.suffix == ".h":
                yield f"{tree.name(path)}:{line}: {header}: only in .cpp files"


def files_are_short(tree):
    """No file is longer than the cap."""
    paths = list(tree.files(["sidecar", "tests", "integration"], CODE)) + list(tree.scripts())
    for path in sorted(set(paths)):
        count = len(path.read_text(errors="replace").splitlines())
        if count > FILE_CAP:
            yield f"{tree.name(path)}:1: {count} lines; the cap is {FILE_CAP}"


def functions_are_short(tree):
    """No function is longer than the cap (as universal-ctags sees functions)."""
    paths = [str(path) for path in tree.cpp()]
    if not paths:
        return
    done = subprocess.run(["ctags", "--languages=C++", "--langmap=C++:.cpp.h", "--kinds-C++=f", "--fields=+ne",
                           "--output-format=json", "-f", "-", *paths], capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        tag = json.loads(line)
        length = tag.get("end", tag["line"]) - tag["line"] + 1
        if length > FUNCTION_CAP:
            where = pathlib.Path(tag["path"])
            cap = SWITCH_CAP if _flat_switch(where, tag["line"], length) else FUNCTION_CAP
            if length > cap:
                yield f"{tree.name(where)}:{tag['line']}: {tag['name']} has {length} lines; the cap is {cap}"


def _flat_switch(path, begin, length):
    """At least half of the lines are labels and what each returns."""
    lines = path.read_text(errors="replace").splitlines()[begin - 1:begin - 1 + length]
    flat = sum(bool(re.match(r"\s*(case\b|default:|return\b|break;)", line)) for line in lines)
    return flat * 2 >= length and any("switch (" in line for line in lines)


def headers_are_contracts(tree):
    """A header begins with a comment that says what it is for, and has #pragma once."""
    for path in tree.files(["sidecar"], {".h"}):
        text = path.read_text(errors="replace")
        if not text.startswith("//"):
            yield f"{tree.name(path)}:1: no leading comment"
        if not re.search(r"^#pragma once$", text, re.M):
            yield f"{tree.name(path)}:1: no #pragma once"


def nothing_is_left_to_do(tree):
    """No unfinished business in the code, and no test that can skip."""
    marks = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
    skips = re.compile(r"GTEST" r"_SKIP|\bDISA" r"BLED_")
    paths = list(tree.files(["sidecar", "tests", "integration"], CODE | {".txt", ".sql"})) + list(tree.scripts())
    for path in sorted(set(paths)):
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            for found in (marks.search(line), skips.search(line)):
                if found:
                    yield f"{tree.name(path)}:{number}: {found[0]}"


def namespaces_are_folders(tree):
    """sidecar/a/b/ holds namespace tapri::a::b (base is tapri itself); sub-namespaces are fine."""
    for path in tree.sources():
        folders = path.relative_to(tree.root / "sidecar").parts[:-1]
        if not folders:
            continue
        text = path.read_text(errors="replace")
        opened = re.findall(r"^namespace ((?:\w+::)*\w+) \{", text, re.M)
        expected = "tapri" if folders[0] == "base" else "::".join(("tapri",) + folders)
        mine = [name for name in opened if name.startswith("tapri")]
        code = [line for line in text.splitlines() if line.strip() and not re.match(r"\s*(//|#)", line)]
        if not mine and code and path.name != "main.cpp":
            yield f"{tree.name(path)}:1: no namespace {expected}"
        elif mine and not any(name == expected or name.startswith(expected + "::") for name in mine):
            yield f"{tree.name(path)}:1: {', '.join(sorted(set(mine)))} instead of {expected}"


def names_are_our_own(tree):
    """No name is one that the language keeps for itself ([lex.name]): two underscores, or one before a capital."""
    for path in tree.sources():
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            code = re.sub(r'"(?:[^"\\]|\\.)*"|//.*', "", line)
            for found in RESERVED.finditer(code):
                if not OF_THE_LANGUAGE.fullmatch(found[0]) and not re.match(r"\s*#\s*(if|el)", line):
                    yield f"{tree.name(path)}:{number}: {found[0]} is a reserved name"


def names_are_used_where_they_are_declared(tree):
    """A source uses the names that it takes from other namespaces, and those that it gives them. (clang-tidy says so of the
    file that it was given alone, not of those that it looks at together.)"""
    for path in tree.sources():
        text = path.read_text(errors="replace") if path.suffix == ".cpp" else ""
        for found in re.finditer(r"^ *(?:using (?:\w+::)+(\w+);|namespace (\w+) = )", text, re.M):
            name = found[1] or found[2]
            if len(re.findall(rf"\b{name}\b", text)) < 2:
                yield f"{tree.name(path)}:{text.count(chr(10), 0, found.start()) + 1}: {name} is not used"


def reasons_are_documented(tree):
    """docs/reasons.md lists each reason of reason.h with its sentence, and no other."""
    header = tree.root / "sidecar/base/reason.h"
    page = tree.root / "docs/reasons.md"
    if not page.exists():
        yield "docs/reasons.md:1: is missing"
        return
    reasons = dict(re.findall(r'^\s*X\((\w+),\s*"((?:[^"\\]|\\.)*)"\)', header.read_text(), re.M))
    text = page.read_text()
    if not reasons:
        yield "sidecar/base/reason.h:1: no reason was found"
    for name, sentence in reasons.items():
        if f"`{name}`" not in text:
            yield f"docs/reasons.md:1: {name} is missing"
        elif re.sub(r"\s+", " ", sentence) not in re.sub(r"\s+", " ", text):
            yield f"docs/reasons.md:1: {name} is explained in other words than in reason.h"
    for name in re.findall(r"^\| *`(\w+)`", text, re.M):
        if name not in reasons:
            yield f"docs/reasons.md:1: {name} is no reason"


RULES = [includes_point_downwards, rooms_have_no_cycle, heavy_headers_stay_where_they_belong,
         libraries_are_linked_where_they_are_used, files_are_short,
         functions_are_short, headers_are_contracts, nothing_is_left_to_do, namespaces_are_folders, names_are_our_own,
         names_are_used_where_they_are_declared, reasons_are_documented]
