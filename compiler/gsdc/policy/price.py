"""What tokens cost on a model: the one function that estimates, gates and the ledger share."""

from typing import Final, NamedTuple

from gsdc.policy.model import LongPrice, Model

# Shares of the input price, where the catalog has no price of its own: what Anthropic lists, and others come close to.
CACHE_READ: Final = 0.1
CACHE_WRITE: Final = 1.25
CACHE_WRITE_LONG: Final = 2.0


class Rates(NamedTuple):
    """What a million tokens cost on a model, in $: read, written, and of its cache.

    ``longer`` are the rates of requests whose prompt has more than so many tokens, in ascending order.
    """

    input: float
    output: float
    cache_read: float
    cache_write: float
    cache_write_long: float
    longer: "tuple[tuple[int, Rates], ...]" = ()

    def at(self, prompt: float) -> "Rates":
        """Return the rates of a request with ``prompt`` tokens in its prompt."""
        return next((longer for above, longer in reversed(self.longer) if prompt > above), self)

    def usd(
        self, into: float, out: float, cache_read: float = 0, cache_write: float = 0, cache_write_long: float = 0
    ) -> float:
        """Return the $ that tokens cost; none is counted twice."""
        total = into * self.input + out * self.output + cache_read * self.cache_read + cache_write * self.cache_write
        return (total + cache_write_long * self.cache_write_long) / 1_000_000


def rates(model: Model) -> Rates:
    """Return what tokens cost on ``model``."""
    longer = tuple((one.above, _rates(one)) for one in model.long_prices)
    return _rates(model)._replace(longer=longer) if longer else _rates(model)


def _rates(given: Model | LongPrice) -> Rates:
    price = given.input_price
    read = price * CACHE_READ if given.cache_read_price is None else given.cache_read_price
    write = price * CACHE_WRITE if given.cache_write_price is None else given.cache_write_price
    return Rates(price, given.output_price, read, write, price * CACHE_WRITE_LONG)


def usd(  # long: a parameter for each kind of tokens
    model: Model,
    *,
    into: float,
    out: float,
    cache_read: float = 0,
    cache_write: float = 0,
    cache_write_long: float = 0,
    prompt: float = 0,
) -> float:
    """Return the $ that tokens cost on ``model``: read (``into``), written (``out``), and of its cache.

    ``cache_write_long`` are tokens that are cached for an hour; tokens are never counted twice. ``prompt`` are the
    tokens that one request holds: some models cost more where it is long.
    """
    return rates(model).at(prompt).usd(into, out, cache_read, cache_write, cache_write_long)
