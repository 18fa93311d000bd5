"""The agent as which Claude Code's settings run the session: ``agent`` in settings.json."""

from collections.abc import Iterator, Sequence
from typing import Final

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.targets.claude_code.agents import ClaudeAgent
from gsdc.targets.claude_code.settings import ClaudeSettings
from gsdc.targets.model_names import suggestion

NO_SUCH_AGENT = Diagnostic(
    "CA018",
    "no-such-main-agent",
    Severity.WARNING,
    """The settings run the session as an agent that the project does not have.

    Names are case-sensitive here. gsdc does not see the agents of the user's own folder and of the user's plugins, and
    says nothing where the settings enable a plugin, or the name has a plugin in front.

    ## Why is this bad?
    Claude Code says nothing, and runs the session without the agent: with neither its prompt, nor its tools, nor its
    model (measured on Claude Code 2.1.141 and 2.1.332).

    ## Example (.claude/settings.json)
    {"agent": "reviwer"}
    -- .claude/agents/reviewer.md --
    ---
    name: reviewer
    description: Reviews code
    model: opus
    ---

    ## Use instead (.claude/settings.json)
    {"agent": "reviewer"}
    -- .claude/agents/reviewer.md --
    ---
    name: reviewer
    description: Reviews code
    model: opus
    ---
    """,
)
BUILT_IN: Final = ("claude", "Explore", "general-purpose", "Plan", "statusline-setup")  # as 2.1.332 lists them


def unknown_main_agent(settings: ClaudeSettings, agents: Sequence[ClaudeAgent]) -> Iterator[Finding]:
    """Yield a finding if the settings run the session as an agent that is none of ``agents``."""
    setting = settings.agent
    if setting is None or settings.has_plugins or ":" in setting.value:
        return
    known = (*(agent.written for agent in agents), *BUILT_IN)
    if setting.value not in known:
        message = f'the project has no agent "{setting.value}": Claude Code runs the session without it'
        yield NO_SUCH_AGENT.at(setting.at, message, f"{suggestion(setting.value, known)}name an agent, or remove it")
