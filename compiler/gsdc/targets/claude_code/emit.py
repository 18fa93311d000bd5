"""Claude Code: model and effort in the frontmatter of agents, commands and skills.

The agent's file sets its model (measured on Claude Code 2.1.332; up to 2.1.250 ``CLAUDE_CODE_SUBAGENT_MODEL`` overrides
it, see the view). A command or a skill with ``context: fork`` runs the agent that it names on its own ``model``, which
overrides the agent's.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

from gsdc.finding import Finding
from gsdc.ownership.registry import FRONTMATTER_KEYS
from gsdc.policy.model import Agent, Model
from gsdc.source.agent_name import folded
from gsdc.source.span import Span
from gsdc.source.yaml_value import scalar
from gsdc.targets import agent_files
from gsdc.targets.agent_shape import AgentEntry, AgentFiles, Keys, Shape
from gsdc.targets.api import Claim, Emission, Request, aliases
from gsdc.targets.claude_code import AGENTS, COMMANDS, DECLARATION, SKILLS, facts, settings_files, shared_settings
from gsdc.targets.claude_code.agents import release_of_session
from gsdc.targets.claude_code.commands import forked
from gsdc.targets.claude_code.findings import unloaded
from gsdc.targets.claude_code.frontmatter import read_agent_frontmatter
from gsdc.targets.claude_code.moved_alias import meant_by, requested_id
from gsdc.targets.claude_code.settings import family
from gsdc.targets.creation import OURS, prompt_of


def _find(path: str, text: str, findings: list[Finding]) -> Iterator[AgentEntry]:  # noqa: ARG001 - the view has them
    """Yield the agent of a file as Claude Code reads it, or that of a command that starts one on its own model."""
    if path.startswith(".claude/agents/"):
        found = read_agent_frontmatter(path, text)
        if found is not None and not any(unloaded(path, text, found)):
            yield AgentEntry(found.data["name"], found.data)
        return
    found = read_agent_frontmatter(path, text.removeprefix("\ufeff"))
    if found is not None and found.problem is None and found.data.get("model") and forked(found):
        yield AgentEntry(forked(found), found.data)


def _alias_of(value: str, models: Iterable[Model]) -> str:
    known = tuple(models)
    moved = {requested_id(model): model.alias for model in reversed(known)}
    if value in moved:
        return moved[value]
    word = family(value) or value
    alias = aliases(known, DECLARATION.ids).get(word)
    if alias is None:
        return value
    return meant_by(word, next(model for model in known if model.alias == alias))


def _words(request: Request) -> Callable[[Model], str | None]:
    """Return the notation of a model: its full id if the alias would mean another release, such as the session's."""
    settings = settings_files.read_settings(request.tree, request.policy)

    def written(model: Model) -> str | None:
        word = requested_id(model)
        older = release_of_session(word, Span(""), request.policy, settings) if word else None
        return older.full if older else word

    return written


def _new(agent: Agent) -> tuple[str, str]:
    """Return path and text of a file for an agent that Claude Code does not have."""
    name = agent.name_in(DECLARATION.client)
    keys = f"name: {scalar(name)}\ndescription: {scalar(agent.description)}\n"
    return f".claude/agents/{name}.md", f"---\n{OURS}\n{keys}---\n\n{prompt_of(agent)}\n"


_SHAPE: Final = Shape(
    DECLARATION,
    (AgentFiles((AGENTS, COMMANDS, SKILLS), FRONTMATTER_KEYS, _find, Keys(effort=("effort",))),),
    folded,
    _alias_of,
    new=_new,
    words=_words,
    version=lambda policy: facts.version(policy).number,
)
expected_claims = partial(agent_files.expected_claims, _SHAPE)


def emit(request: Request) -> Emission:
    """Write the models to the existing files, and the settings if the guard or a proxy is enabled."""
    found = agent_files.emit(_SHAPE, request)
    return found._replace(artifacts=(*found.artifacts, *shared_settings.artifacts(request)))


def read_back(path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:
    """Return the claims of an emitted file about its agent; the guard's files have none."""
    return agent_files.read_back(_SHAPE, path, content, models) if path.endswith(".md") else ()
