"""A finding: a problem in an input, with its place and its remedy."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from operator import attrgetter
from typing import Final, NamedTuple

from gsdc.source.span import Span

# Equal to ``Finding.sort_key``, without a Python call for each of thousands of findings.
_SORT_KEY: Final = attrgetter("span", "code", "message")
_FEW: Final = 8  # up to this many names are all listed
_SHOWN: Final = 3  # else only this many names are listed


class Severity(StrEnum):
    """The severity of a finding: an error stops a build, a warning fails a lint, a note does neither."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Fix(NamedTuple):
    """An automatic fix: each edit replaces characters ``start`` to ``end`` of the file with a text.

    It is ``safe`` if the file keeps its meaning for every reader, or gets the meaning that the author clearly intended.
    """

    edits: tuple[tuple[int, int, str], ...]
    safe: bool


class Finding(NamedTuple):
    """One problem or note for a person, in the user's terms.

    ``code`` and ``name`` are those of a rule ("NB001", "security-downgrade"). ``message`` is lower case without a full
    stop; ``notes`` explain the cause; ``related`` are other places involved; ``help`` is the remedy as text, ``fix`` as
    an automatic edit; ``excerpt`` is the source line, if it was available.
    """

    span: Span
    code: str
    name: str
    severity: Severity
    message: str
    help: str = ""
    notes: tuple[str, ...] = ()
    related: tuple[Span, ...] = ()
    fix: Fix | None = None
    excerpt: str | None = None

    @property
    def sort_key(self) -> tuple[Span, str, str]:
        """The sort order: place, then code, then message, so that findings always print in the same order."""
        return (self.span, self.code, self.message)


def sorted_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in print order, without duplicates."""
    return tuple(sorted(dict.fromkeys(findings), key=_SORT_KEY))


def from_folder(finding: Finding, folder: str) -> Finding:
    """Return a finding about files of ``folder`` with its places relative to the working folder."""
    if folder == ".":
        return finding
    related = tuple(_moved(span, folder) for span in finding.related)
    return finding._replace(span=_moved(finding.span, folder), related=related)


def _moved(span: Span, folder: str) -> Span:
    of_folder = not (span.path.startswith(("/", "--")) or span.path[1:3] in {":/", ":\\"})
    return span._replace(path=f"{folder}/{span.path}") if of_folder else span


class Diagnostic(NamedTuple):
    """A kind of finding that a stage reports while reading: a rule without a check of its own.

    ``doc`` has the form of a rule's docstring, so that ``gsdc rule`` prints both in the same way.
    """

    code: str
    name: str
    severity: Severity
    doc: str

    def at(self, span: Span, message: str, help_: str = "", notes: tuple[str, ...] = ()) -> Finding:
        """Return a finding of this kind."""
        return Finding(span, self.code, self.name, self.severity, message, help_, notes)


class Rejected(Exception):  # noqa: N818 - it is the input that is rejected, not the program that fails
    """An input that cannot be used; carries the findings that explain it."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(f.message for f in findings))
        self.findings = findings


class LockedOut(Rejected):
    """Another process holds the lock, or the lock cannot be taken: a command that changes files exits with 2."""


class ChangeFailed(Rejected):
    """A file change failed and was undone, or its undo is pending: the command exits with 3."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return "1 file", "2 files"; ``plural`` is for a noun whose plural is not formed with "s"."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def some(names: Sequence[str]) -> str:
    """Return the first three of ``names`` in quotes, and the number of the others."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(f'"{name}"' for name in names[:_SHOWN]) + more


def nearest(word: str, allowed: "list[str] | tuple[str, ...]") -> str:
    """Return a phrase that lists ``allowed``, or the three nearest of many, the most likely one first."""
    from difflib import get_close_matches

    allowed = list(dict.fromkeys(allowed))
    close = get_close_matches(word, allowed, n=1, cutoff=0.6) or get_close_matches(
        word.lower(), allowed, n=1, cutoff=0.6
    )
    if len(allowed) <= _FEW:
        listing = "allowed: " + ", ".join(allowed)
    else:
        near = get_close_matches(word.lower(), allowed, n=_SHOWN, cutoff=0)
        listing = f"the nearest of {len(allowed)}: {', '.join(near)}"
    return f'did you mean "{close[0]}"? {listing}' if close else listing
