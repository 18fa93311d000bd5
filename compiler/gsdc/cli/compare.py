"""``gsdc compare``: compute the cost of the ledger's work under other profiles."""

import time
from typing import TYPE_CHECKING

import click

from gsdc.cli.options import shared
from gsdc.cli.session import Session

if TYPE_CHECKING:
    from gsdc.ledger.comparison import Comparison
    from gsdc.ledger.ledger import Ledger
    from gsdc.policy.model import Policy

_FLOORS = 6


@click.command(epilog="Example: gsdc compare balanced budget --window weekly")
@click.argument("profiles", nargs=-1, required=True)
@click.option(
    "--window",
    type=click.Choice(("daily", "weekly", "monthly", "sprint", "all")),
    default="all",
    show_default=True,
    help="The work of today, of this week, month or sprint, or all.",
)
@shared
@click.pass_obj
def command(session: Session, profiles: tuple[str, ...], window: str) -> None:
    """Compare what the work of the ledger would have cost under PROFILES, with 80% intervals.

    A model of another tier needs more or fewer tokens for the same work. Where a never-break rule forbids a profile the
    model that the work ran on, the rule is named.
    """
    from gsdc.finding import Rejected
    from gsdc.ledger.comparison import compare, data_of, work_of
    from gsdc.ledger.opening import opened_ledger
    from gsdc.ledger.teaching import lessons
    from gsdc.policy.load import load

    loads = {name: load(session.recovered_folder(), profile=name) for name in dict.fromkeys(profiles)}
    policies: dict[str, Policy] = {}
    for name, loaded in loads.items():
        if loaded.policy is None:
            session.finish(loaded.findings)
        policies[name] = loaded.policy
    first = loads[profiles[0]]
    try:
        with opened_ledger(first.project) as ledger:
            work = work_of(ledger, *_span(ledger, policies[profiles[0]], window)) if ledger else []
        found = compare(work, policies, lessons(first))
    except Rejected as rejected:
        session.finish(rejected.findings)
    if session.format == "json":
        session.print_json(data_of(found))
    else:
        _tell(session, found)


def _span(ledger: "Ledger", policy: "Policy", window: str) -> tuple[int, int]:
    from gsdc.ledger.window import calendar_of

    if window == "all":
        first, last = ledger.span() or (0, 0)
        return first, last + 1
    found = calendar_of(policy.budgets).window(window, round(time.time() * 1000))
    return (found.start, found.end) if found else (0, 0)


def _tell(session: Session, found: "Comparison") -> None:
    from gsdc.report.page_width import fitted, terminal_width
    from gsdc.report.table import table

    width = terminal_width()
    if not found.tokens:
        session.say("the ledger has nothing to compare: run gsdc tokens import, or gsdc tokens log after each task")
        return
    rows = [("profile", "$", "80% interval", "against it", "deferred tokens")]
    for one in found.outcomes:
        against = f"{(one.usd - found.usd) / found.usd:+.0%}" if found.usd else "-"
        rows.append((one.profile, f"{one.usd:,.2f}", f"{one.low:,.2f} to {one.high:,.2f}", against, f"{one.waiting:,}"))
    session.tell(f"{found.tokens:,} tokens, which cost ${found.usd:,.2f}")
    for line in table(rows, "<>>>>"):
        session.tell(line)
    if found.unplaced:
        for line in fitted(f"{found.unplaced:,} more tokens have no agent and no kind that a profile knows", width):
            session.tell(line)
    for one in found.outcomes:
        for floor in one.floors[: None if session.verbose else _FLOORS]:
            who = f"{floor.agent} ({floor.phase})" if floor.phase else floor.agent
            then = f"on {floor.now} instead of {floor.model}" if floor.now else "deferred"
            for line in fitted(f"{one.profile}: {who} {then}: {floor.rule}", width):
                session.tell(line)
        if len(one.floors) > _FLOORS and not session.verbose:
            session.tell(f"{one.profile}: {len(one.floors) - _FLOORS} more (-v lists them)")
