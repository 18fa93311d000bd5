"""Zero-width characters: texts that look the same are made equal for comparisons."""

from typing import Final

# Soft hyphen, zero-width spaces and joiners, direction marks, word joiner and related characters, byte order mark.
INVISIBLE: Final = frozenset(
    map(chr, (0xAD, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF))
)
_REMOVED: Final = dict.fromkeys(map(ord, INVISIBLE))


def without_invisible(text: str) -> str:
    """Return ``text`` without zero-width characters."""
    return text if text.isascii() else text.translate(_REMOVED)
