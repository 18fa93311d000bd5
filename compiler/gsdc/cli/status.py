"""``gsdc status``: compare installed with compiled files, and show every escape hatch in use."""

import sys
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import click

from gsdc.cli import completion
from gsdc.cli.options import ZONES, following, shared
from gsdc.cli.session import CLEAN, FINDINGS, Session

if TYPE_CHECKING:
    from gsdc.deploy.status import Forced, Status

_MOST: Final = 10  # rows of agents that run differently: `gsdc diff` shows all
_MOST_EDITS: Final = 3  # per file


@click.command(epilog="Example: gsdc status --format json")
@click.option(
    "--profile",
    shell_complete=completion.of("profile"),
    help="Compare with this profile; by default with that of the last apply, or of gsdc.yaml.",
)
@click.option("--zone", type=click.Choice(ZONES), help="The budget zone; that of the last apply, or green, by default.")
@following
@shared
@click.pass_obj
def command(session: Session, profile: str | None, zone: str | None) -> None:
    """Compare the installed files with what the policy compiles to now. Nothing is written.

    Exits with 0 where every target is in sync, or people choose models by hand (`gsdc pause`), and with 1 where a
    target drifted, was never applied, an interrupted change waits to be undone, or the ledger is above an alert.
    """
    from gsdc.deploy.status import Status, status
    from gsdc.finding import Rejected

    try:
        today = date.today()  # noqa: DTZ011 - a day as people count it
        found = status(session.place(), profile, zone, today, follow_links=session.follow_links)
    except Rejected as rejected:
        session.finish(rejected.findings)
    if not isinstance(found, Status):
        session.finish(found.findings)
    alerts = session.alerts(profile)
    if session.format == "json":
        session.print_json(_data(session, found._replace(findings=(*found.findings, *alerts))))
    else:
        session.show_beside((*found.findings, *alerts))
        for line in _lines(found):
            session.say(line)
    sys.exit(CLEAN if found.settled and not alerts else FINDINGS)


def _lines(found: "Status") -> Iterator[str]:
    from gsdc.deploy.status import SyncState
    from gsdc.migration import views

    yield f"profile {found.policy.title}, zone {found.zone}" + (f" ({found.remark})" if found.remark else "")
    yield from _otherwise(found)
    if found.last is None:
        yield "no change is in effect"
    else:
        head = found.last.header
        why = f": {head.reason}" if head.reason else ""
        by = f" by {head.who}" if head.who else ""
        yield f"last change: {found.last.number}, {head.kind}, {head.time}{by}{why}"
    if found.pause is not None:
        yield f"recommendations: {found.pause}"
    if found.holder:
        yield f"at work: {found.holder}"
    if found.pending is not None:
        what = f"{found.pending.kind} of {found.pending.time}"
        yield f"interrupted: {what}; the next gsdc command undoes it"
    width = max((len(target.name) for target in found.targets), default=0)
    for target in found.targets:
        never = target.state is SyncState.NEVER
        yield f"{target.name:{width}}  {target.state}" + (f": {len(target.files)} to write" if never else "")
        for file in () if never else target.files:
            yield from (f"  {file.path}: {why}" for why in file.why[:_MOST_EDITS])
            if len(file.why) > _MOST_EDITS:
                yield f"  {file.path}: and {len(file.why) - _MOST_EDITS} more"
    if found.shifts:
        yield "agents that gsdc apply would change:"
        yield from (line for line in views.lines(views.of_shifts(found.shifts[:_MOST])) if line)
        if len(found.shifts) > _MOST:
            yield f"  and {len(found.shifts) - _MOST} more: see gsdc diff --all"
    yield from map(_override_line, found.overrides)
    if found.reserve is not None:
        yield f"budget reserve: {found.reserve:.0%} is reserved for emergencies"


def _otherwise(found: "Status") -> Iterator[str]:
    """Yield how to continue an unfinished cut-over, and what `gsdc apply` without options would change."""
    from gsdc.deploy.stage import STAGES
    from gsdc.finding import counted

    policy, plain = found.policy, found.plain
    if policy.held:
        stage = next(stage for stage in STAGES if stage > policy.stage)
        options = f"--profile {policy.profile}"
        options += f" --workflow {policy.workflow}" if policy.workflow else ""
        options += f" --zone {found.zone}" if found.zone != ZONES[0] else ""
        options += f" --stage {stage}" if stage < 100 else ""
        rest = f'; plain gsdc apply would put every agent on "{plain.profile}"' if plain else ""
        yield f'a cut-over to "{policy.profile}" is at {policy.stage}%: gsdc apply {options} goes on{rest}'
    elif plain and plain.files:
        what = f'gsdc.yaml names "{plain.profile}"' if plain.profile != policy.profile else "without options"
        yield f"{what}: gsdc apply would change {counted(plain.files, 'file')}"


def _override_line(forced: "Forced") -> str:
    override, days = forced
    where = f" in {' and '.join(override.phases)}" if override.phases else ""
    where += f" in zone {' and '.join(override.zones)}" if override.zones else ""
    if days is None:
        end = "without an end date"
    elif days < 0:
        end = f"expired on {override.until}"
    else:
        left = "today" if not days else "tomorrow" if days == 1 else f"in {days} days"
        end = f"until {override.until}" + (f", {left}" if forced.ends_soon else "")
    return f"override: {override.agent} on {override.model}{where}, {end}: {override.reason}"


def _data(session: Session, found: "Status") -> dict[str, Any]:
    from gsdc.migration import views_data

    last, pending = found.last, found.pending
    return {
        "settled": found.settled,
        "profile": found.policy.profile,
        "stage": found.policy.stage,
        "zone": found.zone,
        "remark": found.remark or None,
        "plain_apply": None if found.plain is None else found.plain._asdict(),
        "last": None if last is None else {"number": last.number, **last.header._asdict()},
        "paused": None if found.pause is None else found.pause._asdict(),
        "at_work": found.holder,
        "pending": None if pending is None else pending._asdict(),
        "targets": [
            {"name": t.name, "state": t.state, "files": [file._asdict() for file in t.files]} for t in found.targets
        ],
        "shifts": views_data.shifts_data(found.shifts),
        "overrides": [
            {
                "agent": override.agent,
                "model": override.model,
                "phases": override.phases,
                "zones": override.zones,
                "until": override.until,
                "days": days,
                "reason": override.reason,
            }
            for override, days in found.overrides
        ],
        "reserve": found.reserve,
        "findings": session.findings_data(found.findings),
    }
