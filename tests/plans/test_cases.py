"""Cases of rules on plans are files: see tests/cases/README.md."""

import json
import random
import string
from pathlib import Path

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from gsdc.cli import main

CASES = [
    (file.stem, case)
    for file in sorted((Path(__file__).parents[1] / "cases/plans").glob("*.yaml"))
    for case in YAML(typ="safe").load(file.read_text(encoding="utf-8"))
]
PHASE = Path(".planning/phases/03-billing")
HEAD = """\
---
phase: 03-billing
plan: 01
type: execute
wave: 1
depends_on: []
autonomous: false
must_haves: {truths: []}
---
"""
# With files_modified the head would have to list the files of every case: its absence is a finding of its own.
ALWAYS = "PL006"


def github_token() -> str:
    chance = random.Random(3)
    return "ghp_" + "".join(chance.choice(string.ascii_letters + string.digits) for _ in range(36))


def written(text: str) -> str:
    text = text.replace("{{github-token}}", github_token())
    return text if text.startswith(("---", "\ufeff")) else HEAD + text


def location(name: str) -> Path:
    return Path(name) if "/" in name else PHASE / name


def run(folder: Path, *arguments: str):
    return CliRunner().invoke(main, ["--project", str(folder), *arguments], catch_exceptions=False)


def findings(folder: Path) -> list[str]:
    found = json.loads(run(folder, "--format", "json", "lint", "--no-cache").stdout)["findings"]
    return [
        f"{finding['code']} {Path(finding['path']).name}:{finding['line']}:{finding['column']}"
        for finding in found
        if not (finding["code"] == ALWAYS and 'lacks "files_modified"' in finding["message"])
    ]


@pytest.fixture
def project(tmp_path, request):
    for name, text in request.param["files"].items():
        place = tmp_path / location(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes((written(text) if name.endswith("PLAN.md") else text).encode())
    return tmp_path


@pytest.mark.parametrize(
    ("project", "case"),
    [(case, case) for _, case in CASES],
    ids=[f"{f}: {c['name']}" for f, c in CASES],
    indirect=["project"],
)
def test_case(project, case):
    assert sorted(findings(project)) == sorted(case["finds"])
    if "mended" not in case:
        return
    expected = {location(name): written(text) for name, text in (case["files"] | case["mended"]).items()}
    run(project, "lint", "--unsafe-fixes" if case.get("unsafe") else "--fix")
    for path, text in expected.items():
        assert (project / path).read_bytes().decode() == text
