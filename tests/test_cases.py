"""Rule cases are files: see cases/README.md."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from gsdc.cli import main

FILES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
CASES = [(file.stem, case) for file in FILES for case in YAML(typ="safe").load(file.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("file", "case"), CASES, ids=[f"{file}: {case['name']}" for file, case in CASES])
def test_case(tmp_path, file, case):
    (tmp_path / "gsdc.yaml").write_text(case["gsdc.yaml"], encoding="utf-8")
    result = CliRunner().invoke(main, ["--project", str(tmp_path), "--format", "json", "lint"], catch_exceptions=False)
    found = [place(finding) for finding in json.loads(result.stdout)["findings"]]
    assert sorted(found) == sorted(case["finds"]), file


def place(finding):
    if finding["path"] == "gsdc.yaml":
        return f"{finding['code']} {finding['line']}:{finding['column']}"
    return f"{finding['code']} {Path(finding['path']).name}"
