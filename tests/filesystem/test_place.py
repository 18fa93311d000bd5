"""Places: each call follows no symbolic link, on the way or at the end."""

import os

import pytest

from gsdc.filesystem.place import PRIVATE_FOLDER, Root
from gsdc.finding import Rejected
from gsdc.source.walk import DEEPEST

WRITES = {
    "make a folder": lambda place, _: place.make_folder(),
    "make folders": lambda place, _: (place / "a/b").make_folders(),
    "make a private folder": lambda place, _: place.make_folder(PRIVATE_FOLDER),
    "create a file": lambda place, _: os.close(place.open(os.O_WRONLY | os.O_CREAT)),
    "rename away": lambda place, other: place.rename(other),
    "rename to": lambda place, other: other.rename(place),
    "link to": lambda place, other: other.link(place),
    "remove": lambda place, _: place.remove(),
    "remove a folder": lambda place, _: place.remove_folder(),
    "remove a tree": lambda place, _: place.remove_tree(),
    "list": lambda place, _: place.names(),
    "read": lambda place, _: place.read(10),
    "sync": lambda place, _: place.sync(),
    "status": lambda place, _: place.status(),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("path", ["link/precious", "link/new", "link/folder/new", "in/link/precious"])
@pytest.mark.usefixtures("way")
def test_a_folder_on_the_way_that_is_a_link(project, outside, write, path):
    (project / "in").mkdir()
    (project / "link").symlink_to(outside)
    (project / "in/link").symlink_to("../link")
    (project / "other").write_text("other")
    root = Root(project)
    with pytest.raises(Rejected, match="is a symbolic link, and gsdc does not write through links"):
        write(root / path, root / "other")
    assert [(path.name, path.read_text()) for path in outside.iterdir()] == [("precious", "precious")]
    assert (project / "other").read_text() == "other"


@pytest.mark.usefixtures("way")
def test_a_link_at_the_end_is_not_followed(project, outside):
    (project / "file").symlink_to(outside / "precious")
    (project / "folder").symlink_to(outside)
    root = Root(project)
    for flags in (os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_CREAT | os.O_EXCL):
        with pytest.raises(OSError, match=r"."):
            (root / "file").open(flags)
    with pytest.raises(Rejected):
        (root / "folder").make_folder(0o700)
    assert not (root / "folder").is_folder()
    (root / "file").remove()
    (root / "folder").remove_tree()
    assert list(project.iterdir()) == []
    assert (outside / "precious").read_text() == "precious"


@pytest.mark.usefixtures("way")
def test_a_tree_is_removed_but_not_what_its_links_lead_to(project, outside):
    (project / "tree/a/b").mkdir(parents=True)
    (project / "tree/a/link").symlink_to(outside)
    (project / "tree/a/dangling").symlink_to("nowhere")
    os.link(outside / "precious", project / "tree/hard")
    (Root(project) / "tree").remove_tree()
    assert list(project.iterdir()) == []
    assert (outside / "precious").read_text() == "precious"


def test_folders_nested_too_deeply_are_refused_and_stay(project):
    handle = os.open(project, os.O_RDONLY)
    for _ in range(DEEPEST + 5):
        os.mkdir("a", dir_fd=handle)
        inner = os.open("a", os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = inner
    os.close(handle)
    with pytest.raises(OSError, match="nested more than"):
        (Root(project) / "a").remove_tree()
    assert (project / "a/a").is_dir()


@pytest.mark.parametrize("path", ["", ".", "..", "/etc", "a/../b", "a//b", "./a", "a/", "a\0b"])
def test_what_is_no_path_below_a_root(project, path):
    with pytest.raises(Rejected):
        Root(project) / path


@pytest.mark.parametrize("path", ["out", "out/new", "dangling", "in/out", "/etc/hosts", "../x", "loop", "loop/x"])
def test_located_outside(project, outside, path):
    (project / "in").mkdir()
    (project / "out").symlink_to(outside)
    (project / "in/out").symlink_to(outside)
    (project / "dangling").symlink_to("../nowhere")
    (project / "loop").symlink_to("pool")
    (project / "pool").symlink_to("loop")
    root = Root(project)
    with pytest.raises((Rejected, OSError)):
        os.close(root.locate(path).open(os.O_WRONLY | os.O_CREAT))
    assert sorted(path.name for path in project.parent.iterdir()) == ["outside", "project"]


def test_a_link_within_the_root_is_located(project):
    (project / "real").mkdir()
    (project / "link").symlink_to("real")
    (project / "CLAUDE.md").symlink_to("AGENTS.md")
    root = Root(project)
    assert [str(root.locate(path)) for path in ("link/new", "CLAUDE.md", ".")] == ["real/new", "AGENTS.md", "."]


def test_a_root_that_is_named_through_a_link_is_resolved_once(project, outside):
    link = project.parent / "link"
    link.symlink_to(project)
    root = Root(link)
    (root / "a").make_folder()
    link.unlink()
    link.symlink_to(outside)
    (root / "b").make_folder()
    assert sorted(path.name for path in project.iterdir()) == ["a", "b"]


@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_what_is_no_regular_file_is_not_opened(project, kind):
    if kind == "pipe":
        os.mkfifo(project / "x")
    elif kind == "folder":
        (project / "x").mkdir()
    else:
        (project / "x").symlink_to("/dev/zero")
    with pytest.raises(OSError, match=r"."):
        (Root(project) / "x").read(10)
