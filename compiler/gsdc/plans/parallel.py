"""Parallel work on many plans in several processes."""

import marshal
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, Generic, NamedTuple, TypeVar

# Below this number, starting a process costs more than it saves.
FEWEST: Final = 48

Item = TypeVar("Item")
Result = TypeVar("Result")


class Wire(NamedTuple, Generic[Result]):
    """How results are passed between processes: encoded as plain data by ``pack``, and decoded by ``unpack``."""

    pack: Callable[[Iterable[Result]], Any]
    unpack: Callable[[Any], Iterable[Result]]


def spread(
    work: Callable[[Item], Result], items: Sequence[Item], processes: int, wire: Wire[Result]
) -> Iterator[Result]:
    """Yield ``work`` of each of ``items``, in any order, done in as many processes.

    The processes are forks, which have everything loaded already. If there is no fork, or one fails, this process does
    the work.
    """
    if processes < 2 or len(items) < FEWEST or sys.platform in {"win32", "darwin"}:
        yield from map(work, items)
        return
    shares = [items[start::processes] for start in range(processes)]
    children = [_fork(work, share, wire) for share in shares[1:]]
    yield from list(map(work, shares[0]))
    for (pid, pipe), share in zip(children, shares[1:], strict=True):
        with os.fdopen(pipe, "rb") as reader:
            answer = reader.read()
        _, status = os.waitpid(pid, 0)
        # marshal is safe here: the data come from a child process of this one.
        yield from wire.unpack(marshal.loads(answer)) if status == 0 else map(work, share)  # noqa: S302


def available() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _fork(work: Callable[[Item], Result], share: Sequence[Item], wire: Wire[Result]) -> tuple[int, int]:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writer)
        return pid, reader
    status = 1
    try:
        os.close(reader)
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(marshal.dumps(wire.pack(map(work, share))))
        status = 0
    finally:
        os._exit(status)
