"""What of a user's folder is read."""

import pytest

from gsdc.finding import Rejected
from gsdc.source.tree import Tree


def test_wildcards_match_no_copies(tmp_path):
    for folder in (".", "build/balanced", ".gsdc/shadow", "node_modules/x", ".planning/build"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "01-PLAN.md").touch()
    assert Tree(tmp_path).glob("**/*-PLAN.md") == [".planning/build/01-PLAN.md", "01-PLAN.md"]
    assert Tree(tmp_path).glob("build/**/*-PLAN.md") == ["build/balanced/01-PLAN.md"]


@pytest.mark.parametrize("way", ["in/link", "out/x", "in/deeper/x"])
def test_a_link_out_of_the_folder_is_refused_also_where_no_file_is(way, tmp_path):
    """A missing file beside it has been asked for before."""
    root = tmp_path / "project"
    (root / "in").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (root / "in/link").symlink_to(tmp_path / "nowhere")
    (root / "out").symlink_to(tmp_path / "elsewhere")
    (root / "in/deeper").symlink_to(tmp_path / "elsewhere")
    tree = Tree(root)
    assert tree.read("in/missing") is None
    assert tree.read("in/missing too") is None
    for _ in range(2):
        with pytest.raises(Rejected):
            tree.read(way)
