"""Settings of clients in JSON with comments: entries for single agents, and values for all agents."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from gsdc.finding import Finding, Fix, Rejected
from gsdc.policy.ref import NOTHING
from gsdc.source.jsonc import data_of
from gsdc.source.key_document import Key, value_at
from gsdc.source.span import span_at
from gsdc.source.tree import Tree, decode, is_blank
from gsdc.targets.agent_findings import REFUSED_SETTINGS
from gsdc.targets.agent_shape import AgentEntry

# A string or a comment, to be skipped, or a comma with nothing but comments before the end of its list.
_TOKEN: Final = re.compile(
    r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/|(?P<comma>,)(?=(?:\s|//[^\n]*\n|/\*.*?\*/)*[\]}])', re.DOTALL
)


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a value that is an object, an empty one for anything else."""
    return value if isinstance(value, Mapping) else NOTHING


def data_in(path: str, text: str) -> Mapping[str, Any]:
    """Return the parsed settings; raise ``Rejected`` if they are not JSON."""
    return NOTHING if is_blank(text) else mapping(data_of(path, text))


def settings_in(path: str, tree: Tree, findings: list[Finding], paths: dict[str, None]) -> Mapping[str, Any]:
    """Return the settings at ``path`` of a project; ``findings`` gets their errors."""
    try:
        content = tree.read(path)
        if content is not None:
            paths[path] = None
            return data_in(path, decode(content, path))
    except Rejected as rejected:
        findings.extend(rejected.findings)
    return NOTHING


def refused_settings(path: str, tree: Tree, message: str) -> Iterator[Finding]:
    """Yield a finding with ``message`` for settings with a trailing comma, which some clients refuse."""
    try:
        content = tree.read(path)
        text = decode(content, path) if content else ""
    except Rejected:  # who reads the settings says so
        return
    commas = tuple(match.start() for match in _TOKEN.finditer(text) if match["comma"])
    if commas:
        found = REFUSED_SETTINGS.at(span_at(path, text, commas[0]), message, "remove the trailing comma")
        yield found._replace(fix=Fix(tuple((at, at + 1, "") for at in commas), safe=True))


def entries_of(*blocks: Key) -> Callable[[str, str, list[Finding]], Iterator[AgentEntry]]:
    """Return how the entries of agents are found in settings: by their names, below each of ``blocks``."""

    def find(path: str, text: str, findings: list[Finding]) -> Iterator[AgentEntry]:  # noqa: ARG001 - a broken file raises
        data = data_in(path, text)
        for block in blocks:
            for name, entry in mapping(value_at(data, block)).items():
                if isinstance(entry, dict):
                    description = entry.get("description")
                    yield AgentEntry(name, entry, (*block, name), description if isinstance(description, str) else "")

    return find
