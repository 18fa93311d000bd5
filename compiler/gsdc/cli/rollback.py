"""``gsdc rollback``: restore the files as they were before a change."""

import os
import sys
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

import click

from gsdc.cli.changing import changing, confirm, exclusive_session, now, print_changes, print_kept
from gsdc.cli.options import gathered, shared
from gsdc.cli.reason import reasoned
from gsdc.cli.session import CLEAN, FINDINGS, Session

if TYPE_CHECKING:
    from gsdc.deploy.rollback import Undoing
    from gsdc.transaction.store import Store

_MOST_FILES: Final = 12  # listed before the question, which has to stay in sight


class Asked(NamedTuple):
    """The options: a change, or all after one; ``force`` overwrites edits, ``pending`` undoes an interrupted change."""

    number: int | None
    to: int | None
    dry_run: bool
    force: bool
    pending: bool
    reason: str | None
    yes: bool
    wait: float


@click.command(epilog="Example: gsdc rollback --dry-run. Or: gsdc rollback --to 3")
@click.argument("number", metavar="[ID]", type=click.IntRange(1), required=False)
@click.option(
    "--to", type=click.IntRange(0), help="Roll back every change after this one; 0 rolls back the whole history."
)
@click.option("--dry-run", is_flag=True, help="Show what would change; change nothing.")
@click.option("--force", is_flag=True, help="Overwrite files edited since; a copy is kept in .gsdc/kept/.")
@click.option("--pending", is_flag=True, help="Undo an interrupted change even if the project has moved since.")
@reasoned(required=False)
@changing
@shared
@click.pass_obj
@gathered(Asked)
def command(session: Session, asked: Asked) -> None:
    """Undo the last change, change ID, or all changes after one, to the byte and mode, in one transaction.

    What somebody has edited since elsewhere in a file is kept; where the edit meets what is rolled back, it refuses and
    shows the edit. A rollback is a change itself, and can be rolled back by its ID.

    `gsdc init` is not a change of the history: to undo it, delete gsdc.yaml and .gsdc/.
    """
    if asked.number is not None and asked.to is not None:
        session.stop("give a change or --to, not both")
    if asked.pending:
        if asked.number is not None or asked.to is not None or asked.dry_run or asked.force:
            session.stop("--pending undoes the interrupted change: give nothing else")
        _undo_pending(session, asked.wait)
    interrupted = _interrupted(session)
    session.recovered_folder()
    # After a crash, a rollback without a number means the change that recovery has just undone.
    if interrupted and asked.number is None and asked.to is None:
        _stop_at_recovery(session)
    # With --yes no answer has to be awaited: no other process changes a file after the first check.
    if asked.yes and not asked.dry_run:
        with exclusive_session(session, "gsdc rollback", asked.wait) as store:
            found = _work_out(session, asked, diff=False)
            made = _roll_back(store, found, asked)
        _finish(session, found, made, asked.to)
    found = _work_out(session, asked, diff=asked.dry_run)
    if asked.dry_run:
        _finish(session, found, None)
    confirm(session, f"Roll back {_changes(found)}?")
    with exclusive_session(session, "gsdc rollback", asked.wait) as store:
        made = _roll_back(store, found, asked)
    _finish(session, found, made, asked.to)


def _interrupted(session: Session) -> bool:
    return os.path.isdir(session.place() / ".gsdc/pending")  # noqa: PTH112 - one that may not be looked into is none


def _undo_pending(session: Session, wait: float) -> NoReturn:
    """Undo an interrupted change, in whatever folder it began, and exit; the output is that of every command."""
    there = _interrupted(session)
    with exclusive_session(session, "gsdc rollback", wait, trusted=True):
        if session.format == "json":
            _print_json(session)
        elif not there:
            session.say("nothing to undo: no change was interrupted")
    sys.exit(CLEAN)


def _stop_at_recovery(session: Session) -> NoReturn:
    if session.format == "json":
        _print_json(session)
    session.say("nothing else was rolled back: run `gsdc rollback` again to undo the last complete change")
    sys.exit(CLEAN)


def _work_out(session: Session, asked: Asked, *, diff: bool) -> "Undoing":
    """Print the changes, with ``diff`` every line; exit if nothing would change or a finding prevents it."""
    from gsdc.deploy.rollback import chosen, later_writers, undo
    from gsdc.finding import Rejected
    from gsdc.transaction.history import history
    from gsdc.transaction.preflight import all_unwritable, unwritable_files
    from gsdc.transaction.store import Store

    try:
        store = Store(session.root)
        known = history(store)
        records = chosen(known, asked.number, asked.to)
        found = undo(store, records, max((record.number for record in known), default=0), force=asked.force)
    except Rejected as rejected:
        session.finish(rejected.findings)
    if not records:
        _finish(session, found, None, asked.to)
    later = later_writers(known, records) if found.findings else ()
    if later and session.format == "text":
        numbers = ", ".join(map(str, later))
        session.tell(
            f"change {records[0].number} cannot be rolled back alone: change {numbers} changed its files since"
        )
        session.say(f"roll back the later changes first, or all with `gsdc rollback --to {records[0].number - 1}`")
        sys.exit(FINDINGS)
    unwritable = all_unwritable(unwritable_files(store, found.changes))
    found = found._replace(findings=(*found.findings, *unwritable))
    if found.findings:
        _refuse(session, found, diff=diff)
    _tell(session, found, diff=diff)
    return found


def _roll_back(store: "Store", found: "Undoing", asked: Asked) -> int:
    """Apply the changes, and return the number of the record."""
    from gsdc.deploy.rollback import roll_back
    from gsdc.transaction.log import user
    from gsdc.transaction.record import RecordHeader

    undone = tuple(record.number for record in found.records)
    header = RecordHeader("rollback", time=now(), who=user(), reason=asked.reason or "", undoes=undone)
    return roll_back(store, found, header).number


def _changes(found: "Undoing") -> str:
    numbers = [str(record.number) for record in found.records]
    return f"change{'' if len(numbers) == 1 else 's'} {', '.join(numbers)}"


def _refuse(session: Session, found: "Undoing", *, diff: bool) -> NoReturn:
    """Print what prevents the rollback, then with ``diff`` every line that would change, and exit."""
    from gsdc.report.text import summary

    if session.format != "text" or not diff:
        _tell_edits(session, found)
        session.finish(found.findings)
    session.show(found.findings)
    _tell(session, found, diff=diff)
    session.say(summary(found.findings))
    session.exit(found.findings)


def _tell_edits(session: Session, found: "Undoing") -> None:
    from gsdc.migration.patch import shown

    for edit in found.edited if session.format == "text" else ():
        session.print_lines(shown(edit))


def _tell(session: Session, found: "Undoing", *, diff: bool) -> None:
    from gsdc.migration.patch import shown

    if session.format != "text":
        return
    _tell_edits(session, found)
    if diff:
        for change in found.changes:
            session.print_lines(shown(change))
    else:
        print_changes(session, found.changes, _MOST_FILES)


def _finish(session: Session, found: "Undoing", made: int | None, after: int | None = None) -> NoReturn:
    from gsdc.finding import counted

    if session.format == "json":
        _print_json(session, found, made)
    elif not found.records:
        later = f" after {after}" if after else ""
        session.say(f"nothing to roll back: no change{later} is in effect")
        if not after:
            _say_how_to_undo_init(session)
    elif made is None:
        session.say("nothing was changed")
    else:
        if after == 0:
            _say_how_to_undo_init(session)
        session.say(f"rolled back {_changes(found)} as change {made}: {counted(len(found.changes), 'file')}", bold=True)
        print_kept(session, made, (edit.path for edit in found.edited), found.changes)
        session.show(found.errors)
    sys.exit(FINDINGS if made is not None and found.errors else CLEAN)


def _say_how_to_undo_init(session: Session) -> None:
    from gsdc.source.tree import PROJECT_FILE

    if (session.root / PROJECT_FILE).is_file():
        session.say(f"{PROJECT_FILE} stays: delete it and .gsdc/ to undo `gsdc init`")


def _print_json(session: Session, found: "Undoing | None" = None, made: int | None = None) -> None:
    records, changes = (found.records, found.changes) if found else ((), ())
    session.print_json(
        {
            "change": made,
            "undoes": [record.number for record in records],
            "files": [{"path": change.path, "target": change.target} for change in changes],
            "findings": session.findings_data(found.errors) if found else [],
        }
    )
