"""Findings about agent files that Claude Code does not load, or does not read as written."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.source.span import Span
from gsdc.targets.claude_code import facts
from gsdc.targets.claude_code.frontmatter import AgentFrontmatter
from gsdc.targets.model_names import near
from gsdc.targets.versions import since

IGNORED_AGENT = Diagnostic(
    "CA001",
    "ignored-claude-agent",
    Severity.WARNING,
    """Claude Code does not load a file in its folder of agents.

    ## Why is this bad?
    Frontmatter begins with the very first characters of the file, and has a name without a colon and a description:
    without them there is no such agent, and another one does its work. Up to 2.1.236 a byte order mark hides it as well
    (measured on Claude Code 2.1.141, 2.1.250 and 2.1.332).

    ## Example (.claude/agents/reviewer.md)
    ---
    description: Reviews code
    model: opus
    ---
    Review the code.

    ## Use instead (.claude/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews code
    model: opus
    ---
    Review the code.
    """,
)
BROKEN_AGENT = Diagnostic(
    "CA002",
    "broken-agent-frontmatter",
    Severity.WARNING,
    """The frontmatter of an agent is not valid YAML, even with its special values in quotes.

    ## Why is this bad?
    Claude Code does not load the agent, and another one does its work (measured on Claude Code 2.1.141).

    ## Example (.claude/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews code. Examples:
    user: "review this"
     assistant: "I review it"
    model: opus
    ---
    Review the code.

    ## Use instead (.claude/agents/reviewer.md)
    ---
    name: reviewer
    description: |
      Reviews code. Examples:
      user: "review this"
      assistant: "I review it"
    model: opus
    ---
    Review the code.
    """,
)
MISSPELT_KEY = Diagnostic(
    "CA005",
    "misspelt-agent-key",
    Severity.WARNING,
    """A key of an agent's frontmatter is misspelt.

    ## Why is this bad?
    Claude Code ignores keys that it does not know: an agent with `modle: opus` runs on the model of the session
    (documented by Claude Code, "Subagents").

    ## Example (.claude/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews code
    modle: opus
    ---

    ## Use instead (.claude/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews code
    model: opus
    ---
    """,
)
CUT = Diagnostic(
    "CA010",
    "cut-agent-frontmatter",
    Severity.WARNING,
    """The frontmatter of an agent ends in the middle of a value.

    ## Why is this bad?
    Claude Code takes the first "---" for the end, wherever it is: a model after it is ignored, and the agent runs on
    the session's (measured on Claude Code 2.1.141).

    ## Example (.claude/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews code --- all of it
    model: opus
    ---

    ## Use instead (.claude/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews code, all of it
    model: opus
    ---
    """,
)
TWICE = Diagnostic(
    "CA011",
    "agent-key-twice",
    Severity.WARNING,
    """The frontmatter of an agent has a duplicate key.

    ## Why is this bad?
    The last one counts, silently: a downgrade can hide behind a key that looks right (measured on Claude Code 2.1.141).

    ## Example (.claude/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews code
    model: opus
    model: haiku
    ---

    ## Use instead (.claude/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews code
    model: opus
    ---
    """,
)

_MOST: Final = 100  # keys of a file: more than these no person wrote
_NEEDED: Final = ("name", "description")
_KEYS: Final = (
    *(*_NEEDED, "model", "tools", "disallowedTools", "permissionMode", "maxTurns", "skills", "mcpServers", "hooks"),
    *("memory", "background", "effort", "isolation", "color", "initialPrompt", "disabled"),
)
_OPENCODE: Final = "mode"  # files that OpenCode reads as well have it


def unloaded(path: str, text: str, found: AgentFrontmatter | None, version: str = facts.NEWEST) -> Iterator[Finding]:
    """Yield why Claude Code does not load a file; nothing if it does, or for a README, which is not an agent."""
    if found is None:
        yield from _without_frontmatter(path, text)
    elif found.problem is not None:
        reason, line = found.problem
        help_ = "write text that holds a colon in quotes, and text of several lines after | and indented"
        message = f"Claude Code does not load this agent: its frontmatter is not valid YAML: {reason}"
        yield BROKEN_AGENT.at(Span(path, line), message, help_)
    else:
        for key in _NEEDED:
            if not isinstance(found.data.get(key), str) or not found.data[key]:
                message = f"without a `{key}` Claude Code does not load this agent"
                yield IGNORED_AGENT.at(Span(path), message, f"give it a `{key}`")
                return
        yield from _refused(found, version)


def _refused(found: AgentFrontmatter, version: str) -> Iterator[Finding]:
    """Yield the values that prevent newer versions from loading an agent."""
    if ":" in found.data["name"] and since(facts.REFUSES_COLON, version):
        message = "a name with a colon is a plugin's: Claude Code does not load this agent"
        yield IGNORED_AGENT.at(found.span("name"), message, "write the name without a colon")
    elif not isinstance(found.data.get("hooks") or {}, dict) and since(facts.REFUSES_HOOKS, version):
        message = "`hooks` is not a mapping: Claude Code does not load this agent"
        yield IGNORED_AGENT.at(found.span("hooks"), message, "write a mapping of events, or remove `hooks`")


def _without_frontmatter(path: str, text: str) -> Iterator[Finding]:
    if text.startswith("\ufeff---"):
        message = "a byte order mark before the frontmatter: Claude Code does not load this agent"
        yield IGNORED_AGENT.at(Span(path), message, "save the file as UTF-8 without a byte order mark")
    elif path.rpartition("/")[2].lower() != "readme.md":
        message = "without frontmatter Claude Code does not load this file as an agent"
        help_ = 'begin it with "---", a name, a description and "---", or move it away'
        yield IGNORED_AGENT.at(Span(path), message, help_)


def misread(found: AgentFrontmatter) -> Iterator[Finding]:
    """Yield the values that Claude Code reads differently from their appearance, in a valid frontmatter."""
    if found.cut is not None:
        message = 'the frontmatter ends at this "---": Claude Code ignores what follows'
        yield CUT.at(found.cut, message, "write other characters here")
    for key in found.twice[:_MOST]:
        message = f'duplicate key "{key}": the last one counts'
        yield TWICE.at(found.span(key, of_key=True), message, "keep one of the two")
    unknown = (key for key in found.data if key not in (*_KEYS, _OPENCODE))
    for key in islice(unknown, _MOST):
        meant = near(key, _KEYS, 0.8)
        if meant is None and key.lower().startswith("model"):
            meant = "model"  # modelOverride, model_id
        if meant in (*_NEEDED, "model", "tools") and meant not in found.data:
            message = f'Claude Code does not know the key "{key}", and ignores it'
            yield MISSPELT_KEY.at(found.span(key, of_key=True), message, f'did you mean "{meant}"?')
