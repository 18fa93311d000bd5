"""Imports: the sessions of clients on this machine, and files that a person names.

Each file is read from the position at which the last import stopped. The position is stored in the transaction that
adds the events, so an interrupted import loses nothing. Events that are imported twice have the same key, and count
once.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from gsdc.filesystem.read import read
from gsdc.finding import Finding, Rejected
from gsdc.ledger.counted_twice import without_known
from gsdc.ledger.event import Event, event_of
from gsdc.ledger.learning import Pooled, add_pooled, pool_name
from gsdc.ledger.ledger import Ledger, SourceMark, batches
from gsdc.ledger.malformed import MALFORMED, Faults
from gsdc.ledger.opening import opened_ledger
from gsdc.ledger.price import Pricer
from gsdc.ledger.sessions import SESSIONS, Part, original, read_sessions, task_of
from gsdc.ledger.sources import gsd, litellm, opencode, seeds
from gsdc.ledger.sources.api import EventSource, SourceFile
from gsdc.policy.load import Loaded
from gsdc.source.span import Span
from gsdc.source.tree import UNUSABLE, Tree

NAMES: Final = (*(source.NAME for source in SESSIONS), opencode.NAME, gsd.NAME)
_LARGEST: Final = 1_000_000_000  # bytes of one file that a person names

Tick = Callable[[int, int], None]
_Some = TypeVar("_Some")


class ImportResult(NamedTuple):
    """The import of one source: files read, events found, and how many of these were new.

    ``looked_in`` is the folder or file that was searched, and ``is_empty`` tells that no session is there.
    """

    source: str
    files: int
    events: int
    added: int
    findings: tuple[Finding, ...]
    looked_in: str
    is_empty: bool


def import_sessions(
    ledger: Ledger, source: EventSource, project: Path | None, price: Pricer, tick: Tick
) -> ImportResult:
    """Import the sessions of a client, of ``project`` or of all.

    ``tick`` is called with the number of bytes read and the total.
    """
    files = list(source.files(project))
    tasks = [task for found in files if (task := task_of(source, found, _mark(ledger, found)))]
    whole = sum(task.size for task in tasks)
    events = added = done = 0
    findings: list[Finding] = []
    for part in read_sessions(tasks):
        events += part.events
        added += _keep(ledger, part, price)
        tick(done + part.mark.position, whole)
        if part.faults is not None:
            findings += part.faults.findings()
            done += part.task.size
    return ImportResult(source.NAME, len(tasks), events, added, tuple(findings), _shown(source.place()), not files)


def _shown(place: Path | None) -> str:
    return "no home folder: HOME is not set" if place is None else place.as_posix()


def _mark(ledger: Ledger, found: SourceFile) -> SourceMark | None:
    return ledger.mark(found.path.as_posix())


def _keep(ledger: Ledger, part: Part, price: Pricer) -> int:
    with ledger.transaction():
        # Possible copies are added after their originals.
        added = ledger.add_columns(price.columns(part.columns))
        added += ledger.add(price(event) for event in part.copies if not ledger.has(original(event)))
        ledger.set_mark(part.task.found.path.as_posix(), part.mark)
    return added


def import_opencode(ledger: Ledger, project: Path | None, price: Pricer) -> ImportResult:
    """Import the steps of OpenCode's sessions, of ``project`` or of all."""
    files = events = added = 0
    findings: list[Finding] = []
    for path in opencode.databases():
        files += 1
        faults = Faults(path.as_posix())
        # A project's import skips other projects: the import of all reads them.
        mark = f"{opencode.NAME} {path.as_posix()} {project.as_posix() if project else ''}"
        try:
            for batch in batches(opencode.steps(path, project, opencode.ReadPosition.of(ledger.mark(mark)), faults)):
                found = [price(step.event) for step in batch if step.event is not None]
                events += len(found)
                with ledger.transaction():
                    added += ledger.add(found)
                    ledger.set_mark(mark, batch[-1].place.mark())
        except (ValueError, OSError) as error:
            message = f"OpenCode's store cannot be read: {error}"
            help_ = "check that OpenCode itself can open it"
            findings.append(MALFORMED.at(Span(path.as_posix(), 0, 0), message, help_))
        findings += faults.findings()
    place = _shown(opencode.place())
    return ImportResult(opencode.NAME, files, events, added, tuple(findings), place, is_empty=not files)


def import_summaries(ledger: Ledger, tree: Tree, price: Pricer) -> ImportResult:
    """Import the summaries of a project's plans."""
    found: list[Event] = []
    files = 0
    findings: tuple[Finding, ...] = ()
    try:
        for _, event in gsd.events(tree):
            files += 1
            found += [price(event)] if event is not None else []
    except Rejected as rejected:
        findings = rejected.findings
    added = ledger.add_all(found)
    return ImportResult(gsd.NAME, files, len(found), added, findings, gsd.PATTERN, is_empty=not files)


def import_file(ledger: Ledger, path: Path, shown: str, price: Pricer) -> ImportResult:
    """Import a file that a person names: an export, a token log, token statistics, or LiteLLM's spend logs.

    Raises ``Rejected`` if it cannot be read, or is none of these.
    """
    try:
        content = read(path, _LARGEST)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise Rejected(
            UNUSABLE.at(Span(shown, 0, 0), f'"{shown}" cannot be read: {reason}', "check the path")
        ) from None
    fault = Faults(shown)
    events: Iterator[Event]
    data = _whole(content)
    if litellm.is_spend(data):
        name, events = litellm.NAME, map(price, _valid(litellm.events(data), fault))
    elif seeds.is_log(data):
        name, events = seeds.NAME, map(price, _valid(seeds.log_events(data), fault))
    elif seeds.is_stats(data):
        rows = list(_valid(seeds.stats_pooled(data, pool_name(path)), fault))
        return _import_pooled(ledger, "token-stats", rows, fault)
    elif isinstance(data, dict) and isinstance(data.get("pooled"), list):
        rows = list(_valid((Pooled.of(row) for row in data["pooled"]), fault))
        return _import_pooled(ledger, "aggregates", rows, fault)
    else:
        name, events = "export", map(partial(_completed, price), _exported(content, fault))
    found = added = 0
    for batch in batches(events):
        found += len(batch)
        added += ledger.add_all(batch)
    return ImportResult(name, 1, found, added, tuple(fault.findings()), shown, is_empty=False)


def _whole(content: bytes) -> Any:
    """Return a file's content as JSON, None if it is JSON lines, or not JSON."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _valid(found: Iterable[_Some | None], fault: Faults) -> Iterator[_Some]:
    for number, one in enumerate(found, 1):
        if one is None:
            fault.add(0, f"number {number} lacks a time, a number or a name that it needs")
        else:
            yield one


def _import_pooled(ledger: Ledger, source: str, rows: list[Pooled], fault: Faults) -> ImportResult:
    new, twice = without_known(ledger, rows, fault.shown)
    with ledger.transaction():
        added = add_pooled(ledger.database, new)
    findings = (*fault.findings(), *twice)
    return ImportResult(source, 1, len(rows), added, findings, fault.shown, is_empty=False)


def _completed(price: Pricer, event: Event) -> Event:
    """Return an event with its model and price; exported values are kept."""
    return event if event.model or event.nano is not None else price(event)


def _exported(content: bytes, fault: Faults) -> Iterator[Event]:
    for number, line in enumerate(BytesIO(content), 1):
        if not line.strip():
            continue
        try:
            yield event_of(json.loads(line))
        except (ValueError, RecursionError) as error:
            fault.add(number, "it is not JSON" if isinstance(error, json.JSONDecodeError) else str(error))


def import_all(
    loaded: Loaded,
    files: Iterable[Path],
    sources: Iterable[str],
    *,
    everywhere: bool,
    tick: Callable[[str, int, int], None],
) -> list[ImportResult]:
    """Import ``files``, or without any the sessions of ``sources``: of this project, or with ``everywhere`` of all.

    Raises ``Rejected`` if the ledger cannot be written, or a file cannot be read.
    """
    assert loaded.policy is not None, "the caller has checked"
    tree, price, wanted = loaded.project.tree, Pricer(loaded.policy.models), tuple(sources)
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
