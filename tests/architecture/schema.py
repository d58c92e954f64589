"""rules/rules.schema.json, which editors use, held against the files that the loader's tests go by (python3-jsonschema)."""

import json
import re

import jsonschema

CORPUS = "tests/unit/policy/corpus"
TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/', re.S)


def _plain(text):
    """JSON without comments and trailing commas."""
    text = TOKEN.sub(lambda token: token[0] if token[0].startswith('"') else " ", text)
    return re.sub(r'("(?:[^"\\\n]|\\.)*")|,(\s*[}\]])', lambda match: match[1] or match[2], text)


def _accepted(validator, text):
    return validator.is_valid(json.loads(_plain(text)))


def _refused_as_said(validator, text):
    """Not accepted, but for what a schema cannot see: duplicates, ranges, cross references."""
    try:
        accepted = _accepted(validator, text)
    except ValueError:
        return True
    return accepted == ("// schema: accepts" in text)


def rules_schema_agrees_with_the_loader(tree):
    """The schema accepts the shipped rule files and corpus/good; of corpus/broken only what says so."""
    try:
        schema = json.loads((tree.root / "rules/rules.schema.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
    except (OSError, ValueError, jsonschema.SchemaError) as error:
        yield f"rules/rules.schema.json:1: {str(error).splitlines()[0]}"
        return
    validator = jsonschema.Draft202012Validator(schema)
    shipped = [path for path in tree.files(["rules"], {".json"}) if not path.name.endswith(".schema.json")]
    for folder, holds in (("good", _accepted), ("broken", _refused_as_said)):
        files = list(tree.files([f"{CORPUS}/{folder}"], {".json"}))
        if not files:
            yield f"{CORPUS}/{folder}: holds no file"
        for path in files + (shipped if folder == "good" else []):
            if not holds(validator, path.read_text(encoding="utf-8-sig")):
                yield f"{tree.name(path)}:1: the schema and the loader disagree"


RULES = [rules_schema_agrees_with_the_loader]
