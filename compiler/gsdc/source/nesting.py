"""What is looked at before a parser sees a text: how long it is, how deeply it nests, how often it repeats itself.

The parsers take time with the square of the brackets that are open, or a call for each, and a hostile file of 200 kB
would take minutes. These checks read a text once. They count every bracket, also one in a comment or in quotes: where
those begin and end is for the parser to know, and no file of people's comes near the limits.
"""

import re
from math import e
from typing import Final, NamedTuple

DEEPEST: Final = 100
LONGEST_YAML: Final = 256_000  # characters; the longest frontmatter of a thousand public plans has 8,000
LONGEST_CONFIGURATION: Final = 4_000_000  # of an engine: what LiteLLM is told of 5,000 agents; read in 1.1 s
# Characters of a text with its aliases written out: of its structure, and of the texts in it.
_LARGEST: Final = 2_000_000
_LARGEST_TEXT: Final = 20_000_000
_TOO_MANY_FOR_A_FLOAT: Final = 100
_BRACKET: Final = re.compile(r"[\[{]|[\]}]")
# A level of blocks takes a column: no other line of YAML nests as deeply.
_DEEP_LINE: Final = re.compile(rf"\n[ ?-]{{{DEEPEST}}}")
_INDICATORS: Final = re.compile(r"(?:[?-]? )*")
# The second group is the beginning of a text or number: what else follows may be a list or a mapping.
_ANCHOR: Final = re.compile(r"(?<![^\s,\[{])&([^\s,\[\]{}]+)(?:[ \t]+([\w./\"']))?")
_ALIAS: Final = re.compile(r"(?<![^\s,\[{])\*([^\s,\[\]{}]+)")


class Excess(NamedTuple):
    """Why a text is more than a parser may be given: the character where that shows, the reason, and the remedy."""

    at: int
    reason: str
    help: str


def too_deep(text: str, deepest: int = DEEPEST) -> int:
    """Return where the first bracket stands around which ``deepest`` others are open, -1 where there is none."""
    if text.count("[") + text.count("{") <= deepest:
        return -1
    depth = 0
    for match in _BRACKET.finditer(text):
        if match[0] in "[{":
            depth += 1
            if depth > deepest:
                return match.start()
        elif depth:
            depth -= 1
    return -1


def excess(text: str, longest: int = LONGEST_YAML) -> Excess | None:
    """Return why the YAML in ``text`` is not to be read, None where it may be; ``longest`` is in characters."""
    at = too_deep(text)
    if at >= 0:
        return Excess(at, f"this bracket nests more than {DEEPEST} deep", "use less nesting")
    at = _too_indented(text)
    if at >= 0:
        return Excess(at, f"this nests more than {DEEPEST} deep", "use less nesting")
    if len(text) > longest:
        help_ = "split it, or check the file"
        return Excess(longest, f"more than {longest:,} characters of YAML", help_)
    at = _repeated(text)
    if at >= 0:
        return Excess(at, "the aliases from here on repeat too much", "write out their values, or split the file")
    return None


def _too_indented(text: str) -> int:
    """Return where the first block mapping or list stands in which ``DEEPEST`` others lie, -1 without one."""
    if not (_DEEP_LINE.match(f"\n{text[:DEEPEST]}") or _DEEP_LINE.search(text)):
        return -1
    columns: list[int] = []  # where the blocks begin that are open
    start = 0
    for line in text.splitlines(keepends=True):
        beginning = _INDICATORS.match(line)
        assert beginning is not None
        at = [column for column in range(beginning.end()) if line[column] != " "]
        if line[beginning.end() :].strip():
            at.append(beginning.end())
        while at and columns and columns[-1] >= at[0]:
            columns.pop()
        columns += at
        if len(columns) > DEEPEST:
            return start + columns[DEEPEST]
        start += len(line)
    return -1


def _repeated(text: str) -> int:
    """Return where the first alias stands of a text that could become too large by its aliases, -1 for another text.

    A parser gives a copy for each. What an alias stands for may hold others: n aliases of lists and mappings in a text
    of length l come to l * (n / k) ** k where they lie k deep in each other, and no deeper than there are anchors.
    """
    if "&" not in text or "*" not in text:
        return -1
    anchors = list(_ANCHOR.finditer(text))
    names = {match[1] for match in anchors}
    used = [match for match in _ALIAS.finditer(text) if match[1] in names]
    collections = {match[1] for match in anchors if match[2] is None}
    many = sum(match[1] in collections for match in used)
    depth = max(1.0, min(sum(match[2] is None for match in anchors), many / e))
    size = len(text) * max(1.0, many / depth) ** min(depth, _TOO_MANY_FOR_A_FLOAT)
    if size <= _LARGEST and size * (len(used) - many) <= _LARGEST_TEXT:
        return -1
    return used[0].start() if used else -1
