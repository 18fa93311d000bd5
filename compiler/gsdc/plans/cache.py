"""The results of the last check of plans, kept between runs outside the project.

A plan counts as unchanged by its size, inode and times of change, else by its content. Everything is dropped if gsdc
itself, or a file that the policy was read from, has changed. An unreadable or unwritable cache is not an error: it is
treated as empty.
"""

import json
import os
import sys
import time
import zlib
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

from gsdc.cache import store
from gsdc.cache.columns import DamagedError, pack, unpack
from gsdc.cache.memo import code_stamp
from gsdc.finding import Finding
from gsdc.plans.discover import PlanFile
from gsdc.plans.disk import SeenFiles, holds
from gsdc.plans.facts import PlanReport
from gsdc.plans.policy_files import contents

# A file that changes twice within a clock tick looks unchanged: so recent files are compared by content.
_TICK: Final = 2_000_000_000
# The code and data that an answer depends on; neither changes in an installed gsdc.
_CODE: Final = (
    *(".", "cache", "credentials", "filesystem", "lint", "models", "plans", "policy", "rules", "rules/plans"),
    *("source", "tasks"),
)
_DATA: Final = ("profiles", "profiles/fleets", "profiles/workflows", "schemas")


class LintQuestion(NamedTuple):
    """The request of a run: the given paths, whether named plans that are done count, what was found."""

    paths: tuple[str, ...]
    skip_done: bool
    files: tuple[PlanFile, ...]


class CachedPlan(NamedTuple):
    """A cached plan: its file state, when it was read (ns), its digest, and the results of its check."""

    file: PlanFile
    read: int
    digest: str
    report: PlanReport


class Cache:
    """The entries of one folder, by path, under the policy of the project in ``root``; None disables the cache.

    A file has a line for the state of gsdc and of the policy, and one for each folder of plans: of a thousand phases
    only the requested ones are decoded. Another file contains the whole answer of the last run.
    """

    def __init__(self, place: Path | None, name: str = "", stamp: bytes | None = None) -> None:
        self._place = place if stamp else None
        self._name, self._stamp = name, stamp or b""
        self._now = time.time_ns()
        self._read: dict[str, dict[str, CachedPlan]] = {}
        self._changed: set[str] = set()

    @classmethod
    def of(cls, base: str, root: Path, others: Iterable[Path] = ()) -> "Cache":
        """Return the cache of the plans below the folder ``base``, under the policy of the project in ``root``.

        ``others`` are the folders whose gsdc.yaml also governs some of the plans.
        """
        place = store.folder("plans", base or ".", root)
        if place is None:
            return cls(None)
        places = (os.path.realpath(base or "."), os.path.realpath(root))
        name = zlib.crc32("\0".join(places).encode("utf-8", "surrogateescape"))
        return cls(place, f"{name:08x}", _stamp(places, root, others))

    def unchanged(self, file: PlanFile) -> PlanReport | None:
        """Return the results of ``file`` if its size, inode and times are unchanged."""
        entry = self._entry(file)
        same = entry is not None and entry.file.state == file.state and _is_old(file, entry.read)
        return entry.report if entry is not None and same else None

    def same(self, file: PlanFile, digest: str) -> PlanReport | None:
        """Return the results of ``file`` if its content is unchanged."""
        entry = self._entry(file)
        return entry.report if entry is not None and entry.digest == digest else None

    def keep(self, file: PlanFile, digest: str, report: PlanReport) -> None:
        """Store the results of ``file``."""
        if self._place is not None:
            self._entries(file.folder)[file.path] = CachedPlan(file, self._now, digest, report)
            self._changed.add(file.folder)

    def save(self) -> None:
        """Write new entries."""
        if self._place is not None and self._changed:
            new = {_line(folder): _line(pack(self._read[folder].values(), CachedPlan)) for folder in self._changed}
            lines = (b"%s\t%s" % item for item in (self._lines | new).items())
            store.write(self._place, self._name, (self._stamp, *lines))

    def answer(self, question: LintQuestion) -> tuple[Finding, ...] | None:
        """Return the findings of the last run with the same request, if no file that it read has changed."""
        lines = store.read(self._place, f"{self._name}.answer") if self._place else None
        if lines is None or lines[:2] != [self._stamp, _asked(question)]:
            return None
        try:
            seen, found = map(json.loads, lines[2:])
            return unpack(found, Finding) if holds(*_disk(seen)) else None
        except (DamagedError, ValueError, RecursionError):
            return None

    def keep_answer(self, question: LintQuestion, disk: SeenFiles, findings: Iterable[Finding]) -> None:
        """Store the findings of a run, and the other files that it read."""
        if self._place is not None and all(_is_old(file, self._now) for file in question.files):
            lines = (self._stamp, _asked(question), _line(disk), _line(pack(findings, Finding)))
            store.write(self._place, f"{self._name}.answer", lines)

    def _entry(self, file: PlanFile) -> CachedPlan | None:
        return self._entries(file.folder).get(file.path) if self._place else None

    def _entries(self, folder: str) -> dict[str, CachedPlan]:
        """Return the entries of the plans directly in ``folder``, by path; none if they cannot be decoded."""
        if folder not in self._read:
            kept = self._lines.get(_line(folder), b"[]")
            try:
                self._read[folder] = {entry.file.path: entry for entry in unpack(json.loads(kept), CachedPlan)}
            except (DamagedError, ValueError, RecursionError):
                self._read[folder] = {}
        return self._read[folder]

    @cached_property
    def _lines(self) -> dict[bytes, bytes]:
        """The lines of the file, by their folders, both in encoded form."""
        lines = store.read(self._place, self._name) if self._place else None
        if lines is None or lines[0] != self._stamp:
            return {}
        return {folder: kept for folder, _, kept in (line.partition(b"\t") for line in lines[1:])}


def _line(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _asked(question: LintQuestion) -> bytes:
    return _line((question.paths, question.skip_done, pack(question.files, PlanFile)))


def _disk(seen: Any) -> SeenFiles:
    """Return the files that a run read. Raises ``DamagedError`` for data of another form."""
    there, listed = seen
    if type(there) is type(listed) is dict and all(type(names) is list for names in listed.values()):
        return SeenFiles(there, {folder: tuple(names) for folder, names in listed.items()})
    raise DamagedError("not what a run saw")


def _is_old(file: PlanFile, moment: int) -> bool:
    """Tell whether a change of ``file`` after ``moment`` (ns) would be visible in its times."""
    return max(file.mtime, file.ctime) < moment - _TICK


def _stamp(places: tuple[str, ...], root: Path, others: Iterable[Path]) -> bytes | None:
    """Return a digest of gsdc and the policies of the folders; None if the policies are too large."""
    policies = {str(folder): contents(folder) for folder in (root, *others)}
    if None in policies.values():
        return None
    return _line((sys.version, places, code_stamp(*_CODE, *_DATA).decode(), policies))
