"""The keys of OpenCode's files, and their accepted values; any other value stops OpenCode.

They follow the schema in the bundle of OpenCode 1.18: each key below was tried on the client with a wrong value.
"""

import re
import sys
from typing import Any, Final

TOP_LEVEL: Final = (
    *("$schema", "model", "small_model", "default_agent", "agent", "mode", "provider", "permission", "tools"),
    *("subagent_depth", "username", "command", "skills", "instructions", "references", "reference", "plugin", "mcp"),
    *("lsp", "formatter", "share", "autoshare", "autoupdate", "snapshot", "watcher", "server", "shell", "logLevel"),
    *("disabled_providers", "enabled_providers", "layout", "attachment", "enterprise", "tool_output", "compaction"),
    "experimental",
    # Those of the terminal, which have moved to a file of their own, and those of the next version.
    *("theme", "keybinds", "tui", "agents", "commands", "snapshots", "media"),
)
_COLOR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_COLORS: Final = ("primary", "secondary", "accent", "success", "warning", "error", "info")
_ACTIONS: Final = ("ask", "allow", "deny")
_WHOLE_TOOLS: Final = ("todowrite", "question", "webfetch", "websearch", "doom_loop")
_MODEL: Final = re.compile(r"[^/#]+/[^#]+(?:#[^#]+)?")
_MODES: Final = ("subagent", "primary", "all")
_REMEDIES: Final = {
    **dict.fromkeys(("model", "variant", "prompt", "description"), "write a text"),
    **dict.fromkeys(("disable", "hidden"), "write true or false"),
    **dict.fromkeys(("temperature", "top_p"), "write a number"),
    **dict.fromkeys(("steps", "maxSteps"), "write a whole number above 0"),
    "mode": 'write "subagent", "primary" or "all"',
    "color": f'write "#rrggbb" or one of {", ".join(_COLORS)}',
    "tools": "write an object that gives each tool true or false",
    "options": "write an object",
    "permission": "write ask, allow or deny, or an object that gives one of them to each tool",
    "permissions": "it is the next version's: write `permission`",
}


def fault(key: str, value: Any) -> str:
    """Return the remedy where ``value`` for ``key`` of an agent stops OpenCode, "" where it accepts the value."""
    return _REMEDIES[key] if key in _REMEDIES and not _is_accepted(key, value) else ""


def _is_accepted(key: str, value: Any) -> bool:
    match _REMEDIES[key]:
        case "write a text":
            return isinstance(value, str)
        case "write true or false":
            return isinstance(value, bool)
        case "write a number":
            return _is_number(value)
        case "write a whole number above 0":
            return _is_number(value) and 0 < value < 2**53 and value == int(value)
        case "write an object":
            return isinstance(value, dict)
    match key:
        case "mode":
            return value in _MODES
        case "color":
            return isinstance(value, str) and (value in _COLORS or bool(_COLOR.fullmatch(value)))
        case "tools":
            return isinstance(value, dict) and all(isinstance(item, bool) for item in value.values())
        case "permission":
            rules = value.items() if isinstance(value, dict) else None
            return _is_action(value) if rules is None else all(_is_rule(tool, rule) for tool, rule in rules)
    return False


def _is_number(value: Any) -> bool:
    """Tell whether a value is a finite number in JavaScript."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _is_action(value: Any) -> bool:
    return isinstance(value, str) and value in _ACTIONS


def _is_rule(tool: str, rule: Any) -> bool:
    if isinstance(rule, dict) and tool not in _WHOLE_TOOLS:
        return all(map(_is_action, rule.values()))
    return _is_action(rule)


def lowered_model(value: Any) -> dict[str, Any] | None:
    """Return model and variant of the next version's ways to write them, None if it is something else."""
    if isinstance(value, dict):
        provider, name, variant = value.get("providerID", ""), value.get("model", ""), value.get("variant", "none")
        parts = (provider, name, variant)
        if not all(isinstance(part, str) and part and "#" not in part for part in parts) or "/" in provider:
            return None
        value = f"{provider}/{name}#{variant}" if "variant" in value else f"{provider}/{name}"
    if not isinstance(value, str) or not _MODEL.fullmatch(value):
        return None
    model, mark, variant = value.partition("#")
    return {"model": model, "variant": variant} if mark else {"model": model}


def lowered(entry: Any) -> dict[str, Any] | None:
    """Return an agent of the next version's ``agents`` as one of ``agent``, None if OpenCode passes over it."""
    if not isinstance(entry, dict) or not isinstance(entry.get("request", {}), dict):
        return None
    ours = {"system": "prompt", "disabled": "disable"}
    known = ("description", "mode", "hidden", "color", "steps", *ours)
    found = {ours.get(key, key): entry[key] for key in known if key in entry}
    if any(fault(key, value) for key, value in found.items()) or found.get("color") in _COLORS:
        return None
    model = lowered_model(entry["model"]) if "model" in entry else {}
    return None if model is None else found | model
