"""Messages about a model that is in no catalog: the line and rank that its name suggests, and how to confirm them."""

from collections.abc import Iterable, Iterator
from shlex import quote
from typing import Final

from gsdc.models.catalog import rank_of, releases
from gsdc.models.identity import LONGEST, Identity

_DESCRIBE: Final = "describe a model that exists under `models` in gsdc.yaml"


def guessed_rank(found: Identity) -> int | None:
    """Return the rank of the known or likely line of ``found`` at its generation; None if none is known."""
    return rank_of(found._replace(line=found.line or found.guess))


def what_is_told(found: Identity) -> str:
    """Return what is known of an unknown model, and how it is treated until a user confirms more."""
    rank = guessed_rank(found)
    ranked = "" if rank is None else f" (rank {rank})"
    counts = "it counts as too weak for every rule, and has no price"
    if found.line:
        return f"it is {found.release}{ranked}: {counts}"
    if found.guess:
        guess = found._replace(line=found.guess).release
        return f"it may be {guess}{ranked}, but {found.why}: {counts}"
    return f"it cannot be identified: {found.why}; {counts}"


def how_to_confirm(id_: str) -> str:
    """Return the command that describes the model ``id_`` in gsdc.yaml."""
    is_id = id_.isascii() and id_.isprintable() and id_.strip() == id_ != "" and len(id_) <= LONGEST
    return (
        f"`gsdc models add {quote(id_)}` describes it in gsdc.yaml, and marks what is guessed" if is_id else _DESCRIBE
    )


def known_ids(ids: Iterable[str]) -> Iterator[str]:
    """Yield ``ids``, and those of every shipped release: candidates for a misspelt id."""
    yield from ids
    for entry in releases().values():
        yield from entry["ids"].values()
