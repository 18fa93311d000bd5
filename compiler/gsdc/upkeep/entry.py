"""``gsdc models add``: an entry for an id that is not in the catalog, with some values guessed."""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from gsdc.models.catalog import rank_of, releases
from gsdc.models.id_spaces import CANONICAL, canonical_parts, renamed
from gsdc.models.identity import Identity, identify
from gsdc.policy.model import Model

_UNSUITED: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST: Final = 80
_CONTEXT: Final = 128_000  # tokens, for an unknown model


class CatalogEntry(NamedTuple):
    """An entry for gsdc.yaml: its alias, its keys, and the guessed ones among them with their basis."""

    alias: str
    values: Mapping[str, Any]
    guesses: Mapping[str, str]


def entry_for(id_: str, models: Mapping[str, Model], given: Mapping[str, Any]) -> CatalogEntry:
    """Return an entry for the id ``id_``; ``given`` are keys that a person sets, which are not guesses.

    Prices and the window are those of the nearest release of its line; the rank is that of the line at its generation.
    """
    found = identify(id_)
    like = _nearest(found)
    line = found.line or found.guess
    rank = rank_of(found._replace(line=line))
    name = f"nearest to {like}" if like else "nothing is known of it"
    facts = releases()[like] if like else {}
    price = dict(facts["price"]) if like else {"input": 0, "output": 0}
    values = {"rank": rank or 0, "price": price, "context": facts.get("context", _CONTEXT)}
    ranked = (
        f"that of {line} at its generation" if rank is not None else "nothing is known of it: too weak for every rule"
    )
    guesses = {"rank": f"guessed: {ranked}", "price": f"guessed: {name}", "context": f"guessed: {name}"}
    if not found.line:
        guesses["ids"] = f"it cannot be identified: {found.why}"
    guesses = {key: words for key, words in guesses.items() if key not in given}
    values = {**values, **given}
    ids = _ids(id_, found, facts)
    provider, _ = canonical_parts(ids)
    # A client may be older than a new release of a maker: what its own catalog lacks has to be declared in its files.
    declare = {"declare": [CANONICAL]} if like and provider == facts["provider"] else {}
    ordered = {"rank": values.pop("rank"), "provider": provider, "ids": ids, **values, **declare}
    return CatalogEntry(_free(id_, models), ordered, guesses)


def _nearest(found: Identity) -> str | None:
    """Return the maker's newest release of the line that is not newer; the oldest if all are newer."""
    line, generation = found.line or found.guess, found.generation or (0, 0)
    older: list[tuple[tuple[int, int], str]] = []
    newer: list[tuple[tuple[int, int], str]] = []
    for name, entry in releases().items():
        other = identify(entry["ids"][CANONICAL])
        if other.line == line and other.generation is not None and "litellm" in entry["ids"]:
            (older if other.generation <= generation else newer).append((other.generation, name))
    near = max(older, default=None) or min(newer, default=None)
    return near[1] if near else None


def _ids(id_: str, found: Identity, like: Mapping[str, Any]) -> dict[str, str]:
    """Return the names that clients use: like those of the release ``like``, if it is an id of the maker."""
    path, _, name = id_.rpartition("/")
    is_makers = bool(like) and found.host in ("", found.maker) and path in ("", like["provider"])
    if not is_makers:
        own = id_ if path else f"{found.host or found.maker or 'unknown'}/{id_}"
        return {"opencode": own, "litellm": own, "gsd": own}
    ids: dict[str, str] = like["ids"]
    return renamed(ids, name)


def _free(id_: str, models: Mapping[str, Model]) -> str:
    """Return an unused name for an id: the end of the id, with the preceding part if that name is taken."""
    last = _plain(id_.rpartition("/")[2])
    whole = _plain(id_)
    candidates = (last, whole, *(f"{whole[: _LONGEST - 4]}-{number}" for number in range(2, 100)))
    return next(name for name in candidates if name and name not in models)


def _plain(text: str) -> str:
    return _UNSUITED.sub("-", text).strip("-._")[:_LONGEST] or "model"
