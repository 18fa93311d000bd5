"""Views of a change for people and programs: shifts and costs as text, Markdown and JSON data.

A view is a sequence of blocks, sentences and tables, printed alike in each format. User text is escaped when printed:
it cannot control a terminal, end a table cell or start markup.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from gsdc import data
from gsdc.finding import counted, some
from gsdc.migration.costs import UNKNOWN, Costs, Item, Week, in_dollars
from gsdc.migration.ranking import Rank, Ranked
from gsdc.migration.rerouting import Rerouting
from gsdc.migration.shift import Shift
from gsdc.migration.sides import sides
from gsdc.plans.cost import Amount, add
from gsdc.policy.model import TASK_CLASSES, ZONES
from gsdc.report.table import table
from gsdc.source.printable import printable
from gsdc.source.span import Span

_MARKUP: Final = re.compile(r"([\\`*_\[\]<>#|~&$])")
_NAMES: Final = 3  # agents in a line of a summary
_TICKS: Final = re.compile(r"`{3,}")
_EXCESS: Final = {"": "", "budget": " That is more than the budget.", "spendable": " That needs the reserve."}


class ViewTable(NamedTuple):
    """Rows under a header; ``align`` is "<" (left) or ">" (right) for each column."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    align: str


Blocks = Iterable[str | ViewTable]


def of_shifts(shifts: Sequence[Shift]) -> Iterator[str | ViewTable]:
    """Yield the semantic view: a row for each changed decision, with the first origin of each side."""
    if not shifts:
        yield "No agent gets another model, effort or temperature."
        return
    decided = any(shift.classes for shift in shifts)
    rows = []
    for shift in shifts:
        scope = (_all(shift.zones, ZONES, "zones"), _all(shift.classes, TASK_CLASSES, "work"))
        where = scope if decided else (_first(_files(shift)),)
        rows.append((shift.agent, _phases(shift), *where, *sides(shift), _where(shift)))
    head = ("agent", "phases", *(("zones", "work") if decided else ("file",)), "before", "after", "where")
    yield ViewTable(head, tuple(rows), "<" * len(head))


def summary(shifts: Ranked, most: int) -> Iterator[str]:
    """Yield, in at most ``most`` lines, the agents and tasks that change models, the most important rank first."""
    if not shifts:
        yield "  no agent gets another model"
        return
    moved: dict[tuple[str, str], dict[str, Rank]] = {}
    for rank, shift in shifts:
        names = moved.setdefault(sides(shift), {})
        names.setdefault(shift.agent.rpartition("/")[2], rank)
    ordered = sorted(moved.items(), key=lambda item: (min(item[1].values()), -len(item[1])))
    shown = ordered if len(ordered) <= most else ordered[: most - 1]
    for (before, after), names in shown:
        listed = [*names][:_NAMES] if len(names) <= _NAMES else [*[*names][:_NAMES], f"{len(names) - _NAMES} more"]
        yield f"  {before} -> {after}: {', '.join(listed)}"
    rest = [rank for _, names in ordered[len(shown) :] for rank in names.values()]
    if rest:
        models = sum(rank <= Rank.MODEL for rank in rest)
        some_of_them = "" if models == len(rest) else f", {models} of them"
        said = f"{some_of_them} with another model" if models else ""
        yield f"  {counted(len(rest), 'other')}{said}: gsdc diff --all shows them"


def of_reroutings(reroutings: Iterable[Rerouting]) -> Iterator[str | ViewTable]:
    """Yield the rows for agents whose failover chain changes while the model does not."""
    rows = [
        (
            row.agent,
            ", ".join(filter(None, row.phases)) or "all phases",
            row.model,
            _route(row.before),
            _route(row.after),
        )
        for row in reroutings
    ]
    if rows:
        yield "Where their model fails, some agents go on with another:"
        yield ViewTable(("agent", "phases", "model", "failover before", "after"), tuple(rows), "<<<<<")


def of_costs(costs: Costs) -> Iterator[str | ViewTable]:
    """Yield the cost view: the volume, the weeks against their budgets, then agents and plans."""
    volume = costs.volume
    source = (
        f'the weekly token budget of "{volume.profile}" without its reserve, spread evenly'
        if volume.profile
        else "as its fleet expects of each agent"
    )
    if volume.known:
        agents = counted(len(volume.agents), "agent")
        yield f"{volume.total:,} tokens a week for {agents} in zone {costs.zone}: {source}."
        if volume.silent:
            yield f"No volume is given for {some(volume.silent)}: no cost is counted there."
    else:
        yield f"What agents cost in a week is {UNKNOWN}."
    if volume.known or costs.plans:
        yield from dict.fromkeys(_budget(week) for week in (costs.before, costs.after) if week is not None)
    if volume.known:
        yield from _items("agent", "agents", costs.agents, "$ a week ")
    yield from _items("plan", "plans", costs.plans, "$ ")


def lines(blocks: Blocks) -> Iterator[str]:
    """Yield the lines of a view for a terminal, with a blank line between a table and the next block."""
    after_table = False
    for block in blocks:
        if after_table:
            yield ""
        after_table = isinstance(block, ViewTable)
        if isinstance(block, str):
            yield printable(block)
        else:
            shown, remarks = _without_alike(block)
            yield from (f"  {line}" for line in table((shown.head, *shown.rows), shown.align))
            yield from (f"  {printable(remark)}" for remark in remarks)


_REMARKS: Final = {"phases": "in phase", "where": "decided by"}


def _without_alike(whole: ViewTable) -> tuple[ViewTable, list[str]]:
    """Return a table without the columns that are equal in all rows, and remarks for values other than "all"."""
    left_out, remarks = set(), []
    for number, cells in enumerate(zip(*whole.rows, strict=True)):
        if len({*cells}) > 1:
            continue
        if cells[0].startswith("all "):
            left_out.add(number)
        elif whole.head[number] in _REMARKS and len(cells) > 1:
            left_out.add(number)
            remarks.append(f"{_REMARKS[whole.head[number]]} {cells[0]}")
    kept = [number for number in range(len(whole.head)) if number not in left_out]
    rows = tuple(tuple(row[number] for number in kept) for row in whole.rows)
    shown = ViewTable(tuple(whole.head[number] for number in kept), rows, "".join(whole.align[n] for n in kept))
    return shown, remarks


def markdown(blocks: Blocks) -> Iterator[str]:
    """Yield the lines of a view as Markdown, with a blank line after each block."""
    for block in blocks:
        if isinstance(block, str):
            yield escaped(block)
        else:
            yield _row(map(escaped, block.head))
            yield _row("--:" if side == ">" else "---" for side in block.align)
            yield from (_row(map(escaped, row)) for row in block.rows)
        yield ""


def diff_markdown(shown: Sequence[str], summary: str) -> Iterator[str]:
    """Yield a textual diff (see ``gsdc.migration.patch.shown``) as Markdown, collapsed under ``summary``."""
    text = [printable(line) for line in shown]
    fence = "`" * max((len(ticks) + 1 for line in text for ticks in _TICKS.findall(line)), default=3)
    yield from (
        f"<details><summary>{html.escape(printable(summary))}</summary>",
        "",
        f"{fence}diff",
        *text,
        fence,
        "",
        "</details>",
        "",
    )


def escaped(text: str) -> str:
    """Return ``text`` escaped so that Markdown shows it literally, also in a table cell."""
    return _MARKUP.sub(r"\\\1", printable(text).replace("\t", " "))


def place(span: Span) -> str:
    """Return a place that is equal on every machine: shipped files are named from the folder "profiles"."""
    shipped = f"{data.folder('profiles').parent}/"
    return str(span._replace(path=span.path.removeprefix(shipped)))


def _phases(shift: Shift) -> str:
    if shift.phases == (None,) or (shift.all_phases and len(shift.phases) > 1):
        return "all phases" if shift.all_phases else "other phases"
    return ", ".join(phase or "other phases" for phase in shift.phases)


def _all(values: Sequence[str], every: Sequence[str], word: str) -> str:
    """Return ``values`` of ``every`` in the shortest form."""
    missing = [value for value in every if value not in values]
    return f"all {word}" if not missing else f"all but {missing[0]}" if len(missing) == 1 else ", ".join(values)


def _files(shift: Shift) -> list[str]:
    """Return the files of a shift; empty for a plan's task, whose name contains its file."""
    return [path for path in shift.paths if not shift.agent.startswith(f"{path}#")]


def _first(names: Sequence[str]) -> str:
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{names[0]}{more}" if names else "-"


def _where(shift: Shift) -> str:
    side = shift.after or shift.before
    return _first([place(origin.span) for origin in side.origins] if side else [])


def _route(models: Iterable[str]) -> str:
    return ", then ".join(models) or "deferred"


def _budget(week: Week) -> str:
    said = f'A week under "{week.profile}" costs {in_dollars(week.amount.usd)}'
    if week.is_of_plans:
        said += " for the plans in this project"
    allowance = week.allowance
    if allowance is None:
        return f"{said}." if week.tokens else f"{said}; it has no weekly budget."
    shown = allowance.shown
    kept = f" ({shown(allowance.spendable)} without the reserve of {week.reserve:.0%})" if week.reserve else ""
    use = "" if allowance.unit == "usd" else f", and takes {shown(allowance.expected)}"
    return f"{said}{use} of a budget of {shown(allowance.limit)}{kept}.{_EXCESS[allowance.exceeds]}"


def _items(word: str, words: str, items: Sequence[Item], unit: str) -> Iterator[str | ViewTable]:
    """Yield the table of items whose cost changes, or of all items if there is one side, and the sum."""
    if not items:
        return
    compared = any(item.before is not None for item in items)
    shown = [item for item in items if not compared or item.before != item.after]
    if same := len(items) - len(shown):
        yield f"1 {word} costs the same as before." if same == 1 else f"{same} {words} cost the same as before."
    total = Item(f"all {words}", _sum(item.before for item in items), _sum(item.after for item in items))
    head = (word, f"{unit}before", f"{unit}after", "change") if compared else (word, f"{unit}".strip())
    rows = tuple(_figures(item, compared) for item in (*shown, total))
    yield ViewTable(head, rows, "<" + ">" * (len(head) - 1))


def _figures(item: Item, compared: bool) -> tuple[str, ...]:
    after = _usd(item.after)
    if not compared:
        return item.name, after
    change = "-" if item.before is None or item.after is None else _change(item.before.usd, item.after.usd)
    return item.name, _usd(item.before), after, change


def _usd(amount: Amount | None) -> str:
    if amount is None:
        return "not there"
    return f"{amount.usd:,.3f}" if amount.tokens else "-"


def _change(before: float, after: float) -> str:
    percent = f" ({(after - before) / before:+.0%})" if before else ""
    return f"{after - before:+,.3f}{percent}" if after != before else "="


def _sum(amounts: Iterable[Amount | None]) -> Amount:
    return add(amount for amount in amounts if amount is not None)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
