"""Check whether a client's files can enforce the never-break rules, and what can bypass these files.

A client without phases reads one model per agent, from the models that it has ids for. It may be unable to express the
policy's decision: then the rule holds in the policy but not in the client.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gsdc.finding import some
from gsdc.policy.breach import allows
from gsdc.policy.constraints import applies
from gsdc.policy.model import TASK_CLASSES, ZONES, Agent, Policy, State
from gsdc.policy.requirement import AtLeastEffort, NeverBreak
from gsdc.rules.policy import team_rule
from gsdc.targets.choice import choose
from gsdc.targets.declaration import EFFORT, WAITING, Declaration


class ClientVerdict(NamedTuple):
    """Whether the files of a client can enforce a never-break rule; ``why`` lists the obstacles as text."""

    code: str
    name: str
    holds: bool
    why: tuple[str, ...]


class ClientProof(NamedTuple):
    """The proof for one client: the verdicts, and what can bypass the project's files at run time.

    ``of_tasks`` are rules about a task's work: a client's file gives an agent one model for all of its work.
    """

    client: str
    profile: str
    fleets: tuple[str, ...]
    verdicts: tuple[ClientVerdict, ...]
    of_tasks: tuple[str, ...]
    escapes: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether every rule can be enforced."""
        return all(verdict.holds for verdict in self.verdicts)


def prove_client(policy: Policy, target: Declaration) -> ClientProof:
    """Return for each never-break rule whether the files of ``target`` can enforce it in every zone and phase."""
    verdicts, of_tasks = [], []
    for rule in policy.never_break.values():
        if _selects(policy, rule, TASK_CLASSES[:1]):
            why = tuple(_against(policy, target, rule))
            verdicts.append(ClientVerdict(team_rule.SHIPPED.get(rule.name, team_rule.CODE), rule.name, not why, why))
        elif rule.of_plans or _selects(policy, rule, TASK_CLASSES[1:]):
            of_tasks.append(rule.name)
    found = tuple(sorted(verdicts))
    return ClientProof(target.name, policy.profile, tuple(policy.fleets), found, tuple(of_tasks), target.escapes)


def _against(policy: Policy, target: Declaration, rule: NeverBreak) -> Iterator[str]:
    """Yield what prevents the client from enforcing a rule, each reason once with its agents."""
    agents: dict[str, dict[str, None]] = {}
    for agent in policy.agents.values():
        for zone in ZONES:
            for reason in _reasons(policy, target, rule, agent, zone):
                agents.setdefault(reason, {})[agent.name] = None
    for reason, names in agents.items():
        yield f"{target.label} {reason}: {some(list(names))}"


def _reasons(policy: Policy, target: Declaration, rule: NeverBreak, agent: Agent, zone: str) -> Iterator[str]:
    states = (State(agent.name, phase, zone) for phase in agent.phases or (None,))
    ruled = [state for state in states if applies(rule, agent, state)]
    chosen = choose(policy, agent, zone) if ruled else None
    if chosen is None:
        return
    if chosen.deferred and WAITING not in target.lacks:
        return  # it does not run
    if target.ids and chosen.model.id_in(target.ids) is None:
        yield f'cannot use "{chosen.model.alias}"'
        return
    for state in ruled:
        if isinstance(rule.requirement, AtLeastEffort) and EFFORT in target.lacks:
            yield "cannot set the effort of an agent"
        elif not allows(policy.of(agent.name), rule, state, chosen.model, chosen.effort):
            yield "cannot defer an agent" if chosen.deferred else "has no phases"


def _selects(policy: Policy, rule: NeverBreak, task_classes: Iterable[str]) -> bool:
    """Tell whether a rule selects an agent of the policy that does work of one of ``task_classes``."""
    return any(
        applies(rule, agent, State(agent.name, phase, task_class=each))
        for agent in policy.agents.values()
        for phase in agent.phases or (None,)
        for each in task_classes
    )
