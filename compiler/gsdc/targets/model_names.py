"""Model names in users' files: the catalog's alias of an id, and the nearest name for a misspelled one."""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from gsdc.models.effort import EFFORTS
from gsdc.models.identity import identify
from gsdc.models.words import identify_for
from gsdc.policy.model import Policy

LONG_CONTEXT: Final = "[1m]"
_LONGEST: Final = 60  # the time of difflib grows with the product of the lengths


def alias_of(policy: Policy, client: str, model: str) -> str:
    """Return the catalog's alias of ``client``'s id ``model``, or the unchanged id if the catalog has none.

    A client that passes ids on also knows those of other clients, with or without their provider; a snapshot's date
    and the mark of a long context window do not make another model. Another spelling may be one that the host does not
    know: what it means is for ``gsdc.policy.recognition`` to say. Of two models with one id the first counts.
    """
    models = policy.models.values()
    plain = _without_date(model)
    for word in dict.fromkeys((model, plain)):
        for found in models:
            if found.id_in(client) == word:
                return found.alias
    for found in models:
        if any(plain in (known, known.rpartition("/")[2]) for known in found.ids.values()):
            return found.alias
    return model


def _without_date(model: str) -> str:
    """Return an id without the date of a snapshot and the mark of a context window at its end."""
    identity = identify(model)
    text = model.removesuffix(f"[{identity.context}]") if identity.context else model
    if len(identity.date) == len("20260205") and text.endswith(identity.date):
        return text.removesuffix(identity.date).rstrip("-@")
    return text


def near(word: str, known: Collection[str], cutoff: float = 0.75) -> str | None:
    """Return the name in ``known`` nearest to ``word``, None if none is near or the word is one of them."""
    from difflib import get_close_matches

    if word in known or len(word) > _LONGEST:
        return None
    own = letters(word)
    by_letters = {letters(name): name for name in reversed(list(known))}
    # What no order of letters would make alike is left out: a file may hold a hundred thousand words.
    alike = [name for name in by_letters if 2 * min(len(name), len(own)) >= cutoff * (len(name) + len(own))]
    close = get_close_matches(own, alike, n=1, cutoff=cutoff) if alike else ()
    return by_letters[close[0]] if close else None


def suggestion(word: str, known: Collection[str], cutoff: float = 0.6) -> str:
    """Return the question whether a near name is meant, "" where none is near."""
    found = near(word, known, cutoff)
    return f'did you mean "{found}"? ' if found else ""


@lru_cache(maxsize=4096)
def letters(word: str) -> str:
    """Return the letters and digits of a word, in lower case, to compare spellings."""
    return re.sub(r"[\W_]+", "", word).lower()


def names_choice(ids: str, value: Any, left: int = 100) -> bool:
    """Tell whether a value is a model or an effort, or holds one: a reason or a number of a person's is none."""
    if isinstance(value, str):
        return value in EFFORTS or bool(identify_for(ids, value).line)
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return left > 0 and any(names_choice(ids, part, left // 2) for part in islice(parts, left))
