"""A key that stands in a client's file gets neither into the history nor into a patch, a shadow or a terminal."""

import json
import random
import string
from pathlib import Path

import pytest
from click.testing import CliRunner

from gsdc.cli import main

KEY = "".join(random.Random(12).choices(string.ascii_letters + string.digits, k=40))  # no key of anybody's
BEGINNINGS = {
    "valid": '{\n  "provider": {"x": {"options": {"apiKey": "%s"}}}\n}\n',
    "a comma too many": '{\n  "provider": {"x": {"options": {"apiKey": "%s",}}},\n}\n',
}


def run(root: Path, *arguments: str | Path):
    return CliRunner().invoke(main, ["--project", str(root), *map(str, arguments)], catch_exceptions=False)


@pytest.fixture(params=BEGINNINGS)
def project(request, tmp_path, monkeypatch) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    monkeypatch.chdir(root)
    (root / "gsdc.yaml").write_text("profile: balanced\nfleets: [gsd]\ntargets: {opencode: {create: true}}\n")
    (root / "opencode.json").write_text(BEGINNINGS[request.param] % KEY)
    return root


def everything(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


COMMANDS = (
    ("apply", "--yes"),
    ("apply", "--yes", "--despite", "lint", "--reason", "Now"),
    ("apply", "--dry-run"),
    ("apply", "--shadow"),
    ("migrate", "--to", "budget", "--out", "migration"),
    ("diff", "--all"),
    ("diff", "--format", "md"),
    ("diff", "--format", "json"),
    ("lint",),
)


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_no_command_writes_or_shows_it(arguments, project):
    before = everything(project)
    done = run(project, *arguments)
    assert done.exit_code == 1
    assert KEY not in done.output
    after = everything(project)
    assert {name: content for name, content in after.items() if not name.startswith(".gsdc/")} == before
    assert not any(KEY.encode() in content for name, content in after.items() if name not in before)


def test_it_is_told_once_with_its_place_and_what_to_write_instead(project):
    done = run(project, "apply", "--yes", "--despite", "lint", "--reason", "Now", "--format", "json")
    [found] = [item for item in json.loads(done.stdout)["findings"] if item["code"] == "NB006"]
    assert (found["path"], found["line"], found["column"]) == ("opencode.json", 2, 45)
    assert found["message"] == 'a credential under "apiKey"'
    assert "{env:NAME}" in found["help"]


def test_a_broken_file_is_refused_without_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "opencode.json").write_text(f'{{"provider": {{"x": {{"options": {{"apiKey" "{KEY}"}}}}}}')
    for arguments in COMMANDS:
        done = run(tmp_path, *arguments)
        assert done.exit_code in {1, 2}
        assert KEY not in done.output
    assert not (tmp_path / ".gsdc/shadow").exists()


def test_a_rollback_tells_a_credential_once(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("profile: balanced\nfleets: [gsd]\ntargets: {opencode: {create: true}}\n")
    assert run(tmp_path, "apply", "--yes").exit_code == 0
    path = tmp_path / "opencode.json"
    options = f'{{\n  "mcp": {{"x": {{"environment": {{"apiKey": "{KEY}"}}}}}},'
    path.write_text(path.read_text().replace("{", options, 1))
    before = path.read_bytes()
    done = run(tmp_path, "rollback", "--yes")
    assert done.exit_code == 1
    assert done.output.count("NB006") == 1
    assert KEY not in done.output
    assert path.read_bytes() == before
