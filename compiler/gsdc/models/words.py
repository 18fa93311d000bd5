"""How a client resolves its own words for models: opus, best, heavy, inherit. The table is words.yaml."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from gsdc.models.identity import Identity, identify
from gsdc.source.version_numbers import numbers
from gsdc.source.yaml_text import loads

INHERIT: Final = "inherit"
# The host that a client uses if an id names none.
_HOSTS: Final = {
    **dict.fromkeys(("claude", "overrides"), "anthropic"),
    "codex": "openai",
    "gemini-cli": "google",
    "copilot": "copilot",
}
# Clients with the same words as another client.
_SPEAKING: Final = {"overrides": "claude"}


class Meaning(NamedTuple):
    """What a client resolves a word to: an id, or ``INHERIT``; ``since`` is the version on which it was measured."""

    model: str
    since: str
    host: str = ""


def meaning(client: str, word: str, version: str = "", host: str = "") -> Meaning | None:
    """Return what ``client`` resolves ``word`` to, None if it is not a word of the client.

    Of the versions not newer than ``version`` the newest applies, the newest of all if none is given. A client that is
    configured for ``host`` may resolve it differently there. Case and blanks around a word are ignored.
    """
    found = _table().get((client, word.strip().lower()), ())
    wanted = numbers(version) if version else None
    fitting = [each for each in found if wanted is None or numbers(each.since) <= wanted]
    usual = [each for each in fitting if each.host == host] or [each for each in fitting if not each.host]
    return max(usual, key=lambda each: numbers(each.since), default=None)


def meanings(word: str) -> dict[str, Meaning]:
    """Return what the newest version of each client that has ``word`` resolves it to."""
    clients = dict.fromkeys(client for client, known in _table() if known == word.strip().lower())
    found = {client: meaning(client, word) for client in clients}
    return {client: meant for client, meant in found.items() if meant is not None}


def identify_for(client: str, model: str, version: str = "", host: str = "") -> Identity:
    """Return the identity of ``model`` in a file of ``client``: one of its words, or an id.

    The identity has the text in the file. A word for the caller's model has no line.
    """
    base, mark, window = model.partition("[")
    meant = meaning(_SPEAKING.get(client, client), base, version, host)
    if meant is not None and meant.model == INHERIT:
        return Identity(model, why="it is the caller's model")
    found = identify(f"{meant.model}{mark}{window}" if meant else model)
    return found._replace(id=model, host=found.host or host or _HOSTS.get(client, ""))


@cache
def _table() -> Mapping[tuple[str, str], tuple[Meaning, ...]]:
    data = loads(Path(__file__).with_name("words.yaml").read_text("utf-8"))
    table: dict[tuple[str, str], tuple[Meaning, ...]] = {}
    for client, entries in data.items():
        for entry in entries:
            one = Meaning(entry["is"], str(entry["since"]), entry.get("on", ""))
            for word in entry["words"]:
                table[client, word] = (*table.get((client, word), ()), one)
    return table
