"""``gsdc override``: force a model for an agent, with a reason."""

import sys
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import click

from gsdc.cli import completion
from gsdc.cli.changing import exclusive_session, now
from gsdc.cli.options import ZONES, gathered, shared
from gsdc.cli.reason import reasoned
from gsdc.cli.session import CLEAN, FINDINGS, Session
from gsdc.models.effort import EFFORTS

if TYPE_CHECKING:
    from gsdc.deploy.override import EditedOverrides
    from gsdc.finding import Finding
    from gsdc.migration.shift import Shift
    from gsdc.policy.load import Loaded
    from gsdc.policy.model import Policy
    from gsdc.source.yaml_list import Item


class Asked(NamedTuple):
    """The options: an override and its scope, or the removal of all overrides of the agent."""

    agent: str
    model: str | None
    reason: str | None
    until: str | None
    effort: str | None
    phases: tuple[str, ...]
    zones: tuple[str, ...]
    remove: bool


@click.command(
    epilog='Example: gsdc override gsd-executor opus --reason "Payment code this week" --until 2030-01-31. '
    "Or: gsdc override gsd-executor --remove"
)
@click.argument("agent", shell_complete=completion.of("agent"))
@click.argument("model", required=False, shell_complete=completion.of("model"))
@reasoned(required=False)
@click.option("--until", help="Its last day, YYYY-MM-DD; afterwards lint reports it.")
@click.option("--effort", type=click.Choice(EFFORTS), help="Its effort; by default that of the policy.")
@click.option("--phase", "phases", multiple=True, help="Only in this phase; repeatable.")
@click.option("--zone", "zones", multiple=True, type=click.Choice(ZONES), help="Only in this budget zone; repeatable.")
@click.option("--remove", is_flag=True, help="Remove all overrides of AGENT.")
@shared
@click.pass_obj
@gathered(Asked)
def command(session: Session, asked: Asked) -> None:
    """Force AGENT to run on MODEL, an alias or a tier, and log why.

    The override is put first among `overrides` in gsdc.yaml, and every other byte stays; of several that match, the
    first counts. It never outranks a never-break rule: one that would break such a rule is refused. This
    installs nothing: `gsdc apply` does that, and `gsdc rollback` undoes it.
    """
    from gsdc.deploy import override
    from gsdc.finding import Rejected
    from gsdc.policy.load import load

    if asked.remove and (asked.model or asked.until or asked.effort or asked.phases or asked.zones):
        session.stop("--remove removes all overrides of the agent: give only the agent")
    if not asked.remove and not (asked.model and asked.reason):
        session.stop("an override needs a model and a reason: gsdc override AGENT MODEL --reason TEXT")
    before = load(session.recovered_folder())
    if not before.project.configured and not before.findings:
        session.stop("no gsdc.yaml here: run `gsdc init` first")
    if before.policy is None:
        session.finish(before.findings)
    today = date.today()  # noqa: DTZ011 - a day as people count it
    edited: EditedOverrides | None
    try:
        if asked.remove:
            edited = override.remove(before, asked.agent, today)
            if edited is None:
                _stop_at_unknown(session, "override of", asked.agent, (o.agent for o in before.policy.overrides))
        else:
            item = _item(session, before.policy, asked, asked.model or "")
            edited = override.add(before, item, today)
    except Rejected as rejected:
        session.finish(rejected.findings)
    made = 0
    if not edited.broken:
        made = _commit(session, edited, asked.reason or "")
        _log(session, before, edited, asked.agent, asked.reason or "")
    session.remind()
    _answer(session, before, edited, made)


def _item(session: Session, policy: "Policy", asked: Asked, model: str) -> "Item":
    """Return the override as a gsdc.yaml entry; exit if it names something unknown."""
    from gsdc.policy.model import TIERS

    agent = asked.agent
    if agent not in policy.agents:
        _stop_at_unknown(session, "agent", agent, policy.agents)
    if model not in (*policy.models, *TIERS):
        _stop_at_unknown(session, "model", model, (*policy.models, *TIERS))
    for phase in asked.phases:
        if phase not in policy.agents[agent].phases:
            _stop_at_unknown(session, f'phase of "{agent}"', phase, policy.agents[agent].phases)
    item: dict[str, str | list[str]] = {"agent": agent, "model": model, "reason": asked.reason or ""}
    if asked.until is not None:
        item["until"] = _day(session, asked.until)
    for name, values in (("phases", asked.phases), ("zones", asked.zones)):
        if values:
            item[name] = list(dict.fromkeys(values))
    if asked.effort:
        item["effort"] = asked.effort
    return item


def _day(session: Session, until: str) -> str:
    try:
        day = date.fromisoformat(until)
    except ValueError:
        session.stop(f'--until "{until}" is not a calendar day: write YYYY-MM-DD')
    if day < date.today():  # noqa: DTZ011 - a day as people count it
        session.stop(f"--until {day.isoformat()} is in the past")
    return day.isoformat()


def _stop_at_unknown(session: Session, what: str, name: str, known: Iterable[str]) -> NoReturn:
    from gsdc.finding import nearest

    names = sorted(set(known))
    session.stop(f'no {what} "{name}": {nearest(name, names) if names else "there are none"}')


def _commit(session: Session, edited: "EditedOverrides", reason: str) -> int:
    """Write gsdc.yaml in a transaction, and return its number in the history; exit if that fails."""
    from gsdc.transaction.commit import commit
    from gsdc.transaction.log import user
    from gsdc.transaction.record import RecordHeader

    with exclusive_session(session, "gsdc override") as store:
        return commit(store, RecordHeader("override", now(), user(), reason), (edited.change,)).number


def _log(session: Session, before: "Loaded", edited: "EditedOverrides", agent: str, reason: str) -> None:
    """Log the override, or its end, in the ledger, with the agent's model before and after. The log is optional."""
    from gsdc.finding import Rejected
    from gsdc.ledger.overriding import log_override

    try:
        log_override(before, edited.after, agent, reason)
    except Rejected as rejected:
        session.warn(f"the override is written, but not in the ledger: {rejected.findings[0].message}")


def _answer(session: Session, before: "Loaded", edited: "EditedOverrides", made: int) -> None:
    """Print the effect of the override, written as change ``made``, or why it is refused, and exit."""
    from gsdc.migration import views, views_data
    from gsdc.migration.semantic import differences

    shifts: tuple[Shift, ...] = ()
    if before.policy is not None and edited.after.policy is not None and not edited.broken:
        sources = before.project.sources, edited.after.project.sources
        shifts = differences(before.policy, edited.after.policy, *sources)
    if session.format == "json":
        data: dict[str, Any] = {
            "changed": [] if edited.broken else [edited.change.path],
            "shifts": views_data.shifts_data(shifts),
            "findings": session.findings_data(edited.findings),
        }
        session.print_json(data)
    elif edited.broken:
        session.show(_about_override(edited))
        session.tell("refused: nothing was written")
        _tell_of_profile(session, before, edited)
    else:
        session.show(edited.findings)
        for line in views.lines(views.of_shifts(shifts)):
            session.say(line)
        session.say(f"wrote {edited.change.path} as change {made}; gsdc apply installs it")
    sys.exit(FINDINGS if edited.broken else CLEAN)


def _about_override(edited: "EditedOverrides") -> "tuple[Finding, ...]":
    """Return the findings located at the new override, since they imply the rest; all if there are none."""
    after = edited.after
    if after.policy is None or not after.policy.overrides:
        return edited.findings
    place = after.project.sources.origin(after.policy.overrides[0].ref)
    return tuple(found for found in edited.findings if found.span == place) or edited.findings


def _tell_of_profile(session: Session, before: "Loaded", edited: "EditedOverrides") -> None:
    """Print how an agent can get a model that breaks a rule as an override: a profile respects the floors."""
    from gsdc.finding import Severity
    from gsdc.policy.setting import setting

    policy, after = before.policy, edited.after.policy
    if policy is None or after is None or not after.overrides:
        return
    forced = after.overrides[0]
    agent = policy.agents.get(forced.agent)
    if agent is None or agent.role == "security" or forced in policy.overrides:
        return
    if not any(finding.severity is Severity.ERROR for finding in _about_override(edited)):
        return  # it is refused for its reason or its end, which a profile does not have
    how = setting(before.project, policy.profile, ("agents", forced.agent), forced.model, "model")
    session.say(f"an override also holds for security work of the agent; a profile keeps the floor there: {how}")
