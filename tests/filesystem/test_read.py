"""What is read of a file system on which anything may stand, also while it changes."""

import os
import socket
import threading
from itertools import cycle
from pathlib import Path

import pytest

from gsdc.filesystem.read import Folder, NotRegularError, OutsideError, TooLargeError, read

LIMIT = 1000
OUTSIDE = b"of somebody else"


@pytest.fixture
def inside(tmp_path) -> Path:
    """Return a folder beside a file that is not to be read."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/file").write_bytes(OUTSIDE)
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside/file").write_bytes(b"mine")
    return tmp_path / "inside"


def bind(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.path.relpath(path))


KINDS = {"pipe": os.mkfifo, "socket": bind, "device": lambda path: path.symlink_to("/dev/zero")}


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_what_is_no_regular_file_is_refused_at_once(tmp_path, monkeypatch, make):
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "file")
    with pytest.raises(NotRegularError):
        read(tmp_path / "file", LIMIT)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(IsADirectoryError):
        read(tmp_path, LIMIT)


@pytest.mark.parametrize("size", [0, 1, LIMIT - 1, LIMIT])
def test_a_file_of_at_most_the_limit_is_read(tmp_path, size):
    (tmp_path / "file").write_bytes(b"x" * size)
    assert read(tmp_path / "file", LIMIT, Folder(tmp_path)) == b"x" * size


@pytest.mark.parametrize("size", [LIMIT + 1, 5_000_000_000])
def test_a_larger_file_is_refused(tmp_path, size):
    with (tmp_path / "file").open("wb") as file:
        file.truncate(size)
    with pytest.raises(TooLargeError):
        read(tmp_path / "file", LIMIT)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="there is no /proc")
def test_a_file_that_tells_no_size_is_read_up_to_the_limit():
    assert len(read("/proc/self/maps", 10_000_000)) > LIMIT
    with pytest.raises(TooLargeError):
        read("/proc/self/maps", LIMIT)


def test_a_file_that_grows_is_read_up_to_the_limit(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"x")
    ended = threading.Event()

    def grow() -> None:
        with path.open("ab", buffering=0) as file:
            while not ended.is_set():
                file.write(b"x" * 100)

    thread = threading.Thread(target=grow)
    thread.start()
    try:
        assert any(_outgrows(path, path.stat().st_size) for _ in range(100_000))
    finally:
        ended.set()
        thread.join()


def _outgrows(path: Path, limit: int) -> bool:
    try:
        content = read(path, limit)
    except TooLargeError:
        return True
    assert len(content) <= limit
    return False


@pytest.mark.parametrize("folder", ["", "link to the folder"])
def test_a_link_that_stays_is_followed(inside, folder):
    root = inside
    if folder:
        root = inside.parent / folder
        root.symlink_to(inside)
    (inside / "link").symlink_to("file")
    (inside / "whole").symlink_to(inside / "file")
    (inside / "here").symlink_to(".")
    for name in ("file", "link", "whole", "here/link", "../inside/file"):
        assert read(root / name, LIMIT, Folder(root)) == b"mine", name


def test_a_hard_link_is_a_file_as_any_other(inside):
    (inside / "hard").hardlink_to(inside.parent / "outside/file")
    assert read(inside / "hard", LIMIT, Folder(inside)) == OUTSIDE


@pytest.mark.parametrize(
    "target", ["../outside/file", "../outside", "/dev/zero", "/proc/self/environ", "/proc/self/mem"]
)
def test_a_link_that_leads_out_is_refused(inside, target):
    (inside / "link").symlink_to(target)
    (inside / "again").symlink_to("link")
    for name in ("link", "again"):
        with pytest.raises(OutsideError):
            read(inside / name, LIMIT, Folder(inside))


def test_a_folder_that_leads_out_is_refused(inside):
    (inside / "folder").symlink_to("../outside")
    with pytest.raises(OutsideError):
        read(inside / "folder/file", LIMIT, Folder(inside))


def test_a_folder_with_a_name_that_only_begins_alike_lies_outside(inside):
    beside = inside.with_name("inside-too")
    beside.mkdir()
    (beside / "file").write_bytes(OUTSIDE)
    (inside / "link").symlink_to("../inside-too/file")
    with pytest.raises(OutsideError):
        read(inside / "link", LIMIT, Folder(inside))


def test_the_whole_file_system_may_be_the_folder(inside):
    assert read(inside / "file", LIMIT, Folder("/")) == b"mine"


SWAPS = {
    "a file": ("", lambda place: place.hardlink_to(place.parent / "file"), "../outside/file"),
    "a link": ("", lambda place: place.symlink_to("file"), "../outside/file"),
    "a folder": ("file", lambda place: place.symlink_to("."), "../outside"),
}


@pytest.mark.sampled
@pytest.mark.parametrize("what", SWAPS)
def test_nobody_is_quick_enough_to_put_a_link_in_the_place_of(inside, what):
    """One name stands in turns for what is inside and for what is not."""
    name, make, outside = SWAPS[what]
    place, coming = inside / "place", inside / "coming"
    make(place)
    ended = threading.Event()

    def swap() -> None:
        for put in cycle((lambda: coming.symlink_to(outside), lambda: make(coming))):
            put()
            coming.replace(place)
            if ended.is_set():
                return

    thread = threading.Thread(target=swap)
    thread.start()
    seen = set()
    try:
        for _ in range(20_000):
            try:
                seen.add(read(place / name, LIMIT, Folder(inside)))
            except OSError as error:
                seen.add(type(error))
    finally:
        ended.set()
        thread.join()
    assert OUTSIDE not in seen
    assert {b"mine", OutsideError} <= seen
