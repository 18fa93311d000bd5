"""The section "Model Assignment Strategy" of CLAUDE.md and AGENTS.md, as a managed block (seed 002, task 4)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, assert_never

from gsdc.policy.model import TIERS, Model, Policy
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
from gsdc.source.rendering import render
from gsdc.source.tree import Tree
from gsdc.targets.api import Claim, Emission, Request
from gsdc.targets.assignment_table import Section
from gsdc.targets.claude_md import DECLARATION
from gsdc.targets.claude_md.imports import read_once

SECTION: Final = Section(DECLARATION, "model-assignment")
_OTHER: Final = "agents-md"
_AGENTS: Final = "AGENTS.md"


def emit(request: Request) -> Emission:
    """Render the section into the user's Markdown files; all bytes outside of the block are unchanged.

    Raises ``Rejected`` for a block without an end, or a file that is not UTF-8.
    """
    body = _section(request)
    written = [SECTION.artifact(request.tree, path, body) for path in _paths(request)]
    return Emission(
        tuple(artifact for artifact, _ in written), tuple(finding for _, findings in written for finding in findings)
    )


def read_back(path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:  # noqa: ARG001 - aliases stand in it
    """Return the claims of the table in the block, see ``Section.claims``."""
    return SECTION.claims(path, content)


def expected_claims(request: Request) -> frozenset[Claim]:
    """Return the expected claims of the table; none if another target writes every file."""
    return SECTION.expected(request.policy, request.zone) if _paths(request) else frozenset()


def _paths(request: Request) -> list[str]:
    """Return the files to write, one path for each file: AGENTS.md is often a link to CLAUDE.md, or imported by it.

    If the target agents-md writes AGENTS.md, that file is excluded.
    """
    tree, paths = request.tree, request.options.get("paths")
    other = request.others.get(_OTHER)
    if paths is None and other is not None and other.get("path", _AGENTS) == _AGENTS:
        own = tree.locate(_AGENTS).resolve()
        return [path for path in _once(tree, ["CLAUDE.md", _AGENTS]) if tree.locate(path).resolve() != own]
    if paths is None:
        paths = [path for path in ("CLAUDE.md", _AGENTS) if tree.read(path) is not None] or ["CLAUDE.md"]
    return _once(tree, paths)


def _once(tree: Tree, paths: Sequence[str]) -> list[str]:
    return list(read_once(tree, list({tree.locate(path).resolve(): path for path in reversed(paths)}.values())[::-1]))


def _section(request: Request) -> str:
    policy = request.policy
    whole = _general(policy)
    own_chains = [
        (agent.name_in(DECLARATION.client), ", then ".join(agent.failover))
        for agent in policy.agents.values()
        if agent.failover
    ]
    return render(
        "claude-md/section.md.j2",
        **whole | {"failover": whole["failover"] + own_chains},
        profile=policy.profile,
        workflow=policy.workflow,
        zone=request.zone,
        stage=policy.stage,
        held=[_held(part, whole) for part in policy.parts() if part.agents.keys() <= policy.held.keys()],
        rows=SECTION.rows(policy, request.zone),
        always=policy.always,
        hatches=policy.hatches,
        overrides=[
            _override(part, item) for part in policy.parts() for item in part.overrides if item.agent in part.agents
        ],
    )


def _general(policy: Policy) -> dict[str, Any]:
    """Return the facts on every agent that ``policy`` itself decides."""
    return {
        "tiers": [(tier, policy.tiers[tier]) for tier in TIERS],
        "zones": [
            {"name": z.name, "start": f"{z.start:.0%}", "guidance": z.guidance, **z.allows}
            for z in policy.zones.values()
        ],
        "escalation": (policy.escalation.after, policy.escalation.ladder),
        "failover": list(chains(policy)),
        "never": [never(rule) for rule in policy.never_break.values()],
    }


def _held(part: Policy, whole: dict[str, Any]) -> dict[str, Any]:
    """Return the profile and agents of a stage's rest, and their differences from the general part."""
    otherwise = {key: value if value != whole[key] else None for key, value in _general(part).items()}
    agents = [agent.name_in(DECLARATION.client) for agent in part.agents.values()]
    return {"profile": part.profile, "agents": agents, **otherwise}


def chains(policy: Policy) -> Iterator[tuple[str, str]]:
    """Yield each failover chain as text: its purpose, and its models."""
    failover = policy.failover
    for role, chain in failover.roles.items():
        yield f"role {role}", "defer" if chain.defer else ", then ".join(chain.models)
    for name, chain in (*failover.models.items(), *failover.tiers.items()):
        yield name, ", then ".join(chain.models)


def _override(policy: Policy, item: Override) -> str:
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
            return "never by an agent: a person does it"
        case Review(reviewer):
            return f"a later task of {reviewer} reviews it"
        case other:
            assert_never(other)
