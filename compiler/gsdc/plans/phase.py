"""The plans of a phase together, and how they name each other."""

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from gsdc.plans.disk import Disk
from gsdc.plans.facts import Facts, Place, named


class Dependency(NamedTuple):
    """An item of a plan's ``depends_on`` with the plan that it names; ``plan`` is None where no such plan is known.

    ``lost`` says that there ought to be one: the plan's own phase, or another that is known, does not have it.
    """

    item: Place
    plan: Facts | None
    lost: bool


class Project:
    """The plans of one planning folder, which lies in the folder ``root`` of ``base``.

    Rules look at other files through ``disk`` alone. ``done`` are the paths of the plans that have been carried out.
    """

    def __init__(
        self, plans: Iterable[Facts], base: str, disk: Disk | None = None, done: Collection[str] = frozenset()
    ) -> None:
        self.plans = tuple(plans)
        self.done = frozenset(done)
        self.disk = disk or Disk({}, {})
        self._base = base
        self.location = os.path.join(base, self.plans[0].root) if self.plans else base  # noqa: PTH118

    @cached_property
    def folders(self) -> dict[str, tuple[Facts, ...]]:
        """The plans of each phase's folder, in the order of their names."""
        found = defaultdict(list)
        for plan in sorted(self.plans):
            found[plan.folder].append(plan)
        return {folder: tuple(plans) for folder, plans in found.items()}

    @cached_property
    def identifiers(self) -> frozenset[tuple[str, ...]]:
        """The names of all plans."""
        return frozenset(plan.identifier for plan in self.plans)

    @cached_property
    def written(self) -> frozenset[str]:
        """Every path that a plan writes."""
        return frozenset(path for plan in self.plans for path in plan.written)

    @cached_property
    def entries(self) -> frozenset[str]:
        """What the project's folder holds."""
        return frozenset(self.disk.entries(self.location))

    @property
    def is_checkout(self) -> bool:
        """Whether the folder holds more than plans: else what the plans refer to cannot be expected."""
        return any(not name.startswith(".") for name in self.entries)

    def locate(self, plan: Facts, path: str) -> str:
        """Return where ``path`` lies on disk if it is relative to the folder of ``plan``."""
        return os.path.join(self._base, plan.folder, path)  # noqa: PTH118

    @cached_property
    def phases(self) -> dict[str, list[Facts]]:
        """The plans of each phase's number."""
        found = defaultdict(list)
        for plan in self.plans:
            if len(plan.identifier) > 1:
                found[plan.identifier[0]].append(plan)
        return found

    @cached_property
    def dependencies(self) -> dict[str, tuple[Dependency, ...]]:
        """What each plan, by its path, depends on."""
        return {plan.path: tuple(self._resolve(plan)) for plan in self.plans if plan.depends_on}

    @cached_property
    def waits(self) -> dict[str, tuple[str, ...]]:
        """The paths of the plans for which each plan, by its path, waits."""
        return {
            path: tuple(found.plan.path for found in items if found.plan is not None and found.plan.path != path)
            for path, items in self.dependencies.items()
        }

    def has_summary(self, plan: Facts, dependency: str) -> bool:
        """Tell whether a summary stands beside ``plan`` of one that it depends on: it is done, and its plan gone."""
        return self.disk.exists(self.locate(plan, f"{dependency.strip()}-SUMMARY.md"))

    def ordered(self, one: Facts, other: Facts) -> bool:
        """Tell whether two plans cannot run at once: one waits for the other, is done, or closes gaps that it left."""
        if one.gap != other.gap or self.done.intersection((one.path, other.path)):
            return True
        return self.waits_for(one, other) or self.waits_for(other, one)

    def waits_for(self, plan: Facts, other: Facts) -> bool:
        """Tell whether ``plan`` waits for ``other``, through others too."""
        stack, seen = [plan.path], {plan.path}
        while stack:
            for path in self.waits.get(stack.pop(), ()):
                if path == other.path:
                    return True
                if path not in seen:
                    seen.add(path)
                    stack.append(path)
        return False

    def _resolve(self, plan: Facts) -> Iterator[Dependency]:
        for item in plan.depends_on:
            wanted = named(item.text)
            if not wanted:
                yield Dependency(item, None, lost=False)
                continue
            own = self.folders[plan.folder]
            if len(wanted) == 1:
                found = [other for other in own if other.identifier[1:2] == wanted or other.identifier == wanted]
                is_number = wanted[0].isdigit()
                phase_only = is_number and wanted[0] != plan.identifier[0] and wanted[0] in self.phases
                yield Dependency(item, found[0] if found else None, lost=is_number and not found and not phase_only)
                continue
            candidates = [*own, *(other for other in self.phases.get(wanted[0], ()) if other.folder != plan.folder)]
            match = next((other for other in candidates if _same(other.identifier, wanted)), None)
            known = wanted[0] in self.phases and wanted[0][:1].isdigit()
            yield Dependency(item, match, lost=match is None and known)


def _same(identifier: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Tell whether two names are of one plan: one may leave out the words that follow the numbers."""
    length = min(len(identifier), len(wanted))
    return length > 1 and identifier[:length] == wanted[:length]
