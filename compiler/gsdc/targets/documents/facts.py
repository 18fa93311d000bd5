"""The facts of a policy for its documents: models, zones, prices and rules of each agent."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from gsdc import data
from gsdc.policy.budgets import PERIODS, budget_of
from gsdc.policy.model import TIERS, ZONES, Agent, Model, Policy, State
from gsdc.policy.sources import shipped_names
from gsdc.source.yaml_text import loads
from gsdc.targets.claude_md.emit import chains, never
from gsdc.targets.decided import decide

# Seed 000, "Workflow-Specific Rules": the kinds of workflow, and the roles that work in each.
WORKFLOWS: Final = {
    "planning": ("orchestration", "planning", "design"),
    "execution": ("implementation", "database", "debugging", "boilerplate", "operations", "docs"),
    "research": ("research", "analysis"),
    "verification": ("testing", "validation", "verification", "review", "security"),
}
_DEFERRED: Final = "deferred"


def facts(policy: Policy, zone: str) -> dict[str, Any]:  # long: one entry for each value that templates may use
    """Return the values that templates of documents may use."""
    answers = _Answers(policy)
    rows = [_row(answers, agent, phase) for agent in policy.agents.values() for phase in _phases(answers, agent)]
    models = _used(answers)
    return {
        "profile": policy.profile,
        "workflow": policy.workflow,
        "fleets": list(policy.fleets),
        "zone": zone,
        "zone_names": ZONES,
        "agents": len(policy.agents),
        "rows": rows,
        "workflows": {name: [row for row in rows if row["kind"] in roles] for name, roles in WORKFLOWS.items()},
        "models": [_model(model) for model in models],
        "assigned": sorted({row["zones"][0] for row in rows} - {_DEFERRED}),
        "cheapest": price(min(models, key=_cost)),
        "dearest": price(max(models, key=_cost)),
        "tiers": [(tier, policy.tiers[tier], price(policy.models[policy.tiers[tier]])) for tier in TIERS],
        "zones": list(_zones(policy)),
        "classes": list(_classes(policy)),
        "routes": [
            {"kind": route.kind, "agent": route.agent, "complexity": route.complexity or "any", "why": route.why}
            for fleet in policy.fleets.values()
            for route in fleet.routes
        ],
        "after": policy.escalation.after,
        "ladder": policy.escalation.ladder,
        "failover": list(chains(policy)),
        "moves_on": _either(list(_triggers(policy))),
        "never": [(rule.name, never(rule)) for rule in policy.never_break.values()],
        "budgets": list(_budgets(policy)),
        "reserve": _share(policy.budgets["reserve"]) if "reserve" in policy.budgets else "",
        "alerts": [(entry["metric"], _level(entry["metric"], entry["above"]), entry["do"]) for entry in policy.alerts],
        "parallel": policy.planning.max_parallel,
        "share": _share(policy.planning.budget_share),
        "tokens": f"{policy.planning.token_budget:,}",
        "always": policy.always,
        "hatches": policy.hatches,
        "layers": [layer.name for layer in policy.layers],
        "profiles": {name: _summary(name) for name in shipped_names() if name not in ("base", "catalog")},
        "overlays": {name: _summary(f"workflows/{name}") for name in shipped_names("workflows")},
    }


class _Answers:
    """The models that the policy decides, each asked for once."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._known: dict[tuple[str, str | None], list[str]] = {}

    def of(self, agent: Agent, phase: str | None) -> list[str]:
        """Return the values for an agent in a phase, in each zone."""
        key = (agent.name, phase)
        if key not in self._known:
            answers = (decide(self.policy, State(agent.name, phase, zone)) for zone in ZONES)
            self._known[key] = [answer.model or _DEFERRED for answer in answers]
        return self._known[key]


def _phases(answers: _Answers, agent: Agent) -> list[str | None]:
    """Return the phases to distinguish: None alone if the agent has the same values in all of them."""
    phases = agent.phases or (None,)
    return [None] if len({tuple(answers.of(agent, phase)) for phase in phases}) == 1 else list(phases)


def _row(answers: _Answers, agent: Agent, phase: str | None) -> dict[str, Any]:
    known = phase or next(iter(agent.phases), None)
    found = answers.of(agent, known)
    model = answers.policy.models.get(found[0])
    return {
        "agent": agent.name,
        "role": agent.roles[0],
        "kind": agent.role,
        "phase": phase or "any",
        "criticality": agent.criticality,
        "zones": found,
        "price": price(model) if model else "-",
        "raises": ", ".join(f"{name}: {token}" for name, token in agent.raises.items()) or "-",
    }


def _used(answers: _Answers) -> list[Model]:
    """Return the models in any decision or chain, the strongest first."""
    policy = answers.policy
    tokens = {*policy.tiers.values(), *policy.failover.models}
    for chain in (*policy.failover.roles.values(), *policy.failover.models.values(), *policy.failover.tiers.values()):
        tokens.update(chain.models)
    for agent in policy.agents.values():
        tokens.update(agent.failover)
        for phase in agent.phases or (None,):
            tokens.update(answers.of(agent, phase))
    aliases = {policy.tiers.get(token, token) for token in tokens} & policy.models.keys()
    return sorted((policy.models[alias] for alias in aliases), key=lambda model: (-model.rank, model.alias))


def _model(model: Model) -> dict[str, Any]:
    return {
        "alias": model.alias,
        "tier": model.tier,
        "provider": model.provider,
        "price": price(model),
        "context": f"{model.context:,}",
        "strengths": ", ".join(model.strengths) or "-",
    }


def price(model: Model) -> str:
    """Return the price of a model, in $ per million tokens of input and output."""
    return f"${model.input_price:g} / ${model.output_price:g}"


def _cost(model: Model) -> float:
    return model.input_price + model.output_price


def _share(share: float) -> str:
    return f"{share * 100:g}%"


@cache
def _summary(name: str) -> str:
    """Return the description of a shipped profile or overlay."""
    return str(loads((data.folder("profiles") / f"{name}.yaml").read_text("utf-8"))["summary"])


def _zones(policy: Policy) -> Iterator[dict[str, Any]]:
    zones = list(policy.zones.values())
    for zone, later in zip(zones, (*zones[1:], None), strict=True):
        end = _share(later.start) if later else "above"
        yield {
            "name": zone.name,
            "from": _share(zone.start),
            "to": end,
            "allows": [zone.allows[name] for name in ("low", "normal", "high", "critical")],
            "effort": zone.effort or "-",
            "escalates": "yes" if zone.escalate else "no: a person decides",
            "upgrades": zone.upgrades,
            "guidance": zone.guidance,
        }


def _classes(policy: Policy) -> Iterator[tuple[str, str]]:
    for rule in policy.classes.values():
        parts = []
        if rule.minimum:
            parts.append(f"{rule.minimum} at least")
        if rule.model:
            parts.append(f"{rule.model} for {', '.join(rule.roles)}")
        if rule.effort:
            parts.append(f"effort {rule.effort} at least")
        yield rule.name, "; ".join(parts) or "-"


def _triggers(policy: Policy) -> Iterator[str]:
    words = {
        "failures": "{} failures in a row",
        "rate-limit": "a rate limit (429)",
        "error-rate": "more than {} of requests failing",
        "latency-seconds": "more than {} seconds to an answer",
        "daily-usd": "${} spent in a day",
    }
    for name, value in policy.failover.triggers.items():
        if value is not False:
            yield words[name].format(_share(value) if name == "error-rate" else f"{value:g}")


def _either(words: list[str]) -> str:
    """Return "a, b or c", "" for none."""
    return " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def _budgets(policy: Policy) -> Iterator[tuple[str, str, str]]:
    for period in PERIODS:
        given = budget_of(policy.budgets, period)
        if given.keys() & {"tokens", "usd"}:
            tokens, usd = given.get("tokens"), given.get("usd")
            yield period, f"{tokens:,}" if tokens is not None else "-", f"${usd:g}" if usd is not None else "-"


def _level(metric: str, above: float) -> str:
    if metric.endswith("-usd"):
        return f"${above:g}"
    return f"{above:g} s" if metric == "latency-seconds" else _share(above)
