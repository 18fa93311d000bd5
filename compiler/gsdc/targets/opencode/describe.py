"""Other data in OpenCode's files: agents' attributes besides their models, and the providers of models."""

from collections.abc import Iterator
from typing import Any

from gsdc.source.tree import Tree
from gsdc.targets.api import Description, Descriptions
from gsdc.targets.contents import contents
from gsdc.targets.opencode.files import AGENT_FILES, PROJECT_FILES
from gsdc.targets.opencode.layers import AgentConfigLayer, blocks, markdown, parse, read_text, text_of


def describe(tree: Tree) -> Descriptions:
    """Return the descriptions and modes of the agents, and the providers that the files declare."""
    agents: dict[str, Description] = {}
    providers: dict[str, Any] = {}
    for path in reversed(PROJECT_FILES):
        text = read_text(tree, path, [])
        document = parse(path, text, []) if text is not None else None
        if document is not None:
            declared = document.data.get("provider")
            providers |= declared if isinstance(declared, dict) else {}
            _add(agents, blocks(tree, document, []))
    for folder, pattern in AGENT_FILES:
        for path, content in contents(tree, (folder + pattern,), []):
            one = markdown(path, folder, text_of(path, content, []), [])
            _add(agents, iter([one] if one is not None else []))
    return Descriptions(agents, providers)


def _add(agents: dict[str, Description], said: Iterator[AgentConfigLayer]) -> None:
    for one in said:
        values = {key: one.values[key] for key in Description._fields if isinstance(one.values.get(key), str)}
        agents[one.agent] = agents.get(one.agent, Description())._replace(**values)
