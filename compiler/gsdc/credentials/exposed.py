"""Credentials as findings: the place and the remedy, without any of the credential's text."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gsdc.credentials.literal_keys import literal_keys
from gsdc.credentials.scanner import may_hold_literal_keys, secrets, suspicious
from gsdc.finding import Finding, Severity
from gsdc.source.span import Places

# The code and name of the never-break rule in gsdc.rules.plans.exposed_secret, which documents them.
ID: Final = "exposed-secret"
CODE: Final = "NB006"
SEVERITY: Final = Severity.ERROR


def credentials(path: str, text: str, cache_folder: Path | None) -> Iterator[Finding]:
    """Yield one finding for each credential in ``text``; ``cache_folder`` keeps the scanner's compiled rules."""
    literal = tuple(literal_keys(text)) if may_hold_literal_keys(path) else ()
    first = suspicious(text)
    if first < 0 and not literal:
        return
    places = Places(path, text)

    def found(start: int, end: int, message: str, help_: str) -> Finding:
        return Finding(places.between(start, end), CODE, ID, SEVERITY, message, help_, excerpt="…")

    for key in literal:
        help_ = "revoke it where it was issued, and write {env:NAME} with the name of an environment variable"
        yield found(key.start, key.end, f'a credential under "{key.name}"', help_)
    if first < 0:
        return
    help_ = "revoke it where it was issued, and name an environment variable instead"
    try:
        scanned = secrets(text, cache_folder)
    except ImportError:
        message = "there may be a credential here; the scanner that can tell is not installed"
        yield found(first, first, message, "pip install gsdc[secrets]")
        return
    for secret in scanned:
        if not any(key.start <= secret.start < key.end for key in literal):
            yield found(secret.start, secret.end, f"a credential ({secret.kind})", help_)
