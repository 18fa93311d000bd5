"""The plugin oh-my-openagent: for its own agents, OpenCode's files have no effect."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.source.jsonc import Jsonc
from gsdc.targets.oh_my_openagent.entries import KNOWN
from gsdc.targets.opencode.layers import AgentConfigLayer, strongest

TAKEN_OVER: Final = Diagnostic(
    "OC025",
    "agent-of-the-plugin",
    Severity.WARNING,
    """OpenCode's files name the model of an agent that the plugin oh-my-openagent brings.

    ## Why is this bad?
    The plugin ignores it, in JSON and in Markdown, and says nothing: the agent runs on what `.omo/omo.jsonc` says, else
    on the plugin's own default (measured on oh-my-openagent 4.19.4).

    ## Example (opencode.json)
    {"plugin": ["oh-my-openagent@latest"], "agent": {"oracle": {"model": "anthropic/claude-opus-5-5"}}}

    ## Use instead (opencode.json)
    {"plugin": ["oh-my-openagent@latest"], "agent": {"oracle": {"description": "Advises"}}}
    -- .omo/omo.jsonc --
    {"agents": {"oracle": {"model": "anthropic/claude-opus-5-5"}}}
    """,
)
_NAMES: Final = ("oh-my-openagent", "oh-my-opencode")


def taken_over(documents: Iterable[Jsonc], said: Mapping[str, Sequence[AgentConfigLayer]]) -> Iterator[Finding]:
    """Yield a finding for each agent of the plugin's to which OpenCode's own files give a model."""
    if not any(_is_fleet(each) for document in documents for each in _plugins(document.data)):
        return
    for agent in sorted(KNOWN & said.keys()):
        chosen = strongest(said[agent], "model")
        if chosen is not None and chosen.values["model"]:
            message = f'the agent "{agent}" belongs to oh-my-openagent, which ignores this'
            help_ = "remove it, and name the model in .omo/omo.jsonc: the target `oh-my-openagent` writes it"
            yield TAKEN_OVER.at(chosen.span("model", of_key=False), message, help_)


def _plugins(data: Any) -> list[Any]:
    named = data.get("plugin") if isinstance(data, dict) else None
    return named if isinstance(named, list) else []


def _is_fleet(plugin: Any) -> bool:
    """Tell whether an entry, a name with or without a version or a pair of it and options, is the plugin."""
    name = plugin[0] if isinstance(plugin, list) and plugin else plugin
    return isinstance(name, str) and name.partition("@")[0].rpartition("/")[2] in _NAMES
