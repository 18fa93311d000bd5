"""The files of a record, and the finding for one that cannot be used."""

from typing import Final

from gsdc.filesystem.place import Place
from gsdc.finding import Diagnostic, Rejected, Severity
from gsdc.source.span import Span

HEADER: Final = "record.json"
FILES: Final = "files.json"
IMAGES: Final = "images"

DAMAGED_RECORD = Diagnostic(
    "DP004",
    "damaged-record",
    Severity.ERROR,
    """A record of a change cannot be read, or was modified.

    ## Why is this bad?
    Files could not be restored exactly (design, "apply": rollback to the exact bytes). Nothing is
    changed.

    ## No example
    History is written by gsdc only.
    """,
)


def damaged(path: Place, why: str) -> Rejected:
    """Return the exception for an unusable record, or record file, at ``path``; ``why`` is the reason."""
    shown = str(path)
    whole = shown.rpartition("/")[0] if path.name in (HEADER, FILES, IMAGES) else shown
    help_ = f"check {whole} and your files, then move it away: gsdc changes nothing while it is there"
    return Rejected(DAMAGED_RECORD.at(Span(shown, 0, 0), f'"{shown}" cannot be used: {why}', help_))
