"""Characters that take no room: what looks the same to a person is made the same for comparisons."""

from typing import Final

# Soft hyphen, spaces and joiners of no width, marks of direction, the word joiner and its kin, the byte order mark.
INVISIBLE: Final = frozenset(
    map(chr, (0xAD, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF))
)
_REMOVED: Final = dict.fromkeys(map(ord, INVISIBLE))


def without_invisible(text: str) -> str:
    """Return ``text`` without characters of no width."""
    return text if text.isascii() else text.translate(_REMOVED)
