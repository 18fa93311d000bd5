"""Credentials in a text, found by Kingfisher (MongoDB's secret scanner), which is loaded only if a mark is found.

Its rules take half a second to load, and three to compile on the first run on a machine. A credential can be
identified: it begins with a mark of its issuer, or follows one. Text without a mark in it or just before it is not
reported, so a text without marks need not be scanned. Passwords chosen by a person have no mark and are not found: the
detectors that guess them were wrong every time on 1,014 real plans, where this scanner reports nothing.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from gsdc.cache import store

if TYPE_CHECKING:
    from kingfisher_sdk import Scanner

# Each begins with a literal, which `re` finds as fast as `in` does; one alternation of all is four times slower.
_MARKS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"A[KS]IA[A-Z2-7]{16}",
        r"gh[oprsu]_\w{36}",
        r"github_pat_\w{20}",
        r"glpat-",
        r"xox[a-z]-",
        r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{43}",
        r"sk-(?:ant|proj|or|svcacct|admin)-",
        r"T3BlbkFJ",
        r"k_live_[A-Za-z0-9]{10}",
        r"AIza[\w-]{35}",
        r"PRIVATE KEY-----",
        r"eyJ[\w-]{10,400}\.eyJ",
        r"npm_[A-Za-z0-9]{36}",
        r"pypi-AgE",
        r"SG\.[\w-]{16}",
        r":AA[\w-]{33}",
        r"AccountKey=",
        r"hf_[A-Za-z]{34}",
        r"gsk_\w{20}",
        r"SK[0-9a-f]{32}",
        r"://[^\s/:@\"'`<>]{0,64}:[^\s/@\"'`<>]{3,128}@",
    )
)
_BEFORE: Final = 120
_AFTER: Final = 40
PLACEHOLDER: Final = re.compile(
    r"(?i)your|example|placeholder|change.?me|redacted|dummy|fake|x{6}|\*{4}|\.{3}|(.)\1{7}|1234567|abcdef"
    r"|eyJzdWIiOiIxMjM0NTY3ODkw|JzdXBhYmFzZS1kZW1v"  # the payloads of two example tokens that are in many manuals
)
_LOCAL: Final = re.compile(
    r"(?i)//([^:@/\s]{0,64}):(?:\1@|[^@\s]{0,128}@(?:localhost|127\.|\[::1\]|0\.0\.0\.0|host\.docker\.internal))"
)


_engine: Callable[[str], bool] | None = None

_BLANKS: Final = str.maketrans("<>()", "    ")


class Secret(NamedTuple):
    """A credential: the characters ``start`` to ``end`` of a text, and its kind, such as "github-pat"."""

    start: int
    end: int
    kind: str


def may_hold_literal_keys(path: str) -> bool:
    """Tell whether the file at ``path`` is JSON by its name: see ``literal_keys``."""
    return path.lower().endswith((".json", ".jsonc"))


def expect_many() -> None:
    """Prepare for hundreds of texts: a Rust engine searches all marks at once, ten times as fast as ``re``.

    It takes 20 ms to load. It is part of jsonschema-rs, so no other dependency is needed: a schema can be a pattern.
    """
    global _engine  # noqa: PLW0603 - what is loaded is loaded once for the process
    import jsonschema_rs

    marks = "|".join(mark.pattern for mark in _MARKS)
    _engine = jsonschema_rs.validator_for({"pattern": marks}, pattern_options=jsonschema_rs.RegexOptions()).is_valid


def suspicious(text: str) -> int:
    """Return the offset of the first mark of a credential in ``text`` that is not an example, -1 if there is none."""
    if _engine is not None and not _sees_mark(_engine, text):
        return -1
    first = (
        next((match.start() for match in mark.finditer(text) if not _harmless(text, match)), len(text))
        for mark in _MARKS
    )
    found = min(first)
    return found if found < len(text) else -1


def _sees_mark(engine: Callable[[str], bool], text: str) -> bool:
    try:
        return engine(text)
    except UnicodeEncodeError:  # a lone surrogate, of a file's name: ``re`` handles it
        return True


def _harmless(text: str, match: re.Match[str]) -> bool:
    """Tell whether a mark is that of a placeholder, or of a password for a service on this machine."""
    near = text[match.start() : match.end() + _AFTER]
    return bool(PLACEHOLDER.search(match[0]) or _LOCAL.search(near))


def secrets(text: str, cache_folder: Path | None) -> tuple[Secret, ...]:
    """Return the credentials in ``text``, each once, in order; ``cache_folder``, if any, keeps the compiled rules.

    Raises ImportError if the scanner is not installed (the extra "secrets").
    """
    if suspicious(text) < 0:
        return ()
    best: dict[int, tuple[bool, Secret]] = {}
    for certain, secret in _scan(text, cache_folder):
        best[secret.start] = max(best.get(secret.start, (certain, secret)), (certain, secret))
    return tuple(sorted(secret for _, secret in best.values()))


def _scan(text: str, cache_folder: Path | None) -> Iterator[tuple[bool, Secret]]:
    # The scanner requires a blank, a quote or the end after a credential; in a plan a tag or a bracket may follow.
    data = text.translate(_BLANKS).encode("utf-8", "surrogatepass")
    for found in _scanner(cache_folder).scan(data):
        if not found.visible or found.confidence == "low" or PLACEHOLDER.search(found.secret[:200]):
            continue
        first, last = found.location["start_offset"], found.location["end_offset"]
        start = len(data[:first].decode("utf-8", "surrogatepass"))
        end = start + len(data[first:last].decode("utf-8", "surrogatepass"))
        before = text[max(0, start - _BEFORE) : end + _AFTER]
        if suspicious(before) >= 0:
            kind = found.rule_id.rpartition("/")[2].rpartition(".")[2]
            yield found.confidence == "high", Secret(start, end, kind)


@cache
def _scanner(cache_folder: Path | None) -> "Scanner":
    from kingfisher_sdk import Rules, Scanner

    kept = store.made(cache_folder)
    return Scanner(Rules(confidence="medium", cache=kept is not None, cache_dir=kept), base64=False)
