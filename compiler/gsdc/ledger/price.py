"""The catalog's model of an event, and its price in the catalog of the day on which it was recorded."""

from collections.abc import Iterable, Mapping
from itertools import repeat
from operator import attrgetter
from typing import Any, Final, NamedTuple

from gsdc.ledger.event import DEFAULTS, MOST_NANO, NANO, Event
from gsdc.ledger.ledger import Columns
from gsdc.ledger.totals import Sum
from gsdc.policy.model import Model
from gsdc.policy.price import Rates, rates
from gsdc.policy.recognition import Age, recognise, release_of
from gsdc.tasks.estimate import OUTPUT_SHARE

_TOKENS: Final = ("input", "output", "cache_read", "cache_write", "cache_write_long", "unsplit")
_tokens_of: Final = attrgetter(*_TOKENS)
_CLIENTS: Final = {"claude-code": "claude"}
# Sources that record each request separately.
_BY_REQUEST: Final = frozenset({"claude-code", "codex", "gemini", "litellm", "opencode"})


class _Known(NamedTuple):
    """A model as a client writes it: its alias, else its line, else ""; and its rates, None without a known price."""

    name: str
    rates: Rates | None


class Pricer:
    """Adds the catalog's model to events, and the price if it is known."""

    def __init__(self, models: Mapping[str, Model]) -> None:
        self._models = models
        self._known: dict[tuple[str, str], _Known] = {}

    def __call__(self, event: Event) -> Event:
        """Return the event with its model and price."""
        known = self._find(event.client, event.written)
        return event._replace(model=known.name, nano=_price(known.rates, event.source, *_tokens_of(event)))

    def columns(self, columns: Columns) -> Columns:
        """Return the events, in the format of ``columns_of``, with their models and prices.

        This takes a third of the time of processing single events.
        """
        if not columns:
            return columns
        size = len(columns["key"])
        names = ("client", "written", "source", *_TOKENS)
        client, written, source, *tokens = (_column(columns, name, size) for name in names)
        known = list(map(self._find, client, written))
        models = tuple([one.name for one in known])
        prices = tuple(map(_price, [one.rates for one in known], source, *tokens))
        return {**columns, "model": models, "nano": prices}

    def _find(self, client: str, written: str) -> _Known:
        known = self._known.get((client, written))
        if known is None:
            known = self._known[client, written] = _identified(self._models, client, written)
        return known


def _column(columns: Columns, name: str, size: int) -> Iterable[Any]:
    return columns[name] if name in columns else repeat(DEFAULTS[name], size)


def _identified(models: Mapping[str, Model], client: str, written: str) -> _Known:
    """Return the catalog's data on a model, by the id that a client writes.

    An older release has the alias of its line and its own price. A price that is in no price map is not guessed.
    """
    if not written:
        return _Known("", None)
    found = recognise(models, _CLIENTS.get(client, client), written)
    if found.model is None:
        return _Known(found.identity.line, None)
    priced = found.model if found.age is Age.SAME else release_of(found.identity)
    return _Known(found.model.alias, rates(priced) if priced else None)


def nano(event: Event | Sum, model: Model) -> int:
    """Return the price of the tokens of an event, or of a sum, on ``model``, in billionths of a dollar."""
    source = event.source if isinstance(event, Event) else ""
    tokens = _tokens_of(event)
    return _nano(_of_request(rates(model), source, *tokens), *tokens)


def _price(price: Rates | None, source: str, *tokens: int) -> int | None:
    """Return the price of one event: None if unknown, limited to the largest amount of a sum."""
    if price is None:
        return None
    return min(_nano(_of_request(price, source, *tokens) if price.longer else price, *tokens), MOST_NANO)


def _of_request(  # long: takes the kinds of tokens as `_nano` does
    price: Rates, source: str, into: int, _out: int, cache_read: int, cache_write: int, *_: int
) -> Rates:
    """Return the rates of one request, by the length of its prompt.

    Other events have the usual rates: sums, and work that was logged by hand.
    """
    return price.at(into + cache_read + cache_write) if price.longer and source in _BY_REQUEST else price


def _nano(  # long: a parameter for each kind of tokens; a million events are priced by it
    price: Rates, into: int, out: int, cache_read: int, cache_write: int, long: int, unsplit: int
) -> int:
    """Return the cost of tokens in billionths of a dollar."""
    short = max(0, cache_write - long)
    read, written = into + unsplit * (1 - OUTPUT_SHARE), out + unsplit * OUTPUT_SHARE
    return round(price.usd(read, written, cache_read, short, long) * NANO)
