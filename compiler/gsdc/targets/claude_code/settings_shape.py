"""The types of values in Claude Code's settings: one value of a wrong type makes the client ignore the whole file.

Measured on Claude Code 2.1.332. For a key that is not listed here, only the key itself is ignored.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

_MODES: Final = ("acceptEdits", "auto", "bypassPermissions", "default", "dontAsk", "plan")
_RULES: Final = ("allow", "deny", "ask")
_HOOKS: Final = ("command", "prompt", "agent", "http", "mcp_tool")
_EVENTS: Final = (
    *("PreToolUse", "PostToolUse", "UserPromptSubmit", "Notification", "Stop", "SubagentStart", "SubagentStop"),
    *("SessionStart", "SessionEnd", "PreCompact", "PermissionRequest", "UserPromptExpansion", "PreModelSwitch"),
)
_OF_TEXT: Final = ("fallbackModel", "availableModels")
_KINDS: Final[Mapping[str, tuple[type, str]]] = {
    "model": (str, "text"),
    "env": (dict, "an object"),
    "modelOverrides": (dict, "an object"),
    "permissions": (dict, "an object"),
    "hooks": (dict, "an object"),
    "fallbackModel": (list, "a list"),
    "availableModels": (list, "a list"),
    "enforceAvailableModels": (bool, "true or false"),
    "alwaysThinkingEnabled": (bool, "true or false"),
    "disableAllHooks": (bool, "true or false"),
    "cleanupPeriodDays": (int, "a number"),
    "agent": (str, "text"),
}


class Mistake(NamedTuple):
    """A value that makes Claude Code ignore its file: its key, and the required type."""

    key: tuple[str | int, ...]
    wanted: str


def first_mistake(data: Mapping[str, Any]) -> Mistake | None:
    """Return the first value that makes Claude Code ignore a settings file, None if there is none."""
    return next(_mistakes(data), None)


def _mistakes(data: Mapping[str, Any]) -> Iterator[Mistake]:
    for key, (kind, wanted) in _KINDS.items():
        if key in data and not isinstance(data[key], kind):
            yield Mistake((key,), wanted)
            return
    for key in _OF_TEXT:
        for index, item in enumerate(data.get(key, ())):
            if not isinstance(item, str):
                yield Mistake((key, index), "text")
    for name, value in data.get("modelOverrides", {}).items():
        if not isinstance(value, str):
            yield Mistake(("modelOverrides", name), "text")
    yield from _in_permissions(data.get("permissions", {}))
    yield from _in_hooks(data.get("hooks", {}))


def _in_permissions(permissions: Mapping[str, Any]) -> Iterator[Mistake]:
    for key in _RULES:
        if key in permissions and not isinstance(permissions[key], list):
            yield Mistake(("permissions", key), "a list")
    if "defaultMode" in permissions and permissions["defaultMode"] not in _MODES:
        yield Mistake(("permissions", "defaultMode"), f"one of {', '.join(_MODES)}")


def _in_hooks(hooks: Mapping[str, Any]) -> Iterator[Mistake]:
    for event, groups in hooks.items():
        if event not in _EVENTS:  # an event that the client does not know is ignored alone
            continue
        if not isinstance(groups, list):
            yield Mistake(("hooks", event), "a list")
            continue
        for index, group in enumerate(groups):
            each = group.get("hooks") if isinstance(group, Mapping) else None
            for position, hook in enumerate(each if isinstance(each, list) else ()):
                if isinstance(hook, Mapping) and "type" in hook and hook["type"] not in _HOOKS:
                    yield Mistake(("hooks", event, index, "hooks", position, "type"), f"one of {', '.join(_HOOKS)}")
