"""A cache folder is the user's alone, and a file in it is whole, or there is none."""

import os
from pathlib import Path

import pytest

from gsdc.cache import store

LINES = [b"one", b"", b'{"two": "\xe2\x98\x83"}']


@pytest.fixture
def base(tmp_path, monkeypatch):
    """Return a folder for caches, with the working folder beside it."""
    monkeypatch.setenv("GSDC_CACHE_DIR", str(tmp_path / "base"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "base"


def place(*projects: Path) -> Path:
    found = store.folder("plans", *projects)
    assert found is not None
    return found


def test_what_is_written_is_read(base):
    store.write(place(), "file", LINES)
    assert store.read(place(), "file") == LINES
    assert [path.name for path in (base / "plans").iterdir()] == ["file"]
    assert (base.stat().st_mode & 0o777, (base / "plans").stat().st_mode & 0o777) == (0o700, 0o700)
    assert (base / "plans/file").stat().st_mode & 0o777 == 0o600
    store.write(place(), "file", [b"other"])
    assert store.read(place(), "file") == [b"other"]


@pytest.mark.parametrize("content", [b"", b"\0", b"\n" * 9, b"0" * 99, b"abcdefgh\n", b"00000000\nx"])
def test_what_is_not_whole_is_nothing(base, content):
    store.write(place(), "file", LINES)
    (base / "plans/file").write_bytes(content)
    assert store.read(place(), "file") is None


def test_what_is_cut_or_changed_is_nothing(base):
    store.write(place(), "file", LINES)
    content = (base / "plans/file").read_bytes()
    for at in range(len(content)):
        for harmed in (content[:at], content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]):
            (base / "plans/file").write_bytes(harmed)
            assert store.read(place(), "file") is None
    (base / "plans/file").write_bytes(content + b"x")
    assert store.read(place(), "file") is None


def test_what_is_too_large_is_neither_written_nor_read(base, monkeypatch):
    store.write(place(), "file", LINES)
    monkeypatch.setattr(store, "_LARGEST", 20)
    assert store.read(place(), "file") is None
    store.write(place(), "other", LINES)
    assert not (base / "plans/other").exists()


def harm_folder(base: Path) -> None:
    (base / "plans").chmod(0o770)


def harm_above(base: Path) -> None:
    base.chmod(0o707)


def harm_file(base: Path) -> None:
    (base / "plans/file").chmod(0o622)


def harm_by_link(base: Path) -> None:
    (base / "plans/file").rename(base / "real")
    (base / "plans/file").symlink_to(base / "real")


def harm_by_pipe(base: Path) -> None:
    (base / "plans/file").unlink()
    os.mkfifo(base / "plans/file")


@pytest.mark.parametrize("harm", [harm_folder, harm_above, harm_file, harm_by_link, harm_by_pipe])
def test_what_somebody_else_may_have_written_is_not_read(base, harm):
    store.write(place(), "file", LINES)
    harm(base)
    assert store.read(place(), "file") is None


@pytest.mark.parametrize("harm", [harm_folder, harm_above])
def test_nothing_is_written_where_others_may_write(base, harm):
    store.write(place(), "file", LINES)
    harm(base)
    store.write(place(), "other", LINES)
    assert not (base / "plans/other").exists()
    assert store.made(place()) is None


def test_a_folder_for_all_is_safe_by_its_sticky_bit(base):
    base.mkdir()
    base.chmod(0o1777)
    store.write(place(), "file", LINES)
    assert store.read(place(), "file") == LINES


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("name", [".", "plans", "plans/file"])
def test_what_belongs_to_another_user_is_not_read(base, name):
    store.write(place(), "file", LINES)
    os.chown(base / name, 65534, 65534)
    assert store.read(place(), "file") is None


def test_a_link_in_the_place_of_a_file_is_replaced_not_followed(base, tmp_path):
    (tmp_path / "precious").write_text("precious")
    store.write(place(), "other", LINES)
    (base / "plans/file").symlink_to(tmp_path / "precious")
    (base / f"plans/file.{os.getpid()}").symlink_to(tmp_path / "precious")
    store.write(place(), "file", LINES)
    assert store.read(place(), "file") == LINES
    assert (tmp_path / "precious").read_text() == "precious"


def test_what_cannot_be_written_is_left(base):
    base.write_text("")
    store.write(place(), "file", LINES)
    assert store.read(place(), "file") is None
    assert store.made(place()) is None


@pytest.mark.parametrize("inside", ["project", "project/.cache", "project/deep/er"])
def test_no_cache_lies_in_the_project(tmp_path, base, monkeypatch, inside):
    project = tmp_path / "project"
    (tmp_path / inside).mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / inside)
    for variable, value in [
        ("GSDC_CACHE_DIR", tmp_path / inside),
        ("GSDC_CACHE_DIR", tmp_path / "link"),
        ("GSDC_CACHE_DIR", base / "../link"),
        ("XDG_CACHE_HOME", tmp_path / "link"),
        ("HOME", tmp_path / "link"),
    ]:
        with monkeypatch.context() as patch:
            for name in ("GSDC_CACHE_DIR", "XDG_CACHE_HOME", "HOME"):
                patch.delenv(name, raising=False)
            patch.setenv(variable, str(value))
            assert store.folder("plans") is not None
            assert store.folder("plans", project) is None
            patch.chdir(project)
            assert store.folder("plans") is None


def test_nor_in_the_repository_around_it(tmp_path, base):
    (tmp_path / ".git").mkdir()
    assert store.folder("plans", tmp_path / "work") is None
    (tmp_path / "work/.git").write_text("gitdir: elsewhere\n")
    assert store.folder("plans", tmp_path / "work") == base / "plans"


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"HOME": ""},
        {"HOME": "~"},
        {"HOME": "home"},
        {"HOME": "", "XDG_CACHE_HOME": ""},
        {"XDG_CACHE_HOME": "caches"},
        {"GSDC_CACHE_DIR": "caches", "HOME": "/home/ada"},
        {"GSDC_CACHE_DIR": "./~"},
    ],
)
def test_without_a_home_there_is_no_cache(tmp_path, monkeypatch, environment):
    monkeypatch.chdir(tmp_path)
    for name in ("GSDC_CACHE_DIR", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert store.folder("plans") is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({"HOME": "/home/ada"}, "/home/ada/.cache/gsdc/plans"),
        ({"HOME": "/home/ada", "XDG_CACHE_HOME": "relative"}, "/home/ada/.cache/gsdc/plans"),
        ({"XDG_CACHE_HOME": "/var/caches"}, "/var/caches/gsdc/plans"),
        ({"GSDC_CACHE_DIR": "/var/own", "XDG_CACHE_HOME": "/var/caches", "HOME": "/home/ada"}, "/var/own/plans"),
    ],
)
def test_where_the_folder_is(tmp_path, monkeypatch, environment, wanted):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("GSDC_CACHE_DIR", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert str(store.folder("plans")) == os.path.realpath(wanted)
