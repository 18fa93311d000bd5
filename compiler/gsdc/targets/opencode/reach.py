"""Providers that must be declared for OpenCode."""

from collections.abc import Iterable, Iterator

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.ownership.registry import JSON_KEYS
from gsdc.policy.breach import is_own
from gsdc.policy.recognition import release_of
from gsdc.policy.sources import Sources
from gsdc.source.jsonc import data_of
from gsdc.source.tree import decode
from gsdc.targets.api import Artifact, ClientQuestion
from gsdc.targets.opencode import DECLARATION
from gsdc.targets.opencode.providers import mapping

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


UNDECLARED_MODEL = Diagnostic(
    "DP044",
    "undeclared-model",
    Severity.NOTE,
    """A model of the project's own, of which gsdc knows no release, is not declared in OpenCode's files.

    ## Why is this bad?
    A model that is in neither OpenCode's own catalog nor its files fails at the first request, also where the files
    declare other models of the provider (measured on OpenCode 1.18). OpenCode may know one that gsdc does not.

    ## Example (gsdc.yaml, gsdc apply --yes)
    fleets: [leo]
    targets: {opencode: {create: true}}
    models:
      opus: {release: claude-opus-7}
      claude-opus-7:
        {rank: 34, provider: anthropic, ids: {opencode: anthropic/claude-opus-7}, price: {input: 4, output: 20},
         context: 1000000}

    ## Use instead (gsdc.yaml, gsdc apply --yes)
    fleets: [leo]
    targets: {opencode: {create: true}}
    models:
      opus: {release: claude-opus-7}
      claude-opus-7:
        {rank: 34, provider: anthropic, ids: {opencode: anthropic/claude-opus-7}, price: {input: 4, output: 20},
         context: 1000000, declare: [opencode]}
    """,
)


def find_unreachable(question: ClientQuestion, sources: Sources, aliases: Iterable[str]) -> Iterator[Finding]:
    """Yield a finding for each of the models ``aliases`` that neither gsdc nor a file knows, or whose provider."""
    policy, ids = question.policy, DECLARATION.ids
    there = {_provider(one.ids[ids]) for one in policy.models.values() if ids in one.ids and not is_own(one.ref)}
    declared = set(_declared(question.artifacts))
    for model in (policy.models[alias] for alias in aliases):
        provider, _, name = model.ids[ids].partition("/")
        if provider not in there and not any(one == provider for one, _ in declared):
            at = sources.origin(model.ref.child("ids", ids))
            message = f'provider "{provider}" of "{model.alias}" is not declared'
            help_ = f"write `providers: {{{model.provider}: {{base-url: ...}}}}`, unless OpenCode knows it"
            yield UNDECLARED.at(at, message, help_)
        elif is_own(model.ref) and (provider, name) not in declared and release_of(model.identity) is None:
            at = sources.origin(model.ref.child("release" if model.release else "ids"))
            message = f'OpenCode may not know "{model.ids[ids]}": it is in no file'
            help_ = (
                f"write `declare: [opencode]` into `models.{model.release or model.alias}`, unless OpenCode knows it"
            )
            yield UNDECLARED_MODEL.at(at, message, help_)


def _declared(artifacts: Iterable[Artifact]) -> Iterator[tuple[str, str]]:
    """Yield each provider that the files declare, with "", and each of its models."""
    for artifact in artifacts:
        if artifact.ownership is JSON_KEYS:
            data = data_of(artifact.path, decode(artifact.content, artifact.path))
            for provider, entry in mapping(mapping(data).get("provider")).items():
                yield provider, ""
                yield from ((provider, name) for name in mapping(mapping(entry).get("models")))


def _provider(model_id: str) -> str:
    return model_id.partition("/")[0]
