"""get-shit-done's SUMMARY.md files: how long a plan took, and whether it was completed.

Their ``actuals.tokens`` are characters of the diff divided by four, not what a model has used: they are not taken.
"""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final

from gsdc.ledger.event import Event, cut, milliseconds
from gsdc.source.frontmatter import read_frontmatter
from gsdc.source.tree import Tree, decode

NAME: Final = "gsd"
PATTERN: Final = ".planning/**/*SUMMARY.md"
_HOURS: Final = r"(?:(?P<h>\d+)\s*h(?:ours?|rs?)?)?"
_MINUTES: Final = r"(?:(?P<m>\d+)\s*m(?:in(?:ute)?s?)?)?"
_SECONDS: Final = r"(?:(?P<s>\d+)\s*s(?:ec(?:ond)?s?)?)?"
_DURATION: Final = re.compile(rf"~?\s*{_HOURS}\s*{_MINUTES}\s*{_SECONDS}\s*(?:\(.*\))?")


def events(tree: Tree) -> Iterator[tuple[str, Event | None]]:
    """Yield the path of each summary of a project with its event, None where it does not say how long the plan took.

    Raises ``Rejected`` for a file that cannot be read.
    """
    for path in tree.glob(PATTERN):
        content = tree.read(path)
        if content:
            yield path, _event(path, decode(content, path))


def _event(path: str, text: str) -> Event | None:
    data = read_frontmatter(path, text)[0].data
    duration = minutes_of(data.get("duration"))
    at = _completed(data.get("completed"))
    if duration is None or at is None:
        return None
    status = cut(data.get("status")).lower()
    return Event(
        key=f"{NAME}:{path}:{sha256(text.encode('utf-8', 'replace')).hexdigest()[:16]}",
        at=at,
        source=NAME,
        client=NAME,
        plan=path.replace("SUMMARY", "PLAN"),
        phase=str(data.get("phase") or "")[:200],
        duration_ms=duration,
        success=None if not status else int(status in {"complete", "completed", "done", "success"}),
    )


def minutes_of(written: Any) -> int | None:
    """Return a duration as summaries write it ("23min", "~2h 17m", "105s") in milliseconds, None for what is none.

    A bare number is none: nobody knows its unit.
    """
    if not isinstance(written, str):
        return None
    match = _DURATION.fullmatch(written.strip())
    if match is None or not any(match.groups()):
        return None
    hours, minutes, seconds = (int(match[name] or 0) for name in "hms")
    return ((hours * 60 + minutes) * 60 + seconds) * 1000


def _completed(written: Any) -> int | None:
    try:
        return milliseconds(str(written))
    except (ValueError, OverflowError):
        return None
