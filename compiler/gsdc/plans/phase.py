"""The plans of a phase together, and how they refer to each other."""

import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from gsdc.plans.disk import SeenFiles
from gsdc.plans.facts import Passage, PlanFacts, named
from gsdc.source.gsd_names import PHASES, Ids, classic_number, is_counted, is_phase, phase_number
from gsdc.source.gsd_version import GsdVersion, installed_gsd
from gsdc.source.tree import PLANNING


class Dependency(NamedTuple):
    """An item of a plan's ``depends_on`` with the plan that it names; ``plan`` is None if no such plan is known.

    ``lost`` means that the plan is expected but missing: in the plan's own phase, or in another that is known.
    ``dropped`` are the versions of get-shit-done that do not resolve a name of a plan in the same phase.
    """

    item: Passage
    plan: PlanFacts | None
    lost: bool
    dropped: tuple[GsdVersion, ...] = ()


class ProjectPlans:
    """The plans of one planning folder, which is in the folder ``root`` of ``base``.

    Rules access other files only through ``disk``. ``done`` are the paths of the plans that are no longer to be run,
    including those that GSD treats as superseded. ``unread`` are those whose frontmatter GSD cannot read.
    """

    def __init__(
        self, plans: Iterable[PlanFacts], base: str, disk: SeenFiles | None = None, done: Collection[str] = frozenset()
    ) -> None:
        self.plans = tuple(plans)
        self.disk = disk or SeenFiles({}, {})
        self._base = base
        self.location = os.path.join(base, self.plans[0].root) if self.plans else base  # noqa: PTH118
        self.installed = installed_gsd(self.location, self.disk.exists)
        self.version = self.installed or GsdVersion.CORE
        core = self.version is GsdVersion.CORE
        self.unread = frozenset(plan.path for plan in self.plans if self.version in plan.lost)
        self.superseded = frozenset(
            plan.path for plan in self.plans if core and plan.is_superseded and plan.path not in self.unread
        )
        self.done = self.superseded.union(done)

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
        """The contents of the project's folder."""
        return frozenset(self.disk.entries(self.location))

    def locate(self, plan: PlanFacts, path: str) -> str:
        """Return the location of ``path`` on disk if it is relative to the folder of ``plan``."""
        return os.path.join(self._base, plan.folder, path)  # noqa: PTH118

    @cached_property
    def phases(self) -> dict[str, list[PlanFacts]]:
        """The plans of each phase's number."""
        found = defaultdict(list)
        for plan in self.plans:
            if len(plan.identifier) > 1:
                found[plan.identifier[0]].append(plan)
        return found

    @cached_property
    def dependencies(self) -> dict[str, tuple[Dependency, ...]]:
        """The dependencies of each plan, by its path."""
        return {plan.path: tuple(self._resolve(plan)) for plan in self.plans if plan.depends_on}

    @cached_property
    def waits(self) -> dict[str, tuple[str, ...]]:
        """The paths of the plans for which each plan, by its path, waits."""
        return {
            path: tuple(found.plan.path for found in items if found.plan is not None and found.plan.path != path)
            for path, items in self.dependencies.items()
        }

    def late(self, plan: PlanFacts) -> list[PlanFacts]:
        """Return dependencies of ``plan`` in its phase that are still to be run and declare no lower wave than it."""
        if plan.wave is None:
            return []
        return [
            other
            for found in self.dependencies.get(plan.path, ())
            if (other := found.plan) is not None
            and other is not plan
            and other.phase == plan.phase
            and other.wave is not None
            and other.wave >= plan.wave
            and other.path not in self.done
            and other.gap == plan.gap
        ]

    def has_summary(self, plan: PlanFacts, dependency: str) -> bool:
        """Tell whether a summary beside ``plan`` belongs to a dependency: it is done, and its plan was removed."""
        return self.disk.exists(self.locate(plan, f"{dependency.strip()}-SUMMARY.md"))

    @cached_property
    def folders(self) -> dict[str, tuple[PlanFacts, ...]]:
        """The plans of each phase by its folder, sorted by name, including those in its folder ``plans/``."""
        found = defaultdict(list)
        for plan in sorted(self.plans):
            found[plan.phase].append(plan)
        return {folder: tuple(plans) for folder, plans in found.items()}

    @cached_property
    def ambiguous(self) -> dict[str, tuple[str, ...]]:
        """The phase folders with the same number, by each of these folders: GSD core runs none of them."""
        found = {}
        for folder in self.folders if self.version is GsdVersion.CORE else ():
            above, _, name = folder.rpartition("/")
            number = phase_number(name)
            if not number or not is_phase(folder):
                continue
            beside = self.disk.entries(os.path.join(self._base, above))  # noqa: PTH118
            same = tuple(other for other in beside if phase_number(other) == number and not other.endswith(".md"))
            if len(same) > 1:
                found[folder] = same
        return found

    @cached_property
    def shadowed(self) -> dict[str, str]:
        """The phase folders that get-shit-done 1.42 never reaches, each with the one that it takes."""
        found = {}
        firsts: dict[str, dict[str, str]] = {}  # by the folder above, the first folder of each number
        for folder in self.folders if self.version is GsdVersion.CLASSIC else ():
            above, _, name = folder.rpartition("/")
            number = classic_number(name)
            if number and is_phase(folder):
                if above not in firsts:
                    siblings = self.disk.entries(os.path.join(self._base, above))  # noqa: PTH118
                    firsts[above] = {classic_number(other): other for other in reversed(siblings)}
                first = firsts[above].get(number, name)
                if first < name:
                    found[folder] = first
        return found

    @cached_property
    def waves(self) -> dict[str, int]:
        """The wave in which GSD runs each plan, by its path: the levels of the dependency graph of a phase.

        GSD reads ``wave:`` only to compare. Plans of a phase with a cycle have none, nor those of an ambiguous or
        shadowed phase: GSD refuses the phase, or does not find it.
        """
        found: dict[str, int] = {}
        for folder, plans in self.folders.items():
            if folder in self.ambiguous or folder in self.shadowed:
                continue
            members = self._counted(plans)
            said = [plan.wave for plan in members if plan.wave is not None and plan.path not in self.unread]
            first = 0 if any(0 <= wave < 1 for wave in said) else 1
            waits = {plan.path: [path for path in self._gsd_waits[plan.path] if path is not None] for plan in members}
            found |= levels(waits, first)
        return found

    @cached_property
    def _gsd_waits(self) -> dict[str, tuple[str | None, ...]]:
        """What each item of ``depends_on`` names to GSD, by the plan's path; None if GSD drops it."""
        found: dict[str, tuple[str | None, ...]] = {}
        for plans in self.folders.values():
            ids = self._ids(plans, self.version)
            for plan in plans:
                known = ids if plan.path not in self.unread else None
                unseen = plan.unseen if self.version is GsdVersion.CLASSIC else ()
                found[plan.path] = tuple(
                    known.find(item.text) if known and item.text not in unseen else None for item in plan.depends_on
                )
        return found

    def _ids(self, plans: Sequence[PlanFacts], version: GsdVersion) -> Ids | None:
        """Return the ids of the plans of a phase, None if no plan of it depends on anything."""
        if not any(plan.depends_on for plan in plans):
            return None
        return Ids([plan.path for plan in self._counted(plans)], version)

    def _counted(self, plans: Sequence[PlanFacts]) -> list[PlanFacts]:
        """Return the plans that GSD counts: neither superseded, nor named by a person under another kind of name."""
        return [plan for plan in plans if plan.path not in self.superseded and is_counted(plan.path)]

    @cached_property
    def _classic_ids(self) -> dict[str, Ids | None]:
        return {folder: self._ids(plans, GsdVersion.CLASSIC) for folder, plans in self.folders.items()}

    def _dropped(self, plan: PlanFacts, item: Passage, found: str | None, meant: PlanFacts) -> tuple[GsdVersion, ...]:
        """Return the versions, of those that may be in use, that do not resolve ``item``, which means ``meant``."""
        if meant.phase != plan.phase or meant is plan or meant.path in self.done or plan.path in self.unread:
            return ()
        dropped = [] if found else [self.version]
        classic = self._classic_ids[plan.phase]
        if self.installed is None and (item.text in plan.unseen or not _understood(classic, item)):
            dropped.append(GsdVersion.CLASSIC)
        return tuple(dropped)

    def _resolve(self, plan: PlanFacts) -> Iterator[Dependency]:
        by_path = self._by_path
        for item, found in zip(plan.depends_on, self._gsd_waits[plan.path], strict=True):
            dependency = Dependency(item, by_path[found], lost=False) if found else self._meant(plan, item)
            dropped = () if dependency.plan is None else self._dropped(plan, item, found, dependency.plan)
            yield dependency._replace(dropped=dropped)

    @cached_property
    def _by_path(self) -> dict[str, PlanFacts]:
        return {plan.path: plan for plan in self.plans}

    def _meant(self, plan: PlanFacts, item: Passage) -> Dependency:
        """Return the plan that a person means by ``item``, which GSD does not resolve."""
        wanted = named(item.text)
        if not wanted:
            return Dependency(item, None, lost=False)
        own = self.folders[plan.phase]
        if len(wanted) == 1:
            found = [other for other in own if other.identifier[1:2] == wanted or other.identifier == wanted]
            is_number = wanted[0].isdigit()
            phase_only = is_number and wanted[0] != plan.identifier[0] and self._is_phase(wanted[0])
            return Dependency(item, found[0] if found else None, lost=is_number and not found and not phase_only)
        candidates = [*own, *(other for other in self.phases.get(wanted[0], ()) if other.phase != plan.phase)]
        match = next((other for other in candidates if _same(other.identifier, wanted)), None)
        known = wanted[0] in self.phases and wanted[0][:1].isdigit()
        return Dependency(item, match, lost=match is None and known)

    def _is_phase(self, number: str) -> bool:
        """Tell whether there is a phase ``number``: with plans, or only its folder."""
        if number in self.phases:
            return True
        named_so = re.compile(rf"(?:.*-)?0*{re.escape(number)}(?:-.*)?")
        folder = os.path.join(self.location, PLANNING, PHASES)  # noqa: PTH118
        return any(named_so.fullmatch(name) for name in self.disk.entries(folder))


def levels(waits: Mapping[str, Sequence[str]], first: int) -> dict[str, int]:
    """Return the level of each node that waits for others, the lowest being ``first``; none for those in a cycle."""
    open_waits = {node: len(befores) for node, befores in waits.items()}
    followers = defaultdict(list)
    for node, befores in waits.items():
        for before in befores:
            followers[before].append(node)
    found = {node: first for node, count in open_waits.items() if not count}
    queue = list(found)
    for node in queue:
        for follower in followers[node]:
            found[follower] = max(found.get(follower, first), found[node] + 1)
            open_waits[follower] -= 1
            if not open_waits[follower]:
                queue.append(follower)
    return found if len(queue) == len(waits) else {}


def _understood(ids: Ids | None, item: Passage) -> bool:
    return ids is not None and ids.find(item.text) is not None


def _same(identifier: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Tell whether two names are of one plan: one may leave out words after the numbers, or a date before them."""
    length = min(len(identifier), len(wanted))
    return length > 1 and wanted[:length] in {identifier[:length], identifier[-length:]}
