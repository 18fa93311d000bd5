"""Read the sessions of clients, in a separate process if there are many: one core reads while another stores."""

import gc
import json
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Final, NamedTuple

from gsdc.ledger.event import Event
from gsdc.ledger.ledger import BATCH, Columns, SourceMark, columns_of
from gsdc.ledger.malformed import Faults
from gsdc.ledger.records import lines
from gsdc.ledger.sources import claude_code, codex, gemini
from gsdc.ledger.sources.api import EventSource, SourceFile

SESSIONS: Final[tuple[EventSource, ...]] = (claude_code, codex, gemini)
_BY_NAME: Final = {source.NAME: source for source in SESSIONS}
_MANY: Final = 20_000_000  # bytes: for less, starting a process costs too much


class SessionTask(NamedTuple):
    """A file to read: after line ``line``, from byte ``start`` on, with the state of its reader at that point."""

    source: str
    found: SourceFile
    size: int
    start: int
    line: int
    state: Mapping[str, Any]


class Part(NamedTuple):
    """Events of a file, to be added in one transaction: ``copies`` only if their originals are missing.

    ``mark`` is the progress in the file; ``faults`` are those of the whole file, with its last part.
    """

    task: SessionTask
    events: int
    columns: Columns
    copies: tuple[Event, ...]
    mark: SourceMark
    faults: Faults | None = None


def task_of(source: EventSource, found: SourceFile, mark: SourceMark | None) -> SessionTask | None:
    """Return the part of a file that was added since ``mark``, None if there is none."""
    size = _size(found)
    if mark is None:
        return SessionTask(source.NAME, found, size, 0, 0, {})
    if mark.position == size:
        return None
    if mark.position > size:  # it was truncated, and written again
        return SessionTask(source.NAME, found, size, 0, 0, {})
    before = json.loads(mark.state)
    return SessionTask(source.NAME, found, size, mark.position, before.get("line", 0), before.get("reader", {}))


def _size(found: SourceFile) -> int:
    try:
        return os.stat(found.path).st_size  # noqa: PTH116 - of ten thousand files
    except OSError:
        return 0


def read_sessions(tasks: Sequence[SessionTask]) -> Iterator[Part]:
    """Yield the content of files, part by part."""
    if sum(task.size - task.start for task in tasks) >= _MANY:
        waiting = {task.found: task for task in tasks}
        for part in _read_apart(tasks):
            yield part
            if part.faults is None:
                waiting[part.task.found] = _behind(part)
            else:
                del waiting[part.task.found]
        tasks = tuple(waiting.values())  # empty, unless the process was killed, or could not be started
    yield from _parts(tasks)


def _behind(part: Part) -> SessionTask:
    """Return the unread rest of the file of ``part``."""
    state = json.loads(part.mark.state)
    return part.task._replace(start=part.mark.position, line=state["line"], state=state.get("reader", {}))


def _read_apart(tasks: Sequence[SessionTask]) -> Iterator[Part]:
    """Yield the parts that a separate process reads, until it ends."""
    context = get_context("spawn")  # a fork would copy locks held by threads of libraries
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(sender, tuple(tasks)), daemon=True)
    try:
        process.start()
    except OSError:
        receiver.close()
        return
    finally:
        sender.close()
    try:
        while (part := receiver.recv()) is not None:
            yield part
    except EOFError:
        return
    finally:
        receiver.close()  # this ends the process, even while it sends
        process.join()


def _send(sender: Connection, tasks: Sequence[SessionTask]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent process handles it
    gc.disable()
    with suppress(BrokenPipeError):
        for part in _parts(tasks):
            sender.send(part)
        sender.send(None)


def _parts(tasks: Sequence[SessionTask]) -> Iterator[Part]:
    for task in tasks:
        faults = Faults(task.found.path.as_posix())
        reader = _BY_NAME[task.source].reader(task.found, task.state)
        at, number = task.start, task.line
        batch: list[Event] = []
        try:
            for line in lines(task.found, at, number):
                at, number = line.end, line.number
                event = reader.read(line.record) if line.record is not None else None
                if line.record is None:
                    faults.add(number, "it is not a JSON object")
                elif event is not None:
                    batch.append(event)
                if len(batch) >= BATCH:
                    yield _part(task, batch, _mark(at, number, reader.state()))
                    batch = []
        except OSError as error:
            faults.add(0, f"it cannot be read: {(error.strerror or str(error)).lower()}")
        yield _part(task, batch, _mark(at, number, reader.state()))._replace(faults=faults)


def _part(task: SessionTask, batch: Sequence[Event], mark: SourceMark) -> Part:
    copies = tuple(event for event in batch if original(event)) if task.source == claude_code.NAME else ()
    own = [event for event in batch if not original(event)] if copies else batch
    return Part(task, len(batch), columns_of(own), copies, mark)


def original(event: Event) -> str:
    """Return the beginning of the key of the original of a copy, "" if the event is not a copy."""
    return claude_code.original(event.key) if event.source == claude_code.NAME else ""


def _mark(at: int, number: int, reader: Mapping[str, Any]) -> SourceMark:
    return SourceMark(at, json.dumps({"line": number, "reader": reader} if reader else {"line": number}))
