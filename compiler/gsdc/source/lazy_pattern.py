"""Regular expressions that are compiled when they are first used.

Compiling those of all modules that a build imports takes a tenth of it, and it uses half of them.
"""

import re
from typing import Any, cast


class _LazyPattern:
    """Stands for a ``re.Pattern``: its methods are those of the pattern, from the first call on."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._written = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what copies or pickles it
            raise AttributeError(name)
        found = getattr(re.compile(*self._written), name)
        setattr(self, name, found)
        return found


def lazily(pattern: str, flags: int = 0) -> "re.Pattern[str]":
    """Return what ``re.compile`` does, for calls of its methods; a wrong pattern raises ``re.error`` on first use."""
    return cast("re.Pattern[str]", _LazyPattern(pattern, flags))
