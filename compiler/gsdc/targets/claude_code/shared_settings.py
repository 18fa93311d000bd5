"""The entries that gsdc writes to a project's shared settings: the guard's hook, and the proxy for requests."""

from collections.abc import Iterator
from typing import Any, Final

from gsdc.ownership.registry import JSON_ITEMS
from gsdc.policy.model import Policy
from gsdc.source.json_items import JsonItems
from gsdc.source.tree import decode, is_blank
from gsdc.targets.api import Artifact, Request
from gsdc.targets.claude_code import DECLARATION, SETTINGS, guard
from gsdc.targets.claude_code.settings import ALIASES
from gsdc.targets.via import proxy_url

_FULL_IDS: Final = "litellm"  # the client whose ids name a release; Claude Code's own are aliases


def artifacts(request: Request) -> Iterator[Artifact]:
    """Yield the guard's table and the settings, if options of the target enable them.

    Raises ``Rejected`` if the settings cannot be read, or no target configures the proxy.
    """
    keys: dict[tuple[str, ...], Any] = {}
    url, table = proxy_url(request, DECLARATION.name), guard.table_of(request)
    if table is not None:
        yield guard.artifact(table)
        keys |= dict.fromkeys(guard.keys_of(request.policy, table), True)
    if url:
        keys["env", "ANTHROPIC_BASE_URL"] = url
        keys |= {("env", name): id_ for name, id_ in _models(request.policy)}
    if keys:
        path = SETTINGS[0]
        before = decode(request.tree.read(path) or b"", path)
        document = JsonItems(path, "{}\n" if is_blank(before) else before)
        yield Artifact(path, document.update(keys).text.encode(), JSON_ITEMS)


def _models(policy: Policy) -> Iterator[tuple[str, str]]:
    """Yield the variable that defines each alias: the proxy has groups for releases, not for aliases."""
    for alias in ALIASES:
        model = next((one for one in policy.models.values() if one.ids.get(DECLARATION.ids) == alias), None)
        if model is not None and _FULL_IDS in model.ids:
            yield f"ANTHROPIC_DEFAULT_{alias.upper()}_MODEL", model.ids[_FULL_IDS].rpartition("/")[2]
