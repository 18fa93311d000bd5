"""The guard of Claude Code: a hook that runs ``gsdc guard``, its table, and rules that need no hook.

Claude Code calls the hook before each start of an agent, and before a command or a skill that forks one. A ban without
exceptions is a line of ``permissions.deny``, which also applies when hooks are disabled. (Measured on Claude Code
2.1.141 and 2.1.332: a hook with exit code 127 or 1 lets the call through, exit code 2 stops it.)
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from gsdc.ownership.registry import FILE
from gsdc.policy.model import Agent, Policy
from gsdc.policy.security_agent import SECURITY
from gsdc.source.agent_name import folded
from gsdc.source.json_items import item_key
from gsdc.source.key_document import Key
from gsdc.targets.api import Artifact, Request
from gsdc.targets.claude_code import DECLARATION, GUARD_TABLE
from gsdc.targets.claude_code.settings import ALIASES
from gsdc.targets.guard_table import guard_table, text_of

_WORDS: Final = (*ALIASES, "best", "opusplan")
_MATCHER: Final = "Agent|Task|Skill"
_SECONDS: Final = 10
MISSING: Final = "gsdc is not installed, and its guard denies security agents: pip install gsdc"


def table_of(request: Request) -> dict[str, Any] | None:
    """Return the guard's table, None if the target's option ``guard`` is off."""
    mode = request.options.get("guard")
    return guard_table(request.policy, mode, DECLARATION.client, DECLARATION.ids, tuple(ALIASES)) if mode else None


def artifact(table: dict[str, Any]) -> Artifact:
    """Return the file of the table."""
    return Artifact(GUARD_TABLE, text_of(table).encode(), FILE)


def keys_of(policy: Policy, table: dict[str, Any]) -> Iterator[Key]:
    """Yield gsdc's items in the lists of the settings."""
    hook = {"type": "command", "command": _command(policy), "timeout": _SECONDS}
    yield ("hooks", "PreToolUse", item_key({"matcher": _MATCHER, "hooks": [hook]}))
    yield ("hooks", "UserPromptExpansion", item_key({"hooks": [hook]}))
    for line in _denied(policy, table) if table["mode"] != "warn" else ():
        yield ("permissions", "deny", item_key(line))


def _command(policy: Policy) -> str:
    """Return the hook's command for a shell: if gsdc is missing, security agents are stopped, and others start."""
    agents = [agent.name_in(DECLARATION.client) for agent in policy.agents.values() if agent.role == SECURITY]
    ask = "command -v gsdc >/dev/null && exec gsdc guard claude-code"
    if not agents:
        return f"{ask}; exit 0"
    names = "|".join(sorted({re.sub(r"[^a-z0-9]+", "[-_ ]+", folded(name)) for name in agents}))
    asks_one = f"""grep -qiE '"(subagent_type|command_name|skill)" *: *"({names})"'"""
    return f"{ask}; {asks_one} || exit 0; echo '{MISSING}' >&2; exit 2"


def _denied(policy: Policy, table: dict[str, Any]) -> Iterator[str]:
    """Yield the permission rules: agents that never start by themselves, and models that no agent may run on.

    A Workflow starts agents on full model ids without calling a hook: it is denied if there is a security agent.
    """
    for agent in policy.agents.values():
        entry = table["agents"][folded(agent.name_in(DECLARATION.client))]
        if any("zones" not in row and "phases" not in row for row in entry["waits"]):
            yield f"Agent({agent.name_in(DECLARATION.client)})"
    for word in ALIASES:
        alias = table["models"].get(word)
        if (
            alias is not None
            and table["agents"]
            and all(_forbids(table, entry, alias) for entry in table["agents"].values())
        ):
            yield f"Agent(model:{word})"
    if any(_is_security(agent) for agent in policy.agents.values()):
        yield "Workflow"


def _forbids(table: dict[str, Any], entry: dict[str, Any], alias: str) -> bool:
    """Tell whether a rule forbids a model to an agent in every phase and zone."""
    rows = [row for row in entry["rules"] if not {"phases", "zones", "effort"} & row.keys()]
    return any(alias not in table["sets"][row["allow"]] for row in rows)


def _is_security(agent: Agent) -> bool:
    return agent.role == SECURITY
