"""Parse JSON as JavaScript's ``JSON.parse`` does: no comments, no trailing commas, no byte order mark."""

import json
from typing import Any

from gsdc.source.nesting import too_deep


class NotJsonError(Exception):
    """A text that is not JSON: the reason, and the position of the error."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.reason, self.at = reason, at


def parse(text: str) -> Any:
    """Return the content of ``text``, every number as a float; raise ``NotJsonError``.

    Input that is nested too deeply is an empty object: the parser with positions reports the error.
    """
    if too_deep(text) >= 0:
        return {}
    try:
        return json.loads(text, parse_int=float, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise NotJsonError(error.msg[0].lower() + error.msg[1:].partition(" (")[0], error.pos) from None
    except ValueError as error:
        raise NotJsonError(f"{error} is not JSON", max(text.find(str(error)), 0)) from None


def _no_constant(name: str) -> None:
    raise ValueError(name)
