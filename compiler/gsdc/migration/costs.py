"""The cost of a change: per agent and in total for a week, and per plan in this project, against the weekly budget.

A week contains the expected volume of each agent: the `volume` of its fleet, in tokens. If some agents have a volume,
agents without one count as zero. If none has, the weekly token budget of the profile without its reserve is spread
evenly over all agents; of two profiles, the larger such budget is used for both, so that both sides do the same work.

Current plans cost what `gsdc cost` reports. If that exceeds the agents' week, the week contains the plans: they are the
next work.

An agent's tokens are spread evenly over its phases and count as routine work in one budget zone; half of them are
output, as in ``gsdc.plans.cost``. Deferred work costs nothing. The reserve is the share of the budget that seed 002
sets aside for emergencies ("Escape Hatches"): a week that needs it is reported before it exceeds the budget.
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
    """Tokens per week, by agent. ``profile`` is the profile whose budget they come from, "" if fleets define them.

    ``silent`` are agents without a volume if other agents have one.
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
        """Whether the amount is configured: by a fleet with volumes or by a token budget."""
        return self.total > 0 or not self.profile


class Item(NamedTuple):
    """The cost of an agent per week, or of a plan once, on both sides; None if a side lacks it or is not compared.

    Amounts count only the tokens that run: deferred work is excluded.
    """

    name: str
    before: Amount | None
    after: Amount | None


class Allowance(NamedTuple):
    """The expected weekly usage of a budget in one unit, "usd" or "tokens"; ``reserve`` is the reserved share."""

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
        """The limit that the week exceeds: "budget", "spendable" (it needs the reserve), or "" if none."""
        return "budget" if self.expected > self.limit else "spendable" if self.expected > self.spendable else ""

    def shown(self, value: float) -> str:
        """Return a value in its unit."""
        return in_dollars(value) if self.unit == "usd" else f"{round(value):,} tokens"


class Week(NamedTuple):
    """A week under a profile, against its budgets in $ and in tokens; None if it has none.

    ``agents`` is the expected usage of the agents, ``plans`` that of the current plans, as in `gsdc cost`: the week is
    the larger of the two. ``reserve`` is the reserved share of the budget. If ``is_spread``, the agents' tokens come
    from a token budget and are not compared with one.
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
        """The expected usage of the week."""
        return self.plans if self.is_of_plans else self.agents

    @property
    def is_of_plans(self) -> bool:
        """Whether the current plans use more than the agents are expected to."""
        return self.plans.usd > self.agents.usd

    @property
    def allowance(self) -> Allowance | None:
        """The usage compared with the budget; of two budgets, the one exceeded more, else the one in $."""
        found = []
        if self.usd is not None:
            found.append(Allowance("usd", self.amount.usd, self.usd, self.reserve))
        if self.tokens is not None and (self.is_of_plans or not self.is_spread):
            found.append(Allowance("tokens", self.amount.tokens, self.tokens, self.reserve))
        return max(found, key=lambda one: ("", "spendable", "budget").index(one.exceeds), default=None)


class Costs(NamedTuple):
    """The cost of a change in a budget zone. ``before`` is None if there is only one policy."""

    zone: str
    volume: Volume
    agents: tuple[Item, ...]
    plans: tuple[Item, ...]
    before: Week | None
    after: Week

    @property
    def changed(self) -> bool:
        """Whether the cost of an agent or a plan changes."""
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
    """Return the cost of agents and plans under two policies, or under ``after`` alone.

    Plan paths are relative to the folder ``root``, as are the files they read. ``learned`` are token counts per task
    learned from a ledger.
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
    """Return an amount in $ with the significant digits: cents, and tenths of a cent below a dollar."""
    return f"${usd:,.{2 if usd >= 1 else 3}f}"


def plans_at_hand(project: Project) -> tuple[Plan, ...]:
    """Return the plans that the target "plans" annotates, or those below .planning/, without gsdc's annotations.

    Completed plans cost nothing and are skipped. Raises ``Rejected`` for a file that cannot be read.
    """
    patterns = project.targets().get("plans", {}).get("paths", DEFAULT_PATHS)
    return tuple(parse(path, strip(path, text)) for path, text in at_hand(project.tree, patterns))


def expected(policies: Iterable[Policy]) -> Volume:
    """Return the tokens that each agent of ``policies`` is expected to use per week."""
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
    """Return the weekly cost of an agent; None if the policy lacks it."""
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
