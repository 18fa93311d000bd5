"""Which model of the catalog an event's model is, and what it cost by the catalog of the day it was recorded."""

from collections.abc import Callable, Mapping
from typing import Final

from gsdc.ledger.event import FIELDS, MOST_NANO, NANO, Event
from gsdc.ledger.totals import Sum
from gsdc.policy.model import Model
from gsdc.policy.price import usd
from gsdc.policy.recognition import Age, recognise, release_of
from gsdc.tasks.estimate import OUTPUT_SHARE

_MODEL: Final = FIELDS.index("model")
_NANO: Final = FIELDS.index("nano")


def pricer(models: Mapping[str, Model]) -> Callable[[Event], Event]:
    """Return a function that gives an event its model of the catalog, and its price where that is known."""
    known: dict[tuple[str, str], tuple[str, Model | None]] = {}

    def priced(event: Event) -> Event:
        written = (event.client, event.written)
        if written not in known:
            known[written] = _identified(models, *written)
        name, model = known[written]
        price = None if model is None else min(nano(event, model), MOST_NANO)
        # As ``event._replace`` does, in a third of the time.
        return Event._make((*event[:_MODEL], name, *event[_MODEL + 1 : _NANO], price, *event[_NANO + 1 :]))

    return priced


def _identified(models: Mapping[str, Model], client: str, written: str) -> tuple[str, Model | None]:
    """Return the alias of the model, else its line, else ""; and the model that its price is known of.

    An older release counts for the alias of its line at its own price. The price of one that is in no price map is not
    guessed.
    """
    if not written:
        return "", None
    found = recognise(models, _CLIENTS.get(client, client), written)
    if found.model is None:
        return found.identity.line, None
    return found.model.alias, found.model if found.age is Age.SAME else release_of(found.identity)


_CLIENTS = {"claude-code": "claude"}


def nano(event: Event | Sum, model: Model) -> int:
    """Return what the tokens of an event, or of a sum of events, cost on ``model``, in billionths of a dollar.

    Some models cost more where a prompt is long: a request that a client wrote down says how long it was.
    """
    short = max(0, event.cache_write - event.cache_write_long)
    cost = usd(
        model,
        into=event.input + event.unsplit * (1 - OUTPUT_SHARE),
        out=event.output + event.unsplit * OUTPUT_SHARE,
        cache_read=event.cache_read,
        cache_write=short,
        cache_write_long=event.cache_write_long,
        prompt=_prompt(event) if model.long_prices else 0,
    )
    return round(cost * NANO)


def _prompt(event: Event | Sum) -> int:
    """Return the tokens of a request's prompt; 0 for what may be several requests: sums, and work logged by hand."""
    if not isinstance(event, Event) or event.source not in _BY_REQUEST:
        return 0
    return event.input + event.cache_read + event.cache_write


# Sources that write down each request by itself.
_BY_REQUEST: Final = frozenset({"claude-code", "codex", "gemini", "litellm", "opencode"})
