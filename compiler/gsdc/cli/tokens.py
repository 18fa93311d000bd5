"""``gsdc tokens``: log usage, import it from clients, and export it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click

from gsdc.cli import completion
from gsdc.cli.options import shared
from gsdc.cli.session import FINDINGS, Session
from gsdc.cli.tokens_execution import execution

if TYPE_CHECKING:
    from gsdc.finding import Finding
    from gsdc.ledger.event import Event
    from gsdc.ledger.importing import ImportResult
    from gsdc.policy.load import Loaded

_SOURCES = ("claude-code", "codex", "gemini", "opencode", "gsd")  # as in gsdc.ledger.importing


@click.group(epilog="Example: gsdc tokens log --sd SD-XYZ --phase EXEC --tokens 125000 --model haiku")
@shared
def command() -> None:
    """Log tokens, import what clients have used, export and rebuild the ledger.

    The ledger is .gsdc/ledger.db, or the PostgreSQL database that GSDC_LEDGER_URL names. `gsdc budget` says what is
    left.
    """


command.add_command(execution)


@command.command(epilog="Example: gsdc tokens log --sd SD-XYZ --phase EXEC --tokens 125000 --model haiku")
@click.option("--sd", "task", default="", help="The strategic directive, or another name of the task.")
@click.option("--phase", default="", help="The phase, such as LEAD, PLAN or EXEC.")
@click.option("--tokens", type=click.IntRange(0, 10**12), default=0, help="All tokens, if not input and output.")
@click.option("--model", default="", shell_complete=completion.of("model"), help="The model, in any spelling.")
@click.option("--input", "input_", type=click.IntRange(0, 10**12), default=0, help="Input tokens, without cached ones.")
@click.option("--output", type=click.IntRange(0, 10**12), default=0, help="Output tokens.")
@click.option("--cache-read", type=click.IntRange(0, 10**12), default=0, help="Tokens read from a cache.")
@click.option("--cache-write", type=click.IntRange(0, 10**12), default=0, help="Tokens written to a cache.")
@click.option("--agent", default="", help="The agent.")
@click.option("--client", default="", help="The client, such as claude-code.")
@click.option("--effort", default="", help="The effort, such as high.")
@click.option("--plan", default="", help="The plan's path.")
@click.option("--kind", default="", help="The kind of task, such as implementation.")
@click.option("--complexity", type=click.IntRange(1, 10), help="1 to 10.")
@click.option("--estimated", type=click.IntRange(0, 10**12), default=0, help="The estimated tokens.")
@click.option("--duration", type=click.FloatRange(0, 10**7), help="Seconds.")
@click.option("--success/--failure", default=None, help="Whether the task succeeded.")
@click.option("--rework", type=click.IntRange(0, 100), help="How much of the output needed rework, in percent.")
@click.option("--escalated-from", default="", help="The model that the work was escalated from.")
@click.option("--failed-over-from", default="", help="The model that failed.")
@click.option("--overridden-from", default="", help="The model that the policy decided.")
@click.option("--reason", default="", help="Why it was escalated, failed over or overridden.")
@click.option("--at", help="When, in ISO 8601, UTC unless it says otherwise; now by default.")
@click.option("--id", "id_", default="", help="Your own id of this entry: logged again, it counts once.")
@click.option("--log", "listing", is_flag=True, help="List the entries of this week, and log nothing.")
@shared
@click.pass_obj
def log(session: Session, /, listing: bool, at: str | None, id_: str, **given: Any) -> None:
    """Log what a task has used."""
    from gsdc.finding import Rejected
    from gsdc.ledger.entry import logged
    from gsdc.ledger.event import NANO, as_data

    if listing:
        _list(session, "weekly")
        return
    if not any(given[name] for name in ("tokens", "input_", "output", "cache_read", "cache_write")) and not any(
        given[name] for name in ("escalated_from", "failed_over_from", "overridden_from")
    ):
        session.stop("give --tokens (or --input and --output), or what was escalated")
    if given["tokens"] and (given["input_"] or given["output"]):
        session.stop("give --tokens, or --input and --output, not both: they would count twice")
    loaded = _loaded(session)
    try:
        entry = logged(loaded, at=at, id_=id_, given=given)
    except ValueError:
        session.stop(f'--at "{at}" is not a time: write it as in 2026-01-31T14:00')
    except Rejected as rejected:
        session.finish(rejected.findings)
    if session.format == "json":
        session.print_json({"event": as_data(entry.event), "added": entry.added, "zone": entry.zone})
        return
    priced = "no price known" if entry.event.nano is None else f"${entry.event.nano / NANO:,.3f}"
    if not entry.added:
        session.say(f'"{id_}" is logged already: nothing was added')
        return
    tokens = entry.event.tokens + entry.event.cache_read
    session.say(
        f"logged {tokens:,} tokens on {entry.event.written or 'an unknown model'} ({priced}); zone {entry.zone}"
    )
    if entry.event.written and not entry.event.model:
        session.warn(_unknown(entry.event.written, loaded))


def _unknown(model: str, loaded: "Loaded") -> str:
    """Return a notice that ``model`` has no known price, and which model may be meant."""
    from gsdc.importer.slips import ModelSlips

    assert loaded.policy is not None, "a session stops without one"
    meant = ModelSlips(loaded.policy.models, {}).of_model(model)
    question = f' (did you mean "{meant}"?)' if meant else ""
    return f'the model "{model}" is unknown{question}: its tokens count, without a price'


@command.command(name="list", epilog="Example: gsdc tokens list --window daily")
@click.option("--window", type=click.Choice(("daily", "weekly", "monthly", "sprint")), default="weekly", help="Which.")
@shared
@click.pass_obj
def list_(session: Session, window: str) -> None:
    """List the entries of this week, or of another window."""
    _list(session, window)


def _list(session: Session, period: str) -> None:
    import time

    from gsdc.finding import Rejected
    from gsdc.ledger.event import as_data
    from gsdc.ledger.opening import opened_ledger
    from gsdc.ledger.window import calendar_of
    from gsdc.report.table import table

    loaded = _loaded(session)
    assert loaded.policy is not None, "a session stops without one"
    try:
        window = calendar_of(loaded.policy.budgets).window(period, round(time.time() * 1000))
        with opened_ledger(loaded.project) as ledger:
            events = list(ledger.events(window.start, window.end)) if ledger and window else []
    except Rejected as rejected:
        session.finish(rejected.findings)
    if session.format == "json":
        session.print_json({"window": window and window._asdict(), "events": list(map(as_data, events))})
        return
    if not events or window is None:
        session.say(f"nothing was logged in this window ({period}); see gsdc tokens log --help, or gsdc tokens import")
        return
    session.say(window.title)
    head = ("when", "task", "phase", "agent", "model", "tokens", "$")
    for line in table([head, *map(_row, events)], "<<<<<>>"):
        session.tell(line)
    session.say(f"{sum(event.tokens for event in events):,} tokens in {len(events)} entries")


def _row(event: "Event") -> tuple[str, ...]:
    from gsdc.ledger.event import NANO, iso

    usd = event.nano if event.nano is not None else event.client_nano
    return (
        iso(event.at)[:16].replace("T", " "),
        event.task or event.type,
        event.phase,
        event.agent,
        event.model or event.written,
        f"{event.tokens:,}",
        "-" if usd is None else f"{usd / NANO:.3f}",
    )


@command.command(name="import", epilog="Example: gsdc tokens import --all --source claude-code")
@click.argument("files", nargs=-1, type=click.Path())
@click.option("--all", "all_", is_flag=True, help="Import the sessions of all projects on this machine.")
@click.option("--source", "sources", multiple=True, type=click.Choice(_SOURCES), help="A client; all by default.")
@shared
@click.pass_obj
def import_(session: Session, files: tuple[str, ...], all_: bool, sources: tuple[str, ...]) -> None:
    """Import the sessions of Claude Code, Codex, Gemini CLI, OpenCode and get-shit-done; or FILES.

    FILES are exports of a ledger, `.token-log.json`, `.token-stats.json`, aggregates of another project, or LiteLLM's
    spend logs. What is imported again counts once.
    """
    from gsdc.finding import Rejected
    from gsdc.ledger.importing import NAMES, import_all

    assert NAMES == _SOURCES, "a source is missing"
    loaded = _loaded(session)
    try:
        with _Progress(session) as tick:
            done = import_all(loaded, tuple(map(Path, files)), sources or NAMES, everywhere=all_, tick=tick)
    except Rejected as rejected:
        session.finish(rejected.findings)
    findings = tuple(finding for one in done for finding in one.findings)
    if session.format == "json":
        rows = [one._asdict() | {"findings": session.findings_data(one.findings)} for one in done]
        session.print_json(
            {"sources": rows, "added": sum(one.added for one in done), "findings": session.findings_data(findings)}
        )
    else:
        _tell_imported(session, done, findings, "" if all_ else "of this project ")
    if findings:
        sys.exit(FINDINGS)


def _tell_imported(session: Session, done: "list[ImportResult]", findings: "tuple[Finding, ...]", whose: str) -> None:
    from gsdc.finding import counted
    from gsdc.report.table import table

    session.show(findings)
    found = [one for one in done if one.files]
    rows = [("source", "files", "events", "new")]
    rows += [(one.source, f"{one.files:,}", f"{one.events:,}", f"{one.added:,}") for one in found]
    for line in table(rows, "<>>>") if found else ():
        session.tell(line)
    added = sum(one.added for one in done)
    empty = [f"  {one.source}: {one.looked_in}" for one in done if one.is_empty]
    nothing = [f"nothing new; no sessions {whose}in:" if empty else "nothing new", *empty]
    for line in [f"{counted(added, 'new event')}; gsdc budget says what is left"] if added else nothing:
        session.say(line)


class _Progress:
    """A progress bar on standard error, on a terminal only."""

    def __init__(self, session: Session) -> None:
        self._shown = sys.stderr.isatty() and not session.quiet and session.format == "text"
        self._last = ""

    def __enter__(self) -> Self:
        return self

    def __call__(self, source: str, done: int, total: int) -> None:
        part = done / total if total else 1.0
        line = f"\r{source:<12} [{'#' * round(20 * part):<20}] {part:4.0%}"
        if self._shown and line != self._last:
            click.echo(line, err=True, nl=False)
            self._last = line

    def __exit__(self, *_: object) -> None:
        if self._last:
            click.echo("\r" + " " * len(self._last) + "\r", err=True, nl=False)


@command.command(epilog="Example: gsdc tokens export events.jsonl")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--as",
    "shape",
    type=click.Choice(("events", "token-log", "token-stats", "aggregates")),
    default="events",
    help="What to write: all events, this week's log, statistics of tasks, or aggregates for other projects.",
)
@shared
@click.pass_obj
def export(session: Session, file: Path, shape: str) -> None:
    """Write the ledger to FILE: what `gsdc tokens import FILE` reads."""
    from gsdc.finding import Rejected, counted
    from gsdc.ledger.exporting import export_to

    loaded = _loaded(session)
    try:
        number = export_to(loaded, file, shape)
    except Rejected as rejected:
        session.finish(rejected.findings)
    if session.format == "json":
        session.print_json({"file": file.as_posix(), "records": number})
    else:
        session.say(f"wrote {counted(number, 'record')} to {file.as_posix()}")


@command.command(epilog="Example: gsdc tokens rebuild events.jsonl")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@shared
@click.pass_obj
def rebuild(session: Session, file: Path | None) -> None:
    """Keep a damaged ledger aside, and make a new one.

    It gets the events of FILE, an export, and those that can still be read in the old one. `gsdc tokens import --all`
    brings what clients still have.
    """
    from gsdc.finding import Rejected
    from gsdc.ledger.rebuilding import rebuild as carry_out

    loaded = _loaded(session)
    try:
        done = carry_out(loaded, file)
    except Rejected as rejected:
        session.finish(rejected.findings)
    if session.format == "json":
        session.print_json(done._asdict() | {"findings": session.findings_data(done.findings)})
    else:
        session.show(done.findings)
        kept = f"; the old file is {done.kept}" if done.kept else ""
        session.say(f"{done.exported:,} events from the export, {done.saved:,} from the old ledger{kept}")
    if done.findings:
        sys.exit(FINDINGS)


def _loaded(session: Session) -> "Loaded":
    from gsdc.policy.load import load

    loaded = load(session.recovered_folder())
    if loaded.policy is None:
        session.finish(loaded.findings)
    return loaded
