"""A report as Markdown. The daily and the weekly one have the lines of seed 004 ("Monitoring & Reporting")."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from operator import attrgetter

from gsdc.finding import counted
from gsdc.ledger.event import NANO, iso
from gsdc.ledger.pages.words import amount, dollars, is_on_track, judgement, next_step, short, succeeded, without_price
from gsdc.ledger.report import LedgerReport, records
from gsdc.ledger.totals import Sum

_ROWS = 10
_LIGHTS = {"green": "✅ Green Light", "yellow": "🟡 Yellow", "orange": "🟠 Orange", "red": "🔴 Red"}


def markdown(report: LedgerReport) -> str:
    """Return a report as Markdown."""
    head = {"daily": _daily, "weekly": _weekly, "sprint": _weekly}[report.window.name](report)
    return "\n".join((*head, *_figures(report))) + "\n"


def _daily(report: LedgerReport) -> Iterator[str]:
    yield f"# 📊 {_plain(report.project)} DAILY STANDUP - {report.window.title}"
    groups = {
        "✅ Completed Today": [one for one in report.work if one.success == 1],
        "🟡 In Progress": [one for one in report.work if one.success is None],
        "🔴 Blocked": [one for one in report.work if one.success == 0],
    }
    for title, work in groups.items():
        yield from ("", f"{title}:", "")
        yield from (f"- {_plain(one.name)} ({_plain(one.model)}) - {short(one.tokens)} tokens" for one in work[:_ROWS])
        yield from ([f"- and {len(work) - _ROWS} more"] if len(work) > _ROWS else [] if work else ["- None"])
    yield from ("", "📊 Token Usage:", "")
    for one in report.budget.windows:
        for limit in one.limits:
            used, whole = amount(limit.used, limit.unit), amount(limit.limit, limit.unit)
            yield f"- {one.window.name.title()}: {used} / {whole} ({limit.share:.0%} - {judgement(limit, one.window)})"
    yield from ("", "⚠️ Alerts:", "")
    yield from _alerts(report)
    waiting = [one for one in report.work if one.success != 1]
    yield from ("", "🎯 Tomorrow's Priority:", "")
    yield from (f"{n}. {_plain(one.name)}" for n, one in enumerate(waiting[:3], 1))
    yield from [] if waiting else ["- None known to the ledger"]
    yield from ("", f"{_LIGHTS[report.budget.zone]}: {next_step(report)}", "")


def _weekly(report: LedgerReport) -> Iterator[str]:
    zone = report.budget.calendar
    first, last = zone.day_of(report.window.start), zone.day_of(report.window.end - 1)
    number = f"Week {first.isocalendar().week}" if report.window.name == "weekly" else _plain(report.window.title)
    fine = all(is_on_track(limit, report.window) for limit in report.limits)
    title = "WEEKLY" if report.window.name == "weekly" else "SPRINT"
    yield f"# 📋 {_plain(report.project)} {title} REPORT - {number} ({first:%b %d} - {last:%b %d})"
    entries = report.total.events
    status = "NOTHING LOGGED" if not entries else "ON SCHEDULE ✅" if fine else "OVER BUDGET ⚠️"
    logged = sum(bool(day.total.events) for day in report.days)
    basis = f"{counted(entries, 'entry', 'entries')} in the ledger, on {logged} of {counted(len(report.days), 'day')}"
    yield from ("", f"Status: {status}", f"Based on: {basis}", "", "Token Usage:", "")
    for limit in report.limits:
        if limit.unit == "tokens":
            yield f"- Budget: {amount(limit.limit, 'tokens')}"
            yield f"- Used: {amount(limit.used, 'tokens')} ({limit.share:.0%})"
            track = "ON TRACK" if is_on_track(limit, report.window) else "AT RISK"
            yield f"- Trajectory: {track if entries else 'NOTHING LOGGED'}"
    usd = next((limit for limit in report.limits if limit.unit == "usd"), None)
    share = f" ({usd.share:.0%} of {amount(usd.limit, 'usd')} budget)" if usd else ""
    yield from ("", f"Cost: ~{dollars(report.total)}{share}", "", "Risks:", "")
    yield from _alerts(report)
    blocked = [one for one in report.work if one.success == 0]
    yield from ("", "Blockers:", "")
    yield from (f"- {_plain(one.name)} ({_plain(one.model)})" for one in blocked[:_ROWS])
    yield from [] if blocked else ["- None"]
    rate = usd.rate.per_day if usd else 0.0
    following = last + timedelta(1)
    yield from ("", f"Next: from {following:%b %d}, expected cost: ~${rate * report.window.days:,.2f}", "")
    approved = "✅ APPROVED" if entries and fine and report.budget.zone == "green" else _LIGHTS[report.budget.zone]
    yield from (f"{approved}: {next_step(report)}", "")


def _alerts(report: LedgerReport) -> Iterator[str]:
    firing = [alert for alert in report.alerts if alert.fires]
    yield from (f"- {alert}" for alert in firing)
    yield from [] if firing else ["- None"]


def _figures(report: LedgerReport) -> Iterator[str]:
    if report.unpriced:
        yield from (
            "## Models without a price",
            "",
            *(f"- {_plain(line)}" for line in without_price(report.unpriced)),
            "",
        )
    for name, shares in report.by.items():
        if shares and set(shares) != {""}:
            yield from (f"## Spend by {name}", "", *_table(shares, report.total), "")
    yield from ("## Day by day", "", "| day | tokens | $ | zone |", "|---|---:|---:|---|")
    for day in report.days:
        yield f"| {day.day} | {day.total.tokens:,} | {day.total.nano / NANO:,.2f} | {day.zone or '-'} |"
    yield ""
    if report.limits:
        yield from ("## Burn-down", "")
        yield from _burn(report)
        yield ""
    yield from _records(report)
    yield from _savings(report)
    yield from _targets(report)
    yield from _decisions(report)


def _savings(report: LedgerReport) -> Iterator[str]:
    yield from ("## Estimates and savings", "")
    if report.accuracy:
        one = report.accuracy
        interval = f", 80% of tasks {one.interval[0]:.2f} to {one.interval[1]:.2f}" if one.interval else ""
        yield f"- {one.tasks} tasks with an estimate took {one.ratio:.2f} times that{interval}"
    else:
        yield "- No task in this window has an estimate (`gsdc tokens log --estimated`)"
    for alias, (base, saved) in report.saved.items():
        word = "less" if saved >= 0 else "more"
        yield f"- ${abs(saved):,.2f} {word} than all {alias} (${base:,.2f})"


def _targets(report: LedgerReport) -> Iterator[str]:
    yield from ("", "## Targets", "", "| figure | value | target | met | source |", "|---|---:|---:|---|---|")
    for kpi in report.kpis:
        value = "too few" if kpi.value is None else f"{kpi.value:.1%}"
        met = {None: "-", True: "yes", False: "no"}[kpi.met]
        yield f"| {kpi.name} | {value} | {'below' if kpi.below else 'above'} {kpi.target:.0%} | {met} | {kpi.source} |"


def _decisions(report: LedgerReport) -> Iterator[str]:
    """Yield the decisions that differ from the policy's."""
    for title, what, events in (
        ("Escalations", "task or agent", report.escalations),
        ("Overrides", "agent", report.overrides),
    ):
        if events:
            yield from (
                "",
                f"## {title}",
                "",
                f"| when | {what} | from | to | reason | who |",
                "|---|---|---|---|---|---|",
            )
        for event in events[-_ROWS:]:
            names = (event.task or event.agent, event.origin, event.model or event.written, event.reason, event.who)
            yield f"| {' | '.join(map(_plain, (iso(event.at)[:16], *names)))} |"


def _records(report: LedgerReport) -> Iterator[str]:
    for name in ("model", "agent") if report.work else ():
        yield from (f"## Tasks by {name}", "", "| | tasks | succeeded | $ a task |", "|---|---:|---:|---:|")
        for one in records(report.work, attrgetter(name)):
            yield f"| {_plain(one.name) or '(unknown)'} | {one.tasks} | {succeeded(one)} | {one.usd:,.4f} |"
        yield ""


def _burn(report: LedgerReport) -> Iterator[str]:
    shown = report.budget.calendar.shown
    for limit in report.limits:
        word = " tokens" if limit.unit == "tokens" else ""
        used, whole = amount(limit.used, limit.unit), f"{amount(limit.limit, limit.unit)}{word}"
        text = f"- {used} of {whole}, {amount(limit.rate.per_day, limit.unit)} a day"
        found = limit.exhaustion
        if found.at is not None and found.at < report.window.end:
            interval = ""
            if found.early is not None:
                interval = f" (80%: {shown(found.early)} to {shown(found.late) if found.late else 'never'})"
            text += f": used up {shown(found.at)}{interval}"
        elif report.window.start <= report.budget.now < report.window.end - 1:
            text += ": lasts until the window ends"
        yield text if limit.left > 0 else f"- {used} of {whole}: used up"


def _table(shares: Mapping[str, Sum], total: Sum) -> Iterator[str]:
    yield "| | tokens | share | $ | cached |"
    yield "|---|---:|---:|---:|---:|"
    whole = total.tokens or 1
    for name, used in sorted(shares.items(), key=lambda item: -item[1].tokens):
        label, share = _plain(name) or "(unknown)", f"{used.tokens / whole:.0%}"
        yield f"| {label} | {used.tokens:,} | {share} | {used.nano / NANO:,.2f} | {used.cache_read:,} |"


def _plain(text: str) -> str:
    """Return a user's text with Markdown, HTML and line breaks escaped."""
    text = "".join(character if character.isprintable() else " " for character in text)
    for mark in ("\\", "`", "*", "_", "[", "]", "<", ">", "|", "#"):
        text = text.replace(mark, f"\\{mark}")
    return text
