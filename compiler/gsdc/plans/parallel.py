"""Work on many plans in several processes at once."""

import marshal
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

# Below this, starting a process costs more than it saves.
FEWEST: Final = 48

Item = TypeVar("Item")


def spread(work: Callable[[Sequence[Item]], Any], items: Sequence[Item], processes: int) -> list[Any]:
    """Return ``work`` of shares of ``items``, one for each process; results have to be plain data.

    The processes are forks, which have everything loaded already. Where there is no fork, or one fails, this process
    does the work.
    """
    if processes < 2 or len(items) < FEWEST or sys.platform in {"win32", "darwin"}:
        return [work(items)]
    shares = [items[start::processes] for start in range(processes)]
    children = [_fork(work, share) for share in shares[1:]]
    results = [work(shares[0])]
    for (pid, pipe), share in zip(children, shares[1:], strict=True):
        with os.fdopen(pipe, "rb") as reader:
            answer = reader.read()
        _, status = os.waitpid(pid, 0)
        results.append(marshal.loads(answer) if status == 0 else work(share))  # noqa: S302 - from our own child
    return results


def available() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _fork(work: Callable[[Sequence[Item]], Any], share: Sequence[Item]) -> tuple[int, int]:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writer)
        return pid, reader
    status = 1
    try:
        os.close(reader)
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(marshal.dumps(work(share)))
        status = 0
    finally:
        os._exit(status)
