"""Shared code of the commands that change a project's files: the lock, recovery, and exit codes for failures."""

import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NoReturn

import click

from gsdc.cli.options import Command
from gsdc.cli.session import FINDINGS, Session
from gsdc.cli.terminal import CANNOT_START

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gsdc.finding import Finding
    from gsdc.transaction.change import Change
    from gsdc.transaction.store import Store

UNDONE: Final = 3
_PATIENCE: Final = 30.0  # seconds: longer than any change takes


def changing(function: Command) -> Command:
    """Add the options of a command that changes files: ``yes`` and ``wait``."""
    for option in (
        click.option("--wait", type=click.FloatRange(0), default=0.0, help="Wait up to SECONDS for another process."),
        click.option("-y", "--yes", is_flag=True, help="Do not ask for confirmation."),
    ):
        function = option(function)
    return function


@contextmanager
def exclusive_session(session: Session, command: str, wait: float = 0.0, *, trusted: bool = False) -> "Iterator[Store]":
    """Hold the lock of the session's project; exit if it cannot be taken, or if the body raises ``Rejected``.

    Reports an interrupted change that was undone.
    """
    from gsdc.finding import ChangeFailed, LockedOut, Rejected
    from gsdc.transaction.session import exclusive_session as locked

    try:
        with locked(session.root, command, wait, trusted=trusted) as work:
            if work.recovery is not None:
                report(session, [work.recovery.finding])
            yield work.store
    except LockedOut as rejected:
        _exit_with(session, rejected.findings, CANNOT_START)
    except ChangeFailed as rejected:
        _exit_with(session, rejected.findings, UNDONE)
    except Rejected as rejected:
        session.finish(rejected.findings)


def recover(session: Session) -> None:
    """Undo an interrupted change; wait for a running process."""
    with exclusive_session(session, "gsdc", _PATIENCE):
        return


def _exit_with(session: Session, found: "tuple[Finding, ...]", code: int) -> NoReturn:
    """Print why nothing was changed, and exit."""
    if session.format == "json":
        session.print_json({"findings": session.findings_data(found)})
    else:
        session.show(found)
    sys.exit(code)


def report(session: Session, findings: "Iterable[Finding]") -> None:
    """Print findings in addition to the command's output: for programs on the other stream."""
    from gsdc.report.text import render, tame

    if session.format == "text":
        session.show_beside(findings)
        return
    for line in render(findings, session.files, lambda text, **_: text):
        click.echo(tame(line), err=True)


def confirm(session: Session, question: str) -> None:
    """Ask; exit if the answer is no, or if there is no terminal to answer on."""
    if session.format != "text" or sys.stdin is None or not sys.stdin.isatty():
        session.stop("cannot ask, since there is no terminal: use --yes to go on, or --dry-run to look")
    from gsdc.cli import progress

    progress.end()
    if not click.confirm(question, default=False):
        session.say("nothing was changed")
        sys.exit(FINDINGS)


def now() -> str:
    """Return the time in the format of records: UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def print_changes(session: Session, changes: "Iterable[Change]", most: int | None = None) -> None:
    """Print for each file whether it is new, changed or removed; of more than ``most`` files the first, and a count."""
    from gsdc.transaction.change import word

    found = list(changes)
    shown = found if most is None or session.verbose or len(found) <= most else found[: most - 1]
    for change in shown:
        session.say(f"  {word(change.before, change.after):<8} {change.path}")
    if len(shown) < len(found):
        session.say(f"  and {len(found) - len(shown)} more: --dry-run or -v shows them")


def print_kept(session: Session, number: int, edited: "Iterable[str]", changes: "Iterable[Change]") -> None:
    """Print where ``--force`` has kept those of the ``edited`` files that the ``changes`` of ``number`` replaced."""
    from gsdc.transaction.recovery import kept_copy
    from gsdc.transaction.store import Store

    paths, store = set(edited), Store(session.root)
    for change in changes:
        if change.path in paths and change.before is not None:
            copy = kept_copy(store, number, change.path, change.before)
            session.say(f"  your edited {change.path} is kept as {copy}")


def summary_of(changes: "Iterable[Change]") -> str:
    """Return on one line the numbers of new, changed and removed files, and their targets."""
    from collections import Counter

    from gsdc.finding import counted
    from gsdc.transaction.change import word

    found = list(changes)
    kinds = Counter(word(change.before, change.after) for change in found)
    targets = ", ".join(dict.fromkeys(change.target for change in found))
    listed = ", ".join(f"{number} {kind}" for kind, number in kinds.items())
    return f"  {counted(len(found), 'file')} of {targets} ({listed}): gsdc apply --dry-run shows them"
