"""Values written as TOML 1.0 (https://toml.io/en/v1.0.0)."""

import json
import math
import re
from collections.abc import Iterable
from typing import Any, Final

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def dotted(names: Iterable[str]) -> str:
    """Return a key, its names joined by dots, quoted if TOML requires it."""
    return ".".join(name if _BARE.fullmatch(name) else _basic(name) for name in names)


def inline(value: Any, *, quote: str = "") -> str:
    """Return ``value`` on one line. A text is in single quotes if ``quote`` is one and they can represent it.

    Raises ``ValueError`` for a value that TOML cannot express: null, a lone surrogate.
    """
    if isinstance(value, str):
        literal = quote == "'" and value.isprintable() and "'" not in value
        return f"'{value}'" if literal else _basic(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        members = (f"{dotted([name])} = {inline(item)}" for name, item in value.items())
        return "{ " + ", ".join(members) + " }" if value else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    if value is None:
        raise ValueError("TOML has no null")
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def _basic(text: str) -> str:
    """Return ``text`` in double quotes; all JSON escapes are valid in TOML."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("a text with half of a surrogate pair")
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
