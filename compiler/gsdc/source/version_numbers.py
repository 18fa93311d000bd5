"""Versions of programs, such as "2.1.332", in their order."""

from functools import cache


@cache
def numbers(version: str) -> tuple[int, ...]:
    """Return a version as comparable numbers; other parts are ignored."""
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
