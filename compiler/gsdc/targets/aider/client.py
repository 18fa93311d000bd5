"""Aider: the models of its three roles, and the effort of the main one, in ``.aider.conf.yml`` (documented by Aider).

Aider has no agents. The main model edits, the weak model writes commit messages and summaries, and the editor model
applies what an architect planned. The file in the working folder overrides the files in the git root and in the home
folder. An effort is sent only to a model that lists it among its accepted settings.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from gsdc.finding import Finding
from gsdc.ownership.registry import YAML_KEYS
from gsdc.source.key_document import Key
from gsdc.targets import agent_files, agent_view
from gsdc.targets.agent_shape import AgentDefaults, AgentEntry, AgentFiles, Keys, Shape
from gsdc.targets.aider import CONFIG, DECLARATION

# The effort is written for the main model alone: Aider has one key for it.
_ROLES: Final[dict[str, Key]] = {"model": ("reasoning-effort",), "weak-model": (), "editor-model": ()}


def _role(name: str) -> Callable[[str, str, list[Finding]], Iterator[AgentEntry]]:
    """Return how a role is found: the file names a model for it."""

    def find(path: str, text: str, findings: list[Finding]) -> Iterator[AgentEntry]:  # noqa: ARG001 - a broken file raises
        data = YAML_KEYS.read(path, text)
        if isinstance(data, dict) and name in data:
            yield AgentEntry(name, data)

    return find


_SHAPE: Final = Shape(
    DECLARATION,
    tuple(
        AgentFiles((CONFIG,), YAML_KEYS, _role(name), Keys((name,), effort), per_agent=False)
        for name, effort in _ROLES.items()
    ),
    settings=lambda _tree, _findings, _paths: AgentDefaults(
        how="it has no model, so Aider chooses one by the API keys it finds"
    ),
)
emit = partial(agent_files.emit, _SHAPE)
read_back = partial(agent_files.read_back, _SHAPE)
expected_claims = partial(agent_files.expected_claims, _SHAPE)
view = partial(agent_view.view, _SHAPE)
describe = partial(agent_view.describe, _SHAPE)
