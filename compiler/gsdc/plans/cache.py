"""What plans gave when they were last checked, kept between runs outside of the project.

A plan counts as unchanged by its size and time of change, else by its content. Everything is dropped when gsdc itself,
or a file that the policy was read from, has changed. A cache that cannot be read or written is no error: it is empty.
"""

import contextlib
import hashlib
import marshal
import os
import re
import sys
import time
from pathlib import Path
from typing import Any, Final, NamedTuple

from gsdc import __version__, data
from gsdc.finding import Finding, Fix, Severity
from gsdc.plans.discover import PlanFile
from gsdc.plans.facts import Facts, Place, Report, Suppression
from gsdc.source.span import Span
from gsdc.source.tree import MAX_BYTES, PROJECT_FILE

# A file that changes twice within a tick of its clock looks unchanged: what is that young is compared by content.
_TICK: Final = 2_000_000_000
_CODE: Final = ("plans", "rules/plans", "source", "tasks", "policy")

_WORD: Final = re.compile(rb"[^\s\"'\[\]{},:]+")
_YAML: Final = (b".yaml", b".yml")

_PLACES: Final = frozenset({"depends_on", "references", "unreviewed"})

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


class Entry(NamedTuple):
    """A plan as it was: its time of change (ns), size and digest, and what checking it gave."""

    mtime: int
    size: int
    digest: bytes
    report: Packed


class Cache:
    """The entries of one folder, by path, under the policy of the project in ``root``; None for no cache at all."""

    def __init__(self, location: Path | None, root: Path) -> None:
        self._location = location
        self._stamp = (*_code(), _inputs(root)) if location else ()
        self._entries: dict[str, Entry] = {}
        self._saved = 0
        self._changed = False
        if location is not None:
            self._load(location)

    @classmethod
    def of(cls, base: str, root: Path) -> "Cache":
        """Return the cache of the plans below the folder ``base``, under the policy of the project in ``root``."""
        places = f"{os.path.realpath(base or '.')}\0{os.path.realpath(root)}"
        name = hashlib.sha256(places.encode("utf-8", "surrogateescape")).hexdigest()[:24]
        return cls(folder() / "plans" / name, root)

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
        self._entries[file.path] = Entry(file.mtime, file.size, digest, report)
        self._changed = True

    def save(self) -> None:
        """Write what is new."""
        if self._location is None or not self._changed:
            return
        entries = {path: tuple(entry) for path, entry in self._entries.items()}
        body = marshal.dumps((self._stamp, time.time_ns(), entries))
        scratch = self._location.with_name(f"{self._location.name}.{os.getpid()}")
        try:
            self._location.parent.mkdir(parents=True, exist_ok=True)
            scratch.write_bytes(hashlib.blake2b(body).digest() + body)
            scratch.replace(self._location)
        except OSError:
            with contextlib.suppress(OSError):
                scratch.unlink()

    def _load(self, location: Path) -> None:
        try:
            content = location.read_bytes()
        except OSError:
            return
        body = memoryview(content)[64:]
        if hashlib.blake2b(body).digest() != content[:64]:
            return  # `marshal` trusts what it reads: nothing that was cut or changed may reach it
        stamp, saved, entries = marshal.loads(body)  # noqa: S302 - see the digest
        if stamp == self._stamp:
            self._saved = saved
            self._entries = {path: Entry(*entry) for path, entry in entries.items()}


def pack(report: Report) -> Packed:
    """Return ``report`` as plain tuples, which ``marshal`` can write."""
    findings = tuple(
        (
            tuple(f.span),
            f.code,
            f.name,
            str(f.severity),
            f.message,
            f.help,
            f.notes,
            tuple(map(tuple, f.related)),
            tuple(f.fix) if f.fix else None,
            f.excerpt,
        )
        for f in report.findings
    )
    facts = (tuple(map(tuple, value)) if name in _PLACES else value for name, value in report.facts._asdict().items())
    return (
        findings,
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
        tuple(Suppression(*item) for item in suppressions),
        tuple(Suppression(*item) for item in used),
    )


def _finding(packed: Packed) -> Finding:
    span, code, name, severity, message, help_, notes, related, fix, excerpt = packed
    places = tuple(Span(*place) for place in related)
    severity = Severity(severity)
    return Finding(
        Span(*span), code, name, severity, message, help_, notes, places, Fix(*fix) if fix else None, excerpt
    )


def _facts(packed: Packed) -> Facts:
    facts = Facts(*packed)  # references stay plain tuples: they are many, and are read in one place
    return facts._replace(
        depends_on=tuple(Place(*item) for item in facts.depends_on),
        unreviewed=tuple(Place(*item) for item in facts.unreviewed),
    )


def _code() -> tuple[Any, ...]:
    """Return what changes whenever gsdc does: its version, and in a checkout the newest of its files."""
    newest = max((entry.stat().st_mtime_ns for name in _CODE for entry in os.scandir(data.PACKAGE / name)), default=0)
    return __version__, sys.version, newest


def _inputs(root: Path) -> bytes:
    """Return a digest of gsdc.yaml and of every file that it names, directly or through others."""
    digest = hashlib.sha256()
    waiting, seen = [PROJECT_FILE], {PROJECT_FILE}
    while waiting:
        location = root / waiting.pop()
        try:
            content = location.read_bytes() if location.is_file() and location.stat().st_size <= MAX_BYTES else b""
        except (OSError, ValueError):
            content = b""
        digest.update(hashlib.sha256(content).digest())
        named = {word.decode("utf-8", "replace") for word in _WORD.findall(content) if word.endswith(_YAML)}
        named = {name for name in named - seen if not name.startswith("/") and ".." not in name}
        seen |= named
        waiting.extend(sorted(named))
    return digest.digest()
