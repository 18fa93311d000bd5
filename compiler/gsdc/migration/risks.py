"""The risks of a change, computed from the decisions (seed 003, "Risk Mitigation Strategies").

Only risks that the change has are listed.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from gsdc.deploy.proposal import Proposal
from gsdc.finding import counted
from gsdc.migration.rerouting import Rerouting
from gsdc.migration.shift import Shift
from gsdc.plans.discover import find
from gsdc.policy.decide import decide
from gsdc.policy.model import CRITICALITIES, TIER_INDEX, ZONES, Agent, Model, Policy, State

_GIT_MODES = (0o644, 0o755)


class Risk(NamedTuple):
    """One risk: its ``kind``, a sentence about it, and the affected agents, tasks or files.

    The kinds are "lower-tier", "waits", "one-provider", "new-model", "deprecated-model", "plan-in-progress" and
    "permissions".
    """

    kind: str
    text: str
    about: tuple[str, ...]


def risks(
    proposal: Proposal,
    before: Policy | None,
    shifts: Iterable[Shift],
    installed: Iterable[Shift],
    reroutings: Iterable[Rerouting],
) -> tuple[Risk, ...]:
    """Return the risks of ``proposal``, most severe kinds first.

    ``shifts`` and ``reroutings`` are relative to the policy ``before``, if given; ``installed`` are the shifts of the
    files, equal to ``shifts`` without ``before``.
    """
    changed = tuple(shifts)
    agents = _agents(proposal.policy, changed)
    rerouted = {row.agent for row in reroutings}
    rerouted_too = tuple(a for a in proposal.policy.agents.values() if a in agents or a.name in rerouted)
    return (
        *_lower_tiers(proposal.policy, before, changed),
        *_waiting(proposal, before, agents),
        *_one_provider(proposal, rerouted_too),
        *_new_models(proposal, changed),
        *_deprecated(proposal.policy, changed),
        *_plans(proposal, installed),
        *_permissions(proposal),
    )


def _agents(policy: Policy, shifts: Iterable[Shift]) -> tuple[Agent, ...]:
    """Return the agents of ``policy`` that ``shifts`` affect, by their own or their clients' names."""
    named = {shift.agent for shift in shifts if shift.after is not None}
    return tuple(a for a in policy.agents.values() if a.name in named or not named.isdisjoint(a.names.values()))


def _lower_tiers(policy: Policy, before: Policy | None, shifts: Sequence[Shift]) -> Iterator[Risk]:
    found: dict[str, dict[str, list[str]]] = {}
    for shift in shifts:
        old = _model(before or policy, shift.before and shift.before.model)
        new = _model(policy, shift.after and shift.after.model)
        if old is not None and new is not None and TIER_INDEX[new.tier] < TIER_INDEX[old.tier]:
            for agent in _agents(policy, (shift,)):
                moves = found.setdefault(agent.criticality, {}).setdefault(agent.name, [])
                moves += [move for move in (f"{old.alias} to {new.alias}",) if move not in moves]
    for criticality in sorted(found, key=CRITICALITIES.index, reverse=True):
        agents = found[criticality]
        listing = ", ".join(f"{name} ({', '.join(moves)})" for name, moves in agents.items())
        who = f"{counted(len(agents), 'agent')} of {criticality} criticality"
        text = f"{who} may run on a lower tier than before: {listing}."
        yield Risk("lower-tier", text, tuple(agents))


def _waiting(proposal: Proposal, before: Policy | None, agents: Sequence[Agent]) -> Iterator[Risk]:
    policy = proposal.policy
    for zone in (proposal.zone, *(zone for zone in ZONES if zone != proposal.zone)):
        waiting = tuple(a.name for a in agents if _waits(policy, a, zone) and not (before and _waits(before, a, zone)))
        if waiting:
            start = policy.zones[zone].start
            when = "now" if zone == proposal.zone else f"once {start:.0%} of the budget is used"
            who = f"{counted(len(waiting), 'agent')} {'is' if len(waiting) == 1 else 'are'} deferred"
            text = f"{who} {when}, in zone {zone}: {', '.join(waiting)}."
            yield Risk("waits", text, waiting)


def _waits(policy: Policy, agent: Agent, zone: str) -> bool:
    if agent.name not in policy.agents:
        return False
    return any(decide(policy, State(agent.name, phase, zone)).model is None for phase in agent.phases or (None,))


def _one_provider(proposal: Proposal, agents: Iterable[Agent]) -> Iterator[Risk]:
    alone: dict[str, list[str]] = {}
    for agent in agents:
        providers = {
            model.provider
            for phase in agent.phases or (None,)
            for model in _hops(proposal.policy, State(agent.name, phase, proposal.zone))
        }
        if len(providers) == 1:
            alone.setdefault(providers.pop(), []).append(agent.name)
    for provider, names in sorted(alone.items()):
        text = (
            f"{counted(len(names), 'agent')} cannot run while {provider} cannot be reached, as no other provider "
            f"stands behind it: {', '.join(names)}."
        )
        yield Risk("one-provider", text, tuple(names))


def _hops(policy: Policy, state: State) -> Iterator[Model]:
    """Yield the model of ``state`` and its failover models."""
    while (alias := decide(policy, state).model) is not None:
        yield policy.models[alias]
        state = state._replace(hop=state.hop + 1)


def _new_models(proposal: Proposal, shifts: Iterable[Shift]) -> Iterator[Risk]:
    """Yield the models that no file of the targets names yet."""
    policy, changes = proposal.policy, {change.path: change.before for change in proposal.changes}
    same = (artifact.content for _, artifact in proposal.build.artifacts if artifact.path not in changes)
    held = b"\n".join((*(image.content for image in changes.values() if image is not None), *same))
    for alias, agents in _users(shifts).items():
        model = _model(policy, alias)
        if model is not None and not any(name.encode() in held for name in (alias, *model.ids.values())):
            provider = policy.providers.get(model.provider)
            key = f", whose key has to be in {provider.key_variable}" if provider else ""
            text = f'"{alias}" is new to the project: it takes access to {model.provider}{key}.'
            yield Risk("new-model", text, agents)


def _deprecated(policy: Policy, shifts: Iterable[Shift]) -> Iterator[Risk]:
    for alias, agents in _users(shifts).items():
        model = _model(policy, alias)
        if model is not None and model.deprecated:
            text = f'"{alias}" ends on {model.deprecated}, and {counted(len(agents), "agent")} would run on it.'
            yield Risk("deprecated-model", text, agents)


def _plans(proposal: Proposal, installed: Iterable[Shift]) -> Iterator[Risk]:
    """Yield the open plans in which some task changes from one model to another."""
    plans = [change.path for change in proposal.changes if change.target == "plans"]
    done = {file.path for file in find(plans, str(proposal.project.tree.root)).files if file.done}
    tasks: dict[str, list[str]] = {}
    for shift in installed:
        if shift.before is None or shift.after is None or shift.before.model == shift.after.model:
            continue
        for path in shift.paths:
            if path in plans and path not in done:
                tasks.setdefault(path, []).append(shift.agent)
    for path, names in tasks.items():
        text = f'{counted(len(names), "task")} of the plan "{path}", which is not done, would change model.'
        yield Risk("plan-in-progress", text, tuple(names))


def _permissions(proposal: Proposal) -> Iterator[Risk]:
    paths = tuple(c.path for c in proposal.changes if c.before and c.before.mode not in _GIT_MODES)
    if paths:
        text = (
            f"{counted(len(paths), 'file')} may get other permissions by `git apply`, which keeps none but that to "
            f"execute; `gsdc apply` keeps them: {', '.join(paths)}."
        )
        yield Risk("permissions", text, paths)


def _users(shifts: Iterable[Shift]) -> dict[str, tuple[str, ...]]:
    """Return every model decided after the change, sorted, with the agents that get it by the change."""
    found: dict[str, dict[str, None]] = {}
    for shift in shifts:
        if shift.after is not None and shift.after.model is not None:
            found.setdefault(shift.after.model, {})[shift.agent] = None
    return {alias: tuple(found[alias]) for alias in sorted(found)}


def _model(policy: Policy, alias: str | None) -> Model | None:
    return None if alias is None else policy.models.get(alias)
