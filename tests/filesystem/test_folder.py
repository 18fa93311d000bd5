"""One folder, replaced as a whole or not at all."""

import os
from pathlib import Path

import pytest

from gsdc.filesystem.folder import replace_folder
from gsdc.filesystem.place import Root

NEW = {"a.txt": b"new", "in/b.txt": b"new"}


def tree(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.usefixtures("way")
def test_what_is_listed_is_replaced(project):
    (project / "build/old").mkdir(parents=True)
    (project / "build/old/x.txt").write_text("old")
    assert replace_folder(Root(project) / "build", NEW, {"old/x.txt"}) is None
    assert tree(project) == {"build/a.txt": "new", "build/in/b.txt": "new"}
    assert [path.name for path in project.iterdir()] == ["build"]


@pytest.mark.parametrize("stray", ["file", "link", "dangling link", "link to a folder", "pipe", "listed pipe"])
def test_anything_else_stays_and_is_named(project, outside, stray):
    (project / "build/in").mkdir(parents=True)
    (project / "build/a.txt").write_text("old")
    path = "in/b.txt" if stray == "listed pipe" else "in/mine"
    mine = project / "build" / path
    match stray:
        case "file":
            mine.write_text("mine")
        case "link":
            mine.symlink_to(outside / "precious")
        case "dangling link":
            mine.symlink_to("nowhere")
        case "link to a folder":
            mine.symlink_to(outside)
        case _:
            os.mkfifo(mine)
    assert replace_folder(Root(project) / "build", NEW, NEW.keys()) == path
    assert os.path.lexists(mine)
    assert (project / "build/a.txt").read_text() == "old"
    assert [path.name for path in project.iterdir()] == ["build"]


def test_what_is_private_is_for_its_owner_only(project):
    replace_folder(Root(project) / "build", NEW, (), private=True)
    assert [p for p in (project / "build", *(project / "build").rglob("*")) if p.stat().st_mode & 0o077] == []


@pytest.mark.parametrize("failing", ["mkdir", "replace", "open", "unlink"])
@pytest.mark.parametrize("call", range(12))
def test_a_disk_that_refuses_leaves_the_old_or_the_new(project, monkeypatch, failing, call):
    (project / "build").mkdir()
    (project / "build/a.txt").write_text("old")
    real, calls = getattr(os, failing), iter(range(1000))

    def refuse(*arguments, **options):
        if next(calls) == call:
            raise OSError(28, "No space left on device")
        return real(*arguments, **options)

    monkeypatch.setattr(os, failing, refuse)
    try:
        replace_folder(Root(project) / "build", NEW, {"a.txt"})
        refused = False
    except OSError:
        refused = True
    monkeypatch.undo()
    expected = {"a.txt": "old"} if refused else {"a.txt": "new", "in/b.txt": "new"}
    assert tree(project / "build") == expected
