"""Plain data as YAML text, the same bytes for the same data: block style, keys in their order.

For files that gsdc owns entirely. Texts of several lines become literal blocks; every other text that YAML could
misread is in double quotes, as in JSON.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*")
_WORDS: Final = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def dump(data: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return ``data`` (mappings, sequences, texts, numbers, booleans, None) as YAML text."""
    return "\n".join(_block(data)) + "\n"


def _block(data: Any) -> Iterator[str]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _entry(f"{_scalar(key)}:", value)
    else:
        for item in data:
            yield from _item(item)


def _item(item: Any) -> Iterator[str]:
    if isinstance(item, (Mapping, list, tuple)) and item:
        first, *rest = _block(item)
        yield f"- {first}"
        yield from (f"  {line}" if line else line for line in rest)
    else:
        yield from _entry("-", item)


def _entry(lead: str, value: Any) -> Iterator[str]:
    if isinstance(value, (Mapping, list, tuple)):
        if not value:
            yield f"{lead} {'{}' if isinstance(value, Mapping) else '[]'}"
            return
        yield lead
        yield from (f"  {line}" if line else line for line in _block(value))
    elif isinstance(value, str) and _is_prose(value):
        yield f"{lead} |"
        yield from (f"  {line}" for line in value.rstrip("\n").split("\n"))
    else:
        yield f"{lead} {_scalar(value)}"


def _is_prose(text: str) -> bool:
    """Tell whether a text of lines may be a literal block: one final line break, no unusual characters."""
    return text.strip() != "" and text == text.strip() + "\n" and all(map(str.isprintable, text.split("\n")))


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        is_plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
        return value if is_plain else json.dumps(value, ensure_ascii=not value.isprintable())
    text = json.dumps(value)
    return text if "." in text or "e" not in text or not isinstance(value, float) else text.replace("e", ".0e")
