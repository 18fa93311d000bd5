"""The guide: pages in Markdown that are shipped with the package.

A page's first line is ``# Title: what it is about``. Its examples are run by tests/test_guide.py.
"""

from pathlib import Path
from typing import Final, NamedTuple

# In the order in which a newcomer reads them.
TOPICS: Final = (
    "words",
    "profiles",
    "rules",
    "models",
    "clients",
    "plans",
    "findings",
    "migration",
    "ledger",
    "mcp",
    "ci",
    "recipes",
    "python",
    "commands",
    "contributing",
)
_FOLDER: Final = Path(__file__).parent


class Page(NamedTuple):
    """A page of the guide: its topic, its title, what it is about in one line, and the whole text in Markdown."""

    topic: str
    title: str
    about: str
    text: str


def page(topic: str) -> Page:
    """Return the page on a topic, which is one of ``TOPICS``."""
    text = (_FOLDER / f"{topic}.md").read_text("utf-8")
    title, _, about = text.partition("\n")[0].removeprefix("# ").partition(": ")
    return Page(topic, title, about, text)


def pages() -> list[Page]:
    """Return all pages, in the order in which a newcomer reads them."""
    return [page(topic) for topic in TOPICS]
