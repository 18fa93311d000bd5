"""How clients write the ids of models that the catalog names as ``provider/model``.

The catalog has one id per maker's own API. A client that only changes the spelling, or nothing, is a line here; ``ids``
of a model in gsdc.yaml override it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

CANONICAL: Final = "opencode"  # whose ids have the name of the maker's own API before the slash
_OLD_CLAUDE: Final = re.compile(r"claude-([a-z]+)-([34])-(\d)")
_VERSION: Final = re.compile(r"(?<=-\d)-(?=\d\b)")


class IdSpace(NamedTuple):
    """The ids of one client: which providers' models it can request, and how it writes them.

    ``providers`` are the supported parts before the slash, with the client's prefix of the id for each.
    """

    providers: Mapping[str, str]
    spell: Callable[[str, str], str] = lambda _provider, id_: id_


def _with_dots(provider: str, id_: str) -> str:
    """Return an id in GitHub's spelling: claude-opus-4.6 for Anthropic's claude-opus-4-6."""
    return _VERSION.sub(".", id_) if provider == "anthropic" else id_


def _for_cursor(provider: str, id_: str) -> str:
    """Return an id in Cursor's spelling: claude-4.6-opus for Anthropic's claude-opus-4-6, until generation 5."""
    found = _OLD_CLAUDE.fullmatch(id_)
    return f"claude-{found[2]}.{found[3]}-{found[1]}" if provider == "anthropic" and found else id_


_AMERICAN: Final = dict.fromkeys(("anthropic", "openai", "google", "xai"), "")
# Providers with an OpenAI-compatible API: Qwen Code uses the same kind of account for them.
_LIKE_OPENAI: Final = ("openai", "openrouter", "deepseek", "moonshotai", "zai", "xai", "mistral", "alibaba", "minimax")

ID_SPACES: Final[Mapping[str, IdSpace]] = {
    "codex": IdSpace({"openai": ""}),
    "gemini-cli": IdSpace({"google": ""}),
    "copilot": IdSpace(_AMERICAN, _with_dots),
    "cursor": IdSpace(_AMERICAN, _for_cursor),
    "qwen-code": IdSpace({"anthropic": "anthropic:", "google": "gemini:", **dict.fromkeys(_LIKE_OPENAI, "openai:")}),
}


def canonical_parts(ids: Mapping[str, str]) -> tuple[str, str]:
    """Return provider and name of a model with ``ids``, by client; both "" if it has no canonical id."""
    provider, _, name = ids.get(CANONICAL, "").partition("/")
    return provider, name


def renamed(ids: Mapping[str, str], name: str) -> dict[str, str]:
    """Return ``ids``, by client, for another ``name`` at the same providers."""
    return {client: f"{known.rpartition('/')[0]}/{name}".lstrip("/") for client, known in ids.items()}


def id_in(ids: Mapping[str, str], space: str) -> str | None:
    """Return the id of a model with ``ids``, by client, in ``space``; None if that client cannot request it."""
    if space in ids or space not in ID_SPACES:
        return ids.get(space)
    provider, id_ = canonical_parts(ids)
    known = ID_SPACES[space]
    return known.providers[provider] + known.spell(provider, id_) if id_ and provider in known.providers else None
