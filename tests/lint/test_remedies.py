"""Every remedy that a finding in a client's file names, applied, ends the finding.

The projects are the examples of the documentation and the cases of the readers. A remedy is applied by gsdc where the
finding has a fix, else as a person would do it who reads the help: ``BY_HAND`` says how, ``IN_WORDS`` which remedies
leave the person a choice. Those are shown by "Use instead" in the documentation, which a test of its own runs.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.rules.test_documentation import ALL, files, written
from tests.targets.reading import CASES, cases, write

from gsdc.cli import main
from gsdc.finding import Finding, Fix
from gsdc.lint.installed import lint_tree
from gsdc.policy.load import Loaded, load
from gsdc.source.jsonc import Jsonc
from gsdc.source.key_document import Key, KeyDocument
from gsdc.source.text_edit import replaced
from gsdc.source.tree import PROJECT_FILE, Tree
from gsdc.targets import fixes
from gsdc.targets.registry import declarations, readable_targets

CLIENTS = {one.name.replace("-", "_") for one in declarations().values() if one.view} | {"claude_agents", "lint"}

# What proxies and documents have to say is no client's.
OTHERS = tuple(family for one in declarations().values() if not one.is_client for family in one.families)


def projects() -> Iterator[tuple[str, dict[str, str | bytes]]]:
    """Yield name and files of each project."""
    for code, item in ALL.items():
        example = item.parts.example
        if example is not None and example.command in ("", "gsdc lint") and not code.startswith(OTHERS):
            yield code, {path: written(text) for path, text in files(example).items()}
    for path in sorted(CASES.glob("*.yaml")):
        if path.stem in CLIENTS:
            for case in cases(path.name):
                named = {PROJECT_FILE: f"fleets: {case['fleets']}\n"} if "fleets" in case else {}
                yield f"{path.stem}: {case['name']}", {**named, **case["files"]}


PROJECTS = list(projects())


@cache
def shipped() -> Loaded:
    """Return the policy of a folder without gsdc.yaml."""
    return load(Path(__file__).parent)


def found(folder: Path, loaded: Loaded) -> list[Finding]:
    if loaded.policy is None:
        return []
    return list(lint_tree(Tree(folder), tuple(readable_targets(folder)), loaded.project, loaded.policy))


def kinds(findings: list[Finding]) -> Counter[tuple[str, str]]:
    """Return how many findings say the same; one that stands twice is ended where it is fixed."""
    return Counter((one.code, one.message) for one in findings)


# --- as a person would do it


def key_at(document: KeyDocument, finding: Finding) -> tuple[Key, bool] | None:
    """Return the key that a finding is about, and whether it is about its name."""
    at = (finding.span.line, finding.span.column)
    for key in keys_in(document.data):
        if document.span(key)[1:3] == at:
            return key, False
        if isinstance(document, Jsonc):
            is_name = document.span(key, key=True)[1:3] == at
        else:
            line = document.text.splitlines()[max(at[0] - 1, 0)]
            is_name = len(key) == 1 and re.match(rf"{re.escape(key[0])}\s*[:=]", line[at[1] - 1 :]) is not None
        if is_name:
            return key, True
    return None


def keys_in(data: Any, above: Key = ()) -> Iterator[Key]:
    for name, value in data.items() if isinstance(data, dict) else ():
        yield from keys_in(value, (*above, name))
        yield (*above, name)


VALUES = {
    "a text": "text",
    "a number": 0.5,
    "true or false": True,
    "a whole number above 0": 3,
    '"#rrggbb" or one of primary, secondary, accent, success, warning, error, info': "primary",
    "an object": {},
    "{ }": {},
    "an object that gives each tool true or false": {},
    "ask, allow or deny, or an object that gives one of them to each tool": "ask",
}


ORDERED = {"write effort high or above": "high", "write a model of tier standard or above": "sonnet"}
# A file that may go: the other one of two, one that no client loads, one that was replaced.
FILES_THAT_GO = re.compile("rename one, or remove it|.*(or move it away|and delete this file)$|keep this or ")
POLICY_LINES = (
    (re.compile(r"add the target: `([\w-]+): true` under `targets`"), lambda text, found: _with_target(text, found[1])),
    (
        re.compile(r"update it to ([\d.]+) or newer"),
        lambda text, found: re.sub(r"(?<=: )\d+\.\d+\.\d+", found[1], text),
    ),
)


def _with_target(text: str, target: str) -> str:
    empty = re.sub(r"(?m)^targets: \{\}$", f"targets: {{{target}: true}}", text)
    return empty if empty != text else re.sub(r"(?m)^targets: \{", f"targets: {{{target}: true, ", text)


def by_hand(finding: Finding, document: KeyDocument) -> Fix | None:
    """Return the fix that a person makes of the help, None where the help leaves a choice."""
    added = re.match(r'add (".+?)(?: to `([\w.]+)`)?(?:, or .*)?$', finding.help)
    if added is not None:
        return add(document, added[1], added[2])
    taken = re.match(r'remove "(.+?)" from `([\w.]+)`', finding.help)
    if taken is not None:
        key = tuple(taken[2].split("."))
        return fixes.write(document, {key: [one for one in value_at(document, key) if one != taken[1]]})
    named_key = re.search(r"remove `(\w+)`", finding.help)
    if named_key is not None and named_key[1] in document.data:
        return fixes.remove(document, (named_key[1],))
    beside = re.fullmatch(r"write `(\w+)` beside it|set `(\w+)` to \"(\w+)\"", finding.help)
    if beside is not None:
        return fixes.write(document, {(beside[1] or beside[2],): beside[3] or "high"})
    found_key = key_at(document, finding)
    if found_key is None:
        return None
    key, of_name = found_key
    if finding.help.startswith(("remove it", "remove the", "take it out")):
        return fixes.remove(document, key)
    if re.search(r", or remove (it|the variable)\b", finding.help) and not of_name:
        return fixes.remove(document, key)
    if finding.help in ORDERED:
        return fixes.write(document, {key: ORDERED[finding.help]})
    if finding.help.removeprefix("write ") in VALUES:
        return fixes.write(document, {key: VALUES[finding.help.removeprefix("write ")]})
    named = re.match(r'(?:did you mean|write) "([^"]+)"|write ([\w-]+)(?: or |$)', finding.help)
    if named is None:
        return None
    word = named[1] or named[2]
    return fixes.rename(document, key, word) if of_name else fixes.write(document, {key: word})


# Remedies that leave a choice, or that are not an edit of the file that the finding is in, by how their help begins.
TEXT_TO_WRITE = (
    *("give it", "write `description`", "write a text", "write text that", "write values that", "write one below"),
    *("write the name without", "write other characters", "write the model as text", "write the key out"),
    *("write it out", "write an object with", "write a mapping", "write both halves", "write a model ", "give each"),
    *("write effort", "write `", "begin ", "correct ", "keep ", "rename one", "allowed: ", "the nearest of ", "name "),
    *(
        "set `runtime`",
        "add what is missing",
        "add `context: fork`",
        "remove `disableAllHooks`",
        "remove it; allowed:",
        "remove it; the nearest",
    ),
    *(
        'did you mean "',
        "describe a model that exists",
        "set a version",
        "set it in your own configuration",
        'write "opus"',
        "write { }",
    ),
)
A_FILE_THAT_CANNOT_BE_EDITED = (
    *("save the file", "write plain JSON", "write the settings between", 'write ": "', "write a JSON value"),
    *("move what ", "build the file again", "write models into the tables only"),
)
ANOTHER_PLACE = (
    *("run `gsdc apply`", "add the target", "`gsdc ", "start OpenCode", "read what it does", "point the agent at"),
    *(
        "Codex cannot",
        "Gemini CLI cannot",
        "update ",
        "give Copilot a file",
        "set it in the user",
        "write it into",
        "write it under",
    ),
    *("move it to", "it is the next version's", "write the file", 'give "', 'add "model_overrides"', "write the "),
)
LEFT = (*TEXT_TO_WRITE, *A_FILE_THAT_CANNOT_BE_EDITED, *ANOTHER_PLACE)


def value_at(document: KeyDocument, key: Key) -> Any:
    value: Any = document.data
    for name in key:
        value = value[name]
    return value


def add(document: KeyDocument, what: str, to: str | None) -> Fix | None:
    """Return the fix that adds a member to an object, or an item to a list."""
    if ": " not in what:
        key = tuple(str(to).split("."))
        return fixes.write(document, {key: [*value_at(document, key), json.loads(what)]})
    name, value = what.split(": ", 1)
    return fixes.write(document, {(*([to] if to else []), json.loads(name)): json.loads(value)})


def applied(finding: Finding, folder: Path) -> tuple[Path, str | None] | None:
    """Return a file and its text with the remedy applied, no text for a file that goes; None where it was not."""
    policy = folder / PROJECT_FILE
    for pattern, edit in POLICY_LINES:
        if (named := pattern.match(finding.help)) is not None and policy.is_file():
            return policy, edit(policy.read_text(), named)
    place = folder / finding.span.path
    if not place.is_file():
        return None
    if FILES_THAT_GO.match(finding.help):
        return place, None
    try:
        text = place.read_bytes().decode()
    except UnicodeDecodeError:
        return None
    fix = finding.fix
    if fix is None:
        document = fixes.key_document(finding.span.path, text)
        fix = by_hand(finding, document) if document is not None else None
    return None if fix is None else (place, replaced(text, fix.edits))


@pytest.mark.parametrize(("name", "contents"), PROJECTS, ids=[name for name, _ in PROJECTS])
def test_a_remedy_that_is_applied_ends_its_finding(tmp_path, name, contents):
    write(tmp_path, contents)
    loaded = load(tmp_path) if PROJECT_FILE in contents else shipped()
    findings = found(tmp_path, loaded)
    there = kinds(findings)
    for finding in findings:
        after = applied(finding, tmp_path)
        if after is None:
            assert finding.help.startswith(LEFT), (finding.code, finding.help)
            continue
        place, text = after
        before = place.read_bytes()
        place.unlink()
        if text is not None:
            place.write_bytes(text.encode())
        left = kinds(found(tmp_path, load(tmp_path) if place.name == PROJECT_FILE else loaded))
        place.write_bytes(before)
        kind = (finding.code, finding.message)
        assert left[kind] < there[kind], (finding.help, text)


# A person's own source code is read and never written: there gsdc.yaml has to change.
DRIFTED = [
    (name, contents)
    for name, contents in PROJECTS
    if PROJECT_FILE in contents and not any(path.endswith(".js") for path in contents)
]


@pytest.mark.parametrize(("name", "contents"), DRIFTED, ids=[name for name, _ in DRIFTED])
def test_an_apply_ends_drift(tmp_path, monkeypatch, name, contents):
    write(tmp_path, contents)
    loaded = load(tmp_path)
    drifted = [one for one in found(tmp_path, loaded) if one.help.startswith("run `gsdc apply`")]
    if not drifted:
        return
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["apply", "--yes"])
    if "OV001" in result.output:
        return  # a table that gsdc did not write: apply leaves it, and says how it may take its place
    assert result.exit_code == 0, result.output
    left = kinds(found(tmp_path, loaded))
    assert not [one for one in drifted if left[one.code, one.message]]
