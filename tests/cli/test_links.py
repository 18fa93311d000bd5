"""A project whose links lead out of it: whatever the command, nothing outside is created, replaced or deleted."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner
from tests.cli.running import run
from tests.transaction.small import FILES, make

import gsdc
from gsdc.cli import main

WRITING: Final = (
    ("init", "--force"),
    ("build",),
    ("build", "--check"),
    ("lint", "--write-baseline"),
    ("lint", "--unsafe-fixes", "plans/01-PLAN.md"),
    ("annotate", "--write", "plans/01-PLAN.md"),
    ("pause", "--reason", "By hand"),
    ("resume",),
    ("override", "coder", "opus", "--reason", "Payments", "--yes"),
    ("migrate", "--to", "budget", "--out", "migration"),
    ("apply", "--shadow"),
    ("apply", "--yes"),
    ("rollback", "--yes"),
    ("rollback", "--pending"),
    ("history",),
)
FOLDERS: Final = (
    *("build", "build/balanced", "config", "plans", "migration", ".gsdc"),
    *(f".gsdc/{name}" for name in ("schemas", "history", "history/000001", "kept", "new", "old", "pending", "shadow")),
)
PLACES: Final = (
    *("gsdc.yaml", "CLAUDE.md", "opencode.jsonc", "plans/01-PLAN.md", "config/phase-model-config.json"),
    *(f".gsdc/{name}" for name in ("lock", "log.jsonl", "paused.json", "baseline.json", ".gitignore")),
    *(".gsdc/schemas/profile.schema.json", ".gsdc/.gitignore.new", ".gsdc-000001-000000.tmp"),
)
LINKS: Final = [
    *((path, kind) for path in FOLDERS for kind in ("folder", "dangling", "loop")),
    *((path, kind) for path in PLACES for kind in ("file", "hard", "dangling")),
]


def outside_of(folder: Path) -> Path:
    """Write a folder that holds everything that a command could reach through a link."""
    outside = folder / "outside"
    outside.mkdir()
    for path in (
        "manifest.json",
        "precious",
        "balanced/precious",
        "history/000001/images",
        "schemas/profile.schema.json",
    ):
        (outside / path).parent.mkdir(parents=True, exist_ok=True)
        (outside / path).write_text("precious\n")
    for path, text in FILES.items():
        (outside / Path(path).name).write_text(text)
    return outside


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in folder.rglob("*")
    }


def put_link(project: Path, outside: Path, path: str, kind: str) -> None:
    """Replace what is at ``path`` by a link."""
    place = project / path
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)
    named = outside / place.name
    match kind:
        case "folder":
            place.symlink_to(outside)
        case "dangling":
            place.symlink_to(outside / "nowhere")
        case "loop":
            place.symlink_to(place.name)
        case "file" | "hard":
            if not named.is_file():
                named.write_text("precious\n")
            if kind == "file":
                place.symlink_to(named)
            else:
                os.link(named, place)


@pytest.mark.sampled
@pytest.mark.parametrize(("path", "kind"), LINKS, ids=[f"{path}, {kind}" for path, kind in LINKS])
def test_nothing_outside_changes(tmp_path, monkeypatch, path, kind):
    monkeypatch.setenv("PATH", "")
    (tmp_path / "project").mkdir()
    project, outside = make(tmp_path / "project"), outside_of(tmp_path)
    put_link(project, outside, path, kind)
    monkeypatch.chdir(project)
    before = contents(outside)
    for arguments in WRITING:
        if arguments == ("migrate", "--to", "budget", "--out", "migration") and path == "migration":
            continue  # a person names that one
        result = CliRunner().invoke(main, list(arguments))
        assert result.exception is None or isinstance(result.exception, SystemExit), (arguments, result.exception)
        assert contents(outside) == before, arguments


def test_a_link_within_the_project_works_as_ever(small):
    (small / "CLAUDE.md").rename(small / "AGENTS.md")
    (small / "CLAUDE.md").symlink_to("AGENTS.md")
    (small / "plans").rename(small / "docs")
    (small / "plans").symlink_to("docs")
    (small / "output").mkdir()
    (small / "build").symlink_to("output")
    run(small, "apply", "--yes")
    run(small, "build")
    assert (small / "CLAUDE.md").is_symlink()
    assert "gsdc" in (small / "AGENTS.md").read_text()
    assert (small / "output/balanced/manifest.json").is_file()
    run(small, "rollback", "--yes")
    assert (small / "AGENTS.md").read_text() == FILES["CLAUDE.md"]
    run(small, "annotate", str(small / "plans/01-PLAN.md"), "--write")
    assert 'model="' in (small / "docs/01-PLAN.md").read_text()


@pytest.mark.parametrize("link", [lambda folder: folder / "link", lambda folder: folder / "link/project"])
def test_a_project_that_is_named_through_a_link(small, tmp_path, link):
    target = small if link(tmp_path).name == "link" else tmp_path
    (tmp_path / "link").symlink_to(target)
    project = link(tmp_path)
    before = {path: (small / path).read_bytes() for path in FILES}
    for arguments in (
        *(("build",), ("lint", "--write-baseline"), ("apply", "--shadow"), ("apply", "--yes"), ("history",)),
        *(("status",), ("pause", "--reason", "x"), ("resume",), ("explain", "coder")),
        *(("migrate", "--to", "budget", "--out", str(project / "migration")), ("rollback", "--yes")),
    ):
        result = CliRunner().invoke(main, ["--project", str(project), *arguments])
        assert result.exit_code in (0, 1), (arguments, result.output)
        assert "IN004" not in result.output
    assert {path: (small / path).read_bytes() for path in FILES} == before


def test_what_was_interrupted_is_undone_through_a_link(small, tmp_path):
    (tmp_path / "link").symlink_to(small)
    run(small, "apply", "--yes")
    (small / ".gsdc/history/000001").rename(small / ".gsdc/pending")  # as if it had died just before its last step
    assert "DP008" in run(tmp_path / "link", "history").output
    assert (small / "CLAUDE.md").read_text() == FILES["CLAUDE.md"]


def test_out_is_resolved_once_and_is_then_the_root(small, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    run(small, "build", "--out", str(tmp_path / "out/deep"))
    assert (tmp_path / "real/deep/balanced/manifest.json").is_file()
    (tmp_path / "real/deep/budget").symlink_to(small)
    output = run(small, "build", "--profile", "budget", "--out", str(tmp_path / "out/deep"), code=1).output
    assert "BD001" in output
    assert not (small / "manifest.json").exists()


@pytest.mark.parametrize(
    "manifest",
    [
        "{}",
        '{"gsdc": "0.9", "artifacts": [{"path": "code.js"}]}',
        '{"made-by": "webpack", "format": 1, "artifacts": [{"path": "code.js"}]}',
        '{"made-by": "gsdc build", "format": 2, "artifacts": [{"path": "code.js"}]}',
        '{"made-by": "gsdc build", "format": 1, "artifacts": [{"path": "other.js"}]}',
        '{"made-by": "gsdc build", "format": 1, "artifacts": [["code.js"]]}',
        '{"made-by": "gsdc build", "format": 1, "artifacts": 1}',
        "[" * 100_000,
        "\udcff",
        "",
    ],
)
def test_build_replaces_only_what_a_build_made(small, manifest):
    folder = small / "build/balanced"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(manifest, errors="surrogateescape")
    (folder / "code.js").write_text("precious")
    before = contents(small)
    output = run(small, "build", code=1).output
    assert "BD001" in output
    assert '"code.js"' in output or "remove the folder and build again" in output
    assert contents(small) == before


def test_a_file_that_somebody_put_into_a_build_is_named(small):
    run(small, "build")
    run(small, "build")
    (small / "build/balanced/config/notes.md").write_text("mine")
    before = contents(small)
    assert '"config/notes.md"' in run(small, "build", code=1).output
    assert contents(small) == before


def test_a_build_of_an_older_version_is_not_deleted(small):
    run(small, "build")
    manifest = small / "build/balanced/manifest.json"
    lines = manifest.read_text().splitlines(keepends=True)
    manifest.write_text("".join(line for line in lines if '"made-by"' not in line and '"format"' not in line))
    assert "if an older version made it, remove the folder and build again" in run(small, "build", code=1).output
    shutil.rmtree(manifest.parent)
    run(small, "build")


def test_what_holds_contents_is_for_its_owner_only(small):
    (small / "CLAUDE.md").chmod(0o600)
    old = os.umask(0o022)
    try:
        for arguments in (
            *(("init", "--force"), ("lint", "--write-baseline"), ("apply", "--shadow"), ("apply", "--yes")),
            *(("pause", "--reason", "x"), ("resume",), ("apply", "--yes"), ("rollback", "--yes")),
        ):
            CliRunner().invoke(main, ["--project", str(small), *arguments])
        (small / "CLAUDE.md").write_text((small / "CLAUDE.md").read_text() + "mine\n")
        CliRunner().invoke(main, ["--project", str(small), "apply", "--yes", "--force"])
    finally:
        os.umask(old)
    store = small / ".gsdc"
    ordinary = {".gitignore", "baseline.json", "schemas", *(f"schemas/{p.name}" for p in (store / "schemas").iterdir())}
    found = {path.relative_to(store).as_posix() for path in store.rglob("*") if path.stat().st_mode & 0o077}
    assert found == ordinary
    assert {"history", "shadow", "log.jsonl", "lock"} <= {path.name for path in store.iterdir()}


def test_a_history_of_an_older_version_is_made_private_and_stays_readable(small):
    run(small, "apply", "--yes")
    for path in (small / ".gsdc/history", *(small / ".gsdc/history").rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    run(small, "rollback", "--yes")
    assert (small / ".gsdc/history").stat().st_mode & 0o777 == 0o700
    assert (small / "CLAUDE.md").read_text() == FILES["CLAUDE.md"]


@pytest.mark.sampled
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", ["apply", "apply --yes", "build", "lint", "rollback", "init --force"])
def test_a_closed_stream_is_no_traceback(small, closed, command):
    if sys.platform == "win32":
        pytest.skip("the shell there closes no stream")
    text = f'"{sys.executable}" -m gsdc {command} {closed}'
    done = subprocess.run(
        ["/bin/sh", "-c", text],
        cwd=small,
        env=os.environ | {"PYTHONPATH": str(Path(gsdc.__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode in (0, 1, 2), done
    assert "Traceback" not in done.stdout + done.stderr
    assert "Error" not in done.stderr
    assert (small / "CLAUDE.md").read_text().startswith("# Project")
