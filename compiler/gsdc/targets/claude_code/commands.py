"""Commands and skills of Claude Code that start an agent, or the session, on their own model.

Measured on Claude Code 2.1.332: ``.claude/commands/**/*.md`` and ``.claude/skills/NAME/SKILL.md`` use the frontmatter
of agents. With ``context: fork``, the agent named by ``agent`` runs on the ``model`` of the command, which overrides
the agent's own. Without it, the session runs the command on that model, and ``agent`` has no effect.
"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.source.span import Span
from gsdc.source.tree import Tree, decode
from gsdc.targets.api import INHERIT, Claim, Statement
from gsdc.targets.claude_code import COMMANDS, SKILLS
from gsdc.targets.claude_code.frontmatter import AgentFrontmatter, read_agent_frontmatter
from gsdc.targets.contents import contents

_REMEDY: Final = "remove the `model`, or write another one"

AGENT_WITHOUT_FORK = Diagnostic(
    "CA012",
    "agent-without-fork",
    Severity.WARNING,
    """A command or a skill names an agent, and runs without it.

    ## Why is this bad?
    `agent` counts only with `context: fork`. Without it the session does the work itself, on its own model and with its
    own tools (measured on Claude Code 2.1.332).

    ## Example (.claude/commands/review.md)
    ---
    description: Reviews the branch
    agent: gsd-code-reviewer
    ---
    Review the branch.

    ## Use instead (.claude/commands/review.md)
    ---
    description: Reviews the branch
    agent: gsd-code-reviewer
    context: fork
    ---
    Review the branch.
    """,
)


class Invocations(NamedTuple):
    """The agents that commands and skills start, their descriptions by name, and the files that were read."""

    statements: tuple[Statement, ...]
    descriptions: dict[str, str]
    files: tuple[str, ...]


Resolve = Callable[[str, Span], tuple[str, Span, str]]
"""What a model that is written at a place really is, where that is decided, and how."""


def invocations(tree: Tree, resolve: Resolve, spelled: Callable[[str], str], findings: list[Finding]) -> Invocations:
    """Return what the project's commands and skills start; ``spelled`` maps an agent's name to its proper spelling."""
    statements: list[Statement] = []
    descriptions: dict[str, str] = {}
    files: list[str] = []
    for path, content in contents(tree, (COMMANDS, SKILLS), findings):
        files.append(path)
        try:
            found = read_agent_frontmatter(path, decode(content, path).removeprefix("\ufeff"))
        except Rejected as rejected:
            findings.extend(rejected.findings)
            continue
        if found is None or found.problem is not None:
            continue  # the whole file is the prompt: its keys are ignored
        name = _name(path)
        described = found.data.get("description")
        if isinstance(described, str):
            descriptions[name] = described
        statements.extend(_started(found, name, resolve, spelled))
        findings.extend(_agent_without_fork(found))
    return Invocations(tuple(statements), descriptions, tuple(files))


def _name(path: str) -> str:
    """Return the name of a command or a skill for users: "/team:audit", "/audit"."""
    if path.startswith(".claude/skills/"):
        return "/" + path.split("/")[2]
    return "/" + path.removeprefix(".claude/commands/").removesuffix(".md").replace("/", ":")


def _started(
    found: AgentFrontmatter, name: str, resolve: Resolve, spelled: Callable[[str], str]
) -> Iterator[Statement]:
    """Yield what a command runs on its model: its agent, and the command itself under its own name."""
    value = found.data.get("model")
    if not isinstance(value, str) or not value.strip() or value.strip().lower() == INHERIT:
        return
    model, at, how = resolve(value, found.span("model"))
    ways = f"{how} ({found.span('model')})" if how else ""
    agent = forked(found)
    if agent:
        started = f'{name} starts "{agent}" on this model, whatever the agent\'s file says'
        yield Statement(Claim(spelled(agent), model), at, "; ".join(filter(None, (started, ways))), _REMEDY)
    else:
        yield Statement(Claim(name, model), at, ways, _REMEDY)


def forked(found: AgentFrontmatter) -> str:
    """Return the agent that a command starts, "" if it starts none, or does not name it."""
    agent = found.data.get("agent")
    is_forked = str(found.data.get("context", "")).strip() == "fork"
    return agent.strip() if is_forked and isinstance(agent, str) else ""


def _agent_without_fork(found: AgentFrontmatter) -> Iterator[Finding]:
    agent = found.data.get("agent")
    if isinstance(agent, str) and agent.strip() and not forked(found):
        message = f'"{agent.strip()}" does not run this, the session does'
        yield AGENT_WITHOUT_FORK.at(found.span("agent"), message, "add `context: fork`, or remove `agent`")
