"""``gsdc annotate``: write the policy's decisions for a plan's tasks into the plan."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from gsdc.cli.options import gathered, in_zone, of_policy, shared
from gsdc.cli.session import Session, pause_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gsdc.finding import Finding
    from gsdc.policy.model import Policy


class Asked(NamedTuple):
    """The options: ``do`` is "write", "diff" or "check"."""

    paths: tuple[str, ...]
    do: str
    remove: bool
    skip_done: bool
    profile: str | None
    workflow: str | None
    fleets: tuple[str, ...]
    zone: str


@click.command(epilog="Example: gsdc annotate .planning/phases/03-billing --write")
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@click.option("--write", "do", flag_value="write", help="Write the annotations into the plans.")
@click.option("--diff", "do", flag_value="diff", default="diff", help="Show what would be written; the default.")
@click.option("--check", "do", flag_value="check", help="Write nothing; exit 1 if a plan is not up to date.")
@click.option("--skip-done", is_flag=True, help="Skip finished plans, even if named.")
@click.option("--remove", is_flag=True, help="Remove all annotations written by gsdc.")
@of_policy
@in_zone
@shared
@click.pass_obj
@gathered(Asked)
def command(session: Session, asked: Asked) -> None:
    """Give every task of PATHS its agent, model, complexity, dependencies, batch and estimate.

    PATHS are plans, or folders with plans, of which finished ones are skipped. What a person wrote is kept, and
    so is every other byte; annotating twice changes nothing, and --remove restores what was there before. Exits
    with 1 on errors, and with --check where a plan is not up to date.
    """
    from gsdc.filesystem.file import place_of, replace_file
    from gsdc.finding import Rejected, sorted_findings
    from gsdc.policy.load import load

    policy: Policy | None = None
    if not asked.remove:
        loaded = load(session.recovered_folder(), profile=asked.profile, fleets=asked.fleets, workflow=asked.workflow)
        policy = loaded.policy
        if policy is None:
            session.finish(loaded.findings)
        _mind_pause(session, asked.do)
    texts: dict[str, tuple[str, str]] = {}
    findings: list[Finding] = []
    folders = (session.root, *map(Path, asked.paths))
    try:
        for path, before, after, found in _annotated(asked.paths, policy, asked.zone, skip_done=asked.skip_done):
            findings.extend(found)
            if after != before:
                texts[path] = (before, after)
                if asked.do == "write":
                    replace_file(place_of(Path(path), folders, path), after.encode(), path)
    except Rejected as rejected:
        session.finish((*findings, *rejected.findings))
    _answer(session, asked, texts, sorted_findings(findings))
    session.exit(findings, failed=asked.do == "check" and bool(texts), strict=False)


def _mind_pause(session: Session, do: str) -> None:
    """Report a pause; during a pause write nothing, and let a commit hook pass."""
    session.remind()
    if do == "write" and pause_of(session.root) is not None:
        if session.format == "json":
            session.print_json({"changed": [], "findings": []})
        session.say("nothing was written")
        session.exit(())


def _annotated(
    paths: tuple[str, ...], policy: "Policy | None", zone: str, *, skip_done: bool
) -> "Iterator[tuple[str, str, str, tuple[Finding, ...]]]":
    """Yield each plan's path, its text before and after, and its findings; without a policy, stripped."""
    from gsdc.plans.discover import find
    from gsdc.plans.reading import read_text
    from gsdc.source.gsd_status import is_superseded
    from gsdc.source.plan_annotation import strip
    from gsdc.targets.plans.emit import annotate

    found = find(paths)
    named = () if skip_done else paths
    if found.unvisited or found.skipped:
        yield "", "", "", (*found.unvisited, *found.skipped)
    for file in found.files:
        if file.done and file.path not in named:
            continue
        before = read_text(file.path)
        if policy and file.path not in named and is_superseded(before, file.path, ""):
            continue
        after, findings = annotate(before, policy, zone, file.path) if policy else (strip(file.path, before), ())
        yield file.path, before, after, findings


def _answer(session: Session, asked: Asked, texts: dict[str, tuple[str, str]], findings: "tuple[Finding, ...]") -> None:
    if session.format == "json":
        session.print_json({"changed": sorted(texts), "findings": session.findings_data(findings)})
        return
    session.show(findings)
    written = "removed the annotations of" if asked.remove else "annotated"
    for path, (before, after) in texts.items():
        if asked.do == "diff":
            session.print_diff(path, before, after)
        else:
            session.say(f"{written if asked.do == 'write' else 'out of date:'} {path}")
    if asked.do == "diff" and texts:
        session.say(f"nothing was written: add --write to {'remove' if asked.remove else 'write'} them")
    if not texts:
        session.say("every plan is up to date")
