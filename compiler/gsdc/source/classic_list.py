"""The items of a frontmatter's list as get-shit-done 1.42 reads them: line by line, not as YAML.

Measured on 1.42.3: it loses a list in column 0, one in brackets over several lines, and what a comment follows.
"""

import re
from itertools import pairwise
from typing import Final

from gsdc.source.lazy_pattern import lazily

_KEY: Final = lazily(r"\s*[A-Za-z0-9_-]+:")
_OUTER_QUOTES: Final = lazily(r"^[\"']|[\"']$")


def classic_items(value: str) -> frozenset[str]:
    """Return the items of the list ``value``: the text after the colon of its key, to the end of the frontmatter."""
    first, *following = re.split(r"\r?\n", value)
    first = first.strip()
    if first in {"", "["}:
        return frozenset(_block(following))
    if first.startswith("[") and first.endswith("]"):
        return frozenset(part.strip().strip("\"'") for part in _split(first[1:-1]))
    return frozenset({_OUTER_QUOTES.sub("", first)})


def _split(text: str) -> list[str]:
    """Split ``text`` at its commas, but for those after which quotes do not pair up to the end.

    The client looks ahead from each comma to the end; here the pairs are found once, from the end.
    """
    pairs_up = [True] * (len(text) + 1)
    next_quote: dict[str, int] = {}
    for index in range(len(text) - 1, -1, -1):
        pairs_up[index] = pairs_up[index + 1]
        if text[index] in "\"'":
            closing = next_quote.get(text[index])
            pairs_up[index] = closing is not None and pairs_up[closing + 1]
            next_quote[text[index]] = index
    commas = [index for index, character in enumerate(text) if character == "," and pairs_up[index + 1]]
    return [text[start + 1 : end] for start, end in pairwise((-1, *commas, len(text)))]


def _block(lines: list[str]) -> list[str]:
    found = []
    for line in lines:
        item = line.strip()
        if not item:
            continue
        if not line[0].isspace() or _KEY.match(line):
            break
        if item.startswith("- "):
            found.append(_OUTER_QUOTES.sub("", item[2:]))
    return found
