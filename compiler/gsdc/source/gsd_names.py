"""Which files get-shit-done treats as plans, their ids, and how it matches ``depends_on``.

Measured on get-shit-done 1.42.3 and GSD core 1.14.0 with ``phase-plan-index``. A phase is a folder in
``.planning/phases/`` (or the same of a workstream). In it, ``*-PLAN.md`` and ``PLAN.md`` are plans; GSD core also reads
``PLAN-NN*.md`` in its folder ``plans/``. Other names that contain "PLAN" are skipped, most with a warning.
"""

import re
from collections.abc import Sequence
from enum import Enum
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from gsdc.source.gsd_version import GsdVersion
from gsdc.source.lazy_pattern import lazily
from gsdc.source.tree import PLANNING

SUPERSEDED: Final = "superseded"  # the ``status:`` of a plan that GSD core does not count
_NESTED: Final = lazily(r"(?:.*-)?PLAN-\d.*\.md", re.IGNORECASE)
# Plans by name that GSD skips: "05-PLAN-01-setup.md", "plan.md", "05-01-PLAN-v2.md", "05-01_PLAN.md".
_MEANT: Final = lazily(r"(?:.*[-_. ])?PLAN(?:[-_. ]?v?\d.*)?\.md", re.IGNORECASE)
# All else in "plans/" with such a name is a plan to GSD core, even "PLAN-01-SUMMARY.md".
_NO_NESTED: Final = lazily(r"(?:OUTLINE|pre-bounce)\.md$", re.IGNORECASE)
# Files that GSD and people write beside a plan.
_BESIDE: Final = lazily(r"(?:SUMMARY|OUTLINE|REVIEWS?|CHECK|AUDIT|NOTES|pre-bounce|superseded)\.md$", re.IGNORECASE)
# Outside a phase, where no tool reads plans: "03-02-PLAN.md", "PLAN.md", "PLAN-3.md", "05-W3-PLAN.md".
_ANYWHERE: Final = lazily(r"(?:.*[-_.])?PLAN(?:-\w+)?\.md")
_PHASE_NUMBER: Final = lazily(r"(?:[A-Za-z]\w*-)?(\d+[A-Za-z]?(?:\.\d+)*)(?=-|$)")
_CLASSIC_NUMBER: Final = lazily(r"(?:[A-Za-z]{1,6}-)?(\d{2,}[A-Za-z]?(?:\.\d+)*)(?=-|$)")
# What the name of a phase's folder begins with, after the code of a project, such as "CK-05.1-login".
_BEGINNING: Final = lazily(r"(?:[A-Z]{1,6}-)?(?=\d)([^-]+)(?:-(\d\d)(?!\d))?")
_NUMBER: Final = lazily(r"(\d+)([A-Za-z]?(?:\.\d+)*)")
_SUFFIXES: Final = (r"-PLAN\.md$", r"-SUMMARY\.md$", r"\.md$")
_PLANS: Final = "plans"
PHASES: Final = "phases"  # the folder in the planning folder that contains the phases


class Role(Enum):
    """The role of a Markdown file in get-shit-done, by its path."""

    PLAN = "a plan"
    NESTED = "a plan in the folder plans/ of a phase, which only GSD core reads"
    SKIPPED = "meant as a plan, and skipped"
    ARCHIVED = "a plan that is not run any more"
    OTHER = "no plan"


def role(folders: tuple[str, ...], name: str) -> Role:
    """Return the role of the file ``name`` in the folder ``folders``, as far as its path determines it.

    Outside a phase, any file named like a plan is a plan: a person may run it by hand.
    """
    within = _within_phase(folders)
    if within is None and _is_phases(folders) and name.endswith("-PLAN.md"):
        return Role.SKIPPED
    if within is None:
        if not _ANYWHERE.fullmatch(name) or _BESIDE.search(name):
            return Role.OTHER
        return Role.ARCHIVED if _is_archive(folders) else Role.PLAN
    is_canonical = name.endswith("-PLAN.md") or name == "PLAN.md"
    if within == ():
        return Role.PLAN if is_canonical else Role.SKIPPED if _is_meant(name) else Role.OTHER
    if within == (_PLANS,):
        if _NESTED.fullmatch(name) and not _NO_NESTED.search(name):
            return Role.NESTED
        return Role.SKIPPED if is_canonical else Role.OTHER
    return Role.ARCHIVED if _ANYWHERE.fullmatch(name) and not _BESIDE.search(name) else Role.OTHER


def in_phase(path: str) -> bool:
    """Tell whether the plan at ``path``, from the working folder, is in a phase, where GSD reads it."""
    *folders, name = Path(path).absolute().parts
    return _within_phase(tuple(folders)) is not None and role(tuple(folders), name) in {Role.PLAN, Role.NESTED}


def is_archived(path: str) -> bool:
    """Tell whether the plan at ``path``, from the working folder, was moved away: GSD runs it no more."""
    *folders, name = Path(path).absolute().parts
    return role(tuple(folders), name) is Role.ARCHIVED


def is_counted(path: str) -> bool:
    """Tell whether GSD counts the file at ``path`` as a plan; outside a phase, where it does not look, any file."""
    *folders, name = path.split("/")
    parts = tuple(folders)
    if _within_phase(parts) is None and not _is_phases(parts):
        return True
    return role(parts, name) in {Role.PLAN, Role.NESTED}


def is_phase(folder: str) -> bool:
    """Tell whether ``folder`` is the folder of a phase, by its path."""
    return _within_phase(tuple(folder.split("/"))) == ()


def project_of(path: str) -> str:
    """Return the parent of the planning folder of the plan at ``path``; its own folder if there is none."""
    before, planning, _ = f"/{path}".rpartition(f"/{PLANNING}/")
    return before.removeprefix("/") if planning else path.rpartition("/")[0]


def phase_folder(path: str) -> str:
    """Return the folder of the phase of the plan at ``path``: its own, or the one above for a plan in ``plans/``."""
    folder, _, name = path.rpartition("/")
    above, _, last = folder.rpartition("/")
    return above if last == _PLANS and _NESTED.fullmatch(name) else folder


def phase_number(folder: str) -> str:
    """Return the number at the start of a phase folder's name, as GSD core compares it; "" if there is none.

    One word may precede it, such as "AB-07-login".
    """
    found = _PHASE_NUMBER.match(folder)
    return found[1].upper() if found else ""


def finds_phase(folder: str, version: GsdVersion) -> bool:
    """Tell whether GSD finds the phase in a folder of this name, by any spelling of its number.

    A number of one digit counts as two ("5" as "05"), and then differs from the folder's, except for a whole number in
    GSD core. Core also takes two digits after a number with a letter or a dot as a part of it: "05.1-24-hours".
    """
    beginning = _BEGINNING.match(folder)
    if beginning is None:
        return True
    number = _NUMBER.fullmatch(beginning[1])
    if number is None:
        return False
    is_whole, is_padded = not number[2], len(number[1]) > 1
    if version is GsdVersion.CLASSIC:
        return is_padded
    return is_whole or (is_padded and beginning[2] is None)


def classic_number(folder: str) -> str:
    """Return the number by which get-shit-done 1.42 finds a phase in the folder; "" if it finds none."""
    found = _CLASSIC_NUMBER.match(folder)
    return found[1].upper() if found else ""


def gsd_id(path: str) -> str:
    """Return GSD's id of the plan at ``path``: its name without "-PLAN.md", from the folder of its phase."""
    name = path[len(folder) + 1 :] if (folder := phase_folder(path)) else path
    return name.replace("-PLAN.md", "", 1).replace("PLAN.md", "", 1)


def canonical_id(name: str, version: GsdVersion) -> str:
    """Return the "NN-MM" at the start of a plan, summary or id; if there is none, the name without its suffix.

    GSD core requires two digits, or a digit and a letter, for each.
    """
    base = name
    for suffix in _SUFFIXES:
        base = re.sub(suffix, "", base, count=1, flags=re.IGNORECASE)
    phase, plan = _canonical_parts(version)
    parts = [part for part in base.split("-") if part]
    first = next((index for index, part in enumerate(parts) if phase.fullmatch(part)), None)
    if first is None or first + 1 == len(parts) or not plan.fullmatch(parts[first + 1]):
        return base
    return f"{parts[first]}-{parts[first + 1]}"


@cache
def _canonical_parts(version: GsdVersion) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of the phase and the plan in an id. A lint with cached answers never needs them."""
    if version is GsdVersion.CLASSIC:
        part = re.compile(r"\d+[A-Z]?(?:\.\d+)*", re.IGNORECASE)
        return part, part
    phase = re.compile(r"(?:\d{2,}[A-Z]?|\d[A-Z])(?:\.\d+)*", re.IGNORECASE)
    return phase, re.compile(r"(?:\d{2}[A-Z]?|\d[A-Z])(?:\.\d+)*", re.IGNORECASE)


class Ids:
    """The ids of the plans of one phase, to resolve items of ``depends_on`` as GSD does."""

    def __init__(self, paths: Sequence[str], version: GsdVersion) -> None:
        self._core = version is GsdVersion.CORE
        ids = sorted((gsd_id(path), path) for path in paths)
        self._exact = {self._folded(name): path for name, path in ids}
        canonical = [(canonical_id(name, version), path) for name, path in ids]
        self._canonical = {self._folded(name): path for name, path in canonical}
        self._short: dict[str, str] = {}
        if self._core:
            for name, path in canonical:
                before, _, last = name.rpartition("-")
                if before and last.isdecimal():
                    self._short.setdefault(last, path)

    def find(self, token: str) -> str | None:
        """Return the path of the plan that ``token`` names, None if GSD drops it."""
        folded = self._folded(token)
        if not folded:
            return None  # not even "PLAN.md", whose id is empty
        return self._exact.get(folded) or self._canonical.get(folded) or self._short.get(folded)

    def _folded(self, name: str) -> str:
        return name.lower() if self._core else name


def _is_meant(name: str) -> bool:
    """Tell whether a person would regard the file as a plan: upper case, or lower case after a number or alone."""
    if not _MEANT.fullmatch(name) or _BESIDE.search(name):
        return False
    return "PLAN" in name or name[:1].isdigit() or name.lower() == "plan.md"


@lru_cache(maxsize=256)
def _within_phase(folders: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the folders below a phase's folder, () for the phase itself; None outside ``.planning/.../phases/``."""
    below = _of_workstream(folders)
    return below[2:] if below[:1] == (PHASES,) and len(below) > 1 else None


def _is_phases(folders: tuple[str, ...]) -> bool:
    """Tell whether a folder contains the folders of the phases."""
    return _of_workstream(folders) == (PHASES,)


def _of_workstream(folders: tuple[str, ...]) -> tuple[str, ...]:
    """Return the folders below the workstream's folder, which is the planning folder without workstreams."""
    below = _below_planning(folders)
    return below[2:] if below[:1] == ("workstreams",) else below


def _is_archive(folders: tuple[str, ...]) -> bool:
    """Tell whether a folder is in finished milestones, in ``archive``, or in phases that were moved: GSD runs none."""
    below = _of_workstream(folders)
    return below[:1] in {("milestones",), ("archive",)} or PHASES in below[1:]


def _below_planning(folders: tuple[str, ...]) -> tuple[str, ...]:
    """Return the folders below the last planning folder, none if there is no such folder."""
    return folders[len(folders) - folders[::-1].index(PLANNING) :] if PLANNING in folders else ()
