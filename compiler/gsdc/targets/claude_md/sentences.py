"""Rules, failover chains and overrides of a policy in sentences."""

from collections.abc import Iterator
from typing import assert_never

from gsdc.policy.model import Policy
from gsdc.policy.profile import Override
from gsdc.policy.requirement import (
    AtLeastEffort,
    AtLeastTier,
    Defer,
    Keep,
    Never,
    NeverBreak,
    OnlyHosts,
    OnlyModel,
    Requirement,
    Review,
)
from gsdc.targets.claude_md import DECLARATION


def chains(policy: Policy) -> Iterator[tuple[str, str]]:
    """Yield each failover chain in words: what it is for, and where work goes."""
    failover = policy.failover
    for role, chain in failover.roles.items():
        yield f"role {role}", "defer" if chain.defer else ", then ".join(chain.models)
    for name, chain in (*failover.models.items(), *failover.tiers.items()):
        yield name, ", then ".join(chain.models)


def override(policy: Policy, item: Override) -> str:
    """Return what a person has forced, where it holds, why and until when."""
    where = f" in {', '.join(item.phases)}" if item.phases else ""
    zones = f" in zone {', '.join(item.zones)}" if item.zones else ""
    until = f" until {item.until}" if item.until else ""
    name, effort = policy.agents[item.agent].name_in(DECLARATION.client), f" at {item.effort}" if item.effort else ""
    return f"{name} on {item.model}{effort}{where}{zones}{until}: {item.reason}"


def never(rule: NeverBreak) -> str:
    """Return a never-break rule as a sentence, with its reason."""
    who = " and ".join(f"{key} {' or '.join(values)}" for key, values in rule.when.items())
    where = f" on {' or '.join(rule.hosts)}" if rule.hosts else ""
    return f"{who[0].upper()}{who[1:]}: {_required(rule.requirement)}{where}. {rule.why}."


def _required(requirement: Requirement) -> str:
    match requirement:
        case OnlyHosts():
            return "only"
        case OnlyModel(name):
            return f"only on {name}"
        case AtLeastTier(tier):
            return f"never below {tier}"
        case AtLeastEffort(effort):
            return f"never below effort {effort}"
        case Never(tokens):
            return f"never on {' or '.join(tokens)}"
        case Keep():
            return "deferred, never downgraded"
        case Defer():
            return "never done by an agent: a person does it"
        case Review(reviewer):
            return f"a later task of {reviewer} reviews it"
        case other:
            assert_never(other)
