"""The estimate of a task: tokens, minutes and a token budget, by the formulas of seed 001.

Part 6.2 has base costs by type of task, +15% for each point of complexity over 5, and a multiplier by model (light
models need more tokens, heavy ones fewer), with a range of 30% either way. Part 6.1 splits 20/50/20/10 between reading,
implementation, testing and debugging. Part 7 shows about 400 tokens a minute, and a budget a fifth above the range.
"""

from typing import Final, NamedTuple

from gsdc.policy.model import Model
from gsdc.policy.price import usd
from gsdc.source.lazy_pattern import lazily
from gsdc.source.task import Task

BASE_TOKENS: Final = {
    "boilerplate": 3000,
    "implementation": 8000,
    "review": 4000,
    "testing": 5000,
    "docs": 3000,
    "research": 5000,
    "infra": 5000,
    "checkpoint": 500,
}
TIER_MULTIPLIER: Final = {"light": 1.2, "standard": 1.0, "heavy": 0.85}
TOKENS_PER_MINUTE: Final = 400
READING: Final = 0.2
# Shares of the tokens that are not reading.
SPLIT: Final = (("implementation", 5 / 8), ("testing", 2 / 8), ("debugging", 1 / 8))
# Most tokens of a task are input: half is a cautious share of output for the price.
OUTPUT_SHARE: Final = 0.5
_STATED: Final = lazily(r"<estimated-tokens>\s*(\d[\d,_]{0,15})(?:\s*(?:-|–|to)\s*(\d[\d,_]{0,15}))?\s*</")
_MOST_TOKENS: Final = 1_000_000_000


class Stated(NamedTuple):
    """The tokens that a person expects for a task, and their place in its content."""

    low: int
    high: int
    offset: int


class Estimate(NamedTuple):
    """Tokens ``low`` to ``high`` around ``tokens``, minutes ``fast`` to ``slow``, and a token budget.

    ``reading`` of the tokens are files; ``opening`` of the tokens are read once, before the first task of a plan.
    """

    tokens: int
    low: int
    high: int
    fast: int
    slow: int
    budget: int
    reading: int
    opening: int = 0


def estimate(kind: str, complexity: int, tier: str, stated: Stated | None = None) -> Estimate:
    """Estimate a task of ``kind`` (seed 004's types) and ``complexity`` (1 to 10) on a model of ``tier``.

    The tokens that a person ``stated`` take precedence, for any model (seed 001, "4.2 Cost-Aware Routing").
    """
    tokens = BASE_TOKENS[kind] * (1 + (complexity - 5) * 0.15) * TIER_MULTIPLIER[tier]
    return around(tokens) if stated is None else _between((stated.low + stated.high) // 2, stated.low, stated.high)


def around(tokens: float) -> Estimate:
    """Return the estimate around ``tokens``, 30% either way."""
    return _between(_round(tokens), _round(tokens * 0.7), _round(tokens * 1.3))


def _between(tokens: int, low: int, high: int) -> Estimate:
    return Estimate(
        tokens=tokens,
        low=low,
        high=high,
        fast=max(1, round(low / TOKENS_PER_MINUTE)),
        slow=max(2, round(high / TOKENS_PER_MINUTE)),
        budget=-(-int(high * 1.2) // 500) * 500,
        reading=round(tokens * READING),
    )


def stated_tokens(task: Task) -> Stated | None:
    """Return the tokens in the ``<estimated-tokens>`` of ``task``, None if it has none, or no valid number."""
    inner = task.inner
    match = _STATED.search(inner) if "<estimated-tokens>" in inner else None
    if match is None:
        return None
    numbers = sorted(int(number.replace(",", "").replace("_", "")) for number in match.groups() if number)
    return Stated(numbers[0], numbers[-1], match.start(1)) if numbers[0] > 0 and numbers[-1] <= _MOST_TOKENS else None


def dollars(tokens: int, model: Model) -> float:
    """Return the cost of ``tokens`` in $ on ``model``, half of them output."""
    return usd(model, into=tokens * (1 - OUTPUT_SHARE), out=tokens * OUTPUT_SHARE)


def _round(tokens: float) -> int:
    return max(100, round(tokens / 100) * 100)
