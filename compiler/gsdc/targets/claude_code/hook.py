"""The input that Claude Code sends to a hook before an agent starts, and the output that it expects.

The input has the agent's name and the arguments of the call. The model is resolved here as Claude Code does, in this
order: FORCE, the call, the agent's file, ``CLAUDE_CODE_SUBAGENT_MODEL``, and the caller's model from the transcript
(measured on 2.1.332; up to 2.1.250 ``CLAUDE_CODE_SUBAGENT_MODEL`` comes first). The module runs before each start, so
it has few imports.
"""

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property, partial
from typing import Any, Final, NamedTuple

from gsdc.source.agent_name import folded

TABLE: Final = ".claude/gsdc-guard.json"
IDS: Final = "claude"  # the client whose model ids the question uses
INHERIT: Final = "inherit"
DEFAULT: Final = "general-purpose"
_BUILT_IN: Final = frozenset({DEFAULT, "claude", "explore", "plan", "statusline-setup"})
_ALIASES: Final = ("opus", "sonnet", "haiku", "fable")
_SYNONYMS: Final = {"best": "opus", "opusplan": "sonnet"}
_ON: Final = ("1", "true", "yes", "on")
_TAIL: Final = 262_144  # bytes at the end of a transcript that are searched for the model
_PATIENCE: Final = 0.75  # seconds until a transcript has the call: 0.04 measured, 0.3 on a busy machine
_PAUSE: Final = 0.01  # seconds between two attempts to read it
_VARIABLE_IS_DEFAULT: Final = (2, 1, 251)  # from this version on CLAUDE_CODE_SUBAGENT_MODEL is only a default
_SUBAGENTS: Final = "CLAUDE_CODE_SUBAGENT_MODEL"

Input = Mapping[str, Any]
"""What Claude Code writes to a hook's standard input, or the environment that it gives it."""

Caller = Callable[[], tuple[str, tuple[int, ...]]]
"""Return the caller's model and the version of Claude Code, which may take as long as ``_PATIENCE``."""


class Definition(NamedTuple):
    """The content of the file of an agent, a command or a skill."""

    agent: str = ""
    model: str = ""
    effort: str = ""
    description: str = ""
    forks: bool = False


NOTHING: Final = Definition()


class SubagentStart:
    """An agent that is about to start, as requested in ``call``; ``called_by`` names the caller.

    ``is_built_in`` is true for an agent of Claude Code itself, ``can_rewrite`` if the answer may set another model. All
    other values are looked up on demand, because most starts do not need them.
    """

    def __init__(self, call: Definition, called_by: str, data: Input, root: str, environment: Input) -> None:
        self.agent = call.agent or DEFAULT
        self.is_built_in = self.agent.lower() in _BUILT_IN
        self.can_rewrite = called_by == "the call"
        self._call, self._called_by, self._data, self._root, self._environment = (
            call,
            called_by,
            data,
            root,
            environment,
        )

    @cached_property
    def _own(self) -> Definition:
        return definition(self.agent, self._root, self._environment) or NOTHING

    @property
    def description(self) -> str:
        """The content of the agent's file."""
        return self._own.description

    @property
    def effort(self) -> str:
        """The effort as written, "" if none is set."""
        return _text(self._environment, "CLAUDE_CODE_EFFORT_LEVEL") or self._call.effort or self._own.effort

    @property
    def model(self) -> str:
        """The model as written, "" if unknown."""
        return self._found[0]

    @property
    def how(self) -> str:
        """The origin of the model, as text."""
        return self._found[1]

    @cached_property
    def _found(self) -> tuple[str, str]:
        caller = cache(partial(_caller, self._data))
        model, how = _resolved(self._call, self._called_by, self._own, caller, self._environment)
        if model.strip().lower() == "haiku" and self._data.get("permission_mode") == "plan":
            return "sonnet", f"{how}; plan mode replaces haiku by sonnet"
        return model, how


def named_agent(data: Input) -> str:
    """Return the agent named in a call, without reading any file; "" if none is named."""
    asked = data.get("tool_input")
    return str(asked.get("subagent_type") or "") if isinstance(asked, dict) else ""


def start_of(data: Input, root: str, environment: Input) -> SubagentStart | None:
    """Return the agent that is about to start, None if there is none."""
    if data.get("hook_event_name") == "UserPromptExpansion":
        return _forked(str(data.get("command_name", "")), data, root, environment)
    asked = data.get("tool_input")
    asked = asked if isinstance(asked, dict) else {}
    if data.get("tool_name") == "Skill":
        return _forked(str(asked.get("skill") or asked.get("command") or ""), data, root, environment)
    if data.get("tool_name") not in ("Agent", "Task"):
        return None
    call = Definition(str(asked.get("subagent_type") or DEFAULT), _text(asked, "model"), _text(asked, "effort"))
    return SubagentStart(call, "the call", data, root, environment)


def _text(data: Input, key: str) -> str:
    value = data.get(key)
    return value.strip() if isinstance(value, str) else ""


def _forked(name: str, data: Input, root: str, environment: Input) -> SubagentStart | None:
    """Return the agent that a command or a skill starts in a fork, None if it starts none."""
    name = name.lstrip("/")
    if not name or ".." in name.split("/"):
        return None
    paths = (f".claude/skills/{name}/SKILL.md", f".claude/commands/{name.replace(':', '/')}.md")
    for folder in (_home(environment, ""), root):  # the user's own overrides the project's
        for path in paths:
            found = _read(f"{folder}/{path}", needs_name=False)
            if found is not None:
                return SubagentStart(found, f"/{name}", data, root, environment) if found.forks else None
    return None


def _resolved(call: Definition, called_by: str, own: Definition, caller: Caller, environment: Input) -> tuple[str, str]:
    """Return the model that the agent would run on, and its origin; ``caller`` is called only if it decides."""
    variable = _text(environment, _SUBAGENTS)
    forced = _text(environment, f"{_SUBAGENTS}_FORCE").lower() in _ON
    by_variable = f"{_SUBAGENTS} of the environment"
    if variable and (forced or (variable.lower() != INHERIT and () < caller()[1] < _VARIABLE_IS_DEFAULT)):
        return _meant(variable, None, environment), by_variable
    for value, how in ((call.model, called_by), (own.model, "the agent's file"), (variable, by_variable)):
        if value:
            if value.lower() == INHERIT:
                break
            return _meant(value, None if how == by_variable else caller, environment), how
    return caller()[0], "the caller's model"


def _meant(value: str, caller: Caller | None, environment: Input) -> str:
    """Return the model of an alias: a variable's value, or the caller's own version if it is of the same family."""
    word = value.strip().lower()
    word = _SYNONYMS.get(word, word)
    if word not in _ALIASES:
        return value
    if found := _text(environment, f"ANTHROPIC_DEFAULT_{word.upper()}_MODEL"):
        return found
    own = caller()[0] if caller is not None else ""
    return own if word in own.split("-") else word


def _caller(data: Input) -> tuple[str, tuple[int, ...]]:
    """Return the caller's model, and the version of Claude Code; "" and () if the transcript has neither.

    The answer with the call names its model. Claude Code may start the hook before it has written that answer. An
    earlier answer is used if it does not appear in time, although it is wrong after a switch of models.
    """
    transcript, own, call = (_text(data, key) for key in ("transcript_path", "agent_id", "tool_use_id"))
    paths = [transcript] if transcript else []
    if transcript and own.isalnum():
        paths.insert(0, f"{transcript.removesuffix('.jsonl')}/subagents/agent-{own}.jsonl")
    until = time.monotonic() + _PATIENCE
    while paths:
        earlier = None
        for line in (line for path in paths for line in _last_lines(path) if '"assistant"' in line):
            if call in line and (found := _answered(line)):
                return found
            earlier = earlier or _answered(line)
        if time.monotonic() > until:
            return earlier or ("", ())
        time.sleep(_PAUSE)
    return "", ()


def _last_lines(path: str) -> Iterator[str]:
    """Yield the lines of a file from its end, as long as the caller iterates."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib takes 5 ms to import
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL))
            yield from reversed(file.read().decode("utf-8", "replace").splitlines())
    except OSError:
        return


def _answered(line: str) -> tuple[str, tuple[int, ...]] | None:
    try:
        entry = json.loads(line)
        model = entry["message"]["model"] if entry["type"] == "assistant" else ""
        version = tuple(int(part) for part in str(entry.get("version", "")).split(".") if part.isdecimal())
    except (ValueError, KeyError, TypeError):
        return None
    is_answer = isinstance(model, str) and model and model != "<synthetic>"
    return (model, version) if is_answer else None


def definition(agent: str, root: str, environment: Input) -> Definition | None:
    """Return the content of an agent's file: the nearest one, the user's own last; None if there is none."""
    wanted = folded(agent)
    for folder in (root, _home(environment, "")):
        for path in sorted(_files(f"{folder}/.claude/agents"), key=os.fsencode, reverse=True):
            found = _read(path, needs_name=True, wanted=wanted)
            if found is not None:
                return found
    return None


def _home(environment: Input, default: str) -> str:
    return str(environment.get("HOME") or default)


def _files(folder: str) -> Iterator[str]:
    for above, _, names in os.walk(folder, followlinks=False):
        yield from (f"{above}/{name}" for name in names if name.endswith(".md"))


def _read(path: str, *, needs_name: bool, wanted: str = "") -> Definition | None:
    """Return the content of a Markdown file, None if it does not exist, or belongs to another agent."""
    try:
        with open(path, encoding="utf-8", errors="replace", newline="") as file:  # noqa: PTH123
            text = file.read(65_536)
    except OSError:
        return None
    if needs_name and wanted not in _folded_text(text):
        return None
    data = _plain(text)
    if data is None:
        from gsdc.targets.claude_code.frontmatter import read_agent_frontmatter

        found = read_agent_frontmatter(path, text)
        data = found.data if found is not None and found.problem is None else {}
    if needs_name and folded(str(data.get("name", ""))) != wanted:
        return None
    return Definition(
        _text(data, "agent"),
        _text(data, "model"),
        _text(data, "effort"),
        _text(data, "description"),
        str(data.get("context", "")).strip() == "fork",
    )


def _folded_text(text: str) -> str:
    return text[:4096].lower().replace("_", "-").replace(" ", "-")


def _plain(text: str) -> dict[str, str] | None:
    """Return the keys of a frontmatter with plain values only, None if it requires a YAML parser."""
    head, _, rest = text.partition("\n")
    block, end, _ = rest.partition("\n---\n")
    if head != "---" or not end or "---" in block:
        return None
    data: dict[str, str] = {}
    for line in block.split("\n"):
        key, colon, value = line.partition(": ")
        if not colon or key in data or not key.replace("-", "").isalnum() or not _is_plain(value):
            return None
        data[key] = value.strip()
    return data


def _is_plain(value: str) -> bool:
    special = value[:1] in "\"'[]{}&*!|>%@`#,?-" or value[-1:] == ":"
    return bool(value) and not special and ": " not in value and " #" not in value and "\t" not in value


def answer(data: Input, *, deny: str = "", tell: str = "", change: Mapping[str, str] | None = None) -> str:
    """Return the output for Claude Code: a denial with its reason, changed input, or a message; "" to continue."""
    if deny and data.get("hook_event_name") == "UserPromptExpansion":
        return json.dumps({"decision": "block", "reason": deny})
    found: dict[str, Any] = {"systemMessage": tell} if tell else {}
    specific: dict[str, Any] = {}
    if deny:
        specific = {"permissionDecision": "deny", "permissionDecisionReason": deny}
    elif change:
        specific = {"updatedInput": {**data["tool_input"], **change}}
    if specific:
        found["hookSpecificOutput"] = {"hookEventName": "PreToolUse", **specific}
    return json.dumps(found) if found else ""
