"""Patterns of files name what Python's own name, in time that does not depend on how many stars they have."""

import random
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc.source.path_pattern import fits, mistake
from gsdc.source.tree import Tree

NAMES = ("a", "b", "ab", "x.md", ".h")
PARTS = st.sampled_from(["**", "*", "a", "b", "?", "a*", "*.md", "[ab]", ".h"])


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """Return a folder with files, folders and links of few names, which patterns therefore hit."""
    root = tmp_path_factory.mktemp("tree")
    chance = random.Random(1)
    for _ in range(60):
        path = root.joinpath(*(chance.choice(NAMES) for _ in range(chance.randint(1, 5))))
        if not any(parent.is_file() for parent in path.parents):
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                path.write_text("")
    (root / "linked").symlink_to("a", target_is_directory=True)
    return root


def by_python(root: Path, pattern: str) -> list[str]:
    """Return the files that ``pathlib`` finds; what a last ``**`` means depends on the version of Python."""
    found = (path for path in root.glob(pattern) if path.is_file())
    return sorted({path.relative_to(root).as_posix() for path in found})


@examples(300)
@given(st.lists(PARTS, min_size=1, max_size=5).filter(lambda parts: parts[-1] != "**"))
def test_python_agrees(tree, parts):
    pattern = "/".join(parts)
    found = Tree(tree).glob(pattern)
    assert found == by_python(tree, pattern)
    assert all(fits(PurePosixPath(path).parts, tuple(parts)) for path in found)


@examples(200)
@given(st.lists(st.sampled_from("abc"), max_size=5), st.lists(PARTS, max_size=5))
def test_fits_is_what_its_definition_says(parts, pattern):
    def by_definition(parts: list[str], pattern: list[str]) -> bool:
        if not pattern or not parts:
            return not pattern and not parts
        if pattern[0] == "**":
            return any(by_definition(parts[skipped:], pattern[1:]) for skipped in range(len(parts)))
        return PurePosixPath(parts[0]).match(pattern[0]) and by_definition(parts[1:], pattern[1:])

    assert fits(tuple(parts), tuple(pattern)) == by_definition(parts, pattern)


def test_many_stars_take_no_long_time(tmp_path):
    (tmp_path / ("a/" * 50)).mkdir(parents=True)
    pattern = "**/" * 200 + "x.md"
    assert Tree(tmp_path).glob(pattern) == []
    assert not fits(("a",) * 300, tuple(pattern.split("/")))


def test_what_lies_too_deep_is_told(tmp_path):
    (tmp_path / ("a/" * 120)).mkdir(parents=True)
    (tmp_path / ("a/" * 120) / "x.md").touch()
    (tmp_path / ("a/" * 100) / "x.md").touch()
    tree = Tree(tmp_path)
    assert tree.glob("**/x.md") == ["a/" * 100 + "x.md"]
    assert tree.unvisited == ["/".join(["a"] * 101)]


@pytest.mark.parametrize("pattern", ["a/**/b", "**/*PLAN.md", "*.md", "a", "**/a/**/*"])
def test_what_is_right_is_no_mistake(pattern):
    assert mistake(pattern) is None
    assert mistake(pattern.removesuffix("/*"), ends_in_folders=True) is None
