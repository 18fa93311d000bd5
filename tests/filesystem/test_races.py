"""A folder that somebody replaces by a link, right before any one call to the system: nothing outside changes."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest

from gsdc.filesystem.file import place_of, replace_file
from gsdc.filesystem.folder import replace_folder
from gsdc.filesystem.place import Root
from gsdc.finding import Rejected
from gsdc.transaction.change import Change, Image
from gsdc.transaction.commit import commit
from gsdc.transaction.record import RecordHeader
from gsdc.transaction.session import exclusive_session

CALLS: Final = ("open", "stat", "mkdir", "replace", "link", "unlink", "rmdir", "listdir", "access")


def write_a_file(project: Path) -> None:
    replace_file(place_of(project / "folder/in/file", (project,)), b"new")


def build(project: Path) -> None:
    replace_folder(Root(project) / "folder/in", {"a": b"new", "b/c": b"new"}, {"file"})


def remove(project: Path) -> None:
    (Root(project) / "folder").remove_tree()


def apply(project: Path) -> None:
    changes = (
        Change("folder/in/file", Image(b"old", 0o644), Image(b"new", 0o644)),
        Change("folder/in/other", None, Image(b"new")),
    )
    with exclusive_session(project, "apply") as work:
        commit(work.store, RecordHeader("apply"), changes, kept={"folder/in/file"})


ACTIONS: Final[dict[str, tuple[Callable[[Path], None], str]]] = {
    "a file": (write_a_file, "folder"),
    "a file, further down": (write_a_file, "folder/in"),
    "a build": (build, "folder"),
    "a removal": (remove, "folder/in"),
    "a change": (apply, "folder/in"),
    "a change, the store": (apply, ".gsdc"),
    "a change, the history": (apply, ".gsdc/history"),
    "a change, what is kept": (apply, ".gsdc/kept"),
}


class Swap:
    """Calls of the system, of which number ``at`` comes after the ``folder`` has become a link."""

    def __init__(self, folder: Path, outside: Path, at: int) -> None:
        self.folder, self.outside, self.left = folder, outside, at

    def wrap(self, real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **options: object) -> object:
            self.left -= 1
            if self.left == 0 and self.folder.is_dir():
                self.folder.rename(f"{self.folder}.moved")
                self.folder.symlink_to(self.outside)
            return real(*arguments, **options)

        return call


@pytest.mark.sampled
@pytest.mark.parametrize("name", ACTIONS)
def test_a_folder_becomes_a_link_at_any_call(tmp_path, name):
    act, swapped = ACTIONS[name]
    number, met = 0, True
    while met:
        number += 1
        project, outside = tmp_path / f"{number}/project", tmp_path / f"{number}/outside"
        (project / "folder/in").mkdir(parents=True)
        (project / "folder/in/file").write_text("old")
        for path in ("", "in", "history", "kept", "000001", "new", "pending", "folder"):
            (outside / path).mkdir(parents=True, exist_ok=True)
            (outside / path / "file").write_text("old")
        before = sorted((path.as_posix(), path.is_dir()) for path in outside.rglob("*"))
        swap = Swap(project / swapped, outside, number)
        with pytest.MonkeyPatch.context() as patch:
            for call in CALLS:
                patch.setattr(os, call, swap.wrap(getattr(os, call)))
            with suppress(Rejected, OSError):
                act(project)
        assert sorted((path.as_posix(), path.is_dir()) for path in outside.rglob("*")) == before, number
        assert {path.read_text() for path in outside.rglob("file")} == {"old"}, number
        met = swap.left <= 0
    assert number > 10
