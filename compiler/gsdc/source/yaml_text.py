"""YAML that stands before other text, read at the speed of a Rust parser and without what takes it too long.

Documents of YAML alone, of which every place is known, are for ``gsdc.source.document``.
"""

import re
from typing import Any, Final

from gsdc.source.nesting import Excess, excess

_LONGEST: Final = 200
_LINE: Final = re.compile(r" at line (\d+)")


class NotYamlError(Exception):
    """A text that is not YAML: why, in lower case, and the line (from 1) where that shows."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        words = " ".join(reason.lower().split())
        line = _LINE.search(words)
        self.reason, self.line = words[:_LONGEST], int(line[1]) if line else 1


class TooMuchYamlError(NotYamlError):
    """A text that may be YAML, and takes too long to read: the character where that shows, and the remedy."""

    def __init__(self, found: Excess) -> None:
        super().__init__(found.reason)
        self.at, self.help = found.at, found.help


def loads(text: str) -> Any:
    """Return what ``text`` holds: str, int, float, bool, None, list and dict. Raises ``NotYamlError``."""
    import ryaml

    if found := excess(text):
        raise TooMuchYamlError(found)
    try:
        return ryaml.loads(text)
    except (ryaml.InvalidYamlError, ValueError, TypeError, RecursionError) as error:
        raise NotYamlError(str(error)) from None
