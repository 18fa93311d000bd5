"""Precedence between OpenCode's files: stronger files, agents in Markdown, and the old ``mode`` block."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.source.jsonc import Jsonc
from gsdc.targets.opencode.layers import AgentConfigLayer

AGENT_FILE_WINS = Diagnostic(
    "OC005",
    "agent-file-overrides",
    Severity.WARNING,
    """A Markdown file under .opencode/ defines an agent that opencode.json also defines.

    ## Why is this bad?
    The Markdown file wins, silently: the compiled model is not the one that runs, or a deferred agent is not held back
    (measured on OpenCode 1.18).

    ## Example (opencode.json)
    {"agent": {"gsd-planner": {"model": "anthropic/claude-haiku-5-5"}}}
    -- .opencode/agent/gsd-planner.md --
    ---
    description: Plans
    model: anthropic/claude-opus-5-5
    ---
    Plan the phase.

    ## Use instead (opencode.json)
    {"agent": {"gsd-planner": {"model": "anthropic/claude-opus-5-5"}}}
    -- .opencode/agent/gsd-planner.md --
    ---
    description: Plans
    ---
    Plan the phase.
    """,
)
LEGACY_MODE = Diagnostic(
    "OC007",
    "legacy-mode-overrides",
    Severity.WARNING,
    """The deprecated `mode` block of a file overrides what is said of an agent.

    ## Why is this bad?
    OpenCode merges `mode` over `agent`: the model that people see is not the one that runs (measured on OpenCode 1.18).

    ## Example (opencode.json)
    {"agent": {"gsd-planner": {"model": "anthropic/claude-haiku-5-5"}},
     "mode": {"gsd-planner": {"model": "anthropic/claude-opus-5-5"}}}

    ## Use instead (opencode.json)
    {"agent": {"gsd-planner": {"model": "anthropic/claude-opus-5-5"}}}
    """,
)
OTHER_FILE = Diagnostic(
    "OC009",
    "other-file-sets-agent",
    Severity.WARNING,
    """Another of OpenCode's files overrides what a file says.

    ## Why is this bad?
    OpenCode merges its files key by key: .opencode/ over opencode.jsonc over opencode.json (measured on OpenCode 1.18).
    The model that people see may not be the one that runs, or an agent is disabled by a file that nobody looks at.

    ## Example (opencode.json)
    {"agent": {"gsd-planner": {"model": "anthropic/claude-opus-5-5"}}}
    -- .opencode/opencode.json --
    {"agent": {"gsd-planner": {"model": "anthropic/claude-haiku-5-5"}}}

    ## Use instead (opencode.json)
    {"agent": {"gsd-planner": {"model": "anthropic/claude-opus-5-5"}}}
    -- .opencode/opencode.json --
    {"theme": "system"}
    """,
)


def unknown(diagnostic: Diagnostic, rejected: Rejected) -> Finding:
    """Return a warning about a file that is not compiled, only looked at: what it overrides is not known."""
    first = rejected.findings[0]
    return diagnostic.at(first.span, f"it is unknown what this overrides: {first.message}", first.help)


# What of an agent decides how it works; its description or color may differ between files without harm.
_WEIGHTY: Final = ("model", "variant", "temperature", "top_p", "disable", "mode", "steps", "prompt")


Top = tuple[Any, bool, Jsonc]


def overridden_at_top(key: str, values: Sequence[Top]) -> Iterator[Finding]:
    """Yield a finding for each value of a key at the top of a file that a stronger file replaces."""
    *weaker, (winner, _, document) = values
    for value, _, other in weaker:
        if value != winner:
            message = f"`{key}` does not count here: {document.path} says {_shown(key, winner)}"
            finding = OTHER_FILE.at(other.span((key,), key=True), message, "remove it here, or there")
            yield finding._replace(related=(document.span((key,), key=True),))


def overridden(name: str, layers: Sequence[AgentConfigLayer]) -> Iterator[Finding]:
    """Yield a finding for each key of an agent that a stronger place gives another value."""
    for key in _WEIGHTY if len(layers) > 1 else ():
        saying = [one for one in layers if key in one.values]
        for loser in saying[:-1]:
            winner = saying[-1]
            ours, theirs = loser.values[key], winner.values[key]
            if ours == theirs and isinstance(ours, bool) == isinstance(theirs, bool):
                continue
            diagnostic = {"mode": LEGACY_MODE, "markdown": AGENT_FILE_WINS}.get(winner.block, OTHER_FILE)
            where = "the deprecated `mode` block of " if winner.block == "mode" else ""
            place = winner.span(key)
            message = f'`{key}` of agent "{name}" does not count here: {where}{place.path} says {_shown(key, theirs)}'
            finding = diagnostic.at(loser.span(key), message, "remove it here, or there")
            yield finding._replace(related=(place,))


def _shown(key: str, value: Any) -> str:
    if key == "prompt":
        return "another" if value else "nothing"
    return f'"{value}"' if isinstance(value, str) else str(value).lower()
