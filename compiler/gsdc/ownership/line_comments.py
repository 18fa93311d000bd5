"""Comments that a person appended to lines of YAML, kept where the change that wrote these lines is undone."""

from collections.abc import Container, Iterator, Sequence

from gsdc.source.line_diff import differences


def move_comments(
    base: Sequence[bytes], ours: Sequence[bytes], theirs: Sequence[bytes]
) -> tuple[list[bytes], list[bytes]]:
    """Return ``ours`` and ``theirs`` with the comments moved off the lines of ``base`` that ``ours`` lacks.

    ``theirs`` is the person's version of ``base``. A comment moves to the line of ``ours`` that replaces its line, else
    to a line of its own in ``theirs``, above its line.
    """
    known = {line.rstrip(): line for line in base}
    comments = [_appended(line, known) for line in theirs]
    plain = [
        known[line.rstrip().removesuffix(c).rstrip()] if c else line for line, c in zip(theirs, comments, strict=True)
    ]
    places = dict(_same(base, plain))
    undone, edited = list(ours), [[line] for line in theirs]
    for hunk in differences(base, ours):
        is_replaced = hunk.end - hunk.start == hunk.new_end - hunk.new_start
        for number in range(hunk.start, hunk.end):
            place = places.get(number)
            if place is None or not comments[place]:
                continue
            line = base[number]
            edited[place] = [line]
            if is_replaced:
                new = hunk.new_start + number - hunk.start
                undone[new] = _put(undone[new].rstrip() + _space(theirs[place], comments[place]), comments[place], line)
            else:
                edited[place].insert(0, _put(line[: len(line) - len(line.lstrip(b" "))], comments[place], line))
    return undone, [line for lines in edited for line in lines]


def _appended(line: bytes, known: Container[bytes]) -> bytes:
    """Return the comment after one of the ``known`` lines in ``line``, b"" if there is none."""
    text = line.rstrip()
    at = -1 if text in known else text.find(b"#", 1)
    while at > 0:
        before = text[:at].rstrip()
        if before.strip() and len(before) < at and before in known:
            return text[at:]
        at = text.find(b"#", at + 1)
    return b""


def _same(base: Sequence[bytes], changed: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    """Yield the numbers of each line that is the same in both texts."""
    position = new_position = 0
    for hunk in differences(base, changed):
        yield from zip(range(position, hunk.start), range(new_position, hunk.new_start), strict=True)
        position, new_position = hunk.end, hunk.new_end
    yield from zip(range(position, len(base)), range(new_position, len(changed)), strict=True)


def _space(line: bytes, comment: bytes) -> bytes:
    """Return the spaces of ``line`` before its comment."""
    before = line.rstrip().removesuffix(comment)
    return before[len(before.rstrip()) :]


def _put(before: bytes, comment: bytes, line: bytes) -> bytes:
    """Return a line of ``before`` and a comment, with the line end of ``line``."""
    return before + comment + line[len(line.rstrip()) :]
