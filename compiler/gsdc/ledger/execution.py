"""The execution of a plan, from the ledger: the ``execution`` of its SUMMARY.md (seed 001, 8.3), written on request.

Only events of this plan count. Events without an agent, or of "main", belong to the main context. A task of any other
agent belongs to a subagent, with one spawn for each session that worked on it. Tasks ran in parallel if their times
overlap: an entry is recorded at the end of a task, with its duration. In a single context, each task would have read
the output of the tasks before it again (seed 001, 10.2: the context accumulates); that is the sequential cost.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from gsdc.filesystem.file import place_of, replace_file
from gsdc.finding import Finding
from gsdc.ledger.event import FIELDS, Event
from gsdc.ledger.ledger import Ledger
from gsdc.ledger.opening import opened_ledger
from gsdc.policy.load import Loaded
from gsdc.source.execution import NAME, Execution, execution_of
from gsdc.source.frontmatter_document import FrontmatterDocument
from gsdc.source.tree import decode
from gsdc.tasks.estimate import OUTPUT_SHARE

_MAIN: Final = frozenset({"", "main"})


class _Run(NamedTuple):
    """A subagent's task: its tokens, the written ones among them, and its time in milliseconds since 1970."""

    tokens: int
    written: float
    start: int
    end: int
    spawns: int


def executed(events: Iterable[Event]) -> Execution | None:
    """Return the execution of the plan of these events, None if it used nothing."""
    main = 0
    tasks: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        if event.type != "usage" or not event.tokens:
            continue
        if event.agent in _MAIN:
            main += event.tokens
        else:
            tasks.setdefault((event.task or event.session or event.key, event.agent), []).append(event)
    runs = sorted((_run(parts) for parts in tasks.values()), key=lambda run: run.start)
    if not main and not runs:
        return None
    parallel = main + sum(run.tokens for run in runs)
    so_far, again = 0.0, 0.0
    for run in runs:
        again += so_far
        so_far += run.written
    sequential = parallel + round(again)
    return Execution(
        _batches(runs),
        sum(run.spawns for run in runs),
        parallel - main,
        main,
        round(sequential / parallel, 2),
        sequential - parallel,
    )


def _run(parts: list[Event]) -> _Run:
    return _Run(
        sum(event.tokens for event in parts),
        sum(event.output + event.unsplit * OUTPUT_SHARE for event in parts),
        min(event.at - (event.duration_ms or 0) for event in parts),
        max(event.at for event in parts),
        len({event.session for event in parts}),
    )


def _batches(runs: list[_Run]) -> int:
    """Return the number of groups of two or more tasks that overlap in time; ``runs`` are in order of their start."""
    batches, size, end = 0, 0, -1
    for run in runs:
        size = size + 1 if run.start < end else 1
        end = max(end, run.end)
        batches += size == 2
    return batches


class Written(NamedTuple):
    """The execution of a plan by the ledger (None: no events), the one in its summary, and the resulting findings."""

    execution: Execution | None
    before: dict[str, object]
    findings: tuple[Finding, ...]


def write_execution(loaded: Loaded, plan: str, summary: Path, *, check: bool) -> Written:
    """Write the execution of ``plan``, a path from the project's folder, to ``summary``; with ``check``, only compare.

    Raises ``Rejected`` if the ledger or the file cannot be read or written, and OSError for errors of the system.
    """
    shown = summary.as_posix()
    text = decode(summary.read_bytes(), shown)
    before, findings = execution_of(shown, text)
    with opened_ledger(loaded.project) as ledger:
        found = executed(_of_plan(ledger, plan)) if ledger else None
    if found is not None and not check:
        document = FrontmatterDocument(shown, text, create=True)
        document = document if isinstance(document.data.get(NAME), dict) else document.remove((NAME,))
        document = document.update({(NAME, name): value for name, value in found._asdict().items()})
        if document.text != text:
            place = place_of(summary, (loaded.project.tree.root,), shown)
            replace_file(place, document.text.encode(), shown)
    return Written(found, dict(before), findings)


def _of_plan(ledger: Ledger, plan: str) -> Iterable[Event]:
    sql = f"SELECT {', '.join(FIELDS)} FROM event WHERE plan <> '' AND plan = ? AND type = 'usage' ORDER BY at, seq"
    return map(Event._make, ledger.database.stream(sql, (plan,)))
