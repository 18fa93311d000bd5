"""How a host spells the id of a model. Hosts differ: one has claude-opus-4-6, another claude-opus-4.6."""

from typing import Final

from gsdc.models.identity import Identity

_ANTHROPIC: Final = "anthropic"
_SINCE: Final = (4, 0)  # before, the version preceded the line (claude-3-5-haiku)


def right_spelling(found: Identity) -> str:
    """Return the id in Anthropic's own API for ``found``, "" if it is already one, or of another host.

    Anthropic writes versions with a dash and takes an effort as a separate parameter: it has neither Copilot's
    claude-opus-4.6 nor Cursor's claude-4.6-opus-high-thinking.
    """
    is_theirs = found.line and found.maker == _ANTHROPIC and found.host == _ANTHROPIC
    if not is_theirs or found.generation is None or found.generation < _SINCE:
        return ""
    if not found.effort and "." not in found.id:
        return ""
    numbers = [str(number) for number in found.generation if number]
    return "-".join(["claude", found.line, *numbers])
