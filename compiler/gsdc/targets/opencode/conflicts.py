"""What of OpenCode's files counts over others: stronger files, agents in Markdown, and the old ``mode`` block."""

from gsdc.finding import Diagnostic, Finding, Rejected, Severity

AGENT_FILE_WINS = Diagnostic(
    "OC005",
    "agent-file-overrides",
    Severity.WARNING,
    """A Markdown file under .opencode/ sets an agent that opencode.json also sets.

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
    return diagnostic.at(first.span, f"what this overrides is not known: {first.message}", first.help)
