"""Frontmatter as tolerant clients read it: as YAML, or if that fails, with its values in quotes."""

from collections.abc import Mapping
from typing import Any

from gsdc.finding import Rejected
from gsdc.source.frontmatter_document import key_limits, read_yaml
from gsdc.source.frontmatter_entries import TABS, in_quotes, last_of_each
from gsdc.source.yaml_text import NotYamlError, loads


def read_loosely(path: str, text: str) -> Mapping[str, Any] | None:
    """Return the keys of a frontmatter as a ``Reader``; the last of duplicate keys counts.

    Raises ``Rejected`` if the block is not valid YAML in quotes either.
    """
    try:
        return read_yaml(path, text)
    except Rejected as rejected:
        start, end = key_limits(text) or (0, 0)
        block = text[start:end]
        for candidate in ("".join(last_of_each(block)), "".join(in_quotes(TABS.sub("", block), of_windows=True))):
            try:
                data = loads(candidate)
            except NotYamlError:
                continue
            if isinstance(data, dict):
                return {str(key): value for key, value in data.items()}
        raise rejected from None
