"""How long a plan took, as its summary states it: ``duration: 23min``, ``**Duration:** ~2h 17m``, ``105s``.

In 4,314 public summaries the frontmatter has it in 58%, the body in 59%; a bare number is ignored: its unit is unknown.
"""

import re
from typing import Final

from gsdc.source.lazy_pattern import lazily

_FIELD: Final = lazily(
    r"(?im)^[ \t]*(?:[-*][ \t]+)?\*{0,2}(duration(?:_minutes)?)\*{0,2}[ \t]*:\*{0,2}[ \t]*(\S[^\n]{0,80})"
)
_HOURS: Final = lazily(r"(\d+(?:\.\d+)?)\s*h(?:ours?|rs?)?\b", re.IGNORECASE)
_MINUTES: Final = lazily(r"(\d+(?:\.\d+)?)\s*m(?:in(?:ute)?s?)?\b", re.IGNORECASE)
_SECONDS: Final = lazily(r"(\d+(?:\.\d+)?)\s*s(?:ec(?:ond)?s?)?\b", re.IGNORECASE)
_JOINED: Final = lazily(r"(?<=\d)([hm])(?=\d)", re.IGNORECASE)
_LEAST: Final = 0.25  # minutes


def stated_minutes(summary: str) -> float | None:
    """Return the minutes that the text of a summary states, None if there are none, or only a number without a unit."""
    for match in _FIELD.finditer(summary):
        text = _JOINED.sub(r"\1 ", match[2])
        if match[1].lower() == "duration_minutes":
            text += " min"
        parts = ((_HOURS, 60.0), (_MINUTES, 1.0), (_SECONDS, 1 / 60))
        found = [float(number[1]) * unit for pattern, unit in parts if (number := pattern.search(text))]
        if found and (total := sum(found)) >= _LEAST:
            return total
    return None
