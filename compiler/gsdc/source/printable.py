"""Texts of users, safe to print."""


def printable(text: str) -> str:
    """Return ``text`` with every control character escaped: a user's string never controls the terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\t" else c.encode("unicode_escape").decode() for c in text)
