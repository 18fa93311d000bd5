"""Imports: the sessions of clients on this machine, and files that a person names.

Each file is read from where the last import stopped, and that place is remembered in the transaction that adds its
events: a kill between the two is none. What is imported twice all the same has the same keys, and counts once.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from gsdc.filesystem.read import read
from gsdc.finding import Diagnostic, Finding, Rejected, Severity, counted
from gsdc.ledger.event import Event, event_of
from gsdc.ledger.learning import Pooled, add_pooled
from gsdc.ledger.ledger import BATCH, Ledger, Mark, batches
from gsdc.ledger.opening import opened_ledger
from gsdc.ledger.price import pricer
from gsdc.ledger.records import lines
from gsdc.ledger.sources import claude_code, codex, gemini, gsd, litellm, opencode, seeds
from gsdc.ledger.sources.api import Found, Source
from gsdc.policy.load import Loaded
from gsdc.source.span import Span
from gsdc.source.tree import UNUSABLE, Tree

SESSIONS: Final[tuple[Source, ...]] = (claude_code, codex, gemini)
NAMES: Final = (*(source.NAME for source in SESSIONS), opencode.NAME, gsd.NAME)
_LARGEST: Final = 1_000_000_000  # bytes of one file that a person names

MALFORMED = Diagnostic(
    "LG005",
    "malformed-record",
    Severity.WARNING,
    """Lines or records of an imported file are not what they should be, and were skipped.

    ## Why is this bad?
    What they say was used is missing from the ledger. All others of the file were imported. Of several the first is
    named.

    ## Example (gsdc.yaml, gsdc tokens import events.jsonl)
    fleets: [leo]
    -- events.jsonl --
    {"key": "log:1", "at": 1767225600000, "written": "haiku", "unsplit": 45000}
    {"key": "log:2", "at": "yesterday"}

    ## Use instead (gsdc.yaml, gsdc tokens import events.jsonl)
    fleets: [leo]
    -- events.jsonl --
    {"key": "log:1", "at": 1767225600000, "written": "haiku", "unsplit": 45000}
    """,
)

Price = Callable[[Event], Event]
Tick = Callable[[int, int], None]
_Some = TypeVar("_Some")


class Imported(NamedTuple):
    """What one source gave: files that were read, events found in them, and how many of these were new."""

    source: str
    files: int
    events: int
    added: int
    findings: tuple[Finding, ...]


class _Faults:
    """Counts what is malformed in a file, and keeps the first."""

    def __init__(self, shown: str) -> None:
        self._shown = shown
        self._number = 0
        self._first = (0, "")

    def add(self, line: int, why: str) -> None:
        self._number += 1
        if self._number == 1:
            self._first = (line, why)

    def findings(self) -> Iterator[Finding]:
        if self._number:
            line, why = self._first
            message = f"{counted(self._number, 'record')} of this file skipped: {why}"
            yield MALFORMED.at(Span(self._shown, line, 1), message, "correct the file, and import it again")


def import_sessions(ledger: Ledger, source: Source, project: Path | None, price: Price, tick: Tick) -> Imported:
    """Import the sessions of a client, of ``project`` or of all.

    ``tick`` is told how many bytes of how many are read.
    """
    sizes = {found: _size(found) for found in source.files(project)}
    waiting = {found: size for found, size in sizes.items() if size != _position(ledger, found)}
    events = added = done = 0
    faults: list[Finding] = []
    for found, size in waiting.items():
        tick(done, sum(waiting.values()))
        fault = _Faults(found.path.as_posix())
        try:
            for batch in _read(ledger, source, found, fault, price):
                events += batch[0]
                added += batch[1]
        except OSError as error:
            fault.add(0, f"it cannot be read: {(error.strerror or str(error)).lower()}")
        faults += fault.findings()
        done += size
    return Imported(source.NAME, len(waiting), events, added, tuple(faults))


def _read(ledger: Ledger, source: Source, found: Found, fault: _Faults, price: Price) -> Iterator[tuple[int, int]]:
    """Yield how many events were found, and how many added, for each transaction."""
    path = found.path.as_posix()
    mark = ledger.mark(path)
    before = json.loads(mark.state) if mark is not None else {}
    start = mark.position if mark is not None and mark.position <= _size(found) else 0  # it may have been cut
    reader = source.reader(found, before.get("reader", {}) if start else {})
    number, batch = before.get("line", 0) if start else 0, []
    at = start
    for line in lines(found, start, number):
        number, at = line.number, line.end
        event = reader.read(line.record) if line.record is not None else None
        if line.record is None:
            fault.add(number, "it is no JSON object")
        elif event is not None:
            batch.append(event)
        if len(batch) >= BATCH:
            yield len(batch), _keep(ledger, path, batch, Mark(at, _state(number, reader.state())), price)
            batch = []
    yield len(batch), _keep(ledger, path, batch, Mark(at, _state(number, reader.state())), price)


def _keep(ledger: Ledger, path: str, batch: list[Event], mark: Mark, price: Price) -> int:
    with ledger.transaction():
        # What may be a copy is added behind what it may be a copy of.
        added = ledger.add(price(event) for event in batch if not _original(event))
        copies = [event for event in batch if _original(event)]
        added += ledger.add(price(event) for event in copies if not ledger.has(_original(event)))
        ledger.set_mark(path, mark)
    return added


def _original(event: Event) -> str:
    return claude_code.original(event.key) if event.source == claude_code.NAME else ""


def _state(number: int, reader: dict[str, Any]) -> str:
    return json.dumps({"line": number, "reader": reader} if reader else {"line": number})


def _position(ledger: Ledger, found: Found) -> int:
    mark = ledger.mark(found.path.as_posix())
    return -1 if mark is None else mark.position


def _size(found: Found) -> int:
    try:
        return os.stat(found.path).st_size  # noqa: PTH116 - of ten thousand files
    except OSError:
        return 0


def import_opencode(ledger: Ledger, project: Path | None, price: Price) -> Imported:
    """Import the steps of OpenCode's sessions, of ``project`` or of all."""
    files = events = added = 0
    faults: list[Finding] = []
    for path in opencode.databases():
        files += 1
        try:
            for batch in batches(opencode.events(path, project)):
                events += len(batch)
                added += ledger.add_all(map(price, batch))
        except (ValueError, OSError) as error:
            message = f"OpenCode's store cannot be read: {error}"
            faults.append(MALFORMED.at(Span(path.as_posix(), 0, 0), message, "check that OpenCode itself can open it"))
    return Imported(opencode.NAME, files, events, added, tuple(faults))


def import_summaries(ledger: Ledger, tree: Tree, price: Price) -> Imported:
    """Import what the summaries of a project's plans say."""
    found: list[Event] = []
    files = 0
    try:
        for _, event in gsd.events(tree):
            files += 1
            found += [price(event)] if event is not None else []
    except Rejected as rejected:
        return Imported(gsd.NAME, files, len(found), ledger.add_all(found), rejected.findings)
    return Imported(gsd.NAME, files, len(found), ledger.add_all(found), ())


def import_file(ledger: Ledger, path: Path, shown: str, price: Price) -> Imported:
    """Import a file that a person names: an export, a token log, token statistics, or LiteLLM's spend logs.

    Raises ``Rejected`` where it cannot be read, or is none of these.
    """
    try:
        content = read(path, _LARGEST)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise Rejected(
            UNUSABLE.at(Span(shown, 0, 0), f'"{shown}" cannot be read: {reason}', "check the path")
        ) from None
    fault = _Faults(shown)
    events: Iterator[Event]
    data = _whole(content)
    if litellm.is_spend(data):
        name, events = litellm.NAME, map(price, _valid(litellm.events(data), fault))
    elif seeds.is_log(data):
        name, events = seeds.NAME, map(price, _valid(seeds.log_events(data), fault))
    elif seeds.is_stats(data):
        rows = list(_valid(seeds.stats_pooled(data, shown), fault))
        with ledger.transaction():
            add_pooled(ledger.database, rows)
        return Imported("token-stats", 1, len(rows), len(rows), tuple(fault.findings()))
    elif isinstance(data, dict) and isinstance(data.get("pooled"), list):
        rows = list(_valid((Pooled.of(row) for row in data["pooled"]), fault))
        with ledger.transaction():
            add_pooled(ledger.database, rows)
        return Imported("aggregates", 1, len(rows), len(rows), tuple(fault.findings()))
    else:
        name, events = "export", map(partial(_completed, price), _exported(content, fault))
    found = added = 0
    for batch in batches(events):
        found += len(batch)
        added += ledger.add_all(batch)
    return Imported(name, 1, found, added, tuple(fault.findings()))


def _whole(content: bytes) -> Any:
    """Return a file's content as JSON, None where it is JSON lines, or none at all."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _valid(found: Iterable[_Some | None], fault: _Faults) -> Iterator[_Some]:
    for number, one in enumerate(found, 1):
        if one is None:
            fault.add(0, f"number {number} lacks a time, a number or a name that it needs")
        else:
            yield one


def _completed(price: Price, event: Event) -> Event:
    """Return an event with its model and price; those that it was exported with stay."""
    return event if event.model or event.nano is not None else price(event)


def _exported(content: bytes, fault: _Faults) -> Iterator[Event]:
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            yield event_of(json.loads(line))
        except (ValueError, RecursionError) as error:
            fault.add(number, "it is no JSON" if isinstance(error, json.JSONDecodeError) else str(error))


def import_all(
    loaded: Loaded,
    files: Iterable[Path],
    sources: Iterable[str],
    *,
    everywhere: bool,
    tick: Callable[[str, int, int], None],
) -> list[Imported]:
    """Import ``files``; without any, what the clients ``sources`` have of this project, or with ``everywhere`` of all.

    Raises ``Rejected`` where the ledger cannot be written, or a file not be read.
    """
    assert loaded.policy is not None, "the caller has checked"
    tree, price, wanted = loaded.project.tree, pricer(loaded.policy.models), tuple(sources)
    named = tuple(files)
    with opened_ledger(loaded.project, create=True) as ledger:
        assert ledger is not None, "it was created"
        if named:
            return [import_file(ledger, file, file.as_posix(), price) for file in named]
        project = None if everywhere else tree.root
        done = [
            import_sessions(ledger, source, project, price, partial(tick, source.NAME))
            for source in SESSIONS
            if source.NAME in wanted
        ]
        if opencode.NAME in wanted:
            done.append(import_opencode(ledger, project, price))
        if gsd.NAME in wanted:
            done.append(import_summaries(ledger, tree, price))
    return done
