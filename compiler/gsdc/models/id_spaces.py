"""How clients write the ids of models that the catalog names as ``provider/model``.

The catalog says one id per maker's own API. A client that adds nothing to it, or only another spelling, is a line here;
``ids`` of a model in gsdc.yaml counts over it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

_CANONICAL: Final = "opencode"  # whose ids name the maker's own API before the slash
_VERSION: Final = re.compile(r"(?<=-\d)-(?=\d\b)")


class IdSpace(NamedTuple):
    """The ids of one client: whose models it can ask for, and how it writes them.

    ``providers`` are the parts before the slash that it can ask, with what it writes in front of the id for them.
    """

    providers: Mapping[str, str]
    spell: Callable[[str, str], str] = lambda _provider, id_: id_


def _with_dots(provider: str, id_: str) -> str:
    """Return an id as GitHub spells it: claude-opus-4.6 for Anthropic's claude-opus-4-6."""
    return _VERSION.sub(".", id_) if provider == "anthropic" else id_


ID_SPACES: Final[Mapping[str, IdSpace]] = {
    "codex": IdSpace({"openai": ""}),
    "gemini-cli": IdSpace({"google": ""}),
    "copilot": IdSpace(dict.fromkeys(("anthropic", "openai", "google", "xai"), ""), _with_dots),
}


def id_in(ids: Mapping[str, str], space: str) -> str | None:
    """Return the id of a model with ``ids``, by client, in ``space``; None where that client cannot ask for it."""
    if space in ids or space not in ID_SPACES:
        return ids.get(space)
    provider, _, id_ = ids.get(_CANONICAL, "").partition("/")
    known = ID_SPACES[space]
    return known.providers[provider] + known.spell(provider, id_) if id_ and provider in known.providers else None
