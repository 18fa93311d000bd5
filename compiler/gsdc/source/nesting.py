"""Checks of a text before it is parsed: its length, its nesting depth, its repetition by aliases.

The parsers take time quadratic in the open brackets, or recurse for each, and a hostile file of 200 kB would take
minutes. These checks read a text once. They count every bracket, also in a comment or in quotes, since only the parser
knows where those begin and end; real files stay far below the limits.
"""

import re
from math import e
from typing import Final, NamedTuple

DEEPEST: Final = 100
LONGEST_YAML: Final = 256_000  # characters; the longest frontmatter of a thousand public plans has 8,000
LONGEST_CONFIGURATION: Final = 4_000_000  # of an engine: LiteLLM's configuration for 5,000 agents; parsed in 1.1 s
# Characters of a text with its aliases expanded: of its structure, and of the texts in it.
_LARGEST: Final = 2_000_000
_LARGEST_TEXT: Final = 20_000_000
_TOO_MANY_FOR_A_FLOAT: Final = 100
_BRACKET: Final = re.compile(r"[\[{]|[\]}]")
# Each block level takes at least one column: no other line of YAML nests as deeply.
_DEEP_LINE: Final = re.compile(rf"\n[ ?-]{{{DEEPEST}}}")
_INDICATORS: Final = re.compile(r"(?:[?-]? )*")
# The second group begins a text or a number: any other character may begin a list or a mapping.
_ANCHOR: Final = re.compile(r"(?<![^\s,\[{])&([^\s,\[\]{}]+)(?:[ \t]+([\w./\"']))?")
_ALIAS: Final = re.compile(r"(?<![^\s,\[{])\*([^\s,\[\]{}]+)")


class Excess(NamedTuple):
    """Why a text exceeds a parser's limit: the character where this is found, the reason, and the remedy."""

    at: int
    reason: str
    help: str


def too_deep(text: str, deepest: int = DEEPEST) -> int:
    """Return the offset of the first bracket with more than ``deepest`` open around it, -1 if there is none."""
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
    """Return why the YAML in ``text`` must not be parsed, None if it may be; ``longest`` is in characters."""
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
    """Return the offset of the first block mapping or list nested ``DEEPEST`` levels deep, -1 without one."""
    if not (_DEEP_LINE.match(f"\n{text[:DEEPEST]}") or _DEEP_LINE.search(text)):
        return -1
    columns: list[int] = []  # the columns of the open blocks
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
    """Return the offset of the first alias of a text whose aliases could make it too large, -1 for another text.

    A parser copies the anchor's value for each alias. That value may contain other aliases: n aliases of lists and
    mappings in a text of length l expand to l * (n / k) ** k at nesting depth k, which is at most the number of
    anchors.
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
