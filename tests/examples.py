"""How much is tried of what can be tried at will: a fifth with ``make test``, all of it with ``make test-slow``."""

import os
from typing import Any, Final

from hypothesis import settings

THOROUGH: Final = "GSDC_ALL" in os.environ
SHARE: Final = 5


def examples(most: int, **options: Any) -> settings:
    """Return the settings of a property test that tries ``most`` examples with ``make test-slow``."""
    return settings(max_examples=some(most), deadline=None, **options)


def some(most: int) -> int:
    """Return how many of ``most`` generated cases are tried."""
    return most if THOROUGH else max(5, most // SHARE)
