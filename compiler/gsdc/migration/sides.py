"""The two sides of a shift as text: a model, its temperature and its effort."""

from gsdc.migration.shift import Shift, Side
from gsdc.models.identity import identify


def sides(shift: Shift) -> tuple[str, str]:
    """Return both sides of a shift; with their releases if they are two of one line, such as opus of opus."""
    before, after = shift.before, shift.after
    if before and after and before.release != after.release and _line(before) == _line(after) != "":
        before, after = _with_release(before), _with_release(after)
    return _said(before), _said(after)


def _line(side: Side) -> str:
    return side.release.partition(" ")[0]


def _with_release(side: Side) -> Side:
    """Return a side whose model is followed by its release, unless its model is an id that contains the release."""
    if side.model is None or identify(side.model).release == side.release:
        return side
    return side._replace(model=f"{side.model} ({side.release})")


def _said(side: Side | None) -> str:
    if side is None:
        return "no model"
    if side.model is None:
        return "deferred"
    heat = "" if side.temperature is None else f" at {side.temperature:g}"
    return f"{side.model}{heat}" + (f", effort {side.effort}" if side.effort else "")
