"""What gsdc has to say about an input: a finding with a place and a remedy."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from operator import attrgetter
from typing import Final, NamedTuple

from gsdc.source.span import Span

# The same as ``Finding.sort_key``, without a call of Python for each of thousands.
_SORT_KEY: Final = attrgetter("span", "code", "message")
_FEW: Final = 8  # names that are listed whole
_SHOWN: Final = 3  # of several names: nobody reads more


class Severity(StrEnum):
    """How much a finding weighs: an error stops a build, a warning fails a lint, a note does neither."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Fix(NamedTuple):
    """A remedy that gsdc can apply: characters ``start`` to ``end`` of the file replaced by a text, for each edit.

    It is ``safe`` where the file means the same to every reader afterwards, or what its author plainly meant.
    """

    edits: tuple[tuple[int, int, str], ...]
    safe: bool


class Finding(NamedTuple):
    """One thing that is wrong, or that a person should know, in the user's own words.

    ``code`` and ``name`` are those of a rule ("NB001", "security-downgrade"); ``message`` is lower case without a
    full stop; ``notes`` say how it comes about; ``related`` are other places that it is about; ``help`` is the remedy,
    ``fix`` the same for a program; ``excerpt`` is the line itself where it was at hand.
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
        """Order by place, then code, then message: the same findings always print in the same order."""
        return (self.span, self.code, self.message)


def sorted_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in the order in which they always print, each once."""
    return tuple(sorted(dict.fromkeys(findings), key=_SORT_KEY))


def from_folder(finding: Finding, folder: str) -> Finding:
    """Return a finding about files of ``folder`` with its places as paths from the working folder."""
    if folder == ".":
        return finding
    related = tuple(_moved(span, folder) for span in finding.related)
    return finding._replace(span=_moved(finding.span, folder), related=related)


def _moved(span: Span, folder: str) -> Span:
    of_folder = not (span.path.startswith(("/", "--")) or span.path[1:3] in {":/", ":\\"})
    return span._replace(path=f"{folder}/{span.path}") if of_folder else span


class Diagnostic(NamedTuple):
    """A kind of finding that a stage reports while it reads: a rule without a check of its own.

    ``doc`` has the form of a rule's docstring, so that ``gsdc rule`` prints both alike.
    """

    code: str
    name: str
    severity: Severity
    doc: str

    def at(self, span: Span, message: str, help_: str = "", notes: tuple[str, ...] = ()) -> Finding:
        """Return a finding of this kind."""
        return Finding(span, self.code, self.name, self.severity, message, help_, notes)


class Rejected(Exception):  # noqa: N818 - it is the input that is rejected, not the program that fails
    """An input that cannot be used; it carries the findings that say why."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(f.message for f in findings))
        self.findings = findings


class LockedOut(Rejected):
    """Another process is at work, or the lock cannot be taken: a command that changes files exits with 2."""


class ChangeFailed(Rejected):
    """A change of files failed, and was undone or is to be: the command exits with 3."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return "1 file", "2 files"; ``plural`` is that of a noun that takes more than an "s"."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def some(names: Sequence[str]) -> str:
    """Return the first three of ``names`` in quotes, and how many more there are."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(f'"{name}"' for name in names[:_SHOWN]) + more


def nearest(word: str, allowed: "list[str] | tuple[str, ...]") -> str:
    """Return a sentence part that lists ``allowed``, or the three nearest of many, led by one that may be meant."""
    from difflib import get_close_matches

    close = get_close_matches(word, allowed, n=1, cutoff=0.6) or get_close_matches(
        word.lower(), allowed, n=1, cutoff=0.6
    )
    if len(allowed) <= _FEW:
        listing = "allowed: " + ", ".join(allowed)
    else:
        near = get_close_matches(word.lower(), allowed, n=_SHOWN, cutoff=0)
        listing = f"the nearest of {len(allowed)}: {', '.join(near)}"
    return f'did you mean "{close[0]}"? {listing}' if close else listing
