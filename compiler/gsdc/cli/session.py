"""What the commands share: global options, printing, and exit codes."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

import click

from gsdc.cli import completion

if TYPE_CHECKING:
    from gsdc.deploy.pause import Pause
    from gsdc.finding import Finding
    from gsdc.policy.load import Loaded
    from gsdc.policy.model import Policy
    from gsdc.report.answer import Answer
    from gsdc.report.files import Files

CLEAN: Final = 0
FINDINGS: Final = 1
CANNOT_START: Final = 2

FORMATS: Final = ("text", "json")
REPORTS: Final = (*FORMATS, "sarif", "github", "junit")  # of a command that answers with findings and nothing else
COLORS: Final = ("auto", "always", "never")
MOST: Final = 50  # findings that are shown at once
ZONES: Final = ("green", "yellow", "orange", "red")  # as in gsdc.policy.model, which takes its time to import
AUTO: Final = "auto"

Command = Callable[..., None]


def shared(function: Command) -> Command:
    """Let a command take the global printing options as well: people write them after the command's name."""
    return printing(FORMATS)(function)


def printing(formats: tuple[str, ...]) -> Callable[[Command], Command]:
    """Do what ``shared`` does for a command that prints in other ``formats``."""

    def replace(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
        def callback(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:  # noqa: ARG001
            if value:
                ctx.obj = ctx.obj._replace(**{name: value})

        return callback

    def replace_format(ctx: click.Context, parameter: click.Parameter, value: str | None) -> None:
        # What stands before the command's name is checked here, where the formats of the command are known.
        chosen = parameter.type.convert(value or ctx.obj.format, parameter, ctx)
        ctx.obj = ctx.obj._replace(format=chosen)

    options = (
        click.option(
            "--format", type=click.Choice(formats), expose_value=False, callback=replace_format, help="How to print."
        ),
        click.option(
            "--color", type=click.Choice(COLORS), expose_value=False, callback=replace("color"), help="When to colour."
        ),
        click.option(
            "-q",
            "--quiet",
            is_flag=True,
            expose_value=False,
            callback=replace("quiet"),
            help="Print errors and warnings only.",
        ),
        click.option(
            "-v",
            "--verbose",
            is_flag=True,
            expose_value=False,
            callback=replace("verbose"),
            help="Print notes as well.",
        ),
        click.option(
            "--project",
            type=click.Path(file_okay=False, path_type=Path),
            expose_value=False,
            callback=replace("root"),
            help="The project's folder.",
        ),
    )

    def decorate(function: Command) -> Command:
        for option in options:
            function = option(function)
        return function

    return decorate


def of_policy(function: Command) -> Command:
    """Let a command choose the policy: ``profile``, ``workflow`` and ``fleets``."""
    for option in (
        click.option(
            "--fleet",
            "fleets",
            multiple=True,
            shell_complete=completion.of("fleet"),
            help="A fleet; may be given again. Those of gsdc.yaml by default.",
        ),
        click.option(
            "--workflow", shell_complete=completion.of("workflow"), help="An overlay, such as planning-heavy."
        ),
        click.option(
            "--profile",
            shell_complete=completion.of("profile"),
            help="The profile; that of gsdc.yaml, or balanced, by default.",
        ),
    ):
        function = option(function)
    return function


def following(function: Command) -> Command:
    """Let a command read files to which symbolic links lead out of the project."""

    def callback(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:  # noqa: ARG001
        ctx.obj = ctx.obj._replace(follow_links=value)

    return click.option(
        "--follow-links",
        is_flag=True,
        expose_value=False,
        callback=callback,
        help="Read files to which symbolic links lead out of the project.",
    )(function)


def in_zone(function: Command) -> Command:
    """Let a command choose the budget ``zone``; "auto" is the one that the ledger is in."""

    @wraps(function)
    def in_that(*arguments: Any, zone: str, **options: Any) -> None:
        if zone == AUTO:
            session: Session = click.get_current_context().obj
            zone = session.zone_of_ledger(options.get("profile"))
        function(*arguments, zone=zone, **options)

    help_ = 'The budget zone; "auto" is the one that the ledger is in, as gsdc budget says.'
    return click.option("--zone", type=click.Choice((*ZONES, AUTO)), default=ZONES[0], help=help_)(in_that)


def of_option(findings: "Iterable[Finding]", option: str) -> "Iterator[Finding]":
    """Name the ``option`` that a person gave where a finding is about the profile that was asked for."""
    from gsdc.report.files import is_argument
    from gsdc.source.span import Argument

    for finding in findings:
        asked = is_argument(finding.span.path) and finding.span.path == "--profile"
        yield finding._replace(span=finding.span._replace(path=Argument(option))) if asked else finding


def pause_of(root: Path) -> "Pause | None":
    """Return the pause of the project in folder ``root``, None where there is none."""
    if not os.path.lexists(root / ".gsdc/paused.json"):  # nothing has to be imported where there is none
        return None
    from gsdc.deploy.pause import paused

    return paused(root)


class Session(NamedTuple):
    """The global options, and how to answer under them."""

    root: Path
    format: str
    color: str
    quiet: bool
    verbose: bool
    follow_links: bool = False

    @property
    def files(self) -> "Files":
        """The files that findings are about."""
        from gsdc.report.files import Files

        return Files(self.root, follow_links=self.follow_links)

    def place(self) -> Path:
        """Return the project's folder as it is, whatever is pending there; exit where there is no such folder."""
        if not self.root.is_dir():
            self.stop(f'"{self.root}" is not a folder: name the project\'s folder with --project')
        return self.root

    def folder(self) -> Path:
        """Return the project's folder; exit where there is no such folder."""
        self.place()
        if os.path.isdir(f"{self.root}/.gsdc/pending"):  # noqa: PTH112 - every command asks
            from gsdc.cli.changing import recover

            recover(self)
        return self.root

    def zone_of_ledger(self, profile: str | None) -> str:
        """Return the budget zone that the ledger is in, and say it beside the answer; exit where it cannot be read."""
        from gsdc.finding import Rejected
        from gsdc.ledger.current import zone_of

        try:
            zone = zone_of(self.folder(), profile)
        except Rejected as rejected:
            self.finish(rejected.findings)
        if not self.quiet:
            self.warn(f"zone {zone}, by the ledger")
        return zone

    def alerts(self, profile: str | None) -> "tuple[Finding, ...]":
        """Return the alerts of the profile that the ledger is above, or why it cannot be read."""
        if not self._may_have_ledger():
            return ()
        from gsdc.finding import Rejected
        from gsdc.ledger.current import alerts_of

        try:
            return alerts_of(self.root, profile)
        except Rejected as rejected:
            return rejected.findings

    def _may_have_ledger(self) -> bool:
        """Tell whether there may be a ledger, without loading what reads it: most projects have none."""
        return os.path.lexists(self.root / ".gsdc/ledger.db") or bool(os.environ.get("GSDC_LEDGER_URL"))

    def learned(self) -> "Mapping[tuple[str, int, str], int]":
        """Return the tokens that the ledger has learned of tasks; exit where it cannot be read."""
        if not self._may_have_ledger():
            return {}
        from gsdc.finding import Rejected
        from gsdc.ledger.teaching import lessons, tokens_of
        from gsdc.policy.load import load

        try:
            return tokens_of(lessons(load(self.root), by_family=True))
        except Rejected as rejected:
            self.finish(rejected.findings)

    @property
    def in_force(self) -> "Callable[..., Loaded]":
        """What loads the policy that decides now: of a gradual cut-over that is under way, its stage."""
        if os.path.isdir(f"{self.root}/.gsdc/history"):  # noqa: PTH112 - nothing is imported where there is none
            from gsdc.deploy.current_policy import in_force as load
        else:
            from gsdc.policy.load import load
        return load

    def remind(self) -> None:
        """Say beside the answer that recommendations are paused, where they are."""
        found = pause_of(self.root)
        if found is not None and not self.quiet:
            self.warn(f"recommendations are {found}")

    def style(self, text: str, **attributes: Any) -> str:
        """Style ``text`` as click does, where colour is wanted."""
        return click.style(text, **attributes) if self.colored else text

    @property
    def colored(self) -> bool:
        """Whether colour is wanted."""
        if self.color != "auto":
            return self.color == "always"
        if os.environ.get("NO_COLOR"):  # https://no-color.org
            return False
        if os.environ.get("FORCE_COLOR", "0") != "0":  # https://force-color.org
            return True
        return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"

    def say(self, text: str = "", **style: Any) -> None:
        """Print a line for people, unless asked to be quiet or to print JSON."""
        if not self.quiet and self.format == "text":
            self.tell(text, **style)

    def tell(self, text: str, *, fold: bool = True, **style: Any) -> None:
        """Print a line that may hold words of a user's: they never drive the terminal, nor show a credential.

        A line that is wider than the terminal is folded, unless it is part of a file.
        """
        from gsdc.credentials.masks import hidden
        from gsdc.report.page_width import folded, limit
        from gsdc.report.text import printable

        for line in folded(self._short(printable(hidden(text))), limit() if fold else None):
            self.echo(self.style(line, **style))

    def echo(self, text: str) -> None:
        """Print lines: none of them is a command to a build server. For people, shipped files have short names."""
        from gsdc.report.text import tame

        self._write(tame(self._short(text)))

    def _short(self, text: str) -> str:
        if self.format == "text" and "profiles" in text:
            from gsdc import data

            shipped = data.folder("profiles")
            text = text.replace(f"{shipped}{os.sep}", f"{shipped.name}/")
        return text

    def echo_folded(self, lines: "Iterable[str]") -> None:
        """Print lines that are printable, those that are wider than the terminal folded."""
        from gsdc.report.page_width import folded, limit

        width = limit()
        self.echo("\n".join(part for line in lines for part in folded(self._short(line), width)))

    def warn(self, text: str) -> None:
        """Print a line about the command itself, beside what it answers."""
        from gsdc.report.text import printable, tame

        self._clear_progress()
        click.echo(tame(f"gsdc: {printable(text)}"), err=True)

    def _write(self, text: str) -> None:
        self._clear_progress()
        click.echo(text, color=self.colored)

    def _clear_progress(self) -> None:
        progress = sys.modules.get("gsdc.cli.progress")  # imported where a sign of life may be shown
        if progress is not None:
            progress.clear()

    def print_json(self, data: Any) -> None:
        """Print ``data`` as JSON."""
        import json

        text = json.dumps(data, indent=2, ensure_ascii=False)
        if not text.replace("\n", "").isprintable():  # it may drive a terminal, or is no UTF-8
            text = json.dumps(data, indent=2)
        self.echo(text)

    def show(self, findings: "Iterable[Finding]") -> None:
        """Print findings as text; notes are left out when asked to be quiet."""
        from gsdc.finding import Severity
        from gsdc.report.page_width import limit
        from gsdc.report.text import render

        shown = findings if self.verbose else (f for f in findings if f.severity is not Severity.NOTE or not self.quiet)
        style = click.style if self.colored else lambda text, **_: text
        lines = "\n".join(render(shown, self.files, style, limit(), self._short))
        if lines:
            self.echo(lines)

    def show_beside(self, findings: "Iterable[Finding]") -> None:
        """Print findings beside another answer, without what a client cannot express: `gsdc build` says that."""
        self.show(f for f in findings if self.verbose or not f.name.endswith("-not-expressible"))

    def stop(self, message: str) -> NoReturn:
        """Say why a command cannot start, and exit with 2."""
        self.warn(message)
        sys.exit(CANNOT_START)

    def checked(self, loaded: "Loaded") -> "tuple[Policy, tuple[Finding, ...]]":
        """Return the policy and what the rules find in it; print the findings and exit where there is no policy."""
        from gsdc.finding import Rejected
        from gsdc.rules.registry import checked

        try:
            return checked(loaded)
        except Rejected as rejected:
            self.finish(rejected.findings)

    def findings_data(self, findings: "Iterable[Finding]") -> list[dict[str, Any]]:
        """Return findings, which are all that a command has, as JSON data."""
        from gsdc.report.answer import Answer
        from gsdc.report.data import findings_data

        answer = Answer.plain(findings, self.files)
        return findings_data(answer.shown, answer.marks)

    def finish(self, findings: "Iterable[Finding]") -> NoReturn:
        """Print findings with a summary, and exit."""
        from gsdc.report.answer import Answer

        self.answer(Answer.plain(findings, self.files))

    def answer(self, answer: "Answer", *, counts: bool = False, strict: bool = True, most: int = MOST) -> NoReturn:
        """Print an answer with a summary, and exit; with ``counts``, for people only what each rule found.

        People are shown the ``most`` severe findings, 0 meaning all of them.
        Warnings fail the command only where it is ``strict``.
        """
        match self.format:
            case "json":
                self.print_json(answer.data(counts=counts))
            case "sarif":
                from gsdc.report.sarif import sarif

                self.print_json(sarif(answer))
            case "github":
                from gsdc.report.github import commands

                for line in commands(answer.shown, answer.files):
                    self._write(line)
            case "junit":
                from gsdc.report.junit import junit

                self.echo(junit(answer.shown))
            case _:
                self._tell(answer, counts=counts, most=most)
        if self.quiet or self.format != "text":
            for warning in answer.warnings:
                self.warn(warning)
        self.exit(answer.counted, strict=strict)

    def _tell(self, answer: "Answer", *, counts: bool, most: int) -> None:
        """Print an answer for people."""
        from gsdc.finding import counted
        from gsdc.report.text import capped, summary

        if counts:
            from gsdc.report.statistics import statistics_lines

            for line in statistics_lines(answer.shown):
                self.echo(line)
        else:
            shown, rest = capped(answer.shown, most)
            self.show(shown)
            if rest:
                files = counted(len({finding.span.path for finding in rest}), "file")
                self.tell(f"... and {len(rest)} more in {files}: gsdc lint --max 0 shows all, --statistics counts them")
        self.say(summary(answer.shown))
        for remark in answer.remarks:
            self.say(remark)

    def exit(self, findings: "Iterable[Finding]", *, failed: bool = False, strict: bool = True) -> NoReturn:
        """Exit: with 2 where gsdc cannot start, with 1 where findings count or the command ``failed``, else with 0.

        Errors count, warnings only where the command is ``strict``, notes never.
        It cannot start where a file cannot be read, or where an option (whose place is its name) names what does not
        exist.
        """
        from gsdc.finding import Severity
        from gsdc.report.files import is_argument
        from gsdc.source.tree import UNUSABLE

        found = tuple(findings)
        if any(finding.code == UNUSABLE.code or is_argument(finding.span.path) for finding in found):
            sys.exit(CANNOT_START)
        counting = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
        sys.exit(FINDINGS if failed or any(f.severity in counting for f in found) else CLEAN)

    def print_diff(self, path: str, before: str, after: str) -> None:
        """Print how a file would change, as ``diff -u`` does."""
        from difflib import unified_diff

        from gsdc.cache import store
        from gsdc.credentials.masks import Masks

        masks = Masks()
        for text in (before, after):
            masks.add(path, text, store.folder("secrets"))
        old, new = ([line.rstrip("\r") for line in text.split("\n")] for text in (before, after))
        lines = unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm="")
        self.print_lines(f"{line[:1]}{masks.of(line[1:])}" for line in lines)

    def print_lines(self, lines: "Iterable[str]") -> None:
        """Print the lines of a unified diff, in its colours."""
        from gsdc.report.text import printable

        colors = {"+": "green", "-": "red", "@": "cyan"}
        self.echo("\n".join(self.style(printable(line), fg=colors.get(line[:1])) for line in lines))
