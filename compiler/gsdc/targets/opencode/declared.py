"""Declarations for OpenCode of models that its own catalog lacks, and of their providers."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.models.identity import identify
from gsdc.models.spelling import right_spelling
from gsdc.policy.model import Model, Policy
from gsdc.source.span import Span
from gsdc.targets.opencode import DECLARATION
from gsdc.targets.via import KEY_VARIABLE

NO_ID = Diagnostic(
    "OC001",
    "unresolvable-model",
    Severity.ERROR,
    """A model has no id for OpenCode, or one that its provider does not know.

    ## Why is this bad?
    OpenCode does not check models: an id that it cannot resolve fails at the first request, not before (measured on
    OpenCode 1.18).

    ## Example (gsdc.yaml)
    fleets: [leo]
    targets: {opencode: {create: true}}
    models:
      house-model:
        {rank: 25, provider: house, ids: {litellm: house/model}, price: {input: 1, output: 2}, context: 128000}
    overrides:
      - {agent: STORIES, model: house-model, reason: We host it}

    ## Use instead (gsdc.yaml)
    fleets: [leo]
    targets: {opencode: {create: true}}
    providers:
      house: {base-url: "http://127.0.0.1:8000/v1", key-variable: HOUSE_KEY}
    models:
      house-model:
        {rank: 25, provider: house, ids: {opencode: house/model}, price: {input: 1, output: 2}, context: 128000}
    overrides:
      - {agent: STORIES, model: house-model, reason: We host it}
    """,
)

PROXY_PATH: Final = "/v1"  # of the proxy's address, as both protocols have it
_PROTOCOLS: Final = ("anthropic", "openai")

Values = dict[tuple[str, ...], Any]
"""What is to be written into a JSON file, by its path in there."""


def unresolvable(policy: Policy, models: Iterable[Model]) -> Iterator[Finding]:
    """Yield an error for each model without an id for OpenCode, or with one that its provider does not know."""
    for model in models:
        if DECLARATION.ids in model.ids:
            yield from _misspelt(policy, model)
        else:
            help_ = f"give {model.alias} `ids: {{opencode: provider/model}}`"
            yield NO_ID.at(Span(model.ref.document, 0, 0), f'"{model.alias}" has no id for OpenCode', help_)


def _misspelt(policy: Policy, model: Model) -> Iterator[Finding]:
    """Yield a finding for an id that its host does not know, though another one does."""
    written = model.ids[DECLARATION.ids]
    meant = right_spelling(identify(written)) if model.provider not in policy.providers else ""
    if meant:
        message = f'"{written}" of "{model.alias}" is not an id of its provider\'s'
        at = Span(model.ref.document, 0, 0)
        yield NO_ID.at(at, message, f'did you mean "{written.partition("/")[0]}/{meant}"?')


def declared(policy: Policy, model: Model) -> Values:
    """Return what tells the client of a model that its own catalog lacks, and of the provider that serves it."""
    provider = policy.providers.get(model.provider)
    if provider is None and DECLARATION.ids not in model.declare:
        return {}
    name, _, model_id = model.ids[DECLARATION.ids].partition("/")
    values: Values = {}
    if provider is not None and provider.package:
        values["provider", name, "npm"] = provider.package
    if provider is not None and provider.base_url:
        values["provider", name, "options", "baseURL"] = provider.base_url
    described: dict[str, Any] = {"temperature": model.temperature}
    if DECLARATION.ids in model.declare:  # else it has no efforts, no window and no price (measured on 1.18.33)
        described |= {"reasoning": bool(model.efforts), "limit": _limit(model), "cost": _cost(model)}
    return values | {("provider", name, "models", model_id, key): value for key, value in described.items()}


def _limit(model: Model) -> dict[str, int]:
    return {"context": model.context, "output": model.output_limit or model.context}


def _cost(model: Model) -> dict[str, float]:
    """Return the $ per million tokens in OpenCode's words."""
    cache = {"cache_read": model.cache_read_price, "cache_write": model.cache_write_price}
    known = {key: price for key, price in cache.items() if price is not None}
    return {"input": model.input_price, "output": model.output_price, **known}


def key_variable(policy: Policy, model: Model) -> Values:
    """Return where the client finds the key of the model's provider: in an environment variable, never here."""
    provider = policy.providers.get(model.provider)
    if provider is None or not provider.key_variable:
        return {}
    name = model.ids[DECLARATION.ids].partition("/")[0]
    return {("provider", name, "options", "apiKey"): f"{{env:{provider.key_variable}}}"}


def through_proxy(models: Iterable[Model], url: str) -> tuple[Values, Values]:
    """Return what sends the requests for ``models`` to the proxy at ``url``, and where the key for it is found.

    Those of other protocols than Anthropic's and OpenAI's stay with their providers: the proxy has no such door.
    """
    hosts = dict.fromkeys(model.ids[DECLARATION.ids].partition("/")[0] for model in models)
    spoken = [host for host in hosts if host in _PROTOCOLS] if url else []
    addresses: Values = {("provider", host, "options", "baseURL"): f"{url}{PROXY_PATH}" for host in spoken}
    keys: Values = {("provider", host, "options", "apiKey"): f"{{env:{KEY_VARIABLE}}}" for host in spoken}
    return addresses, keys
