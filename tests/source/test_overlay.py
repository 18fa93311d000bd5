"""The user's files as they would be: what is replaced, added or removed is so for every way to ask."""

import pytest

from gsdc.finding import Rejected
from gsdc.source.overlay import Overlay
from gsdc.source.tree import Tree

FILES = {"opencode.json": b"{}", "docs/a.md": b"a", "docs/deep/b.md": b"b", ".hidden/c.md": b"c"}
PATTERNS = ("opencode.json", "docs/*.md", "docs/**/*.md", "**/*.md", "*.json", ".hidden/*.md", "d?cs/a.md", "none/*.md")


def written(root, files):
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"opencode.json": b"{1}"},
        {"docs/a.md": None, "docs/new.md": b"new"},
        {"none/x.md": b"x", "docs/deep/er/y.md": b"y", "top.json": b""},
        dict.fromkeys(FILES),
    ],
)
def test_it_is_the_tree_after_the_changes(tmp_path, changes):
    overlay = Overlay(written(tmp_path / "before", FILES), changes)
    after = {path: content for path, content in (FILES | changes).items() if content is not None}
    (tmp_path / "after").mkdir()
    wanted = Tree(written(tmp_path / "after", after))
    assert {pattern: overlay.glob(pattern) for pattern in PATTERNS} == {p: wanted.glob(p) for p in PATTERNS}
    for path in FILES | changes | {"absent": None, "docs/absent.md": None}:
        assert overlay.read(path) == wanted.read(path)
        assert overlay.size(path) == wanted.size(path)
    assert {path: (tmp_path / "before" / path).read_bytes() for path in FILES} == FILES


def test_a_link_leads_to_what_it_points_to(tmp_path):
    written(tmp_path, {"CLAUDE.md": b"old", "real/a.md": b"old"})
    (tmp_path / "AGENTS.md").symlink_to("CLAUDE.md")
    (tmp_path / "docs").symlink_to("real")
    overlay = Overlay(tmp_path, {"CLAUDE.md": b"new", "real/a.md": None})
    assert overlay.read("AGENTS.md") == b"new"
    assert overlay.size("AGENTS.md") == 3
    assert overlay.read("docs/a.md") is None
    assert overlay.glob("docs/*.md") == []
    assert overlay.glob("*.md") == ["AGENTS.md", "CLAUDE.md"]


@pytest.mark.parametrize("path", ["../x", "/etc/hosts", "away/x"])
def test_nothing_outside_is_read(tmp_path, path):
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "away").symlink_to(tmp_path)
    overlay = Overlay(tmp_path / "project", {path: b"mine"})
    for ask in (overlay.read, overlay.size, overlay.locate):
        with pytest.raises(Rejected):
            ask(path)
