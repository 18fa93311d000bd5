"""What tokens cost on a model: the one function that estimates, gates and the ledger share."""

from typing import Final

from gsdc.policy.model import LongPrice, Model

# Shares of the input price, where the catalog has no price of its own: what Anthropic lists, and others come close to.
CACHE_READ: Final = 0.1
CACHE_WRITE: Final = 1.25
CACHE_WRITE_LONG: Final = 2.0


def usd(
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
    at: Model | LongPrice = model
    for longer in model.long_prices:
        if prompt > longer.above:
            at = longer
    price = at.input_price
    read = price * CACHE_READ if at.cache_read_price is None else at.cache_read_price
    write = price * CACHE_WRITE if at.cache_write_price is None else at.cache_write_price
    total = into * price + out * at.output_price + cache_read * read + cache_write * write
    return (total + cache_write_long * price * CACHE_WRITE_LONG) / 1_000_000
