"""The ``default_agent`` of OpenCode's files, where OpenCode cannot start a session with it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.source.jsonc import Jsonc
from gsdc.source.tree import Tree
from gsdc.targets.model_names import suggestion
from gsdc.targets.opencode.conflicts import Top
from gsdc.targets.opencode.elsewhere import named_plugins, plugins
from gsdc.targets.opencode.files import BUILT_IN
from gsdc.targets.opencode.layers import AgentConfigLayer, mode_of, strongest

UNUSABLE = Diagnostic(
    "OC028",
    "unusable-default-agent",
    Severity.WARNING,
    """The `default_agent` of OpenCode's configuration is no agent that a session can start with.

    It has to be a primary agent, or one without a mode, that is neither disabled nor hidden. Names are case-sensitive.
    An agent of the global configuration is not seen here.

    ## Why is this bad?
    `opencode run` ends with "Unexpected server error", and only the log names the agent (measured on OpenCode 1.18.33).

    ## Example (opencode.json)
    {
      "default_agent": "reviewer",
      "agent": {"reviewer": {"mode": "subagent", "description": "Reviews", "model": "anthropic/claude-opus-5-5"}}
    }

    ## Use instead (opencode.json)
    {
      "default_agent": "reviewer",
      "agent": {"reviewer": {"mode": "primary", "description": "Reviews", "model": "anthropic/claude-opus-5-5"}}
    }
    """,
)
_HIDDEN: Final = ("title", "summary", "compaction")  # built-in agents that are hidden unless a file says otherwise
_REMEDY: Final = "name a primary agent, or remove it"


def unusable_default_agent(
    tree: Tree, documents: Sequence[Jsonc], values: Sequence[Top], said: Mapping[str, Sequence[AgentConfigLayer]]
) -> Iterator[Finding]:
    """Yield a finding if a session cannot start with the last of the ``values`` of ``default_agent``."""
    if not values:
        return
    name, is_known, document = values[-1]
    if not name or not is_known:  # OpenCode ignores an empty one
        return
    layers, span = said.get(name, ()), document.span(("default_agent",))
    if layers or name in BUILT_IN:
        reason = _reason(name, layers)
        if reason:
            message = f'OpenCode cannot start a session with agent "{name}": it is {reason}'
            yield UNUSABLE.at(span, message, _REMEDY)
    elif not _has_plugins(tree, documents):
        message = f'OpenCode has no agent "{name}" to start a session with'
        yield UNUSABLE.at(span, message, f"{suggestion(name, (*said, *BUILT_IN))}{_REMEDY}")


def _reason(name: str, layers: Sequence[AgentConfigLayer]) -> str:
    """Return why a session cannot start with an agent, "" if it can, or if that is not known."""
    if _is_true(layers, "disable"):
        return "disabled"
    if mode_of(name, layers) == "subagent":
        return "a sub-agent"
    is_hidden = _is_true(layers, "hidden") or (name in _HIDDEN and strongest(layers, "hidden") is None)
    return "hidden" if is_hidden else ""


def _is_true(layers: Sequence[AgentConfigLayer], key: str) -> bool:
    found = strongest(layers, key)
    return found is not None and found.values[key] is True


def _has_plugins(tree: Tree, documents: Sequence[Jsonc]) -> bool:
    """Tell whether the project has plugins, which may bring agents of their own."""
    return any(True for _ in plugins(tree)) or any(True for one in documents for _ in named_plugins(one))
