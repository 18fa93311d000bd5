"""Detect manual edits made since gsdc last wrote a file, before the file is overwritten."""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.ownership.registry import ownership
from gsdc.transaction.change import Change, Image

EDITED = Diagnostic(
    "DP010",
    "edited-since",
    Severity.ERROR,
    """A file that gsdc wrote was edited, and the edit would be overwritten.

    What a person writes in other parts of the file is kept: other keys, the text around a managed block, the values of
    a task.

    ## Why is this bad?
    The edit would be lost silently (design, "What a person gets": the hash last written tells a person's edit
    from ours: ask, never overwrite). Nothing is changed; with --force it is, and a copy is kept.

    ## No example
    It takes an apply, an edit, and another apply.
    """,
)


OVERWRITE: Final = "overwrite it with --force, which keeps a copy in .gsdc/kept"


def find_edits(change: Change, written: Image | None, by: str) -> Iterator[Finding]:
    """Yield each manual edit, made since gsdc wrote the file, that ``change`` would overwrite.

    ``written`` is what gsdc wrote and ``by`` names the change that wrote it. ``written`` is None if the history has no
    entry: a managed block detects edits by its own digest.
    """
    before, after = change.before, change.after
    if before is None or (written is not None and before.digest == written.digest):
        return
    strategy = ownership(change.ownership)
    base, wanted = written.content if written else None, after.content if after else b""
    try:
        for edit in strategy.edits(change.path, base, before.content, wanted):
            message = f'"{change.path}" was edited since {by} wrote it: {edit.what}'
            help_ = f"move it into gsdc.yaml (`gsdc override` does so), or {OVERWRITE}"
            yield EDITED.at(edit.at, message, help_)
    except Rejected as rejected:
        yield from rejected.findings
