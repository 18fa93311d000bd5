"""Patterns of paths mean what they mean in a .gitignore: git itself is asked where it is there."""

import shutil
import subprocess
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc.source.glob import Glob

CASES = [
    ("*.md", "a.md", True),
    ("*.md", "docs/deep/a.md", True),
    ("*.md", "a.md5", False),
    ("docs", "docs/a.md", True),
    ("docs", "x/docs/a.md", True),
    ("docs/", "docs/a.md", True),
    ("/docs", "x/docs/a.md", False),
    ("docs/a.md", "docs/a.md", True),
    ("docs/a.md", "x/docs/a.md", False),
    ("docs/*", "docs/deep/a.md", True),
    ("docs/*.md", "docs/deep/a.md", False),
    ("docs/**/a.md", "docs/a.md", True),
    ("docs/**/a.md", "docs/very/deep/a.md", True),
    ("**/a.md", "a.md", True),
    ("**/deep/**", "docs/deep/er/a.md", True),
    ("docs/**", "docs/deep/a.md", True),
    ("docs/**", "other/a.md", False),
    ("docs/**", "docs", False),
    ("docs/", "docs", False),
    ("docs", "docs", True),
    (".planning/phases/0?-*/*PLAN.md", ".planning/phases/03-billing/03-02-PLAN.md", True),
    (".planning/phases/0[1-3]*", ".planning/phases/04-x/PLAN.md", False),
    ("a[!b]c", "adc", True),
    ("a[!b]c", "abc", False),
    ("a[^b]c", "adc", True),
    ("a[^b]c", "abc", False),
    (r"\*.md", "*.md", True),
    (r"\*.md", "a.md", False),
    (r"\a", "a", True),
    ("[]a]", "]", True),
    (r"[a\]]", "]", True),
    ("[[:digit:]]", "7", True),
    ("[[:digit:]]", "d", False),
    ("[c-a]", "b", False),
    ("[a", "[a", False),
    ("a\\", "a\\", False),
    ("a?b", "a\nb", True),
    ("Docs", "docs/a.md", False),
]


@pytest.mark.parametrize(("pattern", "path", "matches"), CASES)
def test_cases(pattern, path, matches):
    assert Glob(pattern).matches(path) is matches


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    folder = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", folder], check=True)
    return folder


NAMES = st.text("ab.]*", min_size=1, max_size=3).filter(lambda name: name.strip("."))
PIECES = st.sampled_from(["a", "b", ".", "*", "?", "[ab]", "[^a]", "[!a]", "[]a]", r"\a", r"\*", "[[:alpha:]]", "[a"])
NAME = st.lists(PIECES, min_size=1, max_size=4).map("".join).filter(lambda name: "**" not in name)
PATTERN = st.lists(st.one_of(st.just("**"), NAME), min_size=1, max_size=4)


@examples(100)
@given(st.booleans(), PATTERN, st.booleans(), st.lists(NAMES, min_size=1, max_size=5))
def test_git_agrees(repository, rooted, parts, closed, names):
    pattern, path = "/" * rooted + "/".join(parts) + "/" * closed, "/".join(names)
    (repository / ".gitignore").write_text(f"{pattern}\n")
    asked = ["git", "-C", str(repository), "check-ignore", "-q", "--no-index", path]
    assert Glob(pattern).matches(path) == (subprocess.run(asked, check=False).returncode == 0)


def test_long_patterns_take_no_long_time():
    start = perf_counter()
    assert not Glob("**/" * 30 + "*a" * 30 + "b").matches("/".join(["a" * 100] * 50))
    assert perf_counter() - start < 2
