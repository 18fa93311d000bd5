"""Regular expressions that are compiled on first use.

Compiling those of all modules that a build imports takes a tenth of its time, and a build uses half of them.
"""

import re
from typing import Any, cast


class _LazyPattern:
    """A proxy for a ``re.Pattern``: it has the pattern's methods, from the first call on."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._written = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what copies or pickles it
            raise AttributeError(name)
        found = getattr(re.compile(*self._written), name)
        setattr(self, name, found)
        return found


def lazily(pattern: str, flags: int = 0) -> "re.Pattern[str]":
    """Return the pattern of ``re.compile``, compiled on first use; a bad pattern raises ``re.error`` then."""
    return cast("re.Pattern[str]", _LazyPattern(pattern, flags))
