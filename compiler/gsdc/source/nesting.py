"""What is looked at before a parser sees a text: how long it is, how deeply it nests, how often it repeats itself.

The parsers take time with the square of the brackets that are open, or a call for each, and a hostile file of 200 kB
would take minutes. These checks read a text once. They count every bracket, also one in a comment or in quotes: where
those begin and end is for the parser to know, and no file of people's comes near the limits.
"""

import re
from typing import Final, NamedTuple

DEEPEST: Final = 100
LONGEST_YAML: Final = 256_000  # characters; the longest frontmatter of a thousand public plans has 8,000
# A file with aliases can be a hundred times as large once they are written out.
_LONGEST_REPEATED: Final = 20_000
_MOST_ALIASES: Final = 3
_BRACKET: Final = re.compile(r"[\[{]|[\]}]")
_ANCHOR: Final = re.compile(r"(?<![^\s,\[{])&([^\s,\[\]{}]+)")
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


def excess(text: str) -> Excess | None:
    """Return why the YAML in ``text`` is not to be read, None where it may be."""
    if len(text) > LONGEST_YAML:
        help_ = "no policy and no frontmatter is that long: split it, or check what it is"
        return Excess(LONGEST_YAML, f"more than {LONGEST_YAML:,} characters of YAML", help_)
    at = too_deep(text)
    if at >= 0:
        return Excess(
            at, f"this bracket nests more than {DEEPEST} deep", "no profile, fleet or plan needs that: write it flat"
        )
    if len(text) > _LONGEST_REPEATED and "&" in text:
        anchors = {match[1] for match in _ANCHOR.finditer(text)}
        used = [match.start() for match in _ALIAS.finditer(text) if match[1] in anchors]
        if len(used) > _MOST_ALIASES:
            reason = f"more than {_MOST_ALIASES} aliases in a file of more than {_LONGEST_REPEATED:,} characters"
            return Excess(used[_MOST_ALIASES], reason, "write out what they stand for, or split the file")
    return None
