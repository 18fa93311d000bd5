"""``gsdc lint``: plans, profiles and fleets, and the never-break rules over every state."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import click

from gsdc.cli.session import CLEAN, REPORTS, Session, following, of_policy, pause_of, printing

if TYPE_CHECKING:
    from gsdc.finding import Finding
    from gsdc.lint.filter import Filter
    from gsdc.policy.governing import Policies
    from gsdc.targets.places import Place


class Request(NamedTuple):
    """What lint is asked for: its arguments and options."""

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

    @property
    def policy(self) -> tuple[str | None, str | None, tuple[str, ...]]:
        """The profile, the workflow and the fleets."""
        return self.profile, self.workflow, self.fleets


@click.command(epilog="Example: gsdc lint gsdc.yaml profiles/team.yaml .planning/phases/03-billing")
@click.argument("paths", nargs=-1, type=click.Path())
@of_policy
@click.option("--fix", is_flag=True, help="Mend what has a safe remedy, in the plans themselves.")
@click.option("--unsafe-fixes", is_flag=True, help="Mend also what may change what a plan means.")
@click.option("--diff", is_flag=True, help="Show what would be mended; write nothing.")
@click.option("--select", multiple=True, metavar="RULES", help="Show these alone: codes, their beginnings, or names.")
@click.option("--ignore", multiple=True, metavar="RULES", help="Leave these out. RULES are separated by commas.")
@click.option("--severity", type=click.Choice(("error", "warning", "note")), help="Show this level and above.")
@click.option("--baseline", metavar="FILE", help="Leave out what stands in this file.")
@click.option(
    "--write-baseline",
    is_flag=False,
    flag_value="",
    metavar="[FILE]",
    help="Write what is found into this file, .gsdc/baseline.json by default.",
)
@click.option("--statistics", is_flag=True, help="Show how many findings there are of each rule.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until Ctrl-C.")
@click.option("--skip-done", is_flag=True, help="Pass by plans that are done also where they are named.")
@click.option("--no-cache", is_flag=True, help="Check every plan anew, and remember nothing.")
@following
@printing(REPORTS)
@click.pass_obj
def command(session: Session, /, *, watch: bool, **options: Any) -> None:
    """Check the project, or PATHS: plans, folders of plans, profiles, fleets, catalogs and project files.

    Without PATHS: gsdc.yaml, the files it names, the never-break rules over every state of its policy, and every plan
    that is not done. A profile or fleet among PATHS is checked in the project, with the project's other half; a plan
    together with the other plans of its phase.

    What is shown can be chosen here, or under `lint` in gsdc.yaml. Never-break errors cannot be switched off there, and
    fail also where they are hidden here.
    """
    request = Request(**options)
    if request.statistics and session.format not in {"text", "json"}:
        session.stop(f"--statistics is for --format text and json, not for {session.format}")
    if not watch:
        _check(session, request)
    if request.write_baseline is not None:
        session.stop("--watch does not write a baseline: leave one of the two out")
    _watch(session, request)


def _check(session: Session, request: Request) -> NoReturn:
    """Check once, print the findings, and exit."""
    from gsdc.finding import Rejected

    session.folder()
    try:
        wanted = _filter(session, request)
        answer = wanted.answer(_findings(session, request, wanted))
    except Rejected as rejected:
        session.finish(rejected.findings)
    if wanted.written:
        _tell_of_baseline(session, wanted)
    session.answer(answer, counts=request.statistics)


def _filter(session: Session, request: Request) -> "Filter":
    from gsdc.lint.filter import Filter, Options

    options = Options(request.select, request.ignore, request.severity, request.baseline, request.write_baseline)
    return Filter(session.files, options, request.paths)


def _findings(session: Session, request: Request, wanted: "Filter") -> "list[Finding]":
    """Return all that is wrong, after mending what is to be mended."""
    from gsdc.finding import Rejected
    from gsdc.source.tree import MISNAMED_FILE, PROJECT_FILE

    root, policy = session.root, request.policy
    paths = _divide(request.paths)
    findings: list[Finding] = []
    # Without a project file, and with nothing named, there is nothing of a project's own to check.
    present = any(os.path.lexists(root / name) for name in (PROJECT_FILE, MISNAMED_FILE))
    if paths.others or (not request.paths and (any(policy) or present)):
        from gsdc.lint.project import lint_files, lint_project

        others, follow = paths.others, session.follow_links
        findings.extend(
            lint_files(root, others, request.fleets, follow_links=follow)
            if others
            else lint_project(root, _policies(session, root, request))
        )
    base, projects = ("", paths.folders) if request.paths else (str(root), [""])
    if paths.plans or not request.paths:
        from gsdc.lint.plans import lint_plans

        places = paths.plans or ["."]
        try:
            if request.fix or request.unsafe_fixes or request.diff:
                _mend(session, request, wanted, places, base)
            checked = lint_plans(
                places,
                root,
                base,
                cached=not request.no_cache,
                skip_done=request.skip_done,
                follow_links=session.follow_links,
            )
        except Rejected as rejected:
            findings.extend(rejected.findings)
        else:
            findings.extend(checked.findings)
            projects = [*projects, *checked.projects]
            if checked.done:
                plural = "plans are" if checked.done > 1 else "plan is"
                session.say(f"passed by: {checked.done} {plural} done")
    nested = _nested(root, Path(base), projects)
    if nested:
        from gsdc.lint.project import lint_nested

        findings.extend(lint_nested(Path(base), nested, _policies(session, root, request)))
    projects = _with_clients(Path(base), projects)
    if paths.places or projects:
        from gsdc.lint.installed import Choice, lint_named, lint_projects

        choice = Choice(root, *policy, pause_of, session.follow_links)
        findings.extend(lint_named(paths.places, choice))
        findings.extend(lint_projects(Path(base), projects, choice))
    return findings


def _policies(session: Session, root: Path, request: Request) -> "Policies":
    from functools import partial

    from gsdc.policy.governing import Policies
    from gsdc.policy.load import load

    profile, workflow, fleets = request.policy
    loader = partial(load, profile=profile, workflow=workflow, fleets=fleets)
    return Policies(root, loader, follow_links=session.follow_links)


def _nested(root: Path, base: Path, folders: list[str]) -> list[str]:
    """Return those of ``folders`` that have a gsdc.yaml of their own, the project's folder apart."""
    from gsdc.source.tree import PROJECT_FILE

    found = [folder for folder in dict.fromkeys(folders) if os.path.lexists(base / folder / PROJECT_FILE)]
    return [folder for folder in found if (base / folder).resolve() != root.resolve()]


def _with_clients(base: Path, folders: list[str]) -> list[str]:
    """Return those of ``folders`` in which a client has files: where none has, nothing more has to be imported."""
    from gsdc.targets.registry import readable_targets

    return [folder for folder in dict.fromkeys(folders) if any(readable_targets(base / folder))]


class Paths(NamedTuple):
    """What the arguments name: plans and folders of plans, places of clients, other folders, files of the language."""

    plans: list[str]
    places: "list[Place]"
    folders: list[str]
    others: list[str]


def _divide(named: tuple[str, ...]) -> Paths:
    from gsdc.source.tree import PLANNING

    paths = Paths([], [], [], [])
    for path in named:
        if path.endswith("PLAN.md"):
            paths.plans.append(path)
            continue
        from gsdc.targets.places import inside, recognise

        if Path(path).is_dir():
            # What lies below .planning/ are plans: no reader has to be asked.
            within = None if PLANNING in Path(path).parts[:-1] else inside(path)
            paths.plans.append(path)
            if within is None:
                paths.folders.append(str(Path(path)))
            else:
                paths.places.append(within)
        elif found := recognise(path):
            # One that is not there is told of as any other file is.
            is_there = os.path.lexists(path)
            paths.places.extend(found if is_there else ())
            paths.others.extend([] if is_there else [path])
        else:
            (paths.plans if path.endswith(".md") else paths.others).append(path)
    return paths


def _mend(session: Session, request: Request, wanted: "Filter", places: list[str], base: str) -> None:
    from gsdc.lint.fix import fix_plans

    fixed = fix_plans(
        places, session.root, base, unsafe=request.unsafe_fixes, write=not request.diff, wanted=wanted.selected
    )
    if session.format != "text":
        return
    if request.diff:
        for path, (before, after) in sorted(fixed.texts.items()):
            session.print_diff(path, before, after)
        return
    if not fixed.mended:
        return
    from gsdc.finding import counted

    session.say(f"mended {counted(fixed.mended, 'finding')} in {counted(len(fixed.texts), 'plan')}")


def _tell_of_baseline(session: Session, wanted: "Filter") -> None:
    from gsdc.report.text import printable

    session.say(f"wrote {printable(wanted.written)}")
    if wanted.unused:
        session.say(f"use it with --baseline, or with `lint: {{baseline: {printable(wanted.unused)}}}` in gsdc.yaml")


def _watch(session: Session, request: Request) -> NoReturn:
    """Check, and check again after each change; with Ctrl-C exit as the last check did."""
    import gc
    import sys

    from gsdc.lint.watch import stamps, wait_for_change
    from gsdc.source.tree import PROJECT_FILE

    gc.enable()  # it is off for commands that end soon
    root = session.folder()
    places = [*request.paths, str(root / PROJECT_FILE)] if request.paths else [str(root)]
    code: int | str | None = CLEAN
    try:
        while True:
            seen = stamps(places)
            try:
                _check(session, request)
            except SystemExit as done:
                code = done.code
            session.say(f"watching {len(seen)} files; Ctrl-C ends")
            sys.stdout.flush()
            wait_for_change(places, seen)
    except KeyboardInterrupt:
        sys.exit(code)
