"""What plans gave when they were last checked, kept between runs outside of the project.

A plan counts as unchanged by its size and time of change, else by its content. Everything is dropped when gsdc itself,
or a file that the policy was read from, has changed. A cache that cannot be read or written is no error: it is empty.
"""

import os
import re
import sys
import time
import zlib
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

from gsdc import __version__, data
from gsdc.finding import Finding, Fix, Severity
from gsdc.plans import store
from gsdc.plans.discover import PlanFile
from gsdc.plans.disk import Disk, holds
from gsdc.plans.facts import Facts, Place, Report, Suppression
from gsdc.source.span import Span
from gsdc.source.tree import MAX_BYTES, PROJECT_FILE

# A file that changes twice within a tick of its clock looks unchanged: what is that young is compared by content.
_TICK: Final = 2_000_000_000
_CODE: Final = ("plans", "rules/plans", "source", "tasks", "policy", "models")

_WORD: Final = re.compile(rb"[^\s\"'\[\]{},:]+")
_YAML: Final = (b".yaml", b".yml")

_SEVERITIES: Final = {str(severity): severity for severity in Severity}
_PLACES: Final = frozenset({"depends_on", "references", "unreviewed", "writes"})

Packed = tuple[Any, ...]


def folder() -> Path:
    """Return where gsdc keeps what it can make again: GSDC_CACHE_DIR, else a folder of the system's for caches."""
    chosen = os.environ.get("GSDC_CACHE_DIR")
    if chosen:
        return Path(chosen)
    home = os.path.expanduser("~")  # noqa: PTH111 - "~" stays where there is no home, and nothing is written
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or f"{home}/AppData/Local"
    elif sys.platform == "darwin":
        base = f"{home}/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or f"{home}/.cache"
    return Path(base) / "gsdc"


class Question(NamedTuple):
    """What a run is asked: the paths that a person gave, whether named plans that are done count, what was found."""

    paths: tuple[str, ...]
    skip_done: bool
    files: tuple[PlanFile, ...]


class Entry(NamedTuple):
    """A plan as it was: its time of change (ns), size and digest, and what checking it gave."""

    mtime: int
    size: int
    digest: bytes
    report: Packed


class Cache:
    """The entries of one folder, by path, under the policy of the project in ``root``; None for no cache at all."""

    def __init__(self, location: Path | None, root: Path, places: str = "") -> None:
        self._location = location
        self._stamp = (places, *_code(), *_inputs(root)) if location else ()
        self._saved = 0
        self._changed = False

    @classmethod
    def of(cls, base: str, root: Path) -> "Cache":
        """Return the cache of the plans below the folder ``base``, under the policy of the project in ``root``."""
        places = f"{os.path.realpath(base or '.')}\0{os.path.realpath(root)}"
        name = zlib.crc32(places.encode("utf-8", "surrogateescape"))
        return cls(folder() / "plans" / f"{name:08x}", root, places)

    def unchanged(self, file: PlanFile) -> Report | None:
        """Return what ``file`` gave where its size and time tell that it is the same."""
        entry = self._entries.get(file.path)
        if entry is None or entry[:2] != (file.mtime, file.size) or file.mtime > self._saved - _TICK:
            return None
        return unpack(entry.report)

    def same(self, file: PlanFile, digest: bytes) -> Packed | None:
        """Return what ``file`` gave, as it is kept, where its content is the same."""
        entry = self._entries.get(file.path)
        return entry.report if entry is not None and entry.digest == digest else None

    def keep(self, file: PlanFile, digest: bytes, report: Packed) -> None:
        """Remember what ``file`` gave."""
        if self._location is not None:
            self._entries[file.path] = Entry(file.mtime, file.size, digest, report)
            self._changed = True

    def save(self) -> None:
        """Write what is new."""
        if self._location is not None and self._changed:
            entries = {path: tuple(entry) for path, entry in self._entries.items()}
            store.write(self._location, (self._stamp, time.time_ns(), entries))

    def answer(self, question: Question) -> tuple[Finding, ...] | None:
        """Return what a run found that was asked the same, where nothing that it looked at has changed."""
        kept = store.read(self._answers) if self._location else None
        if kept is None:
            return None
        stamp, asked, (there, listed), findings = kept
        same = stamp == self._stamp and asked == question and holds(there, listed)
        return tuple(map(_finding, findings)) if same else None

    def keep_answer(self, question: Question, disk: Disk, findings: Iterable[Finding]) -> None:
        """Remember what a run found, and what it saw beside the plans."""
        last = time.time_ns() - _TICK
        if self._location is not None and all(file.mtime < last for file in question.files):
            asked = (*question[:-1], tuple(map(tuple, question.files)))
            packed = tuple(map(_packed, findings))
            store.write(self._answers, (self._stamp, asked, tuple(disk), packed))

    @property
    def _answers(self) -> Path:
        assert self._location is not None
        return self._location.with_suffix(".answer")

    @cached_property
    def _entries(self) -> dict[str, Entry]:
        kept = store.read(self._location) if self._location else None
        if kept is None or kept[0] != self._stamp:
            return {}
        self._saved = kept[1]
        return {path: Entry(*entry) for path, entry in kept[2].items()}


def pack(report: Report) -> Packed:
    """Return ``report`` as plain tuples, which ``marshal`` can write."""
    facts = (tuple(map(tuple, value)) if name in _PLACES else value for name, value in report.facts._asdict().items())
    return (
        tuple(map(_packed, report.findings)),
        tuple(facts),
        tuple(map(tuple, report.suppressions)),
        tuple(map(tuple, report.used)),
    )


def unpack(packed: Packed) -> Report:
    """Return the report that ``pack`` made ``packed`` of."""
    findings, facts, suppressions, used = packed
    return Report(
        tuple(map(_finding, findings)),
        _facts(facts),
        tuple(Suppression(*item) for item in suppressions) if suppressions else (),
        tuple(Suppression(*item) for item in used) if used else (),
    )


def _packed(finding: Finding) -> Packed:
    span, code, name, severity, message, help_, notes, related, fix, excerpt = finding
    places = tuple(map(tuple, related))
    mended = tuple(fix) if fix else None
    # A path is the same object in each finding of a plan, so that `marshal` writes it once.
    place = (sys.intern(span.path), span.line, span.column)
    return place, code, name, str(severity), message, help_, notes, places, mended, excerpt


def _finding(packed: Packed) -> Finding:
    span, code, name, severity, message, help_, notes, related, fix, excerpt = packed
    places = tuple(Span(*place) for place in related) if related else ()
    mended = Fix(*fix) if fix else None
    return Finding(Span(*span), code, name, _SEVERITIES[severity], message, help_, notes, places, mended, excerpt)


def _facts(packed: Packed) -> Facts:
    facts = Facts(*packed)  # references and writes stay plain tuples: they are many
    if not (facts.depends_on or facts.unreviewed):
        return facts
    return facts._replace(
        depends_on=tuple(Place(*item) for item in facts.depends_on),
        unreviewed=tuple(Place(*item) for item in facts.unreviewed),
    )


def _code() -> tuple[Any, ...]:
    """Return what changes whenever gsdc does: its version, and in a checkout the newest of its files."""
    newest = max((entry.stat().st_mtime_ns for name in _CODE for entry in os.scandir(data.PACKAGE / name)), default=0)
    return __version__, sys.version, newest


def _inputs(root: Path) -> tuple[bytes, ...]:
    """Return what gsdc.yaml and every file that it names, directly or through others, hold."""
    contents = []
    waiting, seen = [PROJECT_FILE], {PROJECT_FILE}
    while waiting:
        location = root / waiting.pop()
        try:
            content = location.read_bytes() if location.is_file() and location.stat().st_size <= MAX_BYTES else b""
        except (OSError, ValueError):
            content = b""
        contents.append(content)
        named = {word.decode("utf-8", "replace") for word in _WORD.findall(content) if word.endswith(_YAML)}
        named = {name for name in named - seen if not name.startswith("/") and ".." not in name}
        seen |= named
        waiting.extend(sorted(named))
    return tuple(contents)
