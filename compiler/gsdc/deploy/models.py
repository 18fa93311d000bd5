"""The gate that checks model availability (seed 003, "3.3 Validation Checklist": all agents reach their models)."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from gsdc.deploy.gate import Gate
from gsdc.deploy.proposal import Proposal
from gsdc.finding import Diagnostic, Finding, Severity, counted, some, sorted_findings
from gsdc.source.span import Span
from gsdc.targets.api import ClientQuestion
from gsdc.targets.modules import emitter, reach
from gsdc.targets.plans import DECLARATION as PLANS
from gsdc.targets.registry import client_label, declarations

ENDED = Diagnostic(
    "DP040",
    "ended-model",
    Severity.ERROR,
    """A compiled file puts an agent on a model that its provider has retired.

    ## Why is this bad?
    Every request of the agent would fail (seed 003, "3.3 Validation Checklist": no-go where an agent cannot reach its
    model). Nothing is installed.

    ## Example (gsdc.yaml, gsdc apply --yes)
    fleets: [leo]
    targets: {opencode: {create: true}}
    models:
      old:
        {rank: 22, provider: openai, ids: {opencode: openai/old}, price: {input: 1, output: 2}, context: 99000,
         deprecated: 2024-01-01}
    overrides:
      - {agent: STORIES, model: old, reason: We know it}

    ## Use instead (gsdc.yaml, gsdc apply --yes)
    fleets: [leo]
    targets: {opencode: {create: true}}
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
    Claude Code runs the models of one provider. Without this model it uses the one of its session (seed 003, "3.3
    Validation Checklist").

    ## Example (gsdc.yaml, gsdc apply --yes)
    fleets: [openagents]
    targets: {claude-md: true}

    ## Use instead (gsdc.yaml, gsdc apply --yes)
    fleets: [gsd]
    targets: {claude-md: true}
    """,
)


class ModelUse(NamedTuple):
    """A compiled file assigns a catalog model to a policy agent or to a task."""

    target: str
    path: str
    agent: str
    alias: str


def resolvable(proposal: Proposal, today: date) -> Gate:
    """Check the models that the compiled files assign to policy agents and tasks."""
    uses = tuple(_uses(proposal))
    aliases = {use.alias for use in uses}
    found = sorted_findings((*_ended(proposal, uses, today), *_foreign(proposal, uses), *_unreachable(proposal, uses)))
    if any(finding.severity is Severity.ERROR for finding in found):
        return Gate("models", False, "an agent would run on a model that its provider has ended", found)
    return Gate("models", True, f"{counted(len(aliases), 'model')} in use, none is retired", found)


def _uses(proposal: Proposal) -> Iterator[ModelUse]:
    policy = proposal.policy
    agents = {name for agent in policy.agents.values() for name in (agent.name, *agent.names.values())}
    for name, artifact in proposal.build.artifacts:
        for claim in emitter(name).read_back(artifact.path, artifact.content, policy.models.values()):
            if claim.model in policy.models and (name == PLANS.name or claim.agent in agents):
                yield ModelUse(name, artifact.path, claim.agent, str(claim.model))


def _ended(proposal: Proposal, uses: tuple[ModelUse, ...], today: date) -> Iterator[Finding]:
    for alias in dict.fromkeys(use.alias for use in uses):
        model = proposal.policy.models[alias]
        if model.deprecated and model.deprecated <= today.isoformat():
            agents = tuple(dict.fromkeys(use.agent for use in uses if use.alias == alias))
            at = proposal.project.sources.origin(model.ref.child("deprecated"))
            message = f'"{alias}" ended on {model.deprecated}, and {some(agents)} would run on it'
            yield ENDED.at(at, message, "point the alias, or the policy, to a model that is still available")


def _foreign(proposal: Proposal, uses: tuple[ModelUse, ...]) -> Iterator[Finding]:
    """Yield a note for each file whose client lacks some of its models, unless the target itself refuses such models.

    Plans are exempt: they name aliases, which every plan reader knows.
    """
    for path, name in dict.fromkeys((use.path, use.target) for use in uses):
        ids = declarations()[name].ids
        lacking = dict.fromkeys(
            use.alias
            for use in uses
            if (use.path, use.target) == (path, name) and ids and proposal.policy.models[use.alias].id_in(ids) is None
        )
        if lacking:
            message = f"{client_label(ids)} has no id for {some(tuple(lacking))}, which {path} names"
            yield FOREIGN_MODEL.at(Span(path, 0, 0), message, "leave these agents to the client that has their models")


def _unreachable(proposal: Proposal, uses: tuple[ModelUse, ...]) -> Iterator[Finding]:
    """Yield the findings of each target about models that its client may not reach."""
    for name in dict.fromkeys(name for name, _ in proposal.build.artifacts):
        module = reach(declarations()[name])
        if module is not None:
            artifacts = tuple(artifact for target, artifact in proposal.build.artifacts if target == name)
            aliases = tuple(dict.fromkeys(use.alias for use in uses if use.target == name))
            question = ClientQuestion(artifacts, proposal.policy, proposal.project.tree)
            yield from module.find_unreachable(question, proposal.project.sources, aliases)
