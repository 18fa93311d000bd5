"""Where to write a key of an agent so that it takes effect, given the user's files.

If a file already decides the key, it is written there. A new key goes next to the agent's model. If no file sets the
agent's model, the key goes to the target's own file: the strongest one, unless another one is configured.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.source.jsonc import Jsonc
from gsdc.source.key_document import Key
from gsdc.targets.opencode.keys import lowered_model
from gsdc.targets.opencode.layers import AgentConfigLayer
from gsdc.targets.opencode.merged import MergedConfig

TEMPERATURE_IGNORED = Diagnostic(
    "OC030",
    "temperature-in-agents",
    Severity.WARNING,
    """The policy decides a temperature for an agent that stands in `agents`, the block of the next version.

    The temperature is not written.

    ## Why is this bad?
    OpenCode 1 reads `agents`, and ignores `temperature` in there; an entry in `agent` beside it would replace the whole
    agent (measured on OpenCode 1.18).

    ## Example (gsdc.yaml)
    targets: {opencode: true}
    agents:
      scribe: {role: docs, models: {any: {model: gemini-flash, temperature: 0.3}}}
    -- opencode.json --
    {"agents": {"scribe": {"model": "google/gemini-3.8-flash"}}}

    ## Use instead (gsdc.yaml)
    targets: {opencode: true}
    agents:
      scribe: {role: docs, models: {any: {model: gemini-flash, temperature: 0.3}}}
    -- opencode.json --
    {"agent": {"scribe": {"model": "google/gemini-3.8-flash"}}}
    """,
)


class KeyPlacement(NamedTuple):
    """A value, and its destination: the file, and the path of the key in it."""

    path: str
    key: Key
    value: Any


def places(merged: MergedConfig, agent: str, keys: Mapping[str, Any]) -> Iterator[KeyPlacement]:
    """Yield the places of the decided ``keys`` of an agent that OpenCode has."""
    lowered: dict[str, tuple[AgentConfigLayer, dict[str, Any]]] = {}
    for key, value in keys.items():
        layers = merged.deciding(agent, key) or merged.deciding(agent, "model") or _own_agents(merged, agent)
        if not layers:
            yield KeyPlacement(merged.layout.own, ("agent", agent, key), value)
        for layer in layers:
            path = layer.source.path
            if layer.block == "agents":
                lowered.setdefault(path, (layer, {}))[1][key] = value
            else:
                yield KeyPlacement(path, (key,) if layer.block == "markdown" else (layer.block, agent, key), value)
    for path, (layer, decided) in lowered.items():
        yield from _in_agents(path, layer, decided)


def _own_agents(merged: MergedConfig, agent: str) -> tuple[AgentConfigLayer, ...]:
    """Return the agent in `agents` of the target's own file, where an entry in `agent` would replace it."""
    layers = merged.agents.get(agent, ())
    return tuple(one for one in layers if one.block == "agents" and one.source.path == merged.layout.own)


def _in_agents(path: str, layer: AgentConfigLayer, decided: Mapping[str, Any]) -> Iterator[KeyPlacement]:
    """Yield the places in ``agents``, where the effort is a part of the model, and `disabled` the word for a pause."""
    assert isinstance(layer.source, Jsonc)
    model = decided.get("model", layer.values.get("model"))
    variant = decided.get("variant", layer.values.get("variant"))
    node = layer.source.node(("agents", layer.agent, "model"))
    wanted = {"model": model, **({"variant": variant} if variant else {})}
    if model:
        is_said = node is not None and lowered_model(node.data) == wanted
        value = node.data if node is not None and is_said else f"{model}#{variant}" if variant else model
        yield KeyPlacement(path, ("agents", layer.agent, "model"), value)
    if "disable" in decided:
        yield KeyPlacement(path, ("agents", layer.agent, "disabled"), decided["disable"])


def ignored_temperature(merged: MergedConfig, agent: str, keys: Mapping[str, Any]) -> Finding | None:
    """Return the finding that the temperature of an agent cannot be written, None if it can."""
    if "temperature" not in keys:
        return None
    layers = merged.deciding(agent, "temperature") or merged.deciding(agent, "model") or _own_agents(merged, agent)
    layer = next((one for one in layers if one.block == "agents"), None)
    if layer is None:
        return None
    message = f'OpenCode ignores `temperature` of agent "{agent}" in `agents`: it is not written'
    return TEMPERATURE_IGNORED.at(layer.span(), message, "move the agent to `agent`")
