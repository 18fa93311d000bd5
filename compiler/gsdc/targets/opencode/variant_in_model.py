"""A variant behind "#" in the model of an agent, where OpenCode takes it for a part of the id."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.targets.opencode.layers import AgentConfigLayer

VARIANT_IN_MODEL = Diagnostic(
    "OC026",
    "variant-in-model",
    Severity.ERROR,
    """The model of an agent has a variant behind "#".

    ## Why is this bad?
    Only the `agents` of OpenCode 2 are written so. In `agent`, `mode` and Markdown files the variant is a part of the
    id: OpenCode knows no such model, and the agent fails when it starts (measured on OpenCode 1.18).

    ## Example (opencode.json)
    {"agent": {"build": {"model": "anthropic/claude-opus-5-5#high"}}}

    ## Use instead (opencode.json)
    {"agent": {"build": {"model": "anthropic/claude-opus-5-5", "variant": "high"}}}
    """,
)
_NATIVE: Final = "agents"


def variants_in_models(said: Mapping[str, Iterable[AgentConfigLayer]]) -> Iterator[Finding]:
    """Yield a finding for each model with a variant in it, in the files where it has to stand beside the model."""
    for name, layers in said.items():
        for one in layers:
            model, mark, variant = str(one.values.get("model", "")).partition("#")
            if mark and one.block != _NATIVE and "model" not in one.undecided:
                message = f'`model` of agent "{name}" has "#{variant}" in it, which OpenCode takes for a part of the id'
                at = one.span("model", of_key=False)
                yield VARIANT_IN_MODEL.at(at, message, f'write "{model}", and "{variant}" as `variant`')
