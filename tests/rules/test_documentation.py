"""Documentation is executed: the example of every rule triggers it, what it says to use instead does not."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from gsdc.cli import main
from gsdc.rules.registry import documentation

ALL = {item.code: item for item in documentation()}
BLOCK = re.compile(r"^## (Example|Use instead) \(([^)]*)\)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
EXAMPLES = [(code, *match.groups()) for code, item in ALL.items() for match in BLOCK.finditer(item.text)]


def codes(folder: Path) -> set[str]:
    found = set()
    for command in (["lint"], ["build"]):
        result = CliRunner().invoke(main, ["--project", str(folder), "--format", "json", *command])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        found.update(finding["code"] for finding in json.loads(result.stdout)["findings"])
    return found


@pytest.mark.parametrize(("code", "section", "kind", "text"), EXAMPLES, ids=[f"{c}-{s}" for c, s, _, _ in EXAMPLES])
def test_example(tmp_path, code, section, kind, text):
    if kind == "profile":
        (tmp_path / "example.yaml").write_text(text)
        (tmp_path / "gsdc.yaml").write_text("profile: example\nfleets: [leo]\nprofiles: {example: example.yaml}\n")
    elif kind == "PLAN.md":
        (tmp_path / "gsdc.yaml").write_text("profile: balanced\nfleets: [gsd]\n")
        phase = tmp_path / ".planning/phases/01-core"
        phase.mkdir(parents=True)
        (phase / "01-02-PLAN.md").write_text(text)
    else:
        (tmp_path / kind).write_text(text)
    assert (code in codes(tmp_path)) == (section == "Example")


@pytest.mark.parametrize("code", ALL)
def test_form(code):
    item = ALL[code]
    _first, blank, *rest = item.text.splitlines()
    assert not blank
    assert "## Why is this bad?" in rest
    assert re.fullmatch(r"[A-Z]{2}\d{3}", code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", item.name)
    sections = [section for c, section, _, _ in EXAMPLES if c == code]
    assert sections in ([], ["Example", "Use instead"])


def test_codes_and_names_are_unique():
    assert len(ALL) == len({item.name for item in ALL.values()}) == len(documentation())
