"""Two kinds of thinking settings for one agent, which Gemini's API refuses."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from gsdc.finding import Diagnostic, Finding, Severity, some
from gsdc.policy.model import Policy
from gsdc.source.jsonc import Jsonc
from gsdc.source.key_document import value_at
from gsdc.source.tree import Tree, decode
from gsdc.targets.api import Statement
from gsdc.targets.gemini_cli import DECLARATION, SETTINGS
from gsdc.targets.gemini_cli.thinking import BUDGET, CONFIG, LEVEL, OVERRIDES, SCOPE, has_levels
from gsdc.targets.json_settings import mapping

BOTH_KINDS: Final = Diagnostic(
    "IF060",
    "both-kinds-of-thinking",
    Severity.WARNING,
    """The settings give an agent `thinkingBudget` and `thinkingLevel`.

    ## Why is this bad?
    The client merges all entries for an agent, and its own defaults: `thinkingLevel` for models from Gemini 3 on,
    `thinkingBudget` for older ones. It sends both keys (measured on Gemini CLI 0.61.0), and the API answers a request
    that has both with status 400 (ai.google.dev/gemini-api/docs/gemini-3): the agent never works.

    ## Example (.gemini/settings.json, gsdc lint)
    {"modelConfigs": {"overrides": [{"match": {"overrideScope": "reviewer"},
      "modelConfig": {"generateContentConfig": {"thinkingConfig": {"thinkingBudget": 1024}}}}]}}
    -- .gemini/agents/reviewer.md --
    ---
    name: reviewer
    description: Reviews
    model: gemini-3.1-pro-preview
    ---
    Review.

    ## Use instead (.gemini/settings.json, gsdc lint)
    {"modelConfigs": {"overrides": [{"match": {"overrideScope": "reviewer"},
      "modelConfig": {"generateContentConfig": {"thinkingConfig": {"thinkingLevel": "LOW"}}}}]}}
    -- .gemini/agents/reviewer.md --
    ---
    name: reviewer
    description: Reviews
    model: gemini-3.1-pro-preview
    ---
    Review.
    """,
)


def both_kinds(tree: Tree, policy: Policy, statements: Iterable[Statement], data: Any) -> Iterator[Finding]:
    """Yield a finding for each entry of the settings with the kind that the models of its agents do not take."""
    places: dict[tuple[Any, ...], tuple[str, list[str]]] = {}
    for statement in statements:
        model = policy.models.get(statement.claim.model or "")
        id_ = model.id_in(DECLARATION.ids) if model else None
        if id_ is None:
            continue
        own, other = (LEVEL, BUDGET) if has_levels(id_) else (BUDGET, LEVEL)
        for index, config in _entries(data, statement.claim.agent, id_):
            if config.get(other) is not None:
                places.setdefault((*OVERRIDES, index, *CONFIG, other), (own, []))[1].append(statement.claim.agent)
    for key, (own, agents) in places.items():
        at = Jsonc(SETTINGS, decode(tree.read(SETTINGS) or b"", SETTINGS)).span(key)
        named = some(list(dict.fromkeys(agents)))
        message = f"Gemini CLI sends `{key[-1]}` and `{own}` for {named}: the API refuses a request with both"
        yield BOTH_KINDS.at(at, message, f"write the effort as `{own}` instead, or remove it")


def _entries(data: Any, agent: str, model: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield index and ``thinkingConfig`` of the entries that apply to an agent on a model."""
    overrides = value_at(data, OVERRIDES)
    for index, override in enumerate(overrides if isinstance(overrides, list) else ()):
        matched = mapping(value_at(override, ("match",)))
        is_for = matched.get(SCOPE[-1], agent) == agent and matched.get("model", model) == model
        if is_for:
            yield index, mapping(value_at(override, CONFIG))
