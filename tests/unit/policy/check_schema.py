#!/usr/bin/python3
"""Checks rules/rules.schema.json against the files that the loader's tests go by (needs python3-jsonschema).

    tests/unit/policy/check_schema.py

Shipped files and corpus/good must be valid; corpus/broken must not be, but for what a schema cannot see: files that are
no JSON, and those marked "// schema: accepts" (duplicates, ranges, cross references).
"""
import json
import pathlib
import re
import sys

import jsonschema

HERE = pathlib.Path(__file__).resolve().parent
RULES = HERE.parents[2] / "rules"
TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/', re.S)


def plain(text):
    """JSON without comments and trailing commas."""
    text = TOKEN.sub(lambda token: token[0] if token[0].startswith('"') else " ", text)
    return re.sub(r'("(?:[^"\\\n]|\\.)*")|,(\s*[}\]])', lambda match: match[1] or match[2], text)


def is_valid(validator, path):
    text = path.read_text(encoding="utf-8-sig")
    return validator.is_valid(json.loads(plain(text)))


def verdict_of_broken(validator, path):
    text = path.read_text(encoding="utf-8-sig")
    try:
        valid = is_valid(validator, path)
    except ValueError:
        return True
    return valid == ("// schema: accepts" in text)


def main():
    schema = json.loads((RULES / "rules.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    good = [path for path in RULES.rglob("*.json") if not path.name.endswith(".schema.json")]
    good += sorted((HERE / "corpus" / "good").iterdir())
    broken = sorted((HERE / "corpus" / "broken").iterdir())
    wrong = [path for path in good if not is_valid(validator, path)]
    wrong += [path for path in broken if not verdict_of_broken(validator, path)]
    for path in wrong:
        print(f"{path}: the schema and the loader disagree")
    print(f"{len(good)} good and {len(broken)} broken files, {len(wrong)} disagreements")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
