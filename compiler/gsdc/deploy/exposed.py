"""Credentials in what a deployment would copy: into history, a patch, a shadow, a client's folder, or a terminal."""

from collections.abc import Iterator

from gsdc.finding import Finding
from gsdc.plans import cache
from gsdc.rules.plans.exposed_secret import credentials


def exposed(path: str, content: bytes) -> Iterator[Finding]:
    """Yield a finding for each credential in a file, without a word of it; bytes that are not UTF-8 are passed over."""
    yield from credentials(path, content.decode("utf-8", "replace"), cache.folder() / "secrets")
