"""``gsdc budget``: the traffic light of seed 002."""

import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import click

from gsdc.cli import completion
from gsdc.cli.options import ZONES, shared
from gsdc.cli.session import CLEAN, FINDINGS, Session

if TYPE_CHECKING:
    from gsdc.ledger.alerts import Alert
    from gsdc.ledger.budget import Budget, Deferral, Limit, WindowBudget
    from gsdc.policy.model import Policy

_COLORS: Final = {"green": "green", "yellow": "yellow", "orange": "bright_red", "red": "red"}
_MARKS: Final = {"green": "●○○○", "yellow": "●●○○", "orange": "●●●○", "red": "●●●●"}
_TABLES: Final = ("model", "phase", "agent")
_ROWS: Final = 6
_NAMES: Final = 4


@click.command(epilog="Example: gsdc budget --window weekly --exit-zone red")
@click.option(
    "--profile",
    shell_complete=completion.of("profile"),
    help="The profile; that of gsdc.yaml, or balanced, by default.",
)
@click.option(
    "--window", type=click.Choice(("daily", "weekly", "monthly", "sprint")), help="One budget; all by default."
)
@click.option("--exit-zone", type=click.Choice(ZONES), help="Exit 1 in this zone, and in those beyond it.")
@click.option("--alerts", is_flag=True, help="Evaluate the profile's alerts alone; exit 1 where one fires.")
@shared
@click.pass_obj
def command(session: Session, profile: str | None, window: str | None, exit_zone: str | None, alerts: bool) -> None:
    """Say which zone the budget is in, what is used and left, how long it lasts, and what the zone allows.

    What was used is in the ledger: `gsdc tokens import` reads it from the clients, `gsdc tokens log` takes it by hand.
    """
    from gsdc.finding import Rejected
    from gsdc.ledger.alerts import evaluate, findings
    from gsdc.ledger.budget import assess, deferrals
    from gsdc.ledger.opening import opened_ledger
    from gsdc.policy.load import load

    loaded = load(session.folder(), profile=profile)
    if loaded.policy is None:
        session.finish(loaded.findings)
    policy, now = loaded.policy, round(time.time() * 1000)
    try:
        with opened_ledger(loaded.project) as ledger:
            budget = assess(ledger, policy, now, window or "")
            fired = evaluate(ledger, policy, budget)
            span = ledger.span() if ledger else None
    except Rejected as rejected:
        session.finish(rejected.findings)
    if alerts:
        if session.format == "json":
            session.print_json({"alerts": [_alert_data(alert) for alert in fired]})
        else:
            session.show(findings(loaded, fired))
            firing = sum(alert.fires for alert in fired)
            session.say(f"{firing} of {len(fired)} alerts fire")
        sys.exit(FINDINGS if any(alert.fires for alert in fired) else CLEAN)
    changed = deferrals(policy, budget.zone)
    if session.format == "json":
        found = session.findings_data(findings(loaded, fired))
        session.print_json(_data(policy, budget, changed, fired) | {"findings": found})
    else:
        session.remind()
        _show(session, policy, budget, changed, fired, is_empty=span is None)
    reached = exit_zone is not None and ZONES.index(budget.zone) >= ZONES.index(exit_zone)
    sys.exit(FINDINGS if reached else CLEAN)


def _lines(
    session: Session, policy: "Policy", budget: "Budget", changed: "tuple[Deferral, ...]", *, is_empty: bool
) -> Iterator[str]:
    """Yield what stands between the zone and the alerts."""
    from gsdc.report.page_width import fitted, terminal_width

    width = terminal_width()
    yield from fitted(policy.zones[budget.zone].guidance, width)
    if not budget.windows:
        yield from fitted(f"profile {policy.profile} has no budget: set budgets in a profile", width)
    for one in budget.windows:
        yield ""
        yield from _window_lines(one, budget, width)
    if is_empty:
        yield ""
        yield from fitted("The ledger is empty: run gsdc tokens import, or gsdc tokens log after each task", width)
    for name in _TABLES:
        yield from _table(name, budget)
    yield from _allowed(session, budget, changed, width)
    yield ""


def _show(
    session: Session,
    policy: "Policy",
    budget: "Budget",
    changed: "tuple[Deferral, ...]",
    alerts: "tuple[Alert, ...]",
    *,
    is_empty: bool,
) -> None:
    from gsdc.report.page_width import fitted, terminal_width

    if session.quiet:
        session.tell(budget.zone)
        return
    width, decisive = terminal_width(), budget.decisive
    why = f"  {decisive.strictest.share:.1%} of the {decisive.window.name} budget" if decisive else ""
    session.tell(f"{_MARKS[budget.zone]} {budget.zone.upper()}{why}", fg=_COLORS[budget.zone], bold=True)
    for line in _lines(session, policy, budget, changed, is_empty=is_empty):
        session.tell(line)
    for alert in (alert for alert in alerts if alert.fires):
        for line in fitted(f"alert: {alert}", width):
            session.tell(line, fg="red")
    for line in fitted(_next_step(budget, is_empty=is_empty), width):
        session.tell(line)


def _window_lines(one: "WindowBudget", budget: "Budget", width: int) -> Iterator[str]:
    from gsdc.report.page_width import bar, fitted

    title = f"{one.window.name}, {one.window.title}: zone {one.zone}, resets {budget.calendar.shown(one.window.end)}"
    yield from fitted(title, width)
    for limit in one.limits:
        yield f"  {bar(limit.share, min(30, width - 12))} {limit.share:6.1%}"
        for text in _limit_texts(limit, one, budget):
            yield from (f"  {line}" for line in fitted(text, width - 2))
    for alias, most in one.models.items():
        used = budget.by["model"].get(alias)
        yield f"  {alias}: {used.tokens if used else 0:,} of {most:,} tokens"


def _limit_texts(limit: "Limit", one: "WindowBudget", budget: "Budget") -> Iterator[str]:
    kept = limit.limit * budget.reserve
    reserve = f", {_amount(min(kept, limit.left), limit.unit)} of it the reserve" if kept and limit.left else ""
    yield f"{_amount(limit.used, limit.unit)} used of {_amount(limit.limit, limit.unit)}"
    yield f"{_amount(limit.left, limit.unit)} left{reserve}"
    found = limit.exhaustion
    if not limit.rate.mean or limit.left <= 0:
        return
    burn = f"{_amount(limit.rate.per_day, limit.unit)} a day:"
    if found.at is None or found.at >= one.window.end:
        risk = found.early is not None and found.early < one.window.end
        yield f"{burn} lasts until the reset{', if days go as usual' if risk else ''}"
        return
    late = (
        "after the reset" if found.late is None or found.late >= one.window.end else budget.calendar.shown(found.late)
    )
    interval = (
        f" (80%: {budget.calendar.shown(found.early)} to {late})" if found.early else " (too few days for an interval)"
    )
    yield f"{burn} used up {budget.calendar.shown(found.at)}{interval}"


def _table(name: str, budget: "Budget") -> Iterator[str]:
    from gsdc.ledger.event import NANO
    from gsdc.report.table import table

    shares = sorted(budget.by[name].items(), key=lambda item: (-item[1].tokens, item[0]))
    if not shares:
        return
    total = sum(used.tokens for _, used in shares) or 1
    rows = [(f"by {name}", "tokens", "share", "$", "cached")]
    for value, used in shares[:_ROWS]:
        rows.append(
            (
                value or "(not said)",
                f"{used.tokens:,}",
                f"{used.tokens / total:.0%}",
                f"{used.nano / NANO:,.2f}",
                f"{used.cache_read:,}",
            )
        )
    yield ""
    yield from table(rows, "<>>>>")
    if len(shares) > _ROWS:
        yield f"and {len(shares) - _ROWS} more"


def _allowed(session: Session, budget: "Budget", changed: "tuple[Deferral, ...]", width: int) -> Iterator[str]:
    from gsdc.report.page_width import fitted

    groups: dict[str, list[str]] = {}
    for one in changed:
        group = "deferred" if one.now is None else f"on {one.now} instead of {one.usual or 'waiting'}"
        groups.setdefault(group, []).append(one.agent)
    yield ""
    if not changed:
        yield from fitted(f"zone {budget.zone}: every agent has its own model", width)
    for group, names in groups.items():
        shown = names if session.verbose else names[:_NAMES]
        more = f" and {len(names) - len(shown)} more (-v lists them)" if len(shown) < len(names) else ""
        yield from fitted(f"{group}: {', '.join(shown)}{more}", width)


def _next_step(budget: "Budget", *, is_empty: bool) -> str:
    if is_empty:
        return "next: gsdc tokens import"
    if budget.zone == ZONES[0]:
        return "next: go on; gsdc report weekly shows where it goes"
    return "next: gsdc apply --zone auto installs what this zone allows"


def _amount(value: float, unit: str) -> str:
    return f"{value:,.0f} tokens" if unit == "tokens" else f"${value:,.2f}"


def _data(
    policy: "Policy", budget: "Budget", changed: "tuple[Deferral, ...]", alerts: "tuple[Alert, ...]"
) -> dict[str, Any]:
    from gsdc.ledger.event import NANO, iso

    def when(at: int | None) -> str | None:
        return None if at is None else iso(at)

    return {
        "profile": policy.profile,
        "zone": budget.zone,
        "guidance": policy.zones[budget.zone].guidance,
        "at": iso(budget.now),
        "reserve": budget.reserve,
        "windows": [
            {
                "period": one.window.name,
                "title": one.window.title,
                "start": iso(one.window.start),
                "end": iso(one.window.end),
                "zone": one.zone,
                "limits": [
                    {
                        "unit": limit.unit,
                        "limit": limit.limit,
                        "used": limit.used,
                        "left": limit.left,
                        "share": limit.share,
                        "per_day": limit.rate.per_day,
                        "exhausted": when(limit.exhaustion.at),
                        "interval": [when(limit.exhaustion.early), when(limit.exhaustion.late)],
                    }
                    for limit in one.limits
                ],
            }
            for one in budget.windows
        ],
        "by": {
            name: {
                value: {
                    "tokens": used.tokens,
                    "cache_read": used.cache_read,
                    "usd": used.nano / NANO,
                    "events": used.events,
                }
                for value, used in sorted(shares.items())
            }
            for name, shares in budget.by.items()
        },
        "changed": [one._asdict() for one in changed],
        "alerts": [_alert_data(alert) for alert in alerts],
    }


def _alert_data(alert: "Alert") -> dict[str, Any]:
    return alert._asdict() | {"fires": alert.fires}
