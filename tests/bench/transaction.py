"""The driver of the benchmark ``apply``: ``python -m tests.bench.transaction FOLDER ROUNDS`` prints seconds as JSON.

Each round writes files plainly, then changes as many in one transaction, then takes that back. It is a program of its
own, for a benchmark imports nothing of gsdc.
"""

import json
import os
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from gsdc.deploy.rollback import chosen, roll_back, undo
from gsdc.transaction.change import Change, Image, image_at
from gsdc.transaction.commit import commit
from gsdc.transaction.history import history
from gsdc.transaction.record import RecordHeader
from gsdc.transaction.session import exclusive_session
from gsdc.transaction.store import Store

FILES: Final = 2_000
FOLDERS: Final = 50


def _round(root: Path, changes: Sequence[Change]) -> tuple[float, float, float]:
    """Return the seconds of writing plainly, of the transaction and of its undoing, each on files that are there."""
    plain, project = root / "plain", root / "project"
    seconds = []
    for folder in (plain, project):
        shutil.rmtree(folder, ignore_errors=True)
        for change in changes:
            _write(folder / change.path, change.before)
    os.sync()
    seconds.append(_timed(lambda: _write_plainly(plain, changes)))
    os.sync()
    seconds.append(_timed(lambda: _apply(project, changes)))
    os.sync()
    seconds.append(_timed(lambda: _undo(project)))
    assert all((project / change.path).read_bytes() == change.before.content for change in changes if change.before)
    return seconds[0], seconds[1], seconds[2]


def _timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _changes() -> Iterator[Change]:
    chance = random.Random(5)
    words = ("route", "plan", "task", "model", "nobody", "waits", "while", "it", "runs")
    for number in range(FILES):
        lines = [" ".join(chance.choices(words, k=12)) for _ in range(chance.randint(20, 120))]
        path = f".planning/phases/{number % FOLDERS:02}/{number:04}-PLAN.md"
        before, after = ("\n".join(text).encode() for text in (lines, [*lines, '<task type="auto" model="sonnet">']))
        yield Change(path, Image(before), Image(after), "attributes", "plans")


def _write(path: Path, image: Image | None) -> None:
    if image is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(image.content)


def _write_plainly(folder: Path, changes: Sequence[Change]) -> None:
    for change in changes:
        assert change.after is not None
        with (folder / change.path).open("wb") as file:
            file.write(change.after.content)
            file.flush()
            os.fsync(file.fileno())


def _apply(root: Path, changes: Sequence[Change]) -> None:
    with exclusive_session(root, "bench") as work:
        tree = work.store.tree  # read as they are, as a proposal does: it is a part of every apply
        commit(
            work.store,
            RecordHeader("apply"),
            [change._replace(before=image_at(tree, change.path)) for change in changes],
        )


def _undo(root: Path) -> None:
    store = Store(root)
    known = history(store)
    records = chosen(known)
    found = undo(store, records, max(store.numbers()))
    with exclusive_session(root, "bench") as work:
        roll_back(work.store, found, RecordHeader("rollback", undoes=(records[0].number,)))


def main(folder: Path, rounds: int) -> None:
    """Print the seconds of each round."""
    changes = tuple(_changes())
    sys.stdout.write(json.dumps([_round(folder, changes) for _ in range(rounds)]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
