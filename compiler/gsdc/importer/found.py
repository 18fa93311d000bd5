"""What there is to import: the agents that clients have in a folder, what each client makes of them, and providers."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from gsdc.finding import Finding, Severity
from gsdc.policy.model import NOTHING, Policy
from gsdc.source.tree import OUTSIDE, Tree
from gsdc.targets.claude_code import view as claude_agents
from gsdc.targets.claude_code.frontmatter import read as read_frontmatter
from gsdc.targets.contents import contents
from gsdc.targets.gsd import resolve as gsd_client
from gsdc.targets.opencode import view as opencode
from gsdc.targets.opencode.files import AGENT_FILES, PROJECT_FILES
from gsdc.targets.opencode.layers import Said, blocks, markdown, parse, read_text, text_of
from gsdc.targets.view_api import Statement
from gsdc.targets.view_registry import reader, readers_for

OVERRIDES: Final = "overrides"
# Whose files a reader reads, in words, in the order in which they name an agent: the tables of an executor know agents
# by their names in the fleet only.
LABELS: Final = {
    "gsdc.targets.overrides.view": "sub-agent executor",
    "gsdc.targets.claude_code.view": "Claude Code",
    "gsdc.targets.claude_md.view": "CLAUDE.md",
    "gsdc.targets.opencode.view": "OpenCode",
    "gsdc.targets.gsd.view": "get-shit-done",
}

_GREEN: Final = (None, "green")


class Words(NamedTuple):
    """What a client's file says of an agent besides its model."""

    description: str = ""
    mode: str = ""


class Source(NamedTuple):
    """What one client says: ``client`` is whose names it uses, ``agents`` are the names that it knows.

    ``statements`` are those of budget zone green, ``elsewhere`` those of others.
    """

    label: str
    client: str
    files: tuple[str, ...]
    agents: tuple[str, ...]
    statements: tuple[Statement, ...]
    elsewhere: tuple[Statement, ...]


class Found(NamedTuple):
    """All that was found. ``words`` go by client and name; ``broken`` says in words what could not be read.

    ``unread`` are the findings of links out of the project.
    """

    sources: tuple[Source, ...]
    words: dict[tuple[str, str], Words]
    providers: dict[str, Any]
    broken: tuple[str, ...]
    unread: tuple[Finding, ...]


def find(tree: Tree, policy: Policy) -> Found:
    """Return what the clients' files in ``tree`` say; ``policy`` gives the catalog."""
    sources: list[Source] = []
    broken: list[str] = []
    unread: dict[Finding, None] = {}
    present = set(readers_for(tree.root))
    words, providers = _opencode(tree) if "gsdc.targets.opencode.view" in present else ({}, {})
    words |= _claude(tree)
    for module, label in LABELS.items():
        if module not in present:
            continue
        client = reader(module)
        view = client.view(tree, policy).judgeable()
        unread |= dict.fromkeys(each for each in view.findings if each.code == OUTSIDE.code)
        broken += [f"{each.span}: {each.message}" for each in view.findings if each.severity is Severity.ERROR]
        stated = [each.claim.agent for each in view.statements]
        if client is claude_agents:  # get-shit-done's name no model of their own, and are there all the same
            stated += [name for (whose, name) in words if whose == client.ID and name in gsd_client.client().agents]
        green = tuple(each for each in view.statements if each.claim.zone in _GREEN)
        others = tuple(each for each in view.statements if each.claim.zone not in _GREEN)
        agents = tuple(dict.fromkeys(stated))
        sources.append(Source(label, client.ID, view.files, agents, green, others))
    return Found(tuple(sources), words, providers, tuple(dict.fromkeys(broken)), tuple(unread))


def _opencode(tree: Tree) -> tuple[dict[tuple[str, str], Words], dict[str, Any]]:
    """Return the words and the providers of OpenCode's files."""
    words: dict[tuple[str, str], Words] = {}
    providers: dict[str, Any] = {}
    for path in reversed(PROJECT_FILES):
        text = read_text(tree, path, [])
        document = parse(path, text, []) if text is not None else None
        if document is not None:
            declared = document.data.get("provider")
            providers |= declared if isinstance(declared, dict) else {}
            _add(words, blocks(tree, document, []))
    for folder, pattern in AGENT_FILES:
        for path, content in contents(tree, (folder + pattern,), []):
            one = markdown(path, folder, text_of(path, content, []), [])
            _add(words, iter([one] if one is not None else []))
    return words, providers


def _add(words: dict[tuple[str, str], Words], said: Iterator[Said]) -> None:
    for one in said:
        values = {key: one.values[key] for key in Words._fields if isinstance(one.values.get(key), str)}
        key = opencode.ID, one.agent
        words[key] = words.get(key, Words())._replace(**values)


def _claude(tree: Tree) -> dict[tuple[str, str], Words]:
    """Return the descriptions of Claude Code's agents."""
    words = {}
    for path, content in contents(tree, (claude_agents.AGENTS,), []):
        found = read_frontmatter(path, content.decode("utf-8", "replace"))
        data = found.data if found is not None and found.problem is None else NOTHING
        name, description = data.get("name"), data.get("description")
        if isinstance(name, str) and isinstance(description, str):
            words[claude_agents.ID, name] = Words(description)
    return words
