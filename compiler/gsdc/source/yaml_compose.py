"""The nodes of a YAML text, with their places.

``yaml`` (PyYAML, with libyaml in C) composes a profile in 0.5 ms, ``ruamel.yaml`` (Python) in 11 ms. The fast one is
used if it is installed and both count lines alike. What it rejects, the slow one composes: it supports YAML 1.2.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Any, Final, Protocol

from gsdc.source.yaml_text import is_composable

_OTHER_LINES: Final = re.compile(
    "[\x85\u2028\u2029\ufeff]"
)  # line breaks in YAML 1.1 only, and a byte order mark within the text


class Mark(Protocol):
    """A place in a text: ``index``, ``line`` and ``column`` count from 0."""

    index: int
    line: int
    column: int


class Node(Protocol):
    """A node of either library.

    ``id`` is "scalar", "sequence" or "mapping". ``value`` is the text of a scalar, the nodes of a sequence, or the
    pairs of nodes of a mapping.
    """

    id: str
    value: Any
    start_mark: Mark
    end_mark: Mark


def compose(text: str) -> Node | None:
    """Return the root of ``text``; None if it is empty, is not YAML, or would take seconds."""
    fast = _fast_composer()
    if fast is not None and not _OTHER_LINES.search(text):
        try:
            return fast(text)
        except (ValueError, RecursionError):
            pass
    return _compose_with_care(text) if is_composable(text) else None


@cache
def _fast_composer() -> Callable[[str], Node | None] | None:
    """Return the function of the fast library, which raises ValueError; None if it, or its C part, is missing."""
    try:
        from yaml import CSafeLoader, YAMLError, compose
    except ImportError:
        return None

    def fast(text: str) -> Node | None:
        try:
            node: Node | None = compose(text, Loader=CSafeLoader)  # type: ignore[assignment]
        except YAMLError as error:
            raise ValueError(str(error)) from None
        return node

    return fast


def _compose_with_care(text: str) -> Node | None:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).compose(text)  # type: ignore[no-any-return]
    except (YAMLError, RecursionError):  # the parsers differ on unusual characters: the place is the file
        return None
