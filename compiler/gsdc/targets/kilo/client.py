"""Kilo: model, effort and temperature of each agent (measured on Kilo CLI 7.7.9).

An agent's Markdown file overrides ``agent.NAME`` of the configuration, key by key. If neither has the key,
``subagent_model`` applies, then the caller's model. There is no word for the caller's model: ``inherit`` is an error. A
file without frontmatter, or with invalid frontmatter, is still an agent, without its model.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import Final

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.ownership.registry import FRONTMATTER_KEYS, JSON_KEYS
from gsdc.source.frontmatter_document import read_yaml
from gsdc.source.jsonc import Jsonc
from gsdc.source.span import Span
from gsdc.source.tree import Tree, decode
from gsdc.targets import agent_files, agent_view
from gsdc.targets.agent_shape import AgentDefaults, AgentEntry, AgentFiles, Keys, Shape
from gsdc.targets.json_settings import entries_of, settings_in
from gsdc.targets.kilo import AGENTS, CONFIGS, DECLARATION, OF_OPENCODE
from gsdc.targets.markdown_agents import new

LOST = Diagnostic(
    "KI001",
    "kilo-frontmatter-lost",
    Severity.WARNING,
    """Kilo loads an agent without what its frontmatter says.

    ## Why is this bad?
    The agent runs, on its caller's model: Kilo says nothing of a frontmatter that it cannot read, or that is not there
    (measured on Kilo CLI 7.7.9).

    ## Example (.kilo/agents/reviewer.md)
    ---
    description: Use when: asked
    model: anthropic/claude-opus-4-6
    ---
    Review.

    ## Use instead (.kilo/agents/reviewer.md)
    ---
    description: "Use when: asked"
    model: anthropic/claude-opus-4-6
    ---
    Review.
    """,
)

_KEYS: Final = Keys(effort=("variant",), temperature=("temperature",))
_DEFAULT: Final = "subagent_model"


def _find(path: str, text: str, findings: list[Finding]) -> Iterator[AgentEntry]:
    """Yield the agent of a file: called as the file is below its folder, unless it has a name of its own."""
    _, _, *parts = PurePosixPath(path).with_suffix("").parts
    name = "/".join(parts)
    try:
        data = read_yaml(path, text)
    except Rejected as rejected:
        first = rejected.findings[0]
        message = f'Kilo cannot read the frontmatter, and runs "{name}" without a model: {first.message}'
        findings.append(LOST.at(first.span, message, 'write values that hold ": " or " #" in quotes'))
        yield AgentEntry(name)
        return
    if data is None:
        message = f'Kilo finds no frontmatter, and runs "{name}" without a model'
        findings.append(LOST.at(Span(path), message, "begin the file with a line ---"))
        yield AgentEntry(name)
        return
    own, description = data.get("name"), data.get("description")
    yield AgentEntry(str(own) if own else name, data, description=description if isinstance(description, str) else "")


def _settings(tree: Tree, findings: list[Finding], paths: dict[str, None]) -> AgentDefaults:
    """Return the model of agents without one: the strongest file that sets it applies."""
    for path in reversed(CONFIGS):
        model = settings_in(path, tree, findings, paths).get(_DEFAULT)
        if isinstance(model, str):
            at = Jsonc(path, decode(tree.read(path) or b"", path)).span((_DEFAULT,))
            return AgentDefaults(model, f"`{_DEFAULT}` is for agents without a model", at)
    return AgentDefaults()


_SHAPE: Final = Shape(
    DECLARATION,
    (
        *(
            AgentFiles((path,), JSON_KEYS, entries_of(("agent",)), _KEYS, per_agent=False, written=path != OF_OPENCODE)
            for path in CONFIGS
        ),
        AgentFiles(AGENTS, FRONTMATTER_KEYS, _find, _KEYS),
    ),
    settings=_settings,
    new=new(".kilo/agents", DECLARATION.client, named=False),
)
emit = partial(agent_files.emit, _SHAPE)
read_back = partial(agent_files.read_back, _SHAPE)
expected_claims = partial(agent_files.expected_claims, _SHAPE)
view = partial(agent_view.view, _SHAPE)
describe = partial(agent_view.describe, _SHAPE)
