"""What a change costs: by agent and in sum for a week, and for the plans in this project, against the weekly budget.

A week holds the volume that is expected of each agent: the `volume` of its fleet, in tokens. Agents without one count
nothing where others have one. Where no agent has, the weekly token budget of the profile without its reserve is spread
evenly over all agents; of two profiles, the larger such budget counts for both, so that both sides do the same work.

What plans at hand cost is what `gsdc cost` says of them. Where that is more than a week of the agents, the week holds
the plans: they are the work that comes next.

An agent's tokens are spread evenly over the phases that it works in, and are routine work in one budget zone; half of
them are output, as in ``gsdc.plans.cost``. What waits costs nothing. The reserve is the share of the budget that
seed 002 sets aside for emergencies ("Escape Hatches"): a week that needs it is said so before it overruns the budget.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from gsdc.plans.cost import NOTHING_LEARNED, Amount, Learned, TokenSources, add, cost
from gsdc.plans.usage import measured, sizes, usage
from gsdc.policy.decide import decide
from gsdc.policy.model import Policy, State
from gsdc.policy.project import Project
from gsdc.source.plan import Plan, parse
from gsdc.source.plan_annotation import strip
from gsdc.targets.plans.emit import DEFAULT_PATHS, at_hand
from gsdc.tasks.annotation import analyse
from gsdc.tasks.estimate import dollars

UNKNOWN: Final = "not known: no weekly budget of tokens is set"


class Volume(NamedTuple):
    """Tokens a week, by agent. ``profile`` is whose budget they come from, "" where fleets give them.

    ``silent`` are agents without a volume of their own where others have one.
    """

    agents: Mapping[str, int]
    profile: str
    silent: tuple[str, ...]

    @property
    def total(self) -> int:
        """Tokens of all agents in a week."""
        return sum(self.agents.values())

    @property
    def known(self) -> bool:
        """Whether anybody has said how many: a fleet of its agents, or a budget in tokens."""
        return self.total > 0 or not self.profile


class Item(NamedTuple):
    """What an agent costs in a week, or a plan once, on both sides; None where a side lacks it or is not compared.

    The tokens of an amount are those that run: what waits is missing from them.
    """

    name: str
    before: Amount | None
    after: Amount | None


class Allowance(NamedTuple):
    """What a week is expected to use of a budget in one unit, "usd" or "tokens"; ``reserve`` is the share kept back."""

    unit: str
    expected: float
    limit: float
    reserve: float

    @property
    def spendable(self) -> float:
        """The budget without its reserve."""
        return self.limit * (1 - self.reserve)

    @property
    def exceeds(self) -> str:
        """What the week is too much for: "budget", "spendable" (it needs the reserve), or "" where it is within."""
        return "budget" if self.expected > self.limit else "spendable" if self.expected > self.spendable else ""

    def shown(self, value: float) -> str:
        """Return a value in its unit."""
        return in_dollars(value) if self.unit == "usd" else f"{round(value):,} tokens"


class Week(NamedTuple):
    """A week under a profile, against its budgets in $ and in tokens; None where it has none.

    ``agents`` are what the agents are expected to use, ``plans`` what the plans at hand take, as `gsdc cost` tells: the
    week holds whichever is more. ``reserve`` is the share of the budget that is kept back. Where ``is_spread``, the
    tokens of the agents are a budget in tokens themselves, and are not held against one.
    """

    profile: str
    agents: Amount
    plans: Amount
    usd: float | None
    tokens: int | None
    reserve: float
    is_spread: bool = False

    @property
    def amount(self) -> Amount:
        """What is expected of the week."""
        return self.plans if self.is_of_plans else self.agents

    @property
    def is_of_plans(self) -> bool:
        """Whether the plans at hand take more than the agents are expected to use."""
        return self.plans.usd > self.agents.usd

    @property
    def allowance(self) -> Allowance | None:
        """What is expected against the budget; of two, the one that is exceeded more, else that in $."""
        found = []
        if self.usd is not None:
            found.append(Allowance("usd", self.amount.usd, self.usd, self.reserve))
        if self.tokens is not None and (self.is_of_plans or not self.is_spread):
            found.append(Allowance("tokens", self.amount.tokens, self.tokens, self.reserve))
        return max(found, key=lambda one: ("", "spendable", "budget").index(one.exceeds), default=None)


class Costs(NamedTuple):
    """What a change costs in a budget zone. ``before`` is None where only one policy is at hand."""

    zone: str
    volume: Volume
    agents: tuple[Item, ...]
    plans: tuple[Item, ...]
    before: Week | None
    after: Week

    @property
    def changed(self) -> bool:
        """Whether an agent or a plan costs something else than before."""
        compared = self.before is not None
        return compared and any(item.before != item.after for item in (*self.agents, *self.plans))


def compare(
    before: Policy | None,
    after: Policy,
    zone: str,
    plans: Iterable[Plan] = (),
    root: str | Path = ".",
    learned: Learned = NOTHING_LEARNED,
) -> Costs:
    """Return what agents and plans cost under two policies, or under ``after`` alone.

    The paths of plans are relative to the folder ``root``, whose files they read. ``learned`` are the tokens of tasks
    that a ledger has taught.
    """
    sides = [after] if before is None else [before, after]
    volume = expected(sides)
    agents = tuple(
        Item(name, before and _agent(before, name, zone, tokens), _agent(after, name, zone, tokens))
        for name, tokens in volume.agents.items()
    )
    costed = []
    for plan in plans:
        size = sizes(plan, root)
        known, used = measured(plan, size), TokenSources(learned, usage(plan, size))
        amounts = [cost(analyse(plan, policy, zone, known), policy, used).total for policy in sides]
        costed.append(Item(plan.path, amounts[0] if before else None, amounts[-1]))
    weeks = [
        policy and _week(policy, [getattr(one, side) for one in agents], [getattr(one, side) for one in costed], volume)
        for policy, side in ((before, "before"), (after, "after"))
    ]
    assert weeks[1] is not None, "there is a policy after the change"
    return Costs(zone, volume, agents, tuple(costed), weeks[0], weeks[1])


def in_dollars(usd: float) -> str:
    """Return a sum with the digits that tell: cents, and tenths of a cent below a dollar."""
    return f"${usd:,.{2 if usd >= 1 else 3}f}"


def plans_at_hand(project: Project) -> tuple[Plan, ...]:
    """Return the plans that the project's target "plans" annotates, or those below .planning/, as people wrote them.

    Plans that are done cost nothing any more. Raises ``Rejected`` for a file that cannot be read.
    """
    patterns = project.targets().get("plans", {}).get("paths", DEFAULT_PATHS)
    return tuple(parse(path, strip(path, text)) for path, text in at_hand(project.tree, patterns))


def expected(policies: Iterable[Policy]) -> Volume:
    """Return how many tokens each agent of ``policies`` is expected to use in a week."""
    sides = tuple(policies)
    given: dict[str, int | None] = {}
    for policy in reversed(sides):
        for agent in policy.agents.values():
            given[agent.name] = max((v for v in (given.get(agent.name), agent.volume) if v is not None), default=None)
    if any(volume is not None for volume in given.values()):
        silent = tuple(name for name, volume in given.items() if volume is None)
        return Volume({name: volume or 0 for name, volume in given.items()}, "", silent)
    tokens, profile = max((_weekly_tokens(policy), policy.profile) for policy in sides)
    share, rest = divmod(tokens, len(given))
    return Volume({name: share + (index < rest) for index, name in enumerate(given)}, profile, ())


def _weekly_tokens(policy: Policy) -> int:
    tokens: float = policy.budgets.get("weekly", {}).get("tokens", 0)
    reserve: float = policy.budgets.get("reserve", 0)
    return round(tokens * (1 - reserve))


def _agent(policy: Policy, name: str, zone: str, tokens: int) -> Amount | None:
    """Return what an agent costs in a week; None where the policy does not have it."""
    if name not in policy.agents:
        return None
    phases = policy.agents[name].phases or (None,)
    aliases = [decide(policy, State(name, phase, zone)).model for phase in phases]
    running = [policy.of(name).models[alias] for alias in aliases if alias is not None]
    usd = sum(dollars(tokens, model) for model in running) / len(phases)
    return Amount(round(tokens * len(running) / len(phases)), usd)


def _week(policy: Policy, agents: Iterable[Amount | None], plans: Iterable[Amount | None], volume: Volume) -> Week:
    used, planned = (add(one for one in amounts if one is not None) for amounts in (agents, plans))
    budget = policy.budgets.get("weekly", {})
    reserve = policy.budgets.get("reserve", 0)
    return Week(policy.profile, used, planned, budget.get("usd"), budget.get("tokens"), reserve, bool(volume.profile))
