"""Findings: parts of the policy that a client cannot express for its agents."""

from gsdc.finding import Diagnostic, Severity

UNREACHABLE = Diagnostic(
    "IF030",
    "unreachable-model",
    Severity.WARNING,
    """The policy gives an agent a model that its client cannot use.

    The agent's file stays as it is.

    ## Why is this bad?
    The agent runs on what its file says, or on its caller's model, not on what the policy decides: Claude Code only
    uses Anthropic models, Codex only OpenAI models.

    ## Example (gsdc.yaml)
    fleets: [gsd]
    targets: {claude-code: true}
    overrides:
      - {agent: gsd-doc-writer, model: gpt-5.2, reason: A trial}
    -- .claude/agents/gsd-doc-writer.md --
    ---
    name: gsd-doc-writer
    description: Writes
    ---

    ## Use instead (gsdc.yaml)
    fleets: [gsd]
    targets: {claude-code: true}
    overrides:
      - {agent: gsd-doc-writer, model: sonnet, reason: A trial}
    -- .claude/agents/gsd-doc-writer.md --
    ---
    name: gsd-doc-writer
    description: Writes
    ---
    """,
)
NOT_HELD_BACK = Diagnostic(
    "IF031",
    "agent-not-held-back",
    Severity.NOTE,
    """The policy defers an agent, which its client cannot express.

    ## Why is this bad?
    The file keeps the model that the agent has in zone green: starting the agent exceeds the budget.

    ## No example
    It takes a build for a budget zone in which agents are deferred.
    """,
)
NOT_LOADED = Diagnostic(
    "AF001",
    "agent-not-loaded",
    Severity.WARNING,
    """A client does not load an agent's file.

    ## Why is this bad?
    The agent does not exist, silently: no client stops, and the exit code is 0 (measured on Codex
    0.171.0, Gemini CLI 0.61.0, Qwen Code 0.24.4 and Copilot CLI 1.0.102).

    ## Example (.codex/agents/reviewer.toml)
    name = "reviewer"
    developer_instructions = "Review."

    ## Use instead (.codex/agents/reviewer.toml)
    name = "reviewer"
    description = "Reviews"
    developer_instructions = "Review."
    """,
)
NO_EFFORT = Diagnostic(
    "AF004",
    "effort-not-expressible",
    Severity.NOTE,
    """The policy sets an effort, and the client has no key for it.

    ## Why is this bad?
    The agent uses the client's default effort, or its caller's (measured on Gemini CLI 0.61.0,
    Qwen Code 0.24.4 and Copilot CLI 1.0.102).

    ## Example (gsdc.yaml, gsdc build)
    fleets: [gsd]
    targets: {copilot: true}
    -- .github/agents/gsd-planner.agent.md --
    ---
    name: gsd-planner
    description: Plans
    ---

    ## Use instead (gsdc.yaml, gsdc build)
    fleets: [gsd]
    targets: {claude-code: true}
    -- .claude/agents/gsd-planner.md --
    ---
    name: gsd-planner
    description: Plans
    ---
    """,
)
REFUSED_SETTINGS = Diagnostic(
    "AF005",
    "refused-client-settings",
    Severity.ERROR,
    """A client refuses its settings for a trailing comma.

    ## Why is this bad?
    Gemini CLI does not start. Qwen Code renames the file, and silently goes on without any settings (measured on
    Gemini CLI 0.61.0 and Qwen Code 0.24.4).

    ## Fix (safe)
    Removes the trailing commas.

    ## Example (.gemini/settings.json)
    {"model": {"name": "gemini-3.8-flash"},}

    ## Use instead (.gemini/settings.json)
    {"model": {"name": "gemini-3.8-flash"}}
    """,
)
NO_SUCH_WORD = Diagnostic(
    "AF006",
    "inherit-not-known",
    Severity.WARNING,
    """An agent names the model "inherit" in a client that does not know the word, or not in this spelling.

    ## Why is this bad?
    The client requests a model of that name, and the agent fails: Codex and Kilo have no word for the caller's model,
    Gemini CLI, Qwen Code and Copilot know it in lower case only (measured on Codex 0.171.0, Kilo 7.7.9, Gemini CLI
    0.61.0, Qwen Code 0.24.4 and Copilot CLI 1.0.102).

    ## Example (.kilo/agents/reviewer.md)
    ---
    description: Reviews
    model: inherit
    ---
    Review.

    ## Use instead (.kilo/agents/reviewer.md)
    ---
    description: Reviews
    ---
    Review.
    """,
)
IDLE_KEY = Diagnostic(
    "AF007",
    "agent-key-without-effect",
    Severity.NOTE,
    """A key of an agent's file looks as if it chose an effort or a temperature, and its client ignores it.

    ## Why is this bad?
    The agent silently runs as if the key were not there. Gemini CLI never sends the temperature of an agent, Qwen Code
    has neither key (measured on Gemini CLI 0.61.0 and Qwen Code 0.24.4).

    ## Example (.qwen/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews
    effort: high
    ---
    Review.

    ## Use instead (.qwen/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews
    ---
    Review.
    """,
)
