"""Models of agents that OpenCode does not offer, because a list of providers or of models excludes them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.source.jsonc import Jsonc
from gsdc.targets.opencode.layers import AgentConfigLayer, strongest

EXCLUDED = Diagnostic(
    "OC027",
    "excluded-model",
    Severity.ERROR,
    """A list in OpenCode's configuration excludes the model of an agent.

    The lists are `disabled_providers`, `enabled_providers`, and the `whitelist` and `blacklist` of a provider. Entries
    are whole ids: there are no patterns, and an id in `whitelist` and `blacklist` has no provider in front.

    ## Why is this bad?
    OpenCode says "Model not found" when the agent starts, and the agent does not run (measured on OpenCode 1.18.33).

    ## Example (opencode.json)
    {
      "disabled_providers": ["anthropic"],
      "agent": {"build": {"model": "anthropic/claude-opus-5-5"}}
    }

    ## Use instead (opencode.json)
    {
      "disabled_providers": ["openai"],
      "agent": {"build": {"model": "anthropic/claude-opus-5-5"}}
    }
    """,
)
_Path = tuple[str, ...]
# The name of a list, and whether it allows what it names; it excludes it otherwise.
_OF_PROVIDERS: Final = {"disabled_providers": False, "enabled_providers": True}
_OF_MODELS: Final = {"blacklist": False, "whitelist": True}


def excluded_models(documents: Sequence[Jsonc], said: Mapping[str, Sequence[AgentConfigLayer]]) -> Iterator[Finding]:
    """Yield a finding for each list of the files, the weakest first, and each model of agents that it excludes."""
    agents: dict[str, list[str]] = {}
    for name, layers in said.items():
        chosen, disabled = strongest(layers, "model"), strongest(layers, "disable")
        is_disabled = disabled is not None and disabled.values["disable"] is True
        if chosen is not None and "model" not in chosen.undecided and not is_disabled:
            agents.setdefault(chosen.values["model"], []).append(name)
    for model, names in agents.items():
        provider, _, id_ = model.partition("/")
        lists: dict[_Path, tuple[str, bool]] = {
            **{(key,): (provider, allows) for key, allows in _OF_PROVIDERS.items()},
            **{("provider", provider, key): (id_, allows) for key, allows in _OF_MODELS.items()},
        }
        for path, (entry, allows) in lists.items():
            document = next((one for one in reversed(documents) if one.node(path) is not None), None)
            if id_ and document is not None and _excludes(_value(document, path), entry, allows=allows):
                others = f" and {len(names) - 1} more" if names[1:] else ""
                named = f"`{'.'.join(path)}`"
                message = f'{named} excludes "{model}", the model of agent "{names[0]}"{others}'
                help_ = f'add "{entry}" to {named}' if allows else f'remove "{entry}" from {named}'
                yield EXCLUDED.at(document.span(path), message, f"{help_}, or give the agent another model")


def _excludes(value: Any, entry: str, *, allows: bool) -> bool:
    """Tell whether a list excludes an entry; one with a substitution is only known when OpenCode starts."""
    if not isinstance(value, list) or any(not isinstance(one, str) or "{" in one for one in value):
        return False
    return (entry in value) is not allows


def _value(document: Jsonc, path: _Path) -> Any:
    value: Any = document.data
    for key in path:
        value = value[key]
    return value
