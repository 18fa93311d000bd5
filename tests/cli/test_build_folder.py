"""The folder of a build: left as it is where it holds the build already, replaced where any byte of it differs."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.cli.running import answer, run

from gsdc.cli import main

DEMO = Path(__file__).parents[1] / "projects/demo"
FILES = ("manifest.json", "opencode.jsonc", "config/phase-model-overrides.json", "CLAUDE.md")


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Return the folder of a build of the demo."""
    shutil.copytree(DEMO, tmp_path / "demo", ignore=shutil.ignore_patterns("build"))
    monkeypatch.chdir(tmp_path / "demo")
    build()
    return tmp_path / "demo/build/balanced"


def build() -> str:
    done = CliRunner().invoke(main, ["build"])
    assert done.exit_code == 0, done.output
    return done.output


def state(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return the inode and the content of every file."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): (path.stat().st_ino, path.read_bytes()) for path in files}


def contents(folder: Path) -> dict[str, bytes]:
    return {path: content for path, (_, content) in state(folder).items()}


def test_the_same_build_is_not_written_again(folder):
    before = state(folder)
    assert "compiled profile balanced" in build()
    assert state(folder) == before


@pytest.mark.parametrize("name", FILES)
def test_a_changed_byte_is_written_again(folder, name):
    before = state(folder)
    content = before[name][1]
    at = content.index(b"a")
    (folder / name).write_bytes(content[:at] + b"A" + content[at + 1 :] if name != FILES[0] else content + b"\n")
    build()
    assert contents(folder) == {path: held for path, (_, held) in before.items()}


@pytest.mark.parametrize("name", FILES[1:])
def test_a_missing_file_is_written_again(folder, name):
    before = contents(folder)
    (folder / name).unlink()
    build()
    assert contents(folder) == before


def test_a_link_to_the_same_content_is_refused(folder, tmp_path):
    file, elsewhere = folder / "CLAUDE.md", tmp_path / "elsewhere"
    elsewhere.write_bytes(file.read_bytes())
    file.unlink()
    file.symlink_to(elsewhere)
    done = CliRunner().invoke(main, ["build"])
    assert done.exit_code == 1
    assert "BD001" in done.output
    assert file.is_symlink()


def test_a_hook_passes_where_nothing_was_ever_built(tmp_path):
    """A project that only uses ``gsdc apply`` has no builds; one build is enough to be checked from then on."""
    (tmp_path / "gsdc.yaml").write_text("fleets: [gsd]\ntargets: {overrides: {dir: config}}\n")
    check = ("build", "--check", "--if-built")
    assert run(tmp_path, *check).output == "nothing was built: there is nothing to check\n"
    assert answer(tmp_path, *check)["outdated"] == []
    assert "out of date" in run(tmp_path, "build", "--check", code=1).output
    run(tmp_path, "build")
    assert "is up to date" in run(tmp_path, *check).output
    assert "is out of date" in run(tmp_path, *check, "--profile", "quality", code=1).output
    assert "--if-built needs --check" in run(tmp_path, "build", "--if-built", code=2).output
