"""get-shit-done's SUMMARY.md files: the duration of a plan, and whether it was completed.

Their ``actuals.tokens`` are the characters of the diff divided by four, not the usage of a model, so they are ignored.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final

from gsdc.ledger.event import Event, cut, milliseconds
from gsdc.source.frontmatter import read_frontmatter
from gsdc.source.stated_duration import stated_minutes
from gsdc.source.tree import Tree, decode

NAME: Final = "gsd"
PATTERN: Final = ".planning/**/*SUMMARY.md"


def events(tree: Tree) -> Iterator[tuple[str, Event | None]]:
    """Yield the path of each summary of a project with its event, None if it has no duration of the plan.

    Raises ``Rejected`` for a file that cannot be read.
    """
    for path in tree.glob(PATTERN):
        content = tree.read(path)
        if content:
            yield path, _event(path, decode(content, path))


def _event(path: str, text: str) -> Event | None:
    data = read_frontmatter(path, text)[0].data
    took = stated_minutes(text)
    at = _completed(data.get("completed"))
    if took is None or at is None:
        return None
    status = cut(data.get("status")).lower()
    return Event(
        key=f"{NAME}:{path}:{sha256(text.encode('utf-8', 'replace')).hexdigest()[:16]}",
        at=at,
        source=NAME,
        client=NAME,
        plan=path.replace("SUMMARY", "PLAN"),
        phase=str(data.get("phase") or "")[:200],
        duration_ms=round(took * 60_000),
        success=None if not status else int(status in {"complete", "completed", "done", "success"}),
    )


def _completed(written: Any) -> int | None:
    try:
        return milliseconds(str(written))
    except (ValueError, OverflowError):
        return None
