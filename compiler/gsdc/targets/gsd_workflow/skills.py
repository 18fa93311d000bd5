"""The entries of `agent_skills` in get-shit-done's configuration: the skills that each agent reads."""

from collections.abc import Mapping
from typing import Any, Final

from gsdc.targets.gsd_workflow import EXECUTION, FOLDER, PLANNING

_KEY: Final = "agent_skills"
_AGENTS: Final = {"gsd-planner": PLANNING, "gsd-executor": EXECUTION}


def folder_of(options: Mapping[str, Any]) -> str:
    """Return the folder of the skills, relative to the project."""
    return str(options.get("dir", FOLDER)).rstrip("/")


def skill_values(config: Mapping[str, Any], folder: str) -> dict[tuple[str, ...], list[str]]:
    """Return the values to set in ``config``: each agent's own skills, and after them the one in ``folder``."""
    there = config.get(_KEY)
    values: dict[tuple[str, ...], list[str]] = {}
    for agent, skill in _AGENTS.items():
        path = f"{folder}/{skill}"
        given = there.get(agent) if isinstance(there, dict) else None
        own = [given] if isinstance(given, str) else given if isinstance(given, list) else []
        if path not in own:
            values[_KEY, agent] = [*own, path]
    return values
