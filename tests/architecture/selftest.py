"""The checker checked: each rule must be silent on a small good tree and speak on one with a violation planted."""

import json
import pathlib

import clang_tidy
import rules
import schema
import tools

GOOD = {
    "sidecar/base/CMakeLists.txt": "tapri_room(base)\n",
    "sidecar/base/reason.h": '// Why.\n#pragma once\n\nnamespace tapri {\n// clang-format off\n#define R(X) \\\n'
                             '  X(none, "Nothing.")\n// clang-format on\n'
                             "}  // namespace tapri\n",
    "sidecar/wire/CMakeLists.txt": "tapri_room(wire LINKS base)\n",
    "sidecar/wire/pg/frame.h": '// Frames.\n#pragma once\n\n#include "base/reason.h"\n\nnamespace tapri::wire::pg {\n'
                               "int size();\n}  // namespace tapri::wire::pg\n",
    "sidecar/wire/pg/frame.cpp": '#include "wire/pg/frame.h"\n\nnamespace tapri::wire::pg {\nint size() { return 1; }\n'
                                 "}  // namespace tapri::wire::pg\n",
    "docs/reasons.md": "| reason | what |\n|---|---|\n| `none` | Nothing. |\n",
    "rules/rules.schema.json": '{"type": "object"}',
    "tests/unit/policy/corpus/good/a.json": "{} // with a comment\n",
    "tests/unit/policy/corpus/broken/a.json": "[]",
    "tests/unit/policy/corpus/broken/b.json": "{} // schema: accepts\n",
    "tests/unit/policy/corpus/broken/c.json": "no JSON",
    "tests/run": "#!/usr/bin/env bash\necho hello\n",
    ".clang-format": "BasedOnStyle: Google\nColumnLimit: 120\n",
}
LONG_FUNCTION = ("namespace tapri::wire::pg {\nint many(int x) {\n" + "  x += 1;\n" * 61 + "  return x;\n}\n"
                 "}  // namespace tapri::wire::pg\n")
TIDY_SETTINGS = "Checks: '-*,clang-analyzer-*'\nWarningsAsErrors: '*'\nHeaderFilterRegex: 'sidecar/.*'\n"
DEREFERENCES = "int NAME(int* p) { return p == nullptr ? *p : 0; }\n"
EMPTY_NAMESPACE = "namespace tapri::wire::pg {}\n"

# What is planted: rule, its name for the report, files that replace the good ones.
PLANTED = [
    (rules.includes_point_downwards, "an upward include",
     {"sidecar/base/up.cpp": '#include "wire/pg/frame.h"\n\nnamespace tapri {}\n'}),
    (rules.includes_point_downwards, "an include through a link's link",
     {"sidecar/sql/CMakeLists.txt": "tapri_room(sql LINKS wire)\n",
      "sidecar/sql/a.cpp": '#include "base/reason.h"\n\nnamespace tapri::sql {}\n'}),
    (rules.includes_point_downwards, "a file in no room", {"sidecar/other/a.cpp": "namespace tapri::other {}\n"}),
    (rules.rooms_have_no_cycle, "a cycle", {"sidecar/base/CMakeLists.txt": "tapri_room(base LINKS wire)\n"}),
    (rules.rooms_have_no_cycle, "a link to no room", {"sidecar/base/CMakeLists.txt": "tapri_room(base LINKS cellar)\n"}),
    (rules.heavy_headers_stay_where_they_belong, "Asio outside io",
     {"sidecar/wire/pg/a.cpp": "#include <asio.hpp>\n\n" + EMPTY_NAMESPACE}),
    (rules.heavy_headers_stay_where_they_belong, "libpqxx outside dbclient",
     {"sidecar/wire/pg/a.cpp": "#include <pqxx/pqxx>\n\n" + EMPTY_NAMESPACE}),
    (rules.heavy_headers_stay_where_they_belong, "libpg_query outside sql/pg",
     {"sidecar/wire/pg/a.cpp": "#include <pg_query.h>\n\n" + EMPTY_NAMESPACE}),
    (rules.heavy_headers_stay_where_they_belong, "Asio leaving io through a header",
     {"sidecar/io/CMakeLists.txt": "tapri_room(io)\n",
      "sidecar/io/detail/a.h": "// A.\n#pragma once\n\n#include <asio.hpp>\n\nnamespace tapri::io {}\n",
      "sidecar/wire/pg/a.cpp": '#include "io/detail/a.h"\n\n' + EMPTY_NAMESPACE}),
    (rules.libraries_are_linked_where_they_are_used, "jsoncpp in a room that does not link it",
     {"sidecar/wire/pg/a.cpp": "#include <json/json.h>\n\n" + EMPTY_NAMESPACE}),
    (rules.libraries_are_linked_where_they_are_used, "zstd in a room that does not link it",
     {"sidecar/wire/pg/a.cpp": "#include <zstd.h>\n\n" + EMPTY_NAMESPACE}),
    (rules.files_are_short, "a long file", {"sidecar/wire/pg/a.cpp": EMPTY_NAMESPACE + "// more\n" * 400}),
    (rules.functions_are_short, "a long function", {"sidecar/wire/pg/a.cpp": LONG_FUNCTION}),
    (rules.headers_are_contracts, "a header without its comment",
     {"sidecar/wire/pg/a.h": "#pragma once\n// Late.\n" + EMPTY_NAMESPACE}),
    (rules.headers_are_contracts, "a header without #pragma once",
     {"sidecar/wire/pg/a.h": "// Twice.\n" + EMPTY_NAMESPACE}),
    (rules.nothing_is_left_to_do, "unfinished business",
     {"sidecar/wire/pg/a.cpp": EMPTY_NAMESPACE + "// TO" "DO: more\n"}),
    (rules.nothing_is_left_to_do, "a test that can skip",
     {"tests/unit/a_test.cpp": "TEST(A, B) { GTEST" "_SKIP(); }\n"}),
    (rules.namespaces_are_folders, "a namespace that is not its folder",
     {"sidecar/wire/pg/a.cpp": "namespace tapri::base {}\n"}),
    (rules.names_are_our_own, "a name with two underscores",
     {"sidecar/wire/pg/a.cpp": EMPTY_NAMESPACE + "int a__b;\n"}),
    (rules.names_are_our_own, "a name with an underscore before a capital",
     {"sidecar/wire/pg/a.cpp": EMPTY_NAMESPACE + "int _Ab;\n"}),
    (rules.names_are_used_where_they_are_declared, "a name that is taken from another namespace and not used",
     {"sidecar/wire/pg/a.cpp": "using std::size_t;\n" + EMPTY_NAMESPACE}),
    (rules.names_are_used_where_they_are_declared, "a namespace's other name that is not used",
     {"sidecar/wire/pg/a.cpp": "namespace other = tapri;\n" + EMPTY_NAMESPACE}),
    (rules.reasons_are_documented, "a reason that is not documented",
     {"docs/reasons.md": "| `other` | Nothing. |\n"}),
    (tools.formatted, "a file that is not formatted", {"sidecar/wire/pg/a.cpp": EMPTY_NAMESPACE + "int   a ;\n"}),
    (tools.formatted, "a style that clang-format cannot read", {".clang-format": "ColumnLimit: wide\n"}),
    (schema.rules_schema_agrees_with_the_loader, "a broken rule file that the schema accepts",
     {"tests/unit/policy/corpus/broken/a.json": "{}"}),
    (schema.rules_schema_agrees_with_the_loader, "a good rule file that the schema refuses",
     {"rules/sample.json": "[]"}),
    (schema.rules_schema_agrees_with_the_loader, "a schema that is none",
     {"rules/rules.schema.json": '{"type": "thing"}'}),
    (schema.rules_schema_agrees_with_the_loader, "no corpus to go by",
     {"tests/unit/policy/corpus/good/a.json": None}),
    (tools.scripts_are_clean, "a careless script", {"tests/run": "#!/usr/bin/env bash\nrm -r $1/*\n"}),
]


def _silent_on_the_good_tree():
    with tools.scratch() as folder:
        _write(folder, GOOD)
        tree = rules.Tree(folder)
        for rule in rules.RULES + schema.RULES + tools.RULES:
            for finding in rule(tree):
                yield f"{rule.__name__} on a good tree: {finding}"


def _speaks(rule, files):
    with tools.scratch() as folder:
        _write(folder, {**GOOD, **files})
        if not list(rule(rules.Tree(folder))):
            yield f"{rule.__name__} found nothing"


def _looks_into_sources_together():
    """Of each of two sources that define a function of one name, and of two that do not."""
    for names in (("one", "two"), ("same", "same")):
        sources = {f"sidecar/wire/pg/{file}.cpp": DEREFERENCES.replace("NAME", name) for file, name in zip("ab", names)}
        with tools.scratch() as folder:
            _write(folder, {**sources, ".clang-tidy": TIDY_SETTINGS})
            root = pathlib.Path(folder).resolve()
            commands = [{"directory": folder, "file": str(root / source), "command": f"g++ -std=c++20 -c {root / source}"}
                        for source in sources]
            _write(folder, {"build/compile_commands.json": json.dumps(commands)})
            found = list(clang_tidy.Tidy(rules.Tree(root), root / "build").findings())
            if [line.split(":")[0] for line in sorted(found)] != list(sources):
                yield f"sources {names}: {found}"


def _write(folder, files):
    for name, text in files.items():
        if text is None:  # planted: it is not there
            continue
        path = pathlib.Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def checks():
    """(name, body that yields findings) of each."""
    yield "no violation in a good tree", _silent_on_the_good_tree
    for rule, name, files in PLANTED:
        yield name, lambda rule=rule, files=files: _speaks(rule, files)
    yield "what the analyzer finds in sources that it looks at together", _looks_into_sources_together
