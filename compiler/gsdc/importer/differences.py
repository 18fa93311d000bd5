"""Differences between the settings wanted for agents and the decisions of a policy."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from gsdc.importer.agents import Roster
from gsdc.importer.found import AgentSource, Inventory
from gsdc.importer.models import Models
from gsdc.importer.wanted import Cells, WantedPolicy, runs, tells_phases
from gsdc.models.effort import RANK, reaches
from gsdc.policy.constraints import permits, selects
from gsdc.policy.decide import allocation, asked_effort, decide
from gsdc.policy.effort import fitted
from gsdc.policy.model import ZONES, Agent, Model, Policy, State
from gsdc.policy.requirement import AtLeastEffort, NeverBreak
from gsdc.targets.api import INHERIT, Claim
from gsdc.targets.efforts import written_effort

PROFILES: Final = ("balanced", "quality", "budget", "research")  # of equally near profiles, the first is used


class Difference(NamedTuple):
    """The profile entries for an agent: its ``assignment`` if the model differs, and when it is deferred (``waits``).

    ``waits`` are phases; (None,) means always. ``breaks`` are the never-break rules that forbid the model.
    """

    agent: str
    assignment: Any
    waits: tuple[str | None, ...]
    breaks: tuple[str, ...]

    @property
    def kept(self) -> bool:
        """Whether a profile can contain it: a model that breaks a never-break rule is left to the extended profile."""
        return bool((self.assignment is not None and not self.breaks) or self.waits)

    @property
    def said(self) -> str:
        """The assignment as text."""
        if isinstance(self.assignment, str):
            return self.assignment
        effort = self.assignment.get("effort", "")
        said = str(self.assignment.get("model", ""))
        return f"{said} at effort {effort}".strip() if isinstance(effort, str) and effort else said or "another effort"


def differences(policy: Policy, wanted: Mapping[str, WantedPolicy]) -> list[Difference]:
    """Return the entries that a profile extending the one of ``policy`` needs to give each agent what is wanted."""
    found = []
    for name, agent in policy.agents.items():
        one = wanted.get(name)
        difference = _difference(policy, agent, one) if one is not None else None
        if difference is not None:
            found.append(difference)
    return found


def _difference(policy: Policy, agent: Agent, one: WantedPolicy) -> Difference | None:
    answers: Cells = {phase: decide(policy, State(agent.name, phase)).model for phase in (None, *agent.phases)}
    target = _target(policy, agent, one, answers)
    running = {phase: alias for phase, alias in target.items() if alias is not None}
    is_other = any(answers[phase] != alias for phase, alias in running.items())
    is_hot = _is_hot(policy, agent, one, running.values(), is_other=is_other)
    effort = _effort(policy, agent, one, running)
    if target == answers and not is_hot and effort is None:
        return None
    waits: tuple[str | None, ...] = (None,)
    if running:
        waits = tuple(phase for phase, alias in target.items() if phase and alias is None and answers[phase])
    assignment: Any = None
    if is_other or is_hot:
        ranges = () if is_other else allocation(policy, agent)[0].complexity
        assignment = _assignment(agent, running, one.temperature if is_hot else None, ranges)
    if effort is not None:
        assignment = {**({"model": assignment} if isinstance(assignment, str) else assignment or {}), "effort": effort}
    broken = dict.fromkeys(
        rule.name
        for phase, alias in running.items()
        for rule in policy.never_break.values()
        if not rule.of_plans and selects(rule, agent, State(agent.name, phase))
        if (answers[phase] != alias and not permits(rule, policy.models[alias])) or _is_too_little(rule, effort, phase)
    )
    return Difference(agent.name, assignment, waits, tuple(broken))


def _is_too_little(rule: NeverBreak, effort: str | dict[str, Any] | None, phase: str | None) -> bool:
    """Tell whether a never-break rule requires more than the given ``effort`` for a phase."""
    if not isinstance(rule.requirement, AtLeastEffort) or effort is None:
        return False
    said = effort if isinstance(effort, str) else effort["phases"].get(phase, effort.get("default"))
    return said is not None and not reaches(said, rule.requirement.effort)


def _effort(
    policy: Policy, agent: Agent, one: WantedPolicy, running: Mapping[str | None, str]
) -> str | dict[str, Any] | None:
    """Return the profile entry for an agent's effort on its models, None if no entry is needed.

    A phase without an effort from any client stays unchanged.
    """
    got: dict[str | None, tuple[Model, str | None]] = {}
    for phase, alias in running.items():
        model = policy.models[alias]
        asked = asked_effort(policy, agent, policy.zones["green"], State(agent.name, phase))
        got[phase] = model, fitted(asked, model)[0]
    if one.effort is not None and not one.efforts:
        cells = [got[phase] for phase in agent.phases or (None,) if phase in got] or list(got.values())
        best = max(cells, key=lambda cell: (cell[0].rank, RANK.get(cell[1] or "", -1)), default=None)
        return None if best is None or written_effort(one.effort.ids, *best) == one.effort.word else one.effort.word
    said = {phase: effort for phase, effort in one.efforts.items() if phase in got}
    other = {phase: each.word for phase, each in said.items() if written_effort(each.ids, *got[phase]) != each.word}
    default = other.pop(None, None)
    if default is None:
        return {"phases": other} if other else None
    kept = {phase: said[phase].word if phase in said else effort for phase, (_, effort) in got.items() if phase}
    phases = {phase: effort for phase, effort in kept.items() if effort not in (None, default)}
    return {"default": default, "phases": phases} if phases else default


def _is_hot(policy: Policy, agent: Agent, one: WantedPolicy, running: Iterable[str], *, is_other: bool) -> bool:
    """Tell whether an entry needs a temperature: ``policy`` does not give the wanted one, and a model accepts it.

    An assignment of an ``is_other`` model keeps only the agent's own temperature.
    """
    if one.temperature is None or not any(policy.models[alias].temperature for alias in running):
        return False
    given = None if is_other else allocation(policy, agent)[0].temperature
    return one.temperature != (agent.temperature if given is None else given)


def _target(policy: Policy, agent: Agent, one: WantedPolicy, answers: Cells) -> Cells:
    """Return the target of each phase of the agent: the wanted setting, else the default, else the current decision."""
    if one.whole:
        (whole,) = one.whole
        ranks = {alias: policy.models[alias].rank for alias in answers.values() if alias is not None}
        running = [answers[phase] for phase in agent.phases or (None,)]
        if None not in running and max(running, key=lambda alias: ranks[str(alias)]) == whole:
            return answers  # it does not distinguish phases, and gives the best model of all
        return dict.fromkeys(answers, whole)
    target = {phase: one.cells.get(phase, one.cells.get(None, now)) for phase, now in answers.items()}
    if None not in one.cells and agent.phases and all(phase in one.cells for phase in agent.phases):
        # Work outside any phase has no wanted setting: use the shortest entry.
        counts = Counter(target[phase] for phase in agent.phases)
        if answers[None] not in counts:
            target[None] = counts.most_common(1)[0][0]
    return target


def _assignment(
    agent: Agent, running: dict[str | None, str], temperature: float | None, ranges: tuple[tuple[int, int, str], ...]
) -> Any:
    model = running.get(None) or Counter(running.values()).most_common(1)[0][0]
    fields = {
        "phases": {phase: running[phase] for phase in agent.phases if running.get(phase, model) != model},
        "complexity": {f"{low}-{high}": token for low, high, token in ranges},
        "temperature": temperature,
    }
    given = {key: value for key, value in fields.items() if value not in ({}, None)}
    return {"model": model, **given} if given else model


def unlike(policy: Policy, found: Inventory, roster: Roster, models: Models) -> Iterator[tuple[str, str]]:
    """Yield, with a text, the agents that ``policy`` decides differently from a client in zone green."""
    for source in found.sources:
        for claim, *_ in source.statements:
            name = roster.known.get((source.client, claim.agent), "")
            if name in policy.agents and claim.model != INHERIT:
                alias = None if claim.model is None else models.alias(source.client, claim.model)
                best = _answer(policy, source, claim, name)
                if best != alias and (claim.model is None or alias):
                    phase = f" in {claim.phase}" if claim.phase else ""
                    yield name, f"{runs(alias)}{phase} in {source.target.label}, and {runs(best)} here"


def unlike_zones(policy: Policy, found: Inventory, roster: Roster) -> list[str]:
    """Return the other budget zones in which ``policy`` decides differently from a client."""
    zones = {
        claim.zone
        for source in found.sources
        for claim, *_ in source.elsewhere
        if (name := roster.known.get((source.client, claim.agent), "")) in policy.agents
        and (claim.zone not in ZONES or _answer(policy, source, claim, name) != claim.model)
    }
    return sorted(str(zone) for zone in zones)


def _answer(policy: Policy, source: AgentSource, claim: Claim, name: str) -> str | None:
    """Return the decision of ``policy`` for a claim; for a claim about several phases, the best model."""
    phases = (claim.phase,) if tells_phases(source, claim) else policy.agents[name].phases or (None,)
    answers = [decide(policy, State(name, phase, claim.zone or "green")).model for phase in phases]
    running = [answer for answer in answers if answer is not None]
    return max(running, key=lambda alias: policy.models[alias].rank, default=None)
