"""Each way of breaking a never-break rule, and of hiding it, is found on the line that was changed.

The cases are files: see tests/cases/README.md.
"""

import base64
import json
import random
import re
import shutil
import string
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from gsdc import data
from gsdc.cli import main
from gsdc.policy.sources import shipped_names

CASES = Path(__file__).parent / "cases"
PHASE = Path(".planning/phases/03-billing")
HEAD = """\
---
phase: 03-billing
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: []
autonomous: false
must_haves: {truths: []}
---
"""
MARK = re.compile(r"^(?P<indent> *)(?P<changed>.*?) # <-(?: (?P<before>.*))?(?:\n|\Z)", re.MULTILINE)
RANDOM = re.compile(r"\{\{(\d+) (\w+)\}\}")
ALPHABETS = {
    "letters": string.ascii_letters + string.digits,
    "url64": string.ascii_letters + string.digits + "_-",
    "base32": string.ascii_uppercase + "234567",
    "alpha": string.ascii_letters,
    "digits": "123456789",
    "hex": "0123456789abcdef",
}


class Mutation(NamedTuple):
    """The files of a case as somebody changed them, as they were before, and the place of the change."""

    changed: dict[str, str]
    before: dict[str, str]
    at: str


def parameters(*files: Path) -> list[Any]:
    """Return a parameter for each case; a gap has to fail, so that it is noticed when it is closed."""
    gap = pytest.mark.xfail(strict=True, raises=AssertionError, reason="not found yet")
    return [
        pytest.param(case, id=f"{file.stem}: {case['name']}", marks=[gap] if case.get("gap") else [])
        for file in files
        for case in YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    ]


def files_of(case: dict[str, Any]) -> dict[str, str]:
    """Return the text of each file of ``case`` by its path, marks and all."""
    given = {"gsdc.yaml": case["gsdc.yaml"]} if "gsdc.yaml" in case else {}
    found = {}
    for name, text in (given | case.get("files", {})).items():
        plan = name.endswith("PLAN.md")
        path = PHASE / name if plan and "/" not in name else Path(name)
        found[path.as_posix()] = HEAD + text if plan and not text.startswith("---") else text
    return found


def mutation(case: dict[str, Any]) -> Mutation:
    """Read the mark of ``case``, which ends the changed line: behind it stands the line as it was, if there was one."""
    changed, before, places = {}, {}, []
    for path, text in files_of(case).items():
        places += [f"{path}:{text.count(chr(10), 0, mark.start()) + 1}" for mark in MARK.finditer(text)]
        changed[path] = filled(MARK.sub(r"\g<indent>\g<changed>\n", text))
        before[path] = filled(MARK.sub(lambda m: f"{m['indent']}{m['before']}\n" if m["before"] else "", text))
    (at,) = places
    return Mutation(changed, before, at)


def shipped(folder: Path, case: dict[str, Any]) -> Mutation:
    """Copy the shipped profiles into ``folder`` with the one line changed that ``case`` names."""
    shutil.copytree(data.folder("profiles"), folder, dirs_exist_ok=True)
    ((name, (before, after)),) = case["shipped"].items()
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    number = lines.index(before)
    lines[number] = after
    (folder / name).write_text("\n".join(lines), encoding="utf-8")
    return Mutation(files_of(case), files_of(case), f"{folder / name}:{number + 1}")


def filled(text: str) -> str:
    """Return ``text`` with its placeholders filled, so that nothing in the repository looks like a credential."""
    chance = random.Random(7)

    def some(match: re.Match[str]) -> str:
        return "".join(chance.choice(ALPHABETS[match[2]]) for _ in range(int(match[1])))

    if "{{" not in text:
        return text
    return RANDOM.sub(some, text.replace("{{jwt}}", jwt()).replace("{{private-key}}", "PRIVATE " + "KEY"))


def jwt() -> str:
    parts = (b'{"alg":"HS256","typ":"JWT"}', b'{"sub":"4821","iat":1761022800,"role":"service_role"}', bytes(range(32)))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def lint(folder: Path, files: dict[str, str], *options: str) -> list[dict[str, Any]]:
    """Write ``files`` into ``folder`` and return what lint finds in it."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())
    arguments = ["--project", str(folder), "--format", "json", "lint", "--no-cache", *options]
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    found: list[dict[str, Any]] = json.loads(result.stdout)["findings"]
    return found


def place(span: dict[str, Any]) -> str:
    return f"{span['path']}:{span['line']}"


def mentions(finding: dict[str, Any], at: str) -> bool:
    """Tell whether a related place, or one that a note names, is ``at``."""
    return at in map(place, finding["related"]) or any(
        re.search(rf"(?<![\w/.-]){re.escape(at)}(?!\d)", note) for note in finding["notes"]
    )


@pytest.mark.sampled
@pytest.mark.parametrize("case", parameters(*sorted((CASES / "mutations").glob("*.yaml"))))
def test_mutation(tmp_path, monkeypatch, case):
    changed, before, at = shipped(tmp_path, case) if "shipped" in case else mutation(case)
    with monkeypatch.context() as patch:
        if "shipped" in case:
            folder = data.folder
            patch.setattr(data, "folder", lambda name: tmp_path if name == "profiles" else folder(name))
        found = lint(tmp_path / "changed", changed)
    told = [finding for finding in found if finding["code"] == case["finds"]]
    assert told, found
    if case.get("origin") == "elsewhere":
        assert not any(place(finding) == at for finding in told), "the finding itself stands there"
    elif case.get("origin") == "related":
        assert not any(place(finding) == at for finding in told), "the finding itself stands there"
        assert any(mentions(finding, at) for finding in told), told
    else:
        assert any(place(finding) == at for finding in told), told
    clean = lint(tmp_path / "before", before)
    assert not [finding for finding in clean if finding["severity"] == "error" or finding["code"] == case["finds"]]


@pytest.mark.parametrize("case", parameters(*sorted((CASES / "malicious").glob("*.yaml"))))
def test_malicious(tmp_path, case):
    folder = tmp_path / "project"
    folder.mkdir()
    for path, target in case.get("links", {}).items():
        (folder / path).symlink_to(target)
    if "decides" in case:
        assert lint(folder, files_of(case)) == []
        assert {agent: decided(folder, agent) for agent in case["decides"]} == case["decides"]
        return
    changed, _, at = mutation(case) if "at" not in case else Mutation(files_of(case), {}, case["at"])
    found = lint(folder, changed)
    assert (case["finds"], at) in [(finding["code"], place(finding)) for finding in found], found


def decided(folder: Path, agent: str) -> str:
    """Return what ``gsdc explain`` says is the model of ``agent``."""
    arguments = ["--project", str(folder), "--format", "json", "explain", agent]
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    return str(json.loads(result.stdout)["model"])


@pytest.mark.parametrize("file", sorted((CASES / "mutations").glob("*.yaml")), ids=lambda file: file.stem)
def test_thirty_ways(file):
    given = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    assert len({case["name"] for case in given}) == len(given) >= 30
    assert len({json.dumps(case | {"name": ""}) for case in given}) == len(given)


WORKFLOWS = [None, *shipped_names("workflows")]
FLEETS = [*((name,) for name in shipped_names("fleets")), tuple(shipped_names("fleets"))]


@pytest.mark.sampled
@pytest.mark.parametrize(("profile", "workflow", "fleets"), list(product(shipped_names(), WORKFLOWS, FLEETS)), ids=str)
def test_what_is_shipped_breaks_nothing(tmp_path, profile, workflow, fleets):
    arguments = ["--profile", profile, *(["--workflow", workflow] if workflow else [])]
    arguments += [argument for fleet in fleets for argument in ("--fleet", fleet)]
    assert [finding for finding in lint(tmp_path, {}, *arguments) if finding["severity"] != "note"] == []
