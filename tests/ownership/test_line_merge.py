"""The three-way merge: what both sides have changed is kept, and where they meet, it says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc.ownership.line_merge import merge_lines as merge

LINES = st.lists(st.sampled_from([b"a\n", b"b\n", b"c\r\n", b"\n", b"end"]), max_size=8).map(b"".join)
QUICK = examples(100)


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        (b"1\n2\n3\n", b"1\n2\n3\n", b"1\n2\nx\n", b"1\n2\nx\n"),
        (b"1\n2\n3\n4\n5\n", b"x\n2\n3\n4\n5\n", b"1\n2\n3\n4\ny\n", b"x\n2\n3\n4\ny\n"),
        (b"1\n2\n3\n4\n5\n", b"2\n3\n4\n5\n", b"1\n2\n3\n4\n5\n6\n", b"2\n3\n4\n5\n6\n"),
        (b"1\n2\n3\n", b"1\nx\n3\n", b"1\nx\n3\n", b"1\nx\n3\n"),
        (b"1\n2\n3\n4\n5\n", b"x\n2\n3\n4\nz\n", b"x\n2\ny\n4\n5\n", b"x\n2\ny\n4\nz\n"),
        (b"1\n2\n3\n", b"1\nx\n3\n", b"1\ny\n3\n", None),
        (b"1\n2\n3\n", b"x\n2\n3\n", b"1\ny\n3\n", b"x\ny\n3\n"),  # neighbours
        (b"1\n3\n", b"1\n2\n3\n", b"1\n2.5\n3\n", None),
        (b"1\n2\n3\n", b"1\n2\n3\nx\n", b"1\r\n2\r\n3\r\n", None),
        (b"", b"ours\n", b"", b"ours\n"),
        (b"", b"ours\n", b"theirs\n", None),
    ],
)
def test_merges(base, ours, theirs, merged):
    assert merge(base, ours, theirs) == merged


@QUICK
@given(base=LINES, ours=LINES)
def test_what_one_side_left_alone_is_as_the_other_side_has_it(base, ours):
    assert merge(base, ours, base) == ours
    assert merge(base, base, ours) == ours
    assert merge(base, ours, ours) == ours


@QUICK
@given(base=LINES, ours=LINES, theirs=LINES)
def test_it_does_not_matter_whose_side_is_whose(base, ours, theirs):
    assert merge(base, ours, theirs) == merge(base, theirs, ours)


@QUICK
@given(data=st.data(), size=st.integers(3, 30))
def test_changes_that_stand_apart_are_all_there(data, size):
    """Each line is its own; one side changes some, the other side some that are no neighbours of those."""
    lines = [f"line {number}\n".encode() for number in range(size)]
    mine = data.draw(st.sets(st.integers(0, size - 1)))
    free = [n for n in range(size) if not mine & {n - 1, n, n + 1}]
    yours = data.draw(st.sets(st.sampled_from(free))) if free else set()

    def side(changed: set[int], word: bytes) -> list[bytes]:
        return [word + line if number in changed else line for number, line in enumerate(lines)]

    both = [b"our " * (n in mine) + b"their " * (n in yours) + line for n, line in enumerate(lines)]
    assert merge(b"".join(lines), b"".join(side(mine, b"our ")), b"".join(side(yours, b"their "))) == b"".join(both)
