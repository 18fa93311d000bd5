"""Printing with the format and colours of the global options, without terminal control characters."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

CANNOT_START: Final = 2


class Terminal(NamedTuple):
    """The global options, and methods to print with them.

    ``root`` is the project's folder; ``format`` is a format of the command, ``color`` one of ``COLORS``.
    """

    root: Path
    format: str
    color: str
    quiet: bool
    verbose: bool
    follow_links: bool = False

    def style(self, text: str, **attributes: Any) -> str:
        """Style ``text`` as click does, if colour is enabled."""
        return click.style(text, **attributes) if self.colored else text

    @property
    def colored(self) -> bool:
        """Whether colour is enabled."""
        if self.color != "auto":
            return self.color == "always"
        if os.environ.get("NO_COLOR"):  # https://no-color.org
            return False
        if os.environ.get("FORCE_COLOR", "0") != "0":  # https://force-color.org
            return True
        return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"

    def say(self, text: str = "", **style: Any) -> None:
        """Print a line for people, except with --quiet or JSON output."""
        if not self.quiet and self.format == "text":
            self.tell(text, **style)

    def tell(self, text: str, *, fold: bool = True, **style: Any) -> None:
        """Print a line that may contain user text: control characters are escaped and credentials hidden.

        A line wider than the terminal is wrapped, unless it is part of a file.
        """
        from gsdc.credentials.masks import hidden
        from gsdc.report.page_width import folded, limit
        from gsdc.source.printable import printable

        for line in folded(self._short(printable(hidden(text))), limit() if fold else None):
            self.echo(self.style(line, **style))

    def echo(self, text: str) -> None:
        """Print lines, none of which is a command to a build server. In text output, shipped files have short names."""
        from gsdc.report.text import tame

        self._write(tame(self._short(text)))

    def _short(self, text: str) -> str:
        if self.format == "text" and "profiles" in text:
            from gsdc import data

            shipped = data.folder("profiles")
            text = text.replace(f"{shipped}{os.sep}", f"{shipped.name}/")
        return text

    def echo_folded(self, lines: "Iterable[str]") -> None:
        """Print printable lines, wrapped to the width of the terminal."""
        from gsdc.report.page_width import folded, limit

        width = limit()
        self.echo("\n".join(part for line in lines for part in folded(self._short(line), width)))

    def warn(self, text: str) -> None:
        """Print a line about the command itself, in addition to its answer."""
        from gsdc.report.text import tame
        from gsdc.source.printable import printable

        self._clear_progress()
        click.echo(tame(f"gsdc: {printable(text)}"), err=True)

    def _write(self, text: str) -> None:
        self._clear_progress()
        click.echo(text, color=self.colored)

    def _clear_progress(self) -> None:
        progress = sys.modules.get("gsdc.cli.progress")  # imported if a progress line may be shown
        if progress is not None:
            progress.clear()

    def print_json(self, data: Any) -> None:
        """Print ``data`` as JSON."""
        import json

        text = json.dumps(data, indent=2, ensure_ascii=False)
        if not text.replace("\n", "").isprintable():  # it contains control characters or is not UTF-8
            text = json.dumps(data, indent=2)
        self.echo(text)

    def stop(self, message: str) -> NoReturn:
        """Print why a command cannot start, and exit with 2."""
        self.warn(message)
        sys.exit(CANNOT_START)

    def print_diff(self, path: str, before: str, after: str) -> None:
        """Print the change of a file, as ``diff -u`` does."""
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
        """Print the lines of a unified diff in colour."""
        from gsdc.source.printable import printable

        colors = {"+": "green", "-": "red", "@": "cyan"}
        self.echo("\n".join(self.style(printable(line), fg=colors.get(line[:1])) for line in lines))
