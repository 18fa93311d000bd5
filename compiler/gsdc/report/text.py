"""Findings as text: where, what, the line itself, how it comes about, the remedy."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from gsdc.finding import Finding, Severity

_COLORS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_EXCERPT_WIDTH: Final = 160

Style = Callable[..., str]


def printable(text: str) -> str:
    """Return ``text`` with every control character escaped: a user's string never drives the terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\t" else c.encode("unicode_escape").decode() for c in text)


def render(findings: Iterable[Finding], root: Path, style: Style) -> Iterator[str]:
    """Yield the lines that show ``findings``; ``style`` is ``click.style`` or does nothing."""
    files: dict[str, list[str]] = {}
    heads: dict[str, str] = {}
    for finding in findings:
        span, code, name, severity, message = finding[:5]
        if code not in heads:
            heads[code] = style(f"{severity}[{code} {name}]", fg=_COLORS[severity], bold=True)
        yield f"{style(printable(str(span)), bold=True)}: {heads[code]}: {printable(message)}"
        number = str(span.line)
        line = _line(files, root, finding) if finding.excerpt is None else finding.excerpt
        if line is not None:
            yield f"{style(number + ' |', dim=True)} {printable(line[:_EXCERPT_WIDTH])}"
        indent = " " * (len(number) + 1)
        for note in finding.notes:
            yield f"{indent}= note: {printable(note)}"
        for place in finding.related:
            yield f"{indent}= see: {printable(str(place))}"
        if finding.help:
            yield f"{indent}= help: {printable(finding.help)}"


def summary(findings: Iterable[Finding]) -> str:
    """Return how many findings there are of each severity, and how many can be mended, such as "1 error, 2 warnings"."""
    found = list(findings)
    counts = [(severity, sum(f.severity is severity for f in found)) for severity in Severity]
    parts = [f"{count} {severity}{'s' if count != 1 else ''}" for severity, count in counts if count]
    safe, unsafe = (sum(f.fix is not None and f.fix.safe is kind for f in found) for kind in (True, False))
    mended = [f"--fix mends {safe}"] if safe else []
    mended += [f"--unsafe-fixes {unsafe if safe else f'mends {unsafe}'}{' more' if safe else ''}"] if unsafe else []
    return (", ".join(parts) or "no findings") + (f"; {', '.join(mended)}" if mended else "")


def _line(files: dict[str, list[str]], root: Path, finding: Finding) -> str | None:
    path, line, _ = finding.span
    if not line:
        return None
    if path not in files:
        try:
            files[path] = (root / path).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError, ValueError):
            files[path] = []
    lines = files[path]
    return lines[line - 1] if line <= len(lines) else None
