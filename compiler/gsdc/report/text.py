"""Findings as text: location, message, source line, cause and remedy."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from gsdc.credentials.masks import without_credentials
from gsdc.finding import Finding, Severity, counted
from gsdc.report.files import ReportedFiles
from gsdc.source.printable import printable
from gsdc.source.span import Span

_COLORS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_EXCERPT_WIDTH: Final = 160
_FILES: Final = 3  # files with related places of a finding
_PLACES: Final = 4  # places of such a file

# Commands for a runner of GitHub Actions: "::name" at the beginning of a line, "##[name]" anywhere in it
# (actions/runner, ActionCommand.cs). Azure Pipelines and TeamCity use the latter with a word before the bracket.
_HASH: Final = re.compile(r"#(?=#\w{0,20}\[)")

Style = Callable[..., str]
Short = Callable[[str], str]


def tame(text: str) -> str:
    """Return the lines of ``text`` escaped so that a build server does not run them as commands.

    A colon or a hash is escaped as in JSON and in Python, which does not change the value of a JSON string.
    """
    if "##" in text:
        text = _HASH.sub(r"\\u0023", text)
    pieces: list[str] = []
    done = at = 0
    while (at := text.find("::", at)) >= 0:  # a regular expression would check every single colon
        line_start = text.rfind("\n", 0, at) + 1
        if not text[line_start:at].strip():
            pieces += (text[done:at], "\\u003a:")
            done = at + 2
        at = text.find("\n", at)
        if at < 0:
            break
    return "".join((*pieces, text[done:]))


class _Printable(dict[str, str]):
    """Results of ``printable``, cut to a width: most texts occur in many findings."""

    def __init__(self, width: int | None = None) -> None:
        super().__init__()
        self._width = width

    def __missing__(self, text: str) -> str:
        self[text] = shown = printable(text[: self._width])
        return shown


def render(
    findings: Iterable[Finding], files: ReportedFiles, style: Style, width: int | None = None, short: Short = str
) -> Iterator[str]:
    """Yield the lines that show ``findings``; ``style`` is ``click.style`` or does nothing.

    Lines are wrapped at ``width`` columns, and excerpts cut there; by default there is no limit. Wrapped text is first
    made ``short``.
    """
    if width is not None:
        yield from _rendered(findings, files, style, width, short)
        return
    heads: dict[tuple[str, Severity], str] = {}
    margins: dict[int, tuple[str, str]] = {}
    shown, lines = _Printable(), _Printable(_EXCERPT_WIDTH)
    bold, _, plain = style("\0", bold=True).partition("\0")
    for finding in without_credentials(findings):
        span, code, name, severity, message, help_, notes, related, _, excerpt = finding
        number = span.line
        kind = (code, severity)
        if kind not in heads:
            heads[kind] = style(f"{severity}[{code} {name}]", fg=_COLORS[severity], bold=True)
        if number not in margins:
            margins[number] = (style(f"{number} |", dim=True), " " * (len(str(number)) + 1))
        margin, indent = margins[number]
        line = files.line(finding) if excerpt is None else excerpt
        yield f"{bold}{printable(str(span))}{plain}: {heads[kind]}: {shown[message]}"
        if line is not None:
            yield f"{margin} {lines[line]}"
        for note in notes:
            yield f"{indent}= note: {printable(note)}"
        for place in _places(related) if related else ():
            yield f"{indent}= see: {printable(place)}"
        if help_:
            yield f"{indent}= help: {shown[help_]}"


def _rendered(
    findings: Iterable[Finding], files: ReportedFiles, style: Style, width: int, short: Short
) -> Iterator[str]:
    """Do what ``render`` does for a terminal of ``width`` columns."""
    from gsdc.report.page_width import folded

    for finding in without_credentials(findings):
        severity, number = finding.severity, finding.span.line
        mark = f"{severity}[{finding.code} {finding.name}]"
        place = printable(short(str(finding.span)))
        head, *rest = folded(f"{place}: {mark}: {printable(short(finding.message))}", width)
        if head.startswith(f"{place}: {mark}"):
            colored = style(mark, fg=_COLORS[severity], bold=True)
            head = f"{style(place, bold=True)}: {colored}{head[len(place) + 2 + len(mark) :]}"
        yield from (head, *rest)
        line = files.line(finding) if finding.excerpt is None else finding.excerpt
        margin = f"{number} |"
        indent = " " * len(margin)
        if line is not None:
            text = printable(line[:_EXCERPT_WIDTH])
            room = max(width - len(margin) - 2, 1)
            yield f"{style(margin, dim=True)} {text if len(text) <= room else f'{text[:room]}…'}".rstrip()
        words = [*(f"note: {note}" for note in finding.notes), *(f"see: {place}" for place in _places(finding.related))]
        words += [f"help: {finding.help}"] if finding.help else []
        for word in words:
            yield from folded(f"{indent[:-1]}= {printable(short(word))}", width, "  ")


def _places(related: Iterable[Span]) -> Iterator[str]:
    """Yield a line for each file with related places, in at most ``_FILES`` lines of ``_PLACES`` places each."""
    by_path: dict[str, list[str]] = {}
    for span in related:
        by_path.setdefault(span.path, []).append(f"{span.line}:{span.column}" if span.line else "")
    for path, found in [*by_path.items()][:_FILES]:
        places = list(filter(None, found))
        more = f" and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
        yield f"{path}:{', '.join(places[:_PLACES])}{more}" if places else path
    if len(by_path) > _FILES:
        yield counted(len(by_path) - _FILES, "more file")


def capped(findings: Iterable[Finding], most: int) -> tuple[list[Finding], list[Finding]]:
    """Return the ``most`` severe of ``findings`` (0: all of them) and the rest, both in their order."""
    found = list(findings)
    if not most or len(found) <= most:
        return found, []
    severe = sorted(range(len(found)), key=lambda place: list(Severity).index(found[place].severity))
    kept = set(severe[:most])
    return [found[place] for place in sorted(kept)], [found[place] for place in sorted(severe[most:])]


def summary(findings: Iterable[Finding]) -> str:
    """Return how many findings there are of each severity, and how many can be fixed by gsdc."""
    found = list(findings)
    counts = [(severity, sum(f.severity is severity for f in found)) for severity in Severity]
    parts = [f"{count} {severity}{'s' if count != 1 else ''}" for severity, count in counts if count]
    safe, unsafe = (sum(f.fix is not None and f.fix.safe is kind for f in found) for kind in (True, False))
    fixable = [f"{safe} fixable with --fix"] if safe else []
    fixable += [f"{unsafe}{' more' if safe else ' fixable'} with --unsafe-fixes"] if unsafe else []
    return (", ".join(parts) or "no findings") + (f"; {', '.join(fixable)}" if fixable else "")


def plain(finding: Finding) -> str:
    """Return the text of a finding without its place: the message, the cause and the remedy, in lines."""
    notes = (f"note: {note}" for note in finding.notes)
    places = (f"see: {place}" for place in _places(finding.related))
    help_ = (f"help: {finding.help}",) if finding.help else ()
    return "\n".join(printable(line) for line in (finding.message, *notes, *places, *help_))
