"""The merged configuration of each agent in OpenCode, and the file that decides each key.

Files are merged key by key, as measured on OpenCode 1.18. Lowest precedence first: JSON files by their strength, the
agent's own Markdown file, the deprecated modes in Markdown, the deprecated modes in JSON. Of two Markdown files of one
agent, the order of the file system decides.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Final, NamedTuple

from gsdc.finding import Finding, Rejected
from gsdc.models.effort import EFFORTS
from gsdc.source.jsonc import Jsonc
from gsdc.source.tree import Tree, decode, is_blank
from gsdc.targets.api import Claim
from gsdc.targets.opencode.conflicts import AGENT_FILE_WINS, OTHER_FILE, unknown
from gsdc.targets.opencode.files import BUILT_IN, Layout, is_mode_folder
from gsdc.targets.opencode.layers import AgentConfigLayer, blocks, markdown, strongest
from gsdc.targets.opencode.markdown import MarkdownAgent

EMPTY: Final = "{}\n"


class MergedConfig(NamedTuple):
    """The existing JSON files, by path, and the layers of each agent: the weakest first."""

    layout: Layout
    documents: Mapping[str, Jsonc]
    agents: Mapping[str, tuple[AgentConfigLayer, ...]]

    def has(self, agent: str) -> bool:
        """Tell whether OpenCode has an agent of this name."""
        return agent in self.agents or agent in BUILT_IN

    def document(self, path: str) -> Jsonc:
        """Return a JSON file, an empty one if it does not exist or is empty."""
        return self.documents.get(path) or Jsonc(path, EMPTY)

    def deciding(self, agent: str, key: str) -> tuple[AgentConfigLayer, ...]:
        """Return the layers in which ``key`` must be written to take effect; none if no layer has it.

        There are several if the order of the file system decides between Markdown files.
        """
        layers = self.agents.get(agent, ())
        winner = strongest(layers, key)
        if winner is None or not isinstance(winner.source, MarkdownAgent):
            return () if winner is None else (winner,)
        kind = self._is_mode(winner.source)
        markdowns = ((one, one.source) for one in layers)
        return tuple(one for one, file in markdowns if isinstance(file, MarkdownAgent) and self._is_mode(file) is kind)

    def _is_mode(self, file: MarkdownAgent) -> bool:
        return is_mode_folder(self.layout.folder_of(file.path))

    def values(self, agent: str) -> dict[str, Any]:
        """Return the merged keys of an agent, {} if no file has an entry for it."""
        return dict(chain.from_iterable(one.values.items() for one in self.agents.get(agent, ())))


def merge(tree: Tree, layout: Layout, findings: list[Finding]) -> MergedConfig:
    """Read the files of ``layout``; an unreadable file is a finding, because its overrides are unknown.

    Raises ``Rejected`` if the target's own file cannot be read.
    """
    documents: dict[str, Jsonc] = {}
    for path in reversed(layout.json):
        try:
            text = decode(tree.read(path) or b"", path)
            if not is_blank(text):
                documents[path] = Jsonc(path, text)
        except Rejected as rejected:
            if path == layout.own:
                raise
            findings.append(unknown(OTHER_FILE, rejected))
    said = tuple(chain.from_iterable(blocks(tree, one, []) for one in documents.values() if isinstance(one.data, dict)))
    agents: dict[str, list[AgentConfigLayer]] = {}
    for one in (
        *(one for one in said if one.block != "mode"),
        *_markdown(tree, layout, findings),
        *(one for one in said if one.block == "mode"),
    ):
        agents.setdefault(one.agent, []).append(one)
    return MergedConfig(layout, documents, {name: tuple(layers) for name, layers in agents.items()})


def _markdown(tree: Tree, layout: Layout, findings: list[Finding]) -> Iterator[AgentConfigLayer]:
    for folder, pattern in layout.folders:
        try:
            paths = tree.glob(folder + pattern)
        except Rejected as rejected:
            findings.append(unknown(AGENT_FILE_WINS, rejected))
            continue
        for path in paths:
            try:
                one = markdown(path, folder, decode(tree.read(path) or b"", path), [])
            except Rejected as rejected:
                findings.append(unknown(AGENT_FILE_WINS, rejected))
                continue
            if one is not None:
                yield one


def claim_of(agent: str, values: Mapping[str, Any], alias_of: Mapping[str, str]) -> Claim | None:
    """Return the claim of an agent's merged keys; None if they neither name a model nor disable it."""
    model = values.get("model")
    if values.get("disable") is True:
        return Claim(agent, None)
    if not isinstance(model, str):
        return None
    alias = alias_of.get(model, model)
    return Claim(agent, alias, temperature=temperature_in(values), effort=effort_in(values))


def effort_in(values: Mapping[str, Any]) -> str | None:
    """Return the effort in an agent's keys, in the words of the policy."""
    value = values.get("variant")
    return value if isinstance(value, str) and value in EFFORTS else None


def temperature_in(values: Mapping[str, Any]) -> float | None:
    """Return the temperature in an agent's keys."""
    value = values.get("temperature")
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def claims(merged: MergedConfig, alias_of: Mapping[str, str], agents: Iterable[str] = ()) -> tuple[Claim, ...]:
    """Return the claims of the merged files about ``agents``, or about all of them if none is named."""
    found = (claim_of(name, merged.values(name), alias_of) for name in agents or merged.agents)
    return tuple(claim for claim in found if claim is not None)
