"""Detect credentials in what a deployment copies: to history, a patch, a shadow, a client's folder, or a terminal."""

from collections.abc import Container, Iterator

from gsdc.cache import store
from gsdc.credentials.exposed import credentials
from gsdc.finding import Finding
from gsdc.transaction.change import Change


def exposed(path: str, content: bytes) -> Iterator[Finding]:
    """Yield a finding for each credential in a file, without quoting it; bytes that are not UTF-8 are skipped."""
    yield from credentials(path, content.decode("utf-8", "replace"), store.folder("secrets"))


def exposed_by(change: Change, known: Container[str] = ()) -> Iterator[Finding]:
    """Yield a finding for each credential in a changed file: in its current content, else in the new content.

    Images whose digest is in ``known`` are skipped.
    """
    told: set[str] = set()
    for image in dict.fromkeys((change.before, change.after)):
        if image is None or image.digest in known:
            continue
        found = [finding for finding in exposed(change.path, image.content) if finding.message not in told]
        told.update(finding.message for finding in found)
        yield from found
