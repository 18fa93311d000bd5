"""Golden builds: see golden/README.md."""

from pathlib import Path

import pytest

from gsdc.build import compile_project
from gsdc.policy.load import load

CASES = sorted(path.parent for path in (Path(__file__).parent / "golden").glob("*/project"))
ZONES = {"leo": "red"}


def build(project: Path) -> dict[str, bytes]:
    loaded = load(project)
    assert loaded.policy is not None, loaded.findings
    made = compile_project(loaded.project, loaded.policy, ZONES.get(project.parent.name, "green"))
    assert not made.broken, made.findings
    return made.files


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_golden(case):
    expected = case / "expected"
    files = {p.relative_to(expected).as_posix(): p.read_bytes() for p in expected.rglob("*") if p.is_file()}
    assert build(case / "project") == files
