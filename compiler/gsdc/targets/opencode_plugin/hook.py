"""The plugin's request to ``gsdc guard``: whether an agent may run on a model that its table does not list."""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

IDS: Final = "opencode"  # the client whose model ids the question uses
TABLE: Final = ".opencode/gsdc-guard.json"


class AgentStart(NamedTuple):
    """An agent that is about to run; see ``targets.claude_code.hook.Start``."""

    agent: str
    model: str
    how: str = ""
    effort: str = ""
    description: str = ""
    is_built_in: bool = False
    can_rewrite: bool = False


def named_agent(data: Mapping[str, Any]) -> str:
    """Return the agent that is asked about."""
    return str(data.get("agent") or "")


def start_of(data: Mapping[str, Any], root: str, environment: Mapping[str, Any]) -> AgentStart | None:  # noqa: ARG001
    """Return the agent that is about to run, None if none is named."""
    agent, model = named_agent(data), str(data.get("model") or "")
    return AgentStart(agent, model) if agent else None


def answer(data: Mapping[str, Any], *, deny: str = "", tell: str = "", change: Mapping[str, str] | None = None) -> str:  # noqa: ARG001
    """Return what the plugin reads: a denial with its reason, or a message; "" to let it go on."""
    return json.dumps({"deny": deny or tell}) if deny or tell else ""
