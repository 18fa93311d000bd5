"""The agents and categories of oh-my-openagent: the known names, and the entries in its file."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from gsdc.source.key_document import Key, value_at
from gsdc.targets.json_settings import mapping

BLOCK: Final = "[opencode]"  # its keys override the same keys at the top
AGENTS: Final = "agents"
CATEGORIES: Final = "categories"
MIGRATIONS: Final = "_migrations"
# The second one replaces `model` and `fallback_models` by keys that the plugin does not read; a file that lists both is
# left alone.
DONE: Final = ("2026-07-opencode-config-unification", "2026-08-reasoning-unification")
# Every other name in `agents` is ignored: work of other agents gets a chain as a category.
KNOWN: Final = frozenset(
    (
        *("sisyphus", "hephaestus", "prometheus", "atlas", "sisyphus-junior", "metis", "momus"),
        *("oracle", "librarian", "explore", "multimodal-looker", "build", "plan", "OpenCode-Builder"),
    )
)


class AgentOrCategory(NamedTuple):
    """An entry of a file for an agent or a category: its ``data``, and its place."""

    name: str
    key: Key
    data: Mapping[str, Any]


def place_of(name: str) -> Key:
    """Return the path of the decided values of an agent, or of a category."""
    return (BLOCK, AGENTS if name in KNOWN else CATEGORIES, name)


def entries(data: Any) -> Iterator[AgentOrCategory]:
    """Yield the agents and categories of a file, weakest first."""
    for above in ((), (BLOCK,)):
        for block in (AGENTS, CATEGORIES):
            for name, entry in mapping(value_at(data, (*above, block))).items():
                if isinstance(entry, Mapping):
                    yield AgentOrCategory(name, (*above, block, name), entry)
