"""How JavaScript converts a value of JSON or YAML to text and to a boolean, as clients written in it do."""

from math import isinf, isnan
from typing import Any, Final

# Numbers outside this range are written with an exponent (ECMA-262, Number::toString).
_LEAST: Final = 1e-6
_MOST: Final = 1e21


def truthy(value: Any) -> bool:
    """Tell whether ``value`` is truthy in JavaScript, where an empty list or object is."""
    return isinstance(value, list | dict) or bool(value)


def text(value: Any) -> str:
    """Return ``value`` as JavaScript's ``String`` would."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case float():
            return _number(value)
        case dict():
            return "[object Object]"
        case list():
            return ",".join("" if item is None else text(item) for item in value)
    return str(value)


def _number(value: float) -> str:
    from decimal import Decimal

    if isnan(value) or isinf(value):
        return {"inf": "Infinity", "-inf": "-Infinity"}.get(str(value), "NaN")
    if value == 0:
        return "0"
    if _LEAST <= abs(value) < _MOST:
        return f"{Decimal(repr(value)).normalize():f}"
    digits, _, exponent = repr(value).partition("e")
    return f"{digits}e{int(exponent):+d}"
