"""The pause : nothing is recommended or installed, and people choose models by hand.

What is installed stays as it is. The pause is one file of ``.gsdc``, and ends when that is removed.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from gsdc.filesystem.file import replace_file, unwritable
from gsdc.filesystem.place import PRIVATE_FILE, Root
from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.source.span import Span
from gsdc.transaction.disk import DISK
from gsdc.transaction.log import LogEvent, append, user
from gsdc.transaction.store import FOLDER, Store

PLACE: Final = f"{FOLDER}/paused.json"
_LONGEST: Final = 100_000  # bytes; a reason is a sentence or two

PAUSED = Diagnostic(
    "DP050",
    "paused",
    Severity.ERROR,
    """Recommendations are paused, so nothing is installed.

    ## Why is this bad?
    Somebody chooses models by hand until `gsdc resume` (seed 002, "Escape Hatches": disable automatic
    recommendations, select manually). `gsdc rollback` still works.

    ## Example (gsdc.yaml, gsdc apply --yes)
    fleets: [leo]
    targets: {overrides: {dir: config}}
    -- .gsdc/paused.json --
    {"since": "2026-01-31T09:00:00+00:00", "reason": "Models by hand", "who": "chairman"}

    ## Use instead (gsdc.yaml, gsdc apply --yes)
    fleets: [leo]
    targets: {overrides: {dir: config}}
    """,
)


class Pause(NamedTuple):
    """Since when recommendations are paused (UTC, ISO 8601), why, and by whom; "" for what is not known."""

    since: str
    reason: str
    who: str

    def __str__(self) -> str:
        by = f" by {self.who}" if self.who else ""
        since = f" since {self.since}" if self.since else ""
        return f"paused{since}{by}: {self.reason or f'{PLACE} does not say why'}"


def paused(root: Path) -> Pause | None:
    """Return the pause of the project in folder ``root``, None where there is none.

    A file that cannot be read is a pause all the same: somebody wanted one.
    """
    place = Root(root) / PLACE
    try:
        content = place.read(_LONGEST)
    except Rejected:
        return None  # .gsdc is a link: what lies behind it is not this project's
    except OSError:
        content = b""
    return None if content is None else _parse(content)


def pause(root: Path, reason: str) -> Pause:
    """Pause the project in folder ``root``, and return the pause.

    Raises ``Rejected`` where .gsdc is no real folder, or the disk refuses.
    """
    found = Pause(datetime.now(UTC).isoformat(timespec="seconds"), reason, user())
    store = Store(root)
    try:
        store.prepare(DISK)
    except OSError as error:
        raise unwritable(FOLDER, error) from None
    text = json.dumps(found._asdict(), ensure_ascii=False, indent=2) + "\n"
    replace_file(store.root / PLACE, text.encode("utf-8", "backslashreplace"), mode=PRIVATE_FILE)
    try:
        append(store, LogEvent("pause", *found))
    except Rejected:  # what is not in the log did not happen
        _end(root)
        raise
    return found


def resume(root: Path) -> Pause | None:
    """End the pause of the project in folder ``root``, and return it, None where there is none.

    Raises ``Rejected`` where .gsdc is no real folder, or the disk refuses.
    """
    found = paused(root)
    if found is not None:
        when = datetime.now(UTC).isoformat(timespec="seconds")
        append(Store(root), LogEvent("resume", when, found.reason, user()))
        _end(root)
    return found


def refusal(found: Pause) -> Finding:
    """Return what a command says that would install or write what is recommended."""
    return PAUSED.at(Span(PLACE, 0, 0), f"gsdc is {found}", "end the pause with `gsdc resume`")


def _end(root: Path) -> None:
    try:
        (Root(root) / PLACE).remove()
    except OSError as error:
        raise unwritable(FOLDER, error) from None


def _parse(content: bytes) -> Pause:
    try:
        data: Any = json.loads(content)
    except (ValueError, RecursionError):
        data = None
    given = data if isinstance(data, dict) else {}
    since, reason, who = (given.get(key) for key in Pause._fields)
    return Pause(*(value if isinstance(value, str) else "" for value in (since, reason, who)))
