"""One file of the user's, replaced as a whole or not at all."""

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Final

from gsdc.finding import Diagnostic, Rejected, Severity
from gsdc.source.span import Span

UNWRITABLE = Diagnostic(
    "IN005",
    "unwritable-file",
    Severity.ERROR,
    """A file cannot be written.

    ## Why is this bad?
    It is as it was, and not as the command says; other files of the same command may have been written.

    ## No example
    The permissions of a file, and the room on a disk, cannot be written down in one.
    """,
)

_MODE: Final = 0o644  # of a new file


def replace(location: Path, content: bytes, shown: str) -> None:
    """Give the file at ``location`` another content: written beside it, flushed to disk, then put in its place.

    Its mode stays; a symbolic link stays, and what it points to is replaced. A file that is not there is made, with its
    folder. Raises ``Rejected`` where the disk or the file's permissions refuse; the file is then as it was.
    """
    target = location.resolve()
    scratch = ""
    try:
        mode = target.stat().st_mode & 0o7777 if target.exists() else _MODE
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(13, "permission denied")
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, scratch = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(scratch).chmod(mode)
        Path(scratch).replace(target)
    except OSError as error:
        if scratch:
            with contextlib.suppress(OSError):
                Path(scratch).unlink()
        reason = (error.strerror or str(error)).lower()
        message = f'"{shown}" cannot be written: {reason}'
        raise Rejected(UNWRITABLE.at(Span(shown, 0, 0), message, "check its permissions and the disk")) from None
