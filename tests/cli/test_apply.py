"""``gsdc apply``: what changes, what is asked first, and what is never written over."""

import json
import os
import random
import string
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gsdc.cli import main
from tests.deploy.small import make, tree

CONFIG = "config/phase-model-config.json"


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """Return the small project; no client is installed."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "project").mkdir()
    return make(tmp_path / "project")


def run(folder: Path, *arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, ["--project", str(folder), *arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def answer(folder: Path, *arguments: str, code: int = 0) -> dict:
    return json.loads(run(folder, "--format", "json", *arguments, code=code).stdout)


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def data(project: Path) -> dict:
    text = (project / "opencode.jsonc").read_text()
    return json.loads("\n".join(line for line in text.splitlines() if not line.strip().startswith("//")))


def test_the_first_apply_and_the_second(project):
    before = tree(project)
    first = answer(project, "apply", "--yes")
    after = tree(project)
    assert first["change"] == 1
    assert sorted(file["path"] for file in first["files"]) == [p for p in after if after[p] != before.get(p)]
    assert {gate["gate"] for gate in first["gates"]} >= {"lint", "proof"}
    again = answer(project, "apply", "--yes")
    assert (again["change"], again["files"]) == (None, [])
    assert run(project, "apply", "--yes").output == "nothing to apply: every file is as it is compiled\n"
    assert tree(project) == after


def test_what_a_build_compiles_is_what_is_installed(project):
    built = answer(project, "build", "--profile", "budget")
    run(project, "apply", "--profile", "budget", "--yes")
    for artifact in built["artifacts"]:
        path = artifact["path"]
        assert (project / path).read_bytes() == (project / "build/budget" / path).read_bytes()


def test_another_profile_and_back(project):
    run(project, "apply", "--yes")
    balanced = tree(project)
    done = run(project, "apply", "--profile", "budget", "--yes")
    assert "write `profile: budget`" in done.output
    assert tree(project) != balanced
    assert [change["before"] for change in answer(project, "history")["changes"]] == ["balanced", ""]
    run(project, "apply", "--yes")
    assert tree(project) == balanced


@pytest.mark.parametrize("options", [("--dry-run",), ("--dry-run", "--yes"), ("--dry-run", "--force"), ()])
def test_nothing_is_changed_unless_it_is_said(project, options):
    before = tree(project)
    done = run(project, "apply", *options, code=0 if options else 2)
    assert tree(project) == before
    assert not (project / ".gsdc/history").exists()
    assert ("nobody is there to ask" in done.output) is not bool(options)
    assert ('+      "model": "anthropic/claude-opus-4-6"' in done.output) is bool(options)


def test_only_some_targets(project):
    done = answer(project, "apply", "--target", "claude-md", "--yes")
    assert [file["path"] for file in done["files"]] == ["CLAUDE.md"]
    run(project, "apply", "--target", "claude", "--yes", code=2)


EDITS = {
    "CLAUDE.md": ("Compiled by gsdc", "Written by us"),
    "opencode.jsonc": ("anthropic/claude-opus-4-6", "anthropic/claude-opus-4-1"),
    CONFIG: ('"model": "', '"model": "our-'),
}


@pytest.mark.parametrize("path", EDITS)
def test_an_edit_of_what_is_generated(project, path):
    """It is refused with the edit itself; with --force a copy is kept."""
    old, new = EDITS[path]
    run(project, "apply", "--yes")
    replace(project / path, old, new)
    edited = tree(project)
    refused = run(project, "apply", "--profile", "budget", "--yes", code=1)
    assert f"--- a/{path}\n+++ b/{path}\n" in refused.output
    assert "DP010" in refused.output
    found = answer(project, "apply", "--profile", "budget", "--yes", code=1)
    assert [(finding["code"], finding["path"]) for finding in found["findings"]] == [("DP010", path)]
    assert tree(project) == edited
    run(project, "apply", "--profile", "budget", "--yes", "--force")
    assert (project / ".gsdc/kept/000002" / path).read_bytes() == edited[path].content
    assert new not in (project / path).read_text()


def test_what_a_person_writes_beside_it_stays(project):
    run(project, "apply", "--yes")
    replace(project / "CLAUDE.md", "plainly.\n", "plainly.\n\nAnd briefly.\n")
    replace(project / "opencode.jsonc", "// ours", "// ours, and nobody else's")
    replace(project / "opencode.jsonc", '"description": "leads"', '"description": "leads us"')
    replace(project / "plans/01-PLAN.md", "Write the tests.", "Write all the tests.")
    (project / "CLAUDE.md").chmod(0o600)
    run(project, "apply", "--profile", "budget", "--yes")
    assert "\n\nAnd briefly.\n" in (project / "CLAUDE.md").read_text()
    assert "// ours, and nobody else's" in (project / "opencode.jsonc").read_text()
    assert data(project)["agent"]["chief"]["description"] == "leads us"
    assert "Write all the tests." in (project / "plans/01-PLAN.md").read_text()
    assert (project / "CLAUDE.md").stat().st_mode & 0o777 == 0o600


def test_other_line_ends_are_no_edit(project):
    run(project, "apply", "--yes")
    for path in ("CLAUDE.md", "opencode.jsonc"):
        (project / path).write_bytes((project / path).read_bytes().replace(b"\n", b"\r\n"))
    run(project, "apply", "--profile", "budget", "--yes")
    for path in ("CLAUDE.md", "opencode.jsonc"):
        content = (project / path).read_bytes()
        assert content.count(b"\n") == content.count(b"\r\n")


def test_a_table_that_is_compiled_no_more_goes(project):
    run(project, "apply", "--yes")
    before = tree(project)
    replace(project / "gsdc.yaml", "  overrides: {dir: config}\n", "")
    (project / "config/notes.md").write_text("ours")
    replace(project / CONFIG, '"model": "', '"model": "our-')
    done = answer(project, "apply", "--yes")
    assert {file["path"] for file in done["files"]} == {p for p in before if p.startswith("config/")} - {CONFIG}
    assert sorted(path.name for path in (project / "config").iterdir()) == ["notes.md", Path(CONFIG).name]
    run(project, "rollback", "--yes")
    assert all(tree(project)[path] == before[path] for path in before if path not in {CONFIG, "gsdc.yaml"})


def test_an_agent_that_waits_is_let_run_again(project):
    """What gsdc has disabled, it enables; what a person has disabled, stays."""
    replace(project / "opencode.jsonc", '"agent": {', '"agent": {\n    "tester": {"disable": true},')
    run(project, "apply", "--zone", "red", "--yes")
    assert {name for name, entry in data(project)["agent"].items() if entry.get("disable")} == {"chief", "tester"}
    run(project, "apply", "--yes")
    assert {name for name, entry in data(project)["agent"].items() if entry.get("disable")} == {"tester"}
    run(project, "apply", "--zone", "red", "--yes")
    run(project, "rollback", "--yes")
    assert {name for name, entry in data(project)["agent"].items() if entry.get("disable")} == {"tester"}


def test_a_file_that_holds_a_credential_is_not_copied_into_history(project):
    letters = random.Random(7).choices(string.ascii_letters + string.digits, k=93)  # no key of anybody's
    replace(project / "CLAUDE.md", "plainly.\n", f"plainly.\n\nANTHROPIC_API_KEY=sk-ant-api03-{''.join(letters)}AA\n")
    before = tree(project)
    done = answer(project, "apply", "--yes", code=1)
    assert ("NB006", "CLAUDE.md") in {(finding["code"], finding["path"]) for finding in done["findings"]}
    assert tree(project) == before
    kept = b"".join(path.read_bytes() for path in (project / ".gsdc").rglob("*") if path.is_file())
    assert "".join(letters).encode() not in kept


@pytest.mark.skipif(os.name == "nt", reason="an ordinary user makes no symbolic links there")
def test_a_link_stays_a_link(project):
    (project / "CLAUDE.md").rename(project / "AGENTS.md")
    (project / "CLAUDE.md").symlink_to("AGENTS.md")
    before = (project / "AGENTS.md").read_bytes()
    done = answer(project, "apply", "--target", "claude-md", "--yes")
    assert [file["path"] for file in done["files"]] == ["AGENTS.md"]
    assert (project / "CLAUDE.md").readlink() == Path("AGENTS.md")
    assert b"## Model Assignment Strategy" in (project / "CLAUDE.md").read_bytes()
    run(project, "rollback", "--yes")
    assert (project / "CLAUDE.md").readlink() == Path("AGENTS.md")
    assert (project / "AGENTS.md").read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="an ordinary user makes no symbolic links there")
def test_nothing_is_written_through_a_link_that_leads_out(project, tmp_path):
    (tmp_path / "outside").mkdir()
    (project / "config").symlink_to(tmp_path / "outside")
    before = (project / "CLAUDE.md").read_bytes()
    done = answer(project, "apply", "--yes", code=1)
    assert "IN004" in {finding["code"] for finding in done["findings"]}
    assert list((tmp_path / "outside").iterdir()) == []
    assert (project / "CLAUDE.md").read_bytes() == before


def test_a_file_that_is_read_only_stops_all(project):
    (project / "CLAUDE.md").chmod(0o444)
    before = tree(project)
    done = answer(project, "apply", "--yes", code=1)
    assert [(finding["code"], finding["path"]) for finding in done["findings"]] == [("DP006", "CLAUDE.md")]
    assert tree(project) == before


def test_old_changes_are_forgotten_but_not_who_wrote_a_file(project):
    """After ten changes of one file, an edit of another one is still told from what gsdc wrote."""
    with (project / "gsdc.yaml").open("a") as file:
        file.write("history: {keep: 10}\n")
    run(project, "apply", "--yes")
    for number in range(12):
        profile = ("budget", "balanced")[number % 2]
        run(project, "apply", "--profile", profile, "--target", "opencode", "--yes")
    numbers = [change["number"] for change in answer(project, "history")["changes"]]
    assert numbers[:10] == list(range(13, 3, -1))
    assert len(numbers) < 13
    replace(project / "CLAUDE.md", "Compiled by gsdc", "Written by us")
    done = answer(project, "apply", "--profile", "budget", "--yes", code=1)
    assert [(finding["code"], finding["path"]) for finding in done["findings"]] == [("DP010", "CLAUDE.md")]
