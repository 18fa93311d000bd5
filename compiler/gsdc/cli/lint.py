"""``gsdc lint``: check plans, profiles and fleets, and the never-break rules in every state."""

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import click

from gsdc.cli import completion
from gsdc.cli.options import REPORTS, following, of_policy, printing
from gsdc.cli.session import CLEAN, MOST, Session, pause_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from gsdc.finding import Finding
    from gsdc.lint.filter import Filter


class LintRequest(NamedTuple):
    """The arguments and options of lint."""

    paths: tuple[str, ...]
    profile: str | None
    workflow: str | None
    fleets: tuple[str, ...]
    fix: bool
    unsafe_fixes: bool
    diff: bool
    skip_done: bool
    no_cache: bool
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    severity: str | None
    baseline: str | None
    write_baseline: str | None
    statistics: bool
    strict: bool
    most: int

    @property
    def policy(self) -> tuple[str | None, str | None, tuple[str, ...]]:
        """The profile, the workflow and the fleets."""
        return self.profile, self.workflow, self.fleets


@click.command(epilog="Example: gsdc lint gsdc.yaml profiles/team.yaml .planning/phases/03-billing")
@click.argument("paths", nargs=-1, type=click.Path())
@of_policy
@click.option("--fix", is_flag=True, help="Apply safe fixes, in plans and in clients' files; not in the history.")
@click.option("--unsafe-fixes", is_flag=True, help="Also apply fixes that may change what a file means.")
@click.option("--diff", is_flag=True, help="Show the fixes; write nothing.")
@click.option(
    "--select",
    multiple=True,
    shell_complete=completion.of("rule"),
    metavar="RULES",
    help="Show only these rules: codes, prefixes of codes, or names.",
)
@click.option(
    "--ignore",
    multiple=True,
    shell_complete=completion.of("rule"),
    metavar="RULES",
    help="Ignore these rules. RULES are separated by commas.",
)
@click.option("--severity", type=click.Choice(("error", "warning", "note")), help="Show this level and above.")
@click.option("--baseline", metavar="FILE", help="Hide the findings that are in this file.")
@click.option(
    "--write-baseline",
    is_flag=False,
    flag_value="",
    metavar="[FILE]",
    help="Write the findings to this file, by default .gsdc/baseline.json.",
)
@click.option("--statistics", is_flag=True, help="Show the number of findings of each rule.")
@click.option("--strict", is_flag=True, help="Exit 1 on warnings too, not only on errors.")
@click.option(
    "--max",
    "most",
    type=click.IntRange(0),
    default=MOST,
    metavar="N",
    help=f"Show at most N findings, the most severe first; 0 shows all. {MOST} by default.",
)
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until Ctrl-C.")
@click.option("--skip-done", is_flag=True, help="Skip finished plans, even if named.")
@click.option("--no-cache", is_flag=True, help="Check every plan again, without the cache.")
@following
@printing(REPORTS)
@click.pass_obj
def command(session: Session, /, *, watch: bool, **options: Any) -> None:
    """Check the project, or PATHS: plans, folders of plans, profiles, fleets, catalogs, project files and messages.

    Without PATHS: gsdc.yaml, the files it names, the never-break rules over every state of its policy, and every plan
    that is not finished. A profile or fleet among PATHS is checked with the project's fleets
    or profile; a plan together with the other plans of its phase. A message of an orchestrator (.json) is checked
    against its schema (see `gsdc schema message-assignment`), for secrets, and for the model that it assigns.

    --fix edits like a formatter: what it writes is no change in the history, and `gsdc rollback` does not undo it.
    --diff shows it first, and Git undoes it.

    Exits with 1 where there are errors, with --strict also where there are warnings. What is shown can be chosen here,
    or under `lint` in gsdc.yaml. Never-break errors cannot be switched off there, and fail even where they are hidden
    here.
    """
    request = LintRequest(**options)
    if request.statistics and session.format not in {"text", "json"}:
        session.stop(f"--statistics is for --format text and json, not for {session.format}")
    if not watch:
        _check(session, request)
    if request.write_baseline is not None:
        session.stop("--watch does not write a baseline: leave out one of the two")
    _watch(session, request)


def _check(session: Session, request: LintRequest) -> NoReturn:
    """Check once, print the findings, and exit."""
    from gsdc.finding import Rejected

    session.recovered_folder()
    try:
        wanted = _filter(session, request)
        answer = wanted.answer(_findings(session, request, wanted))
    except Rejected as rejected:
        session.finish(rejected.findings)
    if wanted.written:
        _tell_of_baseline(session, wanted)
    session.answer(answer, counts=request.statistics, strict=request.strict, most=request.most)


def _filter(session: Session, request: LintRequest) -> "Filter":
    from gsdc.lint.filter import Filter, LintOptions

    options = LintOptions(request.select, request.ignore, request.severity, request.baseline, request.write_baseline)
    return Filter(session.files, options, request.paths)


def _findings(session: Session, request: LintRequest, wanted: "Filter") -> "list[Finding]":
    """Return all findings, after applying fixes if requested."""
    from gsdc.lint.run import Asked, lint

    fixes = request.fix or request.unsafe_fixes or request.diff
    asked = Asked(
        request.paths,
        *request.policy,
        not request.no_cache,
        request.skip_done,
        pause_of,
        session.follow_links,
        session.in_force,
    )
    found = lint(session.root, asked, partial(_apply_fixes, session, request, wanted) if fixes else None)
    if found.done:
        session.say(f"skipped {found.done} finished {'plans' if found.done > 1 else 'plan'}")
    return found.findings


def _apply_fixes(
    session: Session,
    request: LintRequest,
    wanted: "Filter",
    check: "Callable[[], Iterable[Finding]]",
    base: str,
    folders: "tuple[Path, ...]",
) -> None:
    from gsdc.lint.fix import fix_files

    fixed = fix_files(check, base, folders, unsafe=request.unsafe_fixes, write=not request.diff, wanted=wanted.selected)
    if session.format != "text":
        return
    if request.diff:
        for path, (before, after) in sorted(fixed.texts.items()):
            session.print_diff(path, before, after)
        return
    if not fixed.fixed:
        return
    from gsdc.finding import counted

    session.say(f"fixed {counted(fixed.fixed, 'finding')} in {counted(len(fixed.texts), 'file')}")


def _tell_of_baseline(session: Session, wanted: "Filter") -> None:
    from gsdc.source.printable import printable

    session.say(f"wrote {printable(wanted.written)}")
    if wanted.unused:
        session.say(f"use it with --baseline, or with `lint: {{baseline: {printable(wanted.unused)}}}` in gsdc.yaml")


def _watch(session: Session, request: LintRequest) -> NoReturn:
    """Check, and check again after each change; on Ctrl-C exit with the code of the last check."""
    import gc
    import sys

    from gsdc.lint.watch import stamps, wait_for_change
    from gsdc.source.tree import PROJECT_FILE

    gc.enable()  # it is off for short commands
    root = session.recovered_folder()
    places = [*request.paths, str(root / PROJECT_FILE)] if request.paths else [str(root)]
    code: int | str | None = CLEAN
    try:
        while True:
            seen = stamps(places)
            try:
                _check(session, request)
            except SystemExit as done:
                code = done.code
            session.say(f"watching {len(seen)} files; press Ctrl-C to stop")
            sys.stdout.flush()
            wait_for_change(places, seen)
    except KeyboardInterrupt:
        sys.exit(code)
