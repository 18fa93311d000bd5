"""What tokens cost on a model: the one function used by estimates, gates and the ledger."""

from typing import Final, NamedTuple

from gsdc.policy.model import LongPrice, Model

# Shares of the input price, if the catalog has no price: Anthropic's list, which is close for other providers.
CACHE_READ: Final = 0.1
CACHE_WRITE: Final = 1.25
CACHE_WRITE_LONG: Final = 2.0


class Rates(NamedTuple):
    """The prices of a million tokens on a model, in $: input, output, and cache.

    ``longer`` are the rates of requests by the prompt size in tokens above which they apply, in ascending order.
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
        """Return the cost of tokens in $; no token is counted twice."""
        total = into * self.input + out * self.output + cache_read * self.cache_read + cache_write * self.cache_write
        return (total + cache_write_long * self.cache_write_long) / 1_000_000


def rates(model: Model) -> Rates:
    """Return the cost of tokens on ``model``."""
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
    """Return the cost in $ of tokens on ``model``: input (``into``), output (``out``), and cache.

    ``cache_write_long`` are tokens that are cached for an hour; tokens are never counted twice. ``prompt`` is the
    number of tokens in one request: some models cost more for a long prompt.
    """
    return rates(model).at(prompt).usd(into, out, cache_read, cache_write, cache_write_long)
