"""The gate that asks whether every model is there (seed 003, "3.3 Validation Checklist": all agents reach theirs)."""

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from gsdc.deploy.gate import Gate
from gsdc.deploy.proposal import Proposal
from gsdc.finding import Diagnostic, Finding, Severity, counted, some, sorted_findings
from gsdc.policy.breach import is_own
from gsdc.source.jsonc import data_of
from gsdc.source.span import Span
from gsdc.source.tree import decode
from gsdc.targets.opencode import emit as opencode
from gsdc.targets.plans import emit as plans
from gsdc.targets.registry import target

ENDED = Diagnostic(
    "DP040",
    "ended-model",
    Severity.ERROR,
    """A compiled file puts an agent on a model whose provider has ended it.

    ## Why is this bad?
    Every request of the agent would fail (seed 003, "3.3 Validation Checklist": no-go where an agent cannot reach its
    model). Nothing is installed.

    ## Example (gsdc.yaml, gsdc apply --yes)
    fleets: [leo]
    targets: {opencode: true}
    models:
      old:
        {rank: 22, provider: openai, ids: {opencode: openai/old}, price: {input: 1, output: 2}, context: 99000,
         deprecated: 2024-01-01}
    overrides:
      - {agent: STORIES, model: old, reason: We know it}

    ## Use instead (gsdc.yaml, gsdc apply --yes)
    fleets: [leo]
    targets: {opencode: true}
    overrides:
      - {agent: STORIES, model: gpt-5.2, reason: The old one has ended}
    """,
)
FOREIGN_MODEL = Diagnostic(
    "DP041",
    "foreign-model",
    Severity.NOTE,
    """A compiled file names a model for a client that has no id for it.

    ## Why is this bad?
    Claude Code runs models of one provider. What reads the file otherwise may well have the model; Claude Code has not,
    and uses the one that it is on (seed 003, "3.3 Validation Checklist").

    ## Example (gsdc.yaml, gsdc apply --yes)
    fleets: [openagents]
    targets: {claude-md: true}

    ## Use instead (gsdc.yaml, gsdc apply --yes)
    fleets: [gsd]
    targets: {claude-md: true}
    """,
)
UNDECLARED = Diagnostic(
    "DP042",
    "undeclared-provider",
    Severity.WARNING,
    """A model of the project's own is served by a provider that neither gsdc knows nor the file declares.

    ## Why is this bad?
    OpenCode does not check models: where it does not know the provider, the first request fails (measured on OpenCode
    1.18). It may know one that gsdc does not.

    ## Example (gsdc.yaml, gsdc apply --yes)
    fleets: [leo]
    targets: {opencode: true}
    models:
      house-model: {rank: 25, provider: house, ids: {opencode: house/m}, price: {input: 1, output: 2}, context: 128000}
    overrides:
      - {agent: STORIES, model: house-model, reason: We host it}

    ## Use instead (gsdc.yaml, gsdc apply --yes)
    fleets: [leo]
    targets: {opencode: true}
    providers:
      house: {base-url: "http://127.0.0.1:8000/v1", key-variable: HOUSE_KEY}
    models:
      house-model: {rank: 25, provider: house, ids: {opencode: house/m}, price: {input: 1, output: 2}, context: 128000}
    overrides:
      - {agent: STORIES, model: house-model, reason: We host it}
    """,
)

# Whose ids the models of a target's files are. A plan names aliases, which every reader of plans knows.
_CLIENTS: Final = {"opencode": "opencode", "claude-md": "claude", "overrides": "claude"}
_NAMES: Final = {"claude": "Claude Code"}


class Use(NamedTuple):
    """A compiled file gives an agent of the policy, or a task, a model of the catalog."""

    target: str
    path: str
    agent: str
    alias: str


def resolvable(proposal: Proposal, today: date) -> Gate:
    """Judge the models that the compiled files give to agents of the policy, and to tasks."""
    uses = tuple(_uses(proposal))
    aliases = {use.alias for use in uses}
    found = sorted_findings((*_ended(proposal, uses, today), *_foreign(proposal, uses), *_undeclared(proposal, uses)))
    if any(finding.severity is Severity.ERROR for finding in found):
        return Gate("models", False, "an agent would run on a model that its provider has ended", found)
    return Gate("models", True, f"{counted(len(aliases), 'model')} in use, none is retired", found)


def _uses(proposal: Proposal) -> Iterator[Use]:
    policy = proposal.policy
    agents = {name for agent in policy.agents.values() for name in (agent.name, *agent.names.values())}
    for name, artifact in proposal.build.artifacts:
        for claim in target(name).read(artifact.path, artifact.content, policy.models.values()):
            if claim.model in policy.models and (name == plans.ID or claim.agent in agents):
                yield Use(name, artifact.path, claim.agent, str(claim.model))


def _ended(proposal: Proposal, uses: tuple[Use, ...], today: date) -> Iterator[Finding]:
    for alias in dict.fromkeys(use.alias for use in uses):
        model = proposal.policy.models[alias]
        if model.deprecated and model.deprecated <= today.isoformat():
            agents = tuple(dict.fromkeys(use.agent for use in uses if use.alias == alias))
            at = proposal.project.sources.origin(model.ref.child("deprecated"))
            message = f'"{alias}" has ended on {model.deprecated}, and {some(agents)} would run on it'
            yield ENDED.at(at, message, "point the alias, or the policy, at a model that lives on")


def _foreign(proposal: Proposal, uses: tuple[Use, ...]) -> Iterator[Finding]:
    """Yield a note for each file whose client lacks some of its models. OpenCode's target refuses such a model."""
    for path, name in {use.path: use.target for use in uses if use.target in _CLIENTS}.items():
        client = _CLIENTS[name]
        lacking = dict.fromkeys(
            use.alias for use in uses if use.path == path and client not in proposal.policy.models[use.alias].ids
        )
        if lacking:
            message = f"{_NAMES.get(client, client)} has no id for {some(tuple(lacking))}, which {path} names"
            yield FOREIGN_MODEL.at(Span(path, 0, 0), message, "leave these agents to the client that has their models")


def _undeclared(proposal: Proposal, uses: tuple[Use, ...]) -> Iterator[Finding]:
    policy = proposal.policy
    ids = {model.alias: model.ids[opencode.ID] for model in policy.models.values() if opencode.ID in model.ids}
    known = {_provider(ids[alias]) for alias in ids if not is_own(policy.models[alias].ref)}
    for name, artifact in proposal.build.artifacts:
        if name != opencode.ID:
            continue
        data = data_of(artifact.path, decode(artifact.content, artifact.path))
        declared = data.get("provider") if isinstance(data, dict) else None
        there = known | (set(declared) if isinstance(declared, dict) else set())
        for alias in dict.fromkeys(use.alias for use in uses if use.target == name):
            if _provider(ids[alias]) not in there:
                model = policy.models[alias]
                at = proposal.project.sources.origin(model.ref.child("ids", opencode.ID))
                message = f'provider "{_provider(ids[alias])}" of "{alias}" is declared nowhere'
                help_ = f"write `providers: {{{model.provider}: {{base-url: ...}}}}`, unless OpenCode knows it"
                yield UNDECLARED.at(at, message, help_)


def _provider(model_id: str) -> str:
    return model_id.partition("/")[0]
