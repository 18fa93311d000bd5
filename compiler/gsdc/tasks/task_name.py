"""The name of a task without the label before it: "Task 3: Add it", "Task 2 [PARALLEL]: Add it", "1.2) Add it"."""

import re
from typing import Final

from gsdc.source.lazy_pattern import lazily

_LABEL: Final = lazily(
    r"^\s*(?:(?:task\b\s*(?:#?[\d.]+[a-z]?)?|#?[\d.]+[a-z]?)\s*(?:[(\[][^)\]]{0,20}[)\]])?\s*[:.)\u2014-]\s*)?",
    re.IGNORECASE,
)


def unlabelled(name: str) -> str:
    """Return ``name`` without its label."""
    return _LABEL.sub("", name, count=1)
