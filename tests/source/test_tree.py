"""What of a user's folder is read."""

from gsdc.source.tree import Tree


def test_wildcards_match_no_copies(tmp_path):
    for folder in (".", "build/balanced", ".gsdc/shadow", "node_modules/x", ".planning/build"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "01-PLAN.md").touch()
    assert Tree(tmp_path).glob("**/*-PLAN.md") == [".planning/build/01-PLAN.md", "01-PLAN.md"]
    assert Tree(tmp_path).glob("build/**/*-PLAN.md") == ["build/balanced/01-PLAN.md"]
