"""The effect of OpenCode's ``provider`` block on a model's name: the requested model may differ from the written one.

Measured on OpenCode 1.18: ``provider.P.models.M.id`` is sent for "P/M", while session, store and statistics still show
M. A ``model`` in the options of an agent, a model or a variant replaces it in the request, if the provider uses
OpenAI's protocol.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.policy.model import Policy
from gsdc.source.jsonc import Jsonc
from gsdc.source.span import Span
from gsdc.source.tree import Tree
from gsdc.targets.model_names import alias_of
from gsdc.targets.opencode import DECLARATION
from gsdc.targets.opencode.substitution import resolved, undecided_value

OTHER_MODEL = Diagnostic(
    "OC019",
    "model-that-is-another",
    Severity.WARNING,
    """A provider's model is declared with the id of another one.

    It is an error where gsdc knows both models. The id of a deployment, which says nothing, is a warning.

    ## Why is this bad?
    The `id` is what is sent, and everything else shows the name: an agent on opus runs on haiku (measured on OpenCode
    1.18).

    ## Example (opencode.json)
    {"provider": {"anthropic": {"models": {"claude-opus-5-5": {"id": "claude-haiku-5-5"}}}}}

    ## Use instead (opencode.json)
    {"provider": {"anthropic": {"models": {"claude-opus-5-5": {"options": {"effort": "high"}}}}}}
    """,
)
OPTION = Diagnostic(
    "OC020",
    "model-among-options",
    Severity.WARNING,
    """The options of requests contain a `model`.

    It is an error where it decides a security agent.

    ## Why is this bad?
    Options override the request. Where the provider speaks OpenAI's protocol, that model runs and not the one that
    the agent names (measured on OpenCode 1.18).

    ## Example (opencode.json)
    {"agent": {"gsd-planner": {"model": "anthropic/claude-opus-5-5", "options": {"model": "claude-haiku-5-5"}}}}

    ## Use instead (opencode.json)
    {"agent": {"gsd-planner": {"model": "anthropic/claude-opus-5-5"}}}
    """,
)
_REMEDY: Final = "remove the `id`"


class Sent(NamedTuple):
    """The model that is sent: its id, its place, and whether it is known before OpenCode starts."""

    id: str
    at: Span
    is_known: bool


class ResolvedName(NamedTuple):
    """The model that answers for a name: its alias or id; ``at``, ``how`` and ``remedy`` where an ``id`` decides it."""

    alias: str
    at: Span | None = None
    how: str = ""
    remedy: str = ""


class Providers(NamedTuple):
    """The models that are declared with an id, by provider and name."""

    policy: Policy
    sent: Mapping[tuple[str, str], Sent]

    def answer(self, model: str, *, is_known: bool = True) -> ResolvedName:
        """Return the model that answers for ``model``, "provider/name"; an unknown one is unchanged."""
        if not is_known:
            return ResolvedName(model, how="it is only known when OpenCode starts")
        provider, _, name = model.partition("/")
        sent = self.sent.get((provider, name))
        if sent is None or sent.id == name:
            return ResolvedName(alias_of(self.policy, DECLARATION.ids, model))
        real = f"{provider}/{sent.id}"
        how = f'`provider.{provider}.models.{name}.id` sends "{sent.id}" for "{model}"'
        return ResolvedName(
            alias_of(self.policy, DECLARATION.ids, real) if sent.is_known else real, sent.at, how, _REMEDY
        )


def providers(tree: Tree, documents: Iterable[Jsonc], policy: Policy, findings: list[Finding]) -> Providers:
    """Return what the files, the weakest first, declare of models; an id that only the start decides is a finding."""
    sent: dict[tuple[str, str], Sent] = {}
    for document in documents:
        for path, model in models(document.data):
            name = model.get("id")
            if isinstance(name, str) and name:
                place = (*path, "id")
                known = resolved(tree, document, place, name)
                if known is None:
                    findings.append(undecided_value(document.span(place), f"`{'.'.join(place)}`"))
                sent[path[1], path[3]] = Sent(name if known is None else known, document.span(place), known is not None)
    return Providers(policy, sent)


def models(data: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str, str, str], dict[str, Any]]]:
    """Yield the path and the declaration of each model of a file."""
    for provider, entry in mapping(data.get("provider")).items():
        for name, model in mapping(mapping(entry).get("models")).items():
            if isinstance(model, dict):
                yield ("provider", provider, "models", name), model


def mapping(value: Any) -> dict[str, Any]:
    """Return ``value`` where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def other_models(found: Providers) -> Iterator[Finding]:
    """Yield a finding for each model of the catalog that is declared with the id of another one."""
    known = found.policy.models
    for (provider, name), sent in found.sent.items():
        own = alias_of(found.policy, DECLARATION.ids, f"{provider}/{name}")
        real = alias_of(found.policy, DECLARATION.ids, f"{provider}/{sent.id}") if sent.is_known else sent.id
        if own in known and real != own:
            what = f'"{real}"' if real in known else f'"{sent.id}", of which nothing is known'
            message = f'requests for "{provider}/{name}" run on {what}'
            finding = OTHER_MODEL.at(sent.at, message, "remove the `id`, or give the model a name of its own")
            yield finding._replace(severity=Severity.ERROR) if real in known else finding


def model_options(document: Jsonc, guarded: Container[str], in_use: Container[str]) -> Iterator[Finding]:
    """Yield a finding for each ``model`` among options of a file.

    ``guarded`` are the security agents, ``in_use`` the models that they name.
    """
    for block in ("agent", "mode"):
        for name, entry in mapping(document.data.get(block)).items():
            if "model" in mapping(mapping(entry).get("options")):
                what = f'the model of agent "{name}"'
                yield _option(document, (block, name, "options"), what, is_guarded=name in guarded)
    for path, model in models(document.data):
        name = f"{path[1]}/{path[3]}"
        variants = mapping(model.get("variants"))
        for inner, options in (
            (("options",), model.get("options")),
            *((("variants", v), variants[v]) for v in variants),
        ):
            if "model" in mapping(options):
                yield _option(document, (*path, *inner), f'what "{name}" is', is_guarded=name in in_use)


def _option(document: Jsonc, path: tuple[str, ...], what: str, *, is_guarded: bool) -> Finding:
    span = document.span((*path, "model"), key=True)
    finding = OPTION.at(span, f"this may replace {what} in every request", "remove it")
    return finding._replace(severity=Severity.ERROR) if is_guarded else finding
