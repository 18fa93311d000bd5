"""The settings wanted for each agent, merged from all clients."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from gsdc.importer import slips
from gsdc.importer.agents import Roster
from gsdc.importer.found import AgentSource, Inventory
from gsdc.importer.models import Models
from gsdc.targets.api import INHERIT, Claim

Cells = dict[str | None, str | None]
"""The model of an agent by phase, None being work outside any phase; a model that is None is deferred."""

_HOTTEST: Final = 2


class WantedEffort(NamedTuple):
    """An effort, and the ids of the client that sets it: effort names depend on the model."""

    word: str
    ids: str


@dataclass
class WantedPolicy:
    """The settings that the clients give one agent.

    ``cells`` come from clients that distinguish phases. ``whole`` comes from the others, () if none: the best of its
    models for all phases. ``said`` lists, in order, the clients behind each setting, as text. ``is_elsewhere`` is true
    if a client takes its model from a source that gsdc.yaml cannot name. ``efforts`` come from clients that distinguish
    phases, ``effort`` from the others; a missing phase is left to the profile.
    """

    cells: Cells = field(default_factory=dict)
    whole: tuple[str | None, ...] = ()
    temperature: float | None = None
    inherits: bool = False
    said: dict[str, dict[str, None]] = field(default_factory=dict)
    disputed: bool = False
    is_elsewhere: bool = False
    efforts: dict[str | None, WantedEffort] = field(default_factory=dict)
    effort: WantedEffort | None = None

    @property
    def is_stated(self) -> bool:
        """Whether any client sets a model."""
        return bool(self.cells or self.whole)

    @property
    def dispute(self) -> str:
        """The disagreement between the clients as text, "" if they agree."""
        said = "; ".join(f"{what} in {', '.join(clients)}" for what, clients in self.said.items())
        return f"{said}: the stronger counts" if self.disputed else ""


class Gathering:
    """The settings wanted for each agent. ``lost`` lists what cannot be imported, ``slips`` misspelt names, as text."""

    def __init__(self, found: Inventory, roster: Roster, models: Models) -> None:
        self.wanted: dict[str, WantedPolicy] = {name: WantedPolicy() for name in roster.own}
        self.lost: dict[str, None] = {}
        self.slips: dict[str, None] = {}
        self._models = models
        self._phases = roster.phases
        for source in found.sources:
            for claim, *_ in source.statements:
                name = roster.known.get((source.client, claim.agent))
                if name is not None:
                    self._take(source, claim, name)
        for name, one in self.wanted.items():
            if one.cells and one.whole:
                self._settle(one)
            if one.is_elsewhere and not one.is_stated:
                roster.leave(name)
            if name in roster.own:
                roster.own[name].temperature = one.temperature
                roster.own[name].phases = tuple(phase for phase in one.cells if phase is not None)

    def _take(self, source: AgentSource, claim: Claim, name: str) -> None:
        one = self.wanted.setdefault(name, WantedPolicy())
        phase = slips.of_phase(source.client, claim.phase, self._phases)
        if phase is not None:
            self.slips[f'phase "{claim.phase}" in {source.target.label}: that is nearly "{phase}"'] = None
            return
        if claim.model is not None:
            heat = self._models.temperature(source.client, claim)
            self._merge_temperature(one, heat, f'"{name}" at temperature {heat} in {source.target.label}')
        if claim.model == INHERIT:
            one.inherits = True
            return
        alias = None
        if claim.model is not None:
            alias = self._models.alias(source.client, claim.model)
            meant = self._models.meant(claim.model)
            if meant is not None:
                self.slips[f'"{name}" on "{claim.model}" in {source.target.label}: that is nearly "{meant}"'] = None
                return
            if alias is None:
                self.lost[f'"{name}" on "{claim.model}" in {source.target.label}: that is not an id of one model'] = (
                    None
                )
                one.is_elsewhere = True
                return
        if alias is not None and claim.effort is not None:
            self._take_effort(one, source, claim, alias, name)
        one.said.setdefault(runs(alias), {})[source.target.label] = None
        if tells_phases(source, claim):
            before = one.cells.get(claim.phase, alias)
            one.cells[claim.phase] = self._stronger(before, alias)
        else:
            before = one.whole[0] if one.whole else alias
            one.whole = (self._stronger(before, alias),)
        one.disputed |= before != alias

    def _take_effort(self, one: WantedPolicy, source: AgentSource, claim: Claim, alias: str, name: str) -> None:
        """Use the effort of a claim, unless there is one: the first takes precedence."""
        effort = WantedEffort(str(claim.effort), source.target.ids)
        self._models.takes(alias, effort.word)
        if tells_phases(source, claim):
            first = one.efforts.setdefault(claim.phase, effort)
        else:
            first = one.effort = one.effort or effort
        if first != effort and self._models.written(alias, first.word, effort.ids) != effort.word:
            self.lost[f'"{name}" at effort {effort.word} in {source.target.label}'] = None

    def _merge_temperature(self, one: WantedPolicy, heat: float | None, words: str) -> None:
        """Use the temperature of a claim, unless there is one: the first takes precedence."""
        if heat is None or heat == one.temperature:
            return
        if one.temperature is None and 0 <= heat <= _HOTTEST:
            one.temperature = heat
        else:
            self.lost[words] = None

    def _settle(self, one: WantedPolicy) -> None:
        """Merge the settings of clients without phases with those given per phase.

        If they exceed the best model of the phases, no phase gets less.
        """
        (whole,) = one.whole
        one.whole = ()
        phases = [alias for phase, alias in one.cells.items() if phase is not None] or list(one.cells.values())
        best = phases[0]
        for alias in phases:
            best = self._stronger(best, alias)
        if best == whole or (whole is None and None in phases):
            return
        one.disputed = True
        if self._stronger(best, whole) == whole:
            one.cells = {phase: self._stronger(alias, whole) for phase, alias in one.cells.items()}

    def _stronger(self, one: str | None, other: str | None) -> str | None:
        if one is None or other is None:
            return one or other
        return other if self._models.rank(other) > self._models.rank(one) else one


def tells_phases(source: AgentSource, claim: Claim) -> bool:
    """Tell whether a claim without a phase means "outside any phase", not "all phases"."""
    return source.target.tells_phases or claim.phase is not None


def runs(alias: str | None) -> str:
    """Return as text what an agent does with a model, or without one."""
    return f'runs on "{alias}"' if alias else "is deferred"
