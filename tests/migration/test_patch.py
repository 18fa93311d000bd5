"""Patches: what real ``git apply`` makes of them is what was to come out, to the byte, forward and back."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc.migration.patch import count, patch, reverse, shown
from gsdc.transaction.change import Change, Image

CASES = json.loads(Path(__file__).with_name("patches.json").read_text("utf-8"))
GIT = shutil.which("git")

pytestmark = pytest.mark.skipif(GIT is None, reason="git is not installed")

Files = dict[str, tuple[bytes, bool]]


def git(folder: Path, *args: str, given: bytes = b"") -> bytes:
    """Run git, as nobody has set it up, in ``folder``, which is in no repository but the test's own."""
    environment = os.environ | {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CEILING_DIRECTORIES": str(Path(tempfile.gettempdir()).resolve()),
    }
    done = subprocess.run(["git", *args], cwd=folder, env=environment, input=given, check=False, capture_output=True)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return done.stdout


def write(folder: Path, changes: list[Change]) -> None:
    for change in changes:
        if change.before is not None:
            location = folder / change.path
            location.parent.mkdir(parents=True, exist_ok=True)
            location.write_bytes(change.before.content)
            location.chmod(change.before.mode)


def files(folder: Path) -> Files:
    """Return what git knows of each file: its content, and whether it can be executed."""
    found = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts)
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), bool(path.stat().st_mode & 0o100)) for path in found
    }


def images(changes: list[Change], side: str) -> Files:
    found = {change.path: getattr(change, side) for change in changes}
    return {path: (image.content, bool(image.mode & 0o100)) for path, image in found.items() if image is not None}


def check(changes: list[Change], *, repository: bool) -> None:
    """Apply the patch of ``changes`` and the one that undoes it, and look."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if repository:
            git(folder, "init", "--quiet")
            git(folder, "config", "core.autocrlf", "false")
        write(folder, changes)
        forward = patch(changes)
        if not forward:
            assert images(changes, "before") == images(changes, "after")
            return
        git(folder, "apply", given=forward)
        assert files(folder) == images(changes, "after")
        git(folder, "apply", given=patch(reverse(changes)))
        assert files(folder) == images(changes, "before")
        git(folder, "apply", given=forward)
        git(folder, "apply", "-R", given=forward)
        assert files(folder) == images(changes, "before")


def image(text: str | None, mode: str) -> Image | None:
    return None if text is None else Image(text.encode(), 0o600 | int(mode, 8) & 0o111)


def of_case(case: dict[str, str]) -> Change:
    before = image(case["before"], case.get("mode_before", "644"))
    after = image(case["after"], case.get("mode_after", "644"))
    return Change(case.get("path", "file"), before, after)


@pytest.mark.parametrize("repository", [False, True], ids=["alone", "in a repository"])
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_git_makes_of_it_what_was_to_come(case, repository):
    change = of_case(case)
    assert patch([change])
    check([change], repository=repository)


names = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=8)
paths = st.lists(names.map("n{}".format) | names.map("{} n".format), min_size=1, max_size=3).map("/".join)
lines = st.sampled_from([b"a", b"a", b"{", b"  }", b"-- x", b"+", b"\\", b"", b" ", b"\xff"]) | st.binary(max_size=6)
contents = st.builds(
    lambda parts, end: b"".join(line.replace(b"\0", b"\r") + stop for line, stop in parts) + end.replace(b"\0", b""),
    st.lists(st.tuples(lines, st.sampled_from([b"\n", b"\n", b"\r\n", b"\r"])), max_size=40),
    st.binary(max_size=3),
)
modes = st.sampled_from([0o644, 0o755, 0o600, 0o700])


@st.composite
def edited(draw):
    """Return a content and another one that shares much with it."""
    before = draw(contents).split(b"\n")
    after = list(before)
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(after)))
        after[place : place + draw(st.integers(0, 3))] = draw(contents).split(b"\n")[: draw(st.integers(0, 3))]
    return b"\n".join(before), b"\n".join(after)


@st.composite
def changes(draw):
    found = []
    for number, path in enumerate(draw(st.lists(paths, min_size=1, max_size=4))):
        before, after = draw(edited() | st.tuples(contents, contents))
        kind = draw(st.sampled_from(["changed", "changed", "new", "gone"]))
        old = None if kind == "new" else Image(before, draw(modes))
        new = None if kind == "gone" else Image(after, draw(modes))
        found.append(Change(f"{number} {path}", old, new))
    return found


@examples(60)
@given(changes(), st.booleans())
@example([Change("a b", Image(b"\r\n"), Image(b"\r")), Change("c", None, Image(b""))], True)
def test_git_makes_of_any_files_what_was_to_come(changes, repository):
    check(changes, repository=repository)


@examples(30)
@given(edited())
def test_it_names_what_git_names(pair):
    """The blobs and modes of its headers are git's own, so that ``git apply --3way`` finds them."""
    ours = patch([Change("an ä\tfile", Image(pair[0], 0o755), Image(pair[1], 0o755))])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        git(folder, "init", "--quiet")
        write(folder, [Change("an ä\tfile", Image(pair[0], 0o755), None)])
        git(folder, "add", ".")
        (folder / "an ä\tfile").write_bytes(pair[1])
        theirs = git(folder, "diff", "--full-index", "--text")
    assert ours.split(b"\n")[:4] == theirs.split(b"\n")[:4]


def test_a_file_that_changed_since_is_merged(tmp_path):
    """With the blobs at hand ``--3way`` merges, where plain ``git apply`` refuses."""
    before = "".join(f"{number}\n" for number in range(20))
    change = Change("f", Image(before.encode()), Image(before.replace("10\n", "ten\n").encode()))
    git(tmp_path, "init", "--quiet")
    write(tmp_path, [change])
    git(tmp_path, "add", ".")
    git(tmp_path, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "a")
    since = before.replace("8\n", "eight\n", 1)
    (tmp_path / "f").write_text(since)
    git(tmp_path, "add", ".")
    git(tmp_path, "apply", "--3way", given=patch([change]))
    assert b"ten\n" in (tmp_path / "f").read_bytes()
    assert b"eight\n" in (tmp_path / "f").read_bytes()


def test_a_prefix_leads_to_the_project(tmp_path):
    """In a repository git takes paths as beginning at its root, wherever it is started on the way to the file."""
    change = Change("ä b.json", Image(b"a\n"), Image(b"b\n"))
    git(tmp_path, "init", "--quiet")
    project = tmp_path / "packages" / "my app"
    write(project, [change])
    git(project, "apply", given=patch([change], "packages/my app/"))
    assert (project / change.path).read_bytes() == b"b\n"
    git(tmp_path, "apply", given=patch(reverse([change]), "packages/my app/"))
    assert (project / change.path).read_bytes() == b"a\n"


def test_what_git_cannot_see_is_no_patch():
    assert patch([Change("f", Image(b"a\n", 0o644), Image(b"a\n", 0o600)), Change("g", None, None)]) == b""


NUMBERED = [b"line %d\n" % number for number in range(10_000)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (NUMBERED, [line if number % 2 else b"x" + line for number, line in enumerate(NUMBERED)]),
        (NUMBERED, NUMBERED[::-1]),
        (NUMBERED, [b"x" + line for line in NUMBERED]),
        ([b"same\n"] * 10_000, [b"other\n"] + [b"same\n"] * 9_998 + [b"other\n"]),
        ([line for line in NUMBERED for _ in "12"], [b"x" + line for line in NUMBERED for _ in "12"][1:]),
        ([b"x" * 3_000_000], [b"x" * 3_000_001]),
    ],
    ids=["every other line", "backwards", "all", "both ends", "none of its kind", "one very long line"],
)
def test_a_large_file_takes_no_longer(before, after):
    """Difflib alone takes 11 s for every other line of 10,000."""
    change = Change("f", Image(b"".join(before)), Image(b"".join(after)))
    begin = time.process_time()
    patch([change])
    assert time.process_time() - begin < 2
    check([change], repository=False)


def test_shown_is_a_diff_for_people():
    change = Change("plän b", Image(b"a\n\xff\r\n", 0o644), Image(b"b\n\xff\r\n", 0o755))
    assert shown(change) == (
        "old mode 100644",
        "new mode 100755",
        "--- a/plän b",
        "+++ b/plän b",
        "@@ -1,2 +1,2 @@",
        "-a",
        "+b",
        " \\xff\r",
    )
    assert count(change) == (1, 1)
    assert shown(Change("f", None, Image(b"a"))) == (
        "new file mode 100644",
        "--- /dev/null",
        "+++ b/f",
        "@@ -0,0 +1 @@",
        "+a",
        "\\ No newline at end of file",
    )
