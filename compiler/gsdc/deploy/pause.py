"""The pause: gsdc recommends and installs nothing, and people choose models by hand.

Installed files stay unchanged. The pause is one file in ``.gsdc`` and ends when that file is removed.
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
    """A pause: start time (UTC, ISO 8601), reason and author; "" for unknown values."""

    since: str
    reason: str
    who: str

    def __str__(self) -> str:
        by = f" by {self.who}" if self.who else ""
        since = f" since {self.since}" if self.since else ""
        return f"paused{since}{by}: {self.reason or f'{PLACE} does not say why'}"


def paused(root: Path) -> Pause | None:
    """Return the pause of the project in ``root``, None if it is not paused.

    An unreadable pause file counts as a pause: a person created it.
    """
    place = Root(root) / PLACE
    try:
        content = place.read(_LONGEST)
    except Rejected:
        return None  # .gsdc is a link: its target belongs to another project
    except OSError:
        content = b""
    return None if content is None else _parse(content)


def pause(root: Path, reason: str) -> Pause:
    """Pause the project in ``root``, and return the pause.

    Raises ``Rejected`` if .gsdc is not a real folder, or on a disk error.
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
    except Rejected:  # a pause that is not logged does not count
        _end(root)
        raise
    return found


def resume(root: Path) -> Pause | None:
    """End the pause of the project in ``root``, and return it; None if it was not paused.

    Raises ``Rejected`` if .gsdc is not a real folder, or on a disk error.
    """
    found = paused(root)
    if found is not None:
        when = datetime.now(UTC).isoformat(timespec="seconds")
        append(Store(root), LogEvent("resume", when, found.reason, user()))
        _end(root)
    return found


def refusal(found: Pause) -> Finding:
    """Return the finding for a command that a pause refuses."""
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
