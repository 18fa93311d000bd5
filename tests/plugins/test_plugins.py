"""A wheel that brings a target, a rule and a fleet: they work in every command, with no line of code elsewhere."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import gsdc

SOURCE = Path(__file__).with_name("house-agents")
BLOCKS = ("claude-md", "house-notes")
MINE = "# Mine\n\nKeep this.\n"
PROJECT = "profile: balanced\nfleets: [house]\ntargets: {house: {path: house.json}}\n"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("plugins")]  # one worker builds the wheel, once


@pytest.fixture(scope="session")
def installed(tmp_path_factory) -> Path:
    """Build the wheel of the plugin, and return the folder into which it is installed."""
    folder = tmp_path_factory.mktemp("plugin") / "site-packages"
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--target", str(folder))
    subprocess.run([sys.executable, "-m", "pip", "install", *options, str(SOURCE)], check=True, timeout=300)
    return folder


@pytest.fixture
def run(tmp_path, installed):
    """Return how to run gsdc in a folder of its own, with the plugin among the installed packages."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(gsdc.__file__).parents[1]), str(installed)])}

    def run(*arguments: str, code: int = 0) -> str:
        command = [sys.executable, "-m", "gsdc", "--project", str(tmp_path), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


@pytest.fixture
def project(tmp_path, run):
    """Return a project of the house, with a file of the client's that holds something of a person's."""
    (tmp_path / "gsdc.yaml").write_text(PROJECT)
    (tmp_path / "house.json").write_text('{\n  "color": "green" // mine\n}\n')
    return tmp_path


def test_build_compiles_it(project, run):
    assert "house.json" in run("build", "--target", "house")
    built = (project / "build/balanced/house.json").read_text()
    assert '"gatekeeper": "opus"' in built
    assert '"color": "green", // mine' in built


def test_its_options_are_in_the_schema(project, run):
    assert json.loads(run("schema", "project"))["properties"]["targets"]["properties"]["house"]
    (project / "gsdc.yaml").write_text(PROJECT.replace("path:", "paht:"))
    assert 'did you mean "path"' in run("build", code=1)


def test_apply_status_and_rollback(project, run):
    before = (project / "house.json").read_bytes()
    assert "house.json" in run("diff", "--all", code=1)
    run("apply", "--yes")
    assert "in sync" in run("status")
    (project / "house.json").write_text((project / "house.json").read_text().replace('"opus"', '"haiku"'))
    run("status", code=1)
    assert "NB001" in run("lint", code=1)
    run("apply", "--yes", code=1)  # it would overwrite the edit
    run("apply", "--yes", "--force")
    run("rollback", "--to", "0", "--yes", "--force")  # the edit goes too
    assert (project / "house.json").read_bytes() == before


def test_drift_is_found(project, run):
    run("apply", "--yes")
    text = (project / "house.json").read_text()
    (project / "house.json").write_text(text.replace('"scribe": "haiku"', '"scribe": "opus"'))
    assert "IF003" in run("lint", "--strict", code=1)


def test_what_is_compiled_no_more_goes(project, run):
    run("apply", "--yes")
    (project / "gsdc.yaml").write_text("profile: balanced\nfleets: [house]\ntargets: {}\n")
    run("apply", "--yes")
    assert "gatekeeper" not in (project / "house.json").read_text()


def test_init_sees_it_and_takes_it_over(tmp_path, run):
    (tmp_path / "house.json").write_text('{"models": {"gatekeeper": "opus", "scribe": "sonnet"}}\n')
    assert "House" in run("init", "--from", str(tmp_path))
    assert "house: {path: house.json}" in (tmp_path / "gsdc.yaml").read_text()
    run("build")


def test_its_rule_speaks_and_is_documented(project, run):
    assert "HOUSE1" in run("lint")
    assert "profile-without-season" in run("rule", "HOUSE1")


def of_targets(*names: str) -> str:
    return f"profile: balanced\nfleets: [house]\ntargets: {{{', '.join(f'{name}: true' for name in names)}}}\n"


@pytest.fixture
def document(tmp_path):
    """Return a document of a person's into which two targets put a block each."""
    (tmp_path / "gsdc.yaml").write_text(of_targets(*BLOCKS))
    path = tmp_path / "CLAUDE.md"
    path.write_text(MINE)
    return path


def states(run, code: int) -> dict[str, str]:
    found = json.loads(run("--format", "json", "status", code=code))
    return {target["name"]: target["state"] for target in found["targets"]}


def test_two_targets_share_a_document(document, run):
    run("build")
    built = (document.parent / "build/balanced/CLAUDE.md").read_text()
    assert built.startswith(MINE)
    assert "gsdc:begin model-assignment" in built
    assert "gatekeeper: opus\n" in built
    manifest = json.loads((document.parent / "build/balanced/manifest.json").read_text())
    assert [(one["target"], one["owns"]) for one in manifest["artifacts"]] == [
        ("claude-md", "block:model-assignment"),
        ("house-notes", "block:house-notes"),
    ]
    run("apply", "--yes")
    assert document.read_text() == built
    assert "nothing to apply" in run("apply", "--yes")
    assert states(run, 0) == dict.fromkeys(BLOCKS, "in sync")


def test_an_edit_of_one_block_is_drift_of_its_target(document, run):
    run("apply", "--yes")
    applied = document.read_text()
    document.write_text(applied.replace("gatekeeper: opus", "gatekeeper: haiku"))
    assert states(run, 1) == {"claude-md": "in sync", "house-notes": "drifted"}
    assert "NB001" in run("lint", code=1)
    assert "edited" in run("apply", "--yes", code=1)
    assert "gatekeeper: haiku" in document.read_text()
    run("apply", "--yes", "--force")
    assert document.read_text() == applied


@pytest.mark.parametrize("original", [MINE, "No line end", None])
def test_a_rollback_takes_both_blocks_out(original, document, run):
    document.unlink() if original is None else document.write_text(original)
    run("apply", "--yes")
    run("rollback", "--yes")
    assert (document.read_text() if document.exists() else None) == original


@pytest.mark.parametrize("place", ["before", "between", "after"])
def test_what_a_person_writes_around_the_blocks_stays(place, document, run):
    run("apply", "--yes")
    text = document.read_text()
    second = text.index("<!-- gsdc:begin house-notes")
    at = {"before": 0, "between": second, "after": len(text)}[place]
    document.write_text(f"{text[:at]}A line of mine.\n\n{text[at:]}")
    assert states(run, 0) == dict.fromkeys(BLOCKS, "in sync")
    run("rollback", "--yes")
    left = document.read_text()
    assert "gsdc:" not in left
    assert [line for line in left.splitlines() if line] == {
        "before": ["A line of mine.", "# Mine", "Keep this."],
        "between": ["# Mine", "Keep this.", "A line of mine."],
        "after": ["# Mine", "Keep this.", "A line of mine."],
    }[place]


@pytest.mark.parametrize(("kept", "gone"), [("claude-md", "house-notes"), ("house-notes", "claude-md")])
def test_the_block_of_a_target_that_is_not_used_any_more_goes(kept, gone, document, run):
    run("apply", "--yes")
    (document.parent / "gsdc.yaml").write_text(of_targets(kept))
    assert states(run, 1) == {kept: "in sync", gone: "drifted"}
    run("apply", "--yes")
    begins = {"claude-md": "gsdc:begin model-assignment", "house-notes": "gsdc:begin house-notes"}
    assert begins[kept] in document.read_text()
    assert begins[gone] not in document.read_text()
    assert states(run, 0) == {kept: "in sync"}
    (document.parent / "gsdc.yaml").write_text(of_targets())
    run("apply", "--yes")
    assert document.read_text() == MINE
    run("rollback", "--to", "0", "--yes")
    assert document.read_text() == MINE


def test_one_target_alone_leaves_the_block_of_the_other_in_force(document, run):
    run("apply", "--yes", "--target", "house-notes")
    assert states(run, 1) == {"claude-md": "never applied", "house-notes": "in sync"}
    run("apply", "--yes", "--target", "claude-md")
    assert states(run, 0) == dict.fromkeys(BLOCKS, "in sync")
    run("apply", "--yes", "--profile", "budget", "--target", "house-notes")
    run("rollback", "--to", "0", "--yes")
    assert document.read_text() == MINE


def test_nothing_of_the_working_folder_is_a_plugin(tmp_path, monkeypatch):
    """A repository that looks like an installed package stays data."""
    from gsdc import plugins

    info = tmp_path / "evil-1.0.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text("[gsdc.targets]\nevil = evil:DECLARATION\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    plugins._entry_points.cache_clear()
    try:
        assert plugins._entry_points() == ()
    finally:
        plugins._entry_points.cache_clear()
