"""The summary of a plan, which get-shit-done writes beside it when it has carried the plan out.

get-shit-done itself takes a plan for done where a summary of any content is there, even of none. gsdc does not: an
empty file, which says nothing of what was done, would hide a plan from every check.
"""

import os
import stat
from typing import Final

from gsdc.filesystem.read import read

_BLANKS: Final = b" \t\r\n\xef\xbb\xbf"
_LONGEST_READ: Final = 64  # bytes; what is longer says something


def summary_of(path: str) -> str | None:
    """Return the path of a plan's summary; None for a file whose name says "PLAN" nowhere."""
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{name.replace('PLAN', 'SUMMARY')}" if "PLAN" in name else None


def is_done(location: str) -> bool:
    """Tell whether a summary that says something stands beside the plan at ``location``: a regular file, not a link."""
    summary = summary_of(location)
    return summary is not None and _says_something(summary)


def _says_something(location: str) -> bool:
    try:
        status = os.lstat(location)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LONGEST_READ:
            return stat.S_ISREG(status.st_mode)
        return bool(read(location, _LONGEST_READ).strip(_BLANKS))
    except (OSError, ValueError):
        return False
