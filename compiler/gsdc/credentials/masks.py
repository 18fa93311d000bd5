"""Which parts of a text may be printed: lines that contain a credential are cut off before it.

Printed text ends up in logs and in pull requests. Every excerpt of a finding and every diff passes through here.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from gsdc.finding import Finding

HIDDEN: Final = "…"
_WORD_END: Final = re.compile(r"[\s\"'`<>]")
# A private key takes many lines; one without an end continues to the end of the text.
_PRIVATE_KEY: Final = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----(?:(?!-----END)[\s\S])*+")


def without_credentials(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings without marked credentials in their messages, which may quote user text.

    Findings that already have an excerpt were checked when they were created.
    """
    found = tuple(findings)
    words = "\n".join(word for each in found if each.excerpt is None for word in _words(each))
    if not words or not _is_suspicious(words):
        return found
    return tuple(map(hidden_in, found))


def hidden_in(finding: Finding) -> Finding:
    """Return a finding without marked credentials in its messages."""
    message, help_, *notes = map(hidden, _words(finding))
    return finding._replace(message=message, help=help_, notes=tuple(notes))


def hidden(text: str) -> str:
    """Return ``text`` with words masked that may be credentials."""
    from gsdc.credentials.scanner import suspicious

    while (at := suspicious(text)) >= 0:
        end = _WORD_END.search(text, at + 1)
        start = max((blank.end() for blank in _WORD_END.finditer(text, 0, at)), default=0)
        text = f"{text[:start]}{HIDDEN}{text[end.start() if end else len(text) :]}"
    return text


def _is_suspicious(text: str) -> bool:
    from gsdc.credentials.scanner import suspicious  # its patterns are compiled only if there is text to check

    return suspicious(text) >= 0


def _words(finding: Finding) -> tuple[str, ...]:
    return finding.message, finding.help, *finding.notes


class Masks:
    """The lines of texts that contain a credential, each with the part that may be shown."""

    def __init__(self) -> None:
        self._shown: dict[str, str] = {}

    def add(self, path: str, text: str, cache_folder: Path | None) -> "Masks":
        """Add the text of the file at ``path``, and return these masks; lines end at a line feed."""
        for start, end in _spans(path, text, cache_folder):
            first = text.rfind("\n", 0, start) + 1
            last = text.find("\n", max(start, end - 1))
            head, *others = text[first : last if last >= 0 else len(text)].split("\n")
            self._hide(head, start - first)
            for line in others:
                self._hide(line, 0)
        return self

    def of(self, line: str) -> str:
        """Return the part of a line that may be shown."""
        return self._shown.get(line.rstrip("\r"), line)

    def __bool__(self) -> bool:
        """Tell whether anything is masked."""
        return bool(self._shown)

    def _hide(self, line: str, column: int) -> None:
        line = line.rstrip("\r")
        if line.strip():
            shown = f"{line[:column]}{HIDDEN}"
            self._shown[line] = min(shown, self._shown.get(line, shown), key=len)


def _spans(path: str, text: str, cache_folder: Path | None) -> Iterator[tuple[int, int]]:
    """Yield start and end of each credential in ``text``, or of each candidate if no scanner is installed."""
    from gsdc.credentials.scanner import may_hold_literal_keys, secrets, suspicious

    if may_hold_literal_keys(path):
        from gsdc.credentials.literal_keys import literal_keys  # its pattern takes 2 ms to compile

        yield from ((key.start, key.end) for key in literal_keys(text))
    if suspicious(text) < 0:
        return
    yield from (match.span() for match in _PRIVATE_KEY.finditer(text))
    try:
        yield from ((secret.start, secret.end) for secret in secrets(text, cache_folder))
    except ImportError:
        start = 0
        for line in text.split("\n"):
            at = suspicious(line)
            if at >= 0:
                yield start + at, start + at + 1
            start += len(line) + 1
