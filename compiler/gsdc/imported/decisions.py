"""What was decided for each agent, put together from all clients, and how that differs from a shipped profile."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from gsdc.imported.agents import Roster
from gsdc.imported.found import OVERRIDES, Found
from gsdc.imported.models import Models
from gsdc.installed.api import INHERIT
from gsdc.policy.decide import decide, permits, selects
from gsdc.policy.model import Agent, Policy, State

Cells = dict[str | None, str | None]
"""The model of an agent by phase, None being work outside any phase; a model that is None waits."""

PROFILES: Final = ("balanced", "quality", "budget", "research")  # of equals the first is the nearest
_HOTTEST: Final = 2


@dataclass
class Wanted:
    """What the clients say of one agent.

    ``cells`` are of clients that tell phases apart; ``whole`` is what one says that does not: the best of its models
    over all phases. ``said`` are the words of each client, in order.
    """

    cells: Cells = field(default_factory=dict)
    whole: tuple[str | None, ...] = ()
    temperature: float | None = None
    inherits: bool = False
    said: dict[str, None] = field(default_factory=dict)

    @property
    def is_stated(self) -> bool:
        """Whether any client says what it runs on."""
        return bool(self.cells or self.whole)


class Difference(NamedTuple):
    """What a profile has to say of an agent: its ``assignment``, where its model differs, and when it ``waits``.

    ``waits`` are phases; (None,) is always. ``breaks`` are the never-break rules that do not allow the model.
    """

    agent: str
    assignment: Any
    waits: tuple[str | None, ...]
    breaks: tuple[str, ...]


class Gathered(NamedTuple):
    """What is wanted of each agent, and in words what the clients disagree on or cannot be carried over."""

    wanted: dict[str, Wanted]
    conflicts: dict[str, str]
    lost: list[str]


def gather(found: Found, roster: Roster, models: Models) -> Gathered:
    """Return what the clients say of each agent of ``roster``; unknown models join ``models``."""
    wanted: dict[str, Wanted] = {name: Wanted() for name in roster.own}
    conflicts: dict[str, list[str]] = {}
    lost: dict[str, None] = {}
    for source in found.sources:
        for claim, *_ in source.statements:
            name = roster.known.get((source.client, claim.agent))
            if name is None:
                continue
            one = wanted.setdefault(name, Wanted())
            if claim.model == INHERIT:
                one.inherits = True
                continue
            alias = None if claim.model is None else models.alias(source.client, claim.model)
            if claim.model is not None and alias is None:
                lost[f'"{name}" on "{claim.model}" in {source.label}: no model of gsdc\'s can have that id'] = None
                continue
            if claim.temperature is not None and one.temperature is None and claim.model is not None:
                one.temperature = _temperature(claim.temperature)
                if one.temperature is None:
                    lost[f'"{name}" has a temperature of {claim.temperature} in {source.label}'] = None
            one.said[f"{_runs(alias)}{_in(claim.phase)} in {source.label}"] = None
            if source.client == OVERRIDES or claim.phase is not None:
                before = one.cells.get(claim.phase, alias)
                one.cells[claim.phase] = _stronger(models, before, alias)
                if before != alias:
                    conflicts[name] = list(one.said)
            else:
                if one.whole and one.whole[0] != alias:
                    conflicts[name] = list(one.said)
                one.whole = (_stronger(models, one.whole[0], alias) if one.whole else alias,)
    for name, one in wanted.items():
        if one.cells and one.whole and _raise(one, models):
            conflicts[name] = list(one.said)
        if name in roster.own:
            roster.own[name].temperature = one.temperature
            roster.own[name].phases = tuple(phase for phase in one.cells if phase is not None)
    texts = {name: f'"{name}" {", ".join(said)}: the stronger counts' for name, said in conflicts.items()}
    return Gathered(wanted, texts, list(lost))


def _temperature(value: float) -> float | None:
    return value if 0 <= value <= _HOTTEST else None


def _runs(alias: str | None) -> str:
    return f'runs on "{alias}"' if alias else "waits"


def _in(phase: str | None) -> str:
    return f" in {phase}" if phase else ""


def _stronger(models: Models, one: str | None, other: str | None) -> str | None:
    if one is None or other is None:
        return one or other
    return other if models.rank(other) > models.rank(one) else one


def _raise(one: Wanted, models: Models) -> bool:
    """Settle what a client without phases says with what others say by phase; tell whether they disagree.

    Where it says more than the best of the phases, no phase gets less.
    """
    (whole,) = one.whole
    phases = [alias for phase, alias in one.cells.items() if phase is not None] or list(one.cells.values())
    best = phases[0]
    for alias in phases:
        best = _stronger(models, best, alias)
    if best == whole or (whole is None and None in phases):
        one.whole = ()
        return False
    if _stronger(models, best, whole) == whole:
        one.cells = {phase: _stronger(models, alias, whole) for phase, alias in one.cells.items()}
    one.whole = ()
    return True


def differences(policy: Policy, wanted: Mapping[str, Wanted]) -> list[Difference]:
    """Return what a profile that extends the one of ``policy`` has to say for each agent to get what is wanted."""
    found = []
    for name, agent in policy.agents.items():
        one = wanted.get(name)
        difference = _difference(policy, agent, one) if one is not None and one.is_stated else None
        if difference is not None:
            found.append(difference)
    return found


def _difference(policy: Policy, agent: Agent, one: Wanted) -> Difference | None:
    now = {phase: decide(policy, State(agent.name, phase)) for phase in (None, *agent.phases)}
    answers: Cells = {phase: decision.model for phase, decision in now.items()}
    target = _target(policy, agent, one, answers)
    heat = now[agent.phases[0] if agent.phases else None].temperature
    is_hot = one.temperature is not None and heat != one.temperature
    if target == answers and not is_hot:
        return None
    running = {phase: alias for phase, alias in target.items() if alias is not None}
    waits: tuple[str | None, ...] = (None,)
    if running:
        waits = tuple(phase for phase, alias in target.items() if phase and alias is None and answers[phase])
    is_other = any(answers[phase] != alias for phase, alias in running.items())
    assignment = _assignment(agent, running, one.temperature if is_hot else None) if is_other or is_hot else None
    broken = dict.fromkeys(
        rule.name
        for phase, alias in running.items()
        if answers[phase] != alias
        for rule in policy.never_break.values()
        if not rule.of_plans and selects(rule, agent, State(agent.name, phase)) and not permits(rule, policy.models[alias])
    )
    return Difference(agent.name, assignment, waits, tuple(broken))


def _target(policy: Policy, agent: Agent, one: Wanted, answers: Cells) -> Cells:
    """Return what each phase of the agent is to get: what is said of it, else the default, else what it gets anyway."""
    if one.whole:
        (whole,) = one.whole
        ranks = {alias: policy.models[alias].rank for alias in answers.values() if alias is not None}
        running = [answers[phase] for phase in agent.phases or (None,)]
        if None not in running and max(running, key=lambda alias: ranks[str(alias)]) == whole:
            return answers  # it cannot tell the phases apart, and the best of them is what it says
        return dict.fromkeys(answers, whole)
    target = {phase: one.cells.get(phase, one.cells.get(None, now)) for phase, now in answers.items()}
    if None not in one.cells and agent.phases and all(phase in one.cells for phase in agent.phases):
        # Nothing is said of work outside any phase: the fewest words are best.
        counts = Counter(target[phase] for phase in agent.phases)
        if answers[None] not in counts:
            target[None] = counts.most_common(1)[0][0]
    return target


def _assignment(agent: Agent, running: dict[str | None, str], temperature: float | None) -> Any:
    model = running.get(None) or Counter(running.values()).most_common(1)[0][0]
    phases = {phase: running[phase] for phase in agent.phases if running.get(phase, model) != model}
    if not phases and temperature is None:
        return model
    heat = {} if temperature is None else {"temperature": temperature}
    return {"model": model, **({"phases": phases} if phases else {}), **heat}


def unlike(policy: Policy, found: Found, roster: Roster, models: Models) -> Iterator[tuple[str, str]]:
    """Yield the agents that ``policy`` decides otherwise than a client says, with that in words."""
    for source in found.sources:
        for claim, *_ in source.statements:
            agent = policy.agents.get(roster.known.get((source.client, claim.agent), ""))
            if agent is None or claim.model == INHERIT:
                continue
            alias = None if claim.model is None else models.alias(source.client, claim.model)
            is_one = source.client == OVERRIDES or claim.phase is not None
            phases = (claim.phase,) if is_one else agent.phases or (None,)
            answers = [decide(policy, State(agent.name, phase)).model for phase in phases]
            running = [answer for answer in answers if answer is not None]
            best = max(running, key=lambda each: policy.models[each].rank, default=None)
            if best != alias:
                yield agent.name, f'"{agent.name}" {_runs(alias)}{_in(claim.phase)} in {source.label}, and {_runs(best)} here'
