"""The names by which a person refers to plans that are in no phase of get-shit-done."""

import re
from collections.abc import Iterable
from typing import Final

from gsdc.plans.facts import identifier, named

_SUFFIX: Final = re.compile(r"(?:[-_.]?PLAN)?(?:\.md)?$", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"\d+(?:\.\d+)?(?=-|$)")


def plan_id(path: str) -> str:
    """Return the id of a plan: "01-02" for "phases/01-core/01-02-PLAN.md", the folder's name for "core/PLAN.md"."""
    folder, _, name = path.replace("\\", "/").rpartition("/")
    return _SUFFIX.sub("", name, count=1) or folder.rpartition("/")[2] or name


def folder_of(path: str) -> str:
    """Return the folder of the plan at ``path``."""
    return path.replace("\\", "/").rpartition("/")[0]


class PlanNames:
    """The names of plans, to resolve an item of ``depends_on`` without searching every plan."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._whole: dict[tuple[str, ...], list[str]] = {}
        self._begun: dict[tuple[str, ...], list[str]] = {}
        self._last: dict[tuple[str, str], list[str]] = {}
        for path in paths:
            folder, own = folder_of(path), identifier(plan_id(path))
            number = _NUMBERED.match(folder.rpartition("/")[2])
            phase = identifier(number[0]) if number else ()
            # "02-PLAN.md" in "01-core" is 01-02 as well.
            for name in {own, own if own[:1] == phase else phase + own}:
                self._whole.setdefault(name, []).append(path)
                for length in range(2, len(name)):
                    self._begun.setdefault(name[:length], []).append(path)
            self._last.setdefault((folder, own[-1] if own else ""), []).append(path)

    def meant(self, item: str, by: str) -> tuple[str, ...]:
        """Return the plans that ``item`` of plan ``by`` names: "01-02", "01-02-setup-PLAN.md", or "2" in its folder.

        A plan of the same folder has precedence; one of another folder matches if no third folder has such a plan.
        """
        wanted, folder = named(item), folder_of(by)
        if len(wanted) < 2:
            return tuple(self._last.get((folder, wanted[0]), ())) if wanted else ()
        shorter = [self._whole.get(wanted[:length], []) for length in range(len(wanted) - 1, 1, -1)]
        found = [self._whole.get(wanted, []), self._begun.get(wanted, []), *shorter]
        for paths in found:
            if near := tuple(path for path in paths if folder_of(path) == folder):
                return near
        far = next((tuple(paths) for paths in found if paths), ())
        return far if len({folder_of(path) for path in far}) == 1 else ()
