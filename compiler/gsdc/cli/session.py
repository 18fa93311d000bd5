"""Shared code of the commands: the project's folder, printing findings, and exit codes."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from gsdc.cli.terminal import CANNOT_START, Terminal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gsdc.deploy.pause import Pause
    from gsdc.finding import Finding
    from gsdc.policy.load import Loaded
    from gsdc.policy.model import Policy
    from gsdc.policy.project import Project
    from gsdc.report.answer import ShownFindings
    from gsdc.report.files import ReportedFiles

CLEAN: Final = 0
FINDINGS: Final = 1

MOST: Final = 50  # findings shown at once


def of_option(findings: "Iterable[Finding]", option: str) -> "Iterator[Finding]":
    """Set the ``option`` given as the place of findings about the requested profile."""
    from gsdc.report.files import is_argument
    from gsdc.source.span import Argument

    for finding in findings:
        asked = is_argument(finding.span.path) and finding.span.path == "--profile"
        yield finding._replace(span=finding.span._replace(path=Argument(option))) if asked else finding


def before_init(project: "Project") -> str:
    """Return what to add to a message about an unknown name if the ``project`` has no gsdc.yaml, else ""."""
    return "" if project.configured else "; no gsdc.yaml here: `gsdc init --from .` makes your agents known"


def pause_of(root: Path) -> "Pause | None":
    """Return the pause of the project in ``root``, None if it is not paused."""
    if not os.path.lexists(root / ".gsdc/paused.json"):  # nothing is imported without a pause
        return None
    from gsdc.deploy.pause import paused

    return paused(root)


class Session(Terminal):
    """The global options, and the way commands run and print under them."""

    @property
    def files(self) -> "ReportedFiles":
        """The files that findings refer to."""
        from gsdc.report.files import ReportedFiles

        return ReportedFiles(self.root, follow_links=self.follow_links)

    def place(self) -> Path:
        """Return the project's folder without recovery of a pending change; exit if the folder does not exist."""
        if not self.root.is_dir():
            self.stop(f'"{self.root}" is not a folder: name the project\'s folder with --project')
        return self.root

    def recovered_folder(self) -> Path:
        """Return the project's folder, after recovery; exit if the folder does not exist."""
        self.place()
        if os.path.isdir(f"{self.root}/.gsdc/pending"):  # noqa: PTH112 - every command asks
            from gsdc.cli.changing import recover

            recover(self)
        return self.root

    def expect_targets(self, names: "Iterable[str]") -> None:
        """Exit if one of ``names`` is not a known target."""
        from gsdc.finding import nearest
        from gsdc.targets.registry import compiled_targets

        for name in names:
            if name not in compiled_targets():
                self.stop(f'unknown target "{name}": {nearest(name, list(compiled_targets()))}')

    def zone_of_ledger(self, profile: str | None) -> str:
        """Return the ledger's budget zone and print it beside the answer; exit if the ledger cannot be read."""
        from gsdc.finding import Rejected
        from gsdc.ledger.current import zone_of

        try:
            zone = zone_of(self.recovered_folder(), profile)
        except Rejected as rejected:
            self.finish(rejected.findings)
        if not self.quiet:
            self.warn(f"zone {zone}, by the ledger")
        return zone

    def alerts(self, profile: str | None) -> "tuple[Finding, ...]":
        """Return the profile's alerts that the ledger exceeds, or the reason why it cannot be read."""
        if not self._may_have_ledger():
            return ()
        from gsdc.finding import Rejected
        from gsdc.ledger.current import alerts_of

        try:
            return alerts_of(self.root, profile)
        except Rejected as rejected:
            return rejected.findings

    def _may_have_ledger(self) -> bool:
        """Tell whether a ledger may exist, without importing its reader: most projects have none."""
        return os.path.lexists(self.root / ".gsdc/ledger.db") or bool(os.environ.get("GSDC_LEDGER_URL"))

    def learned(self) -> "Mapping[tuple[str, int, str], int]":
        """Return the token counts per task learned from the ledger; exit if it cannot be read."""
        if not self._may_have_ledger():
            return {}
        from gsdc.finding import Rejected
        from gsdc.ledger.teaching import lessons, tokens_of
        from gsdc.policy.load import load

        try:
            return tokens_of(lessons(load(self.root), by_family=True))
        except Rejected as rejected:
            self.finish(rejected.findings)

    def in_force(self, *args: "Any", **options: "Any") -> "Loaded":
        """Load the policy in force, as ``load`` does: during a gradual cut-over, its stage.

        Nothing is imported until a policy is needed: most plans are linted without one.
        """
        if os.path.isdir(f"{self.root}/.gsdc/history"):  # noqa: PTH112 - nothing is imported where there is none
            from gsdc.deploy.current_policy import in_force as load
        else:
            from gsdc.policy.load import load
        return load(*args, **options)

    def remind(self) -> None:
        """Print a notice beside the answer if the project is paused."""
        found = pause_of(self.root)
        if found is not None and not self.quiet:
            self.warn(f"recommendations are {found}")

    def show(self, findings: "Iterable[Finding]") -> None:
        """Print findings as text; with --quiet, without notes."""
        from gsdc.finding import Severity
        from gsdc.report.page_width import limit
        from gsdc.report.text import render

        shown = findings if self.verbose else (f for f in findings if f.severity is not Severity.NOTE or not self.quiet)
        style = click.style if self.colored else lambda text, **_: text
        lines = "\n".join(render(shown, self.files, style, limit(), self._short))
        if lines:
            self.echo(lines)

    def show_beside(self, findings: "Iterable[Finding]") -> None:
        """Print findings beside another answer, without those about client limits, which `gsdc build` reports."""
        self.show(f for f in findings if self.verbose or not f.name.endswith("-not-expressible"))

    def checked(self, loaded: "Loaded") -> "tuple[Policy, tuple[Finding, ...]]":
        """Return the policy and its rule findings; without a valid policy, print the findings and exit."""
        from gsdc.finding import Rejected
        from gsdc.rules.registry import checked

        try:
            return checked(loaded)
        except Rejected as rejected:
            self.finish(rejected.findings)

    def findings_data(self, findings: "Iterable[Finding]") -> list[dict[str, Any]]:
        """Return findings, the complete output of a command, as JSON data."""
        from gsdc.report.answer import ShownFindings
        from gsdc.report.data import findings_data

        answer = ShownFindings.plain(findings, self.files)
        return findings_data(answer.shown, answer.marks)

    def finish(self, findings: "Iterable[Finding]") -> NoReturn:
        """Print findings with a summary, and exit."""
        from gsdc.report.answer import ShownFindings

        self.answer(ShownFindings.plain(findings, self.files))

    def answer(
        self, answer: "ShownFindings", *, counts: bool = False, strict: bool = True, most: int = MOST
    ) -> NoReturn:
        """Print an answer with a summary, and exit; with ``counts``, print for people only the number per rule.

        The text output shows the ``most`` severe findings, 0 meaning all of them.
        Warnings fail the command only if it is ``strict``.
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

    def _tell(self, answer: "ShownFindings", *, counts: bool, most: int) -> None:
        """Print an answer as text."""
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
        """Exit: with 2 if gsdc cannot start, with 1 if findings count or the command ``failed``, else with 0.

        Errors count, warnings only if the command is ``strict``, notes never.
        gsdc cannot start if a file cannot be read, or if an option (the place is then its name) names something
        unknown.
        """
        from gsdc.finding import Severity
        from gsdc.report.files import is_argument
        from gsdc.source.tree import UNUSABLE

        found = tuple(findings)
        if any(finding.code == UNUSABLE.code or is_argument(finding.span.path) for finding in found):
            sys.exit(CANNOT_START)
        counting = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
        sys.exit(FINDINGS if failed or any(f.severity in counting for f in found) else CLEAN)
