"""Providers that must be declared for OpenCode."""

from collections.abc import Iterable, Iterator

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.ownership.registry import JSON_KEYS
from gsdc.policy.breach import is_own
from gsdc.policy.sources import Sources
from gsdc.source.jsonc import data_of
from gsdc.source.tree import decode
from gsdc.targets.api import ClientQuestion
from gsdc.targets.opencode import DECLARATION

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
    targets: {opencode: {create: true}}
    models:
      house-model: {rank: 25, provider: house, ids: {opencode: house/m}, price: {input: 1, output: 2}, context: 128000}
    overrides:
      - {agent: STORIES, model: house-model, reason: We host it}

    ## Use instead (gsdc.yaml, gsdc apply --yes)
    fleets: [leo]
    targets: {opencode: {create: true}}
    providers:
      house: {base-url: "http://127.0.0.1:8000/v1", key-variable: HOUSE_KEY}
    models:
      house-model: {rank: 25, provider: house, ids: {opencode: house/m}, price: {input: 1, output: 2}, context: 128000}
    overrides:
      - {agent: STORIES, model: house-model, reason: We host it}
    """,
)


def find_unreachable(question: ClientQuestion, sources: Sources, aliases: Iterable[str]) -> Iterator[Finding]:
    """Yield a finding for each of the models ``aliases`` whose provider is known neither to gsdc nor to a file."""
    policy, ids = question.policy, DECLARATION.ids
    there = {_provider(one.ids[ids]) for one in policy.models.values() if ids in one.ids and not is_own(one.ref)}
    for artifact in question.artifacts:
        if artifact.ownership is JSON_KEYS:
            data = data_of(artifact.path, decode(artifact.content, artifact.path))
            declared = data.get("provider") if isinstance(data, dict) else None
            there |= set(declared) if isinstance(declared, dict) else set()
    for model in (policy.models[alias] for alias in aliases):
        provider = _provider(model.ids[ids])
        if provider not in there:
            at = sources.origin(model.ref.child("ids", ids))
            message = f'provider "{provider}" of "{model.alias}" is not declared'
            help_ = f"write `providers: {{{model.provider}: {{base-url: ...}}}}`, unless OpenCode knows it"
            yield UNDECLARED.at(at, message, help_)


def _provider(model_id: str) -> str:
    return model_id.partition("/")[0]
