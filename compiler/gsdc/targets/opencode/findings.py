"""Findings about a project's files that OpenCode ignores, misreads or refuses."""

from typing import Final

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.source.span import Span

MOST: Final = 1000  # findings; unknown keys beyond it are not reported, since each requires a search
STOPS: Final = "OpenCode does not start while it is so"

REFUSED = Diagnostic(
    "OC011",
    "refused-by-opencode",
    Severity.ERROR,
    """OpenCode does not start with what a file says.

    ## Why is this bad?
    One value of another kind than OpenCode wants, in one agent, stops it for the whole project: so do a folder where a
    file is meant and a `{file:...}` that does not exist (measured on OpenCode 1.18). Agents written for Claude Code
    have such values: their `tools` are a text, their `color` may be "cyan".

    ## Example (opencode.json)
    {"agent": {"build": {"mode": "main"}}}

    ## Use instead (opencode.json)
    {"agent": {"build": {"mode": "primary"}}}
    """,
)
IGNORED = Diagnostic(
    "OC012",
    "ignored-by-opencode",
    Severity.WARNING,
    """OpenCode does not know a key of a file, and ignores it.

    ## Why is this bad?
    It is silent: a misspelt `model` leaves the agents on the model that was used last (measured on OpenCode 1.18).

    ## Example (opencode.json)
    {"modle": "anthropic/claude-opus-5-5"}

    ## Use instead (opencode.json)
    {"model": "anthropic/claude-opus-5-5"}
    """,
)
UNREAD = Diagnostic(
    "OC013",
    "unread-by-opencode",
    Severity.WARNING,
    """A file looks like OpenCode's configuration, and has a name that OpenCode does not read in a project.

    ## Why is this bad?
    None of it counts. OpenCode reads config.json in its global folder only (measured on OpenCode 1.18).

    ## Example (config.json)
    {"$schema": "https://opencode.ai/config.json", "agent": {"build": {"model": "anthropic/claude-opus-5-5"}}}
    -- opencode.json --
    {"$schema": "https://opencode.ai/config.json"}

    ## Use instead (opencode.json)
    {"$schema": "https://opencode.ai/config.json", "agent": {"build": {"model": "anthropic/claude-opus-5-5"}}}
    """,
)
NO_PROVIDER = Diagnostic(
    "OC014",
    "model-without-provider",
    Severity.ERROR,
    """A model is not written as "provider/model".

    ## Why is this bad?
    OpenCode takes what stands before the first slash for the provider. It does not check a model before the first
    request, which then fails (measured on OpenCode 1.18).

    ## Example (opencode.json)
    {"agent": {"build": {"model": "claude-opus-5-5"}}}

    ## Use instead (opencode.json)
    {"agent": {"build": {"model": "anthropic/claude-opus-5-5"}}}
    """,
)
UNREADABLE_AGENT = Diagnostic(
    "OC015",
    "unreadable-agent-file",
    Severity.ERROR,
    """OpenCode cannot read the frontmatter of a Markdown agent.

    ## Why is this bad?
    It says nothing, and takes the whole file for the prompt of an agent without a model, or skips the file: the
    agent runs on the model of its caller, or does not exist (measured on OpenCode 1.18).

    ## Example (.opencode/agent/gsd-planner.md)
    ---
    description: "Plans
    model: anthropic/claude-opus-5-5
    ---
    Plan the phase.

    ## Use instead (.opencode/agent/gsd-planner.md)
    ---
    description: "Plans"
    model: anthropic/claude-opus-5-5
    ---
    Plan the phase.
    """,
)
UNDECIDED = Diagnostic(
    "OC016",
    "decided-at-start",
    Severity.NOTE,
    """A value is taken from the environment, or from a file outside the project, when OpenCode starts.

    ## Why is this bad?
    gsdc cannot tell which model runs: nothing proves that it is the one of the policy. Where the variable is not set
    the value is empty, and the agent has no model of its own (measured on OpenCode 1.18).

    ## Example (opencode.json)
    {"agent": {"build": {"model": "{env:BUILD_MODEL}"}}}

    ## Use instead (opencode.json)
    {"agent": {"build": {"model": "anthropic/claude-opus-5-5"}}}
    """,
)
TWO_FILES = Diagnostic(
    "OC017",
    "two-agent-files",
    Severity.WARNING,
    """Two Markdown files are the same agent of OpenCode.

    ## Why is this bad?
    Which of the two counts depends on the order in which the file system lists them: it may differ from one machine to
    the next (measured on OpenCode 1.18).

    ## Example (.opencode/agent/gsd-planner.md)
    ---
    description: Plans
    ---
    -- .opencode/agents/gsd-planner.md --
    ---
    description: Plans
    model: anthropic/claude-opus-5-5
    ---

    ## Use instead (.opencode/agents/gsd-planner.md)
    ---
    description: Plans
    model: anthropic/claude-opus-5-5
    ---
    """,
)


def refused(span: Span, message: str, help_: str) -> Finding:
    """Return a finding for what OpenCode does not start with."""
    return REFUSED.at(span, message, help_, (STOPS,))
