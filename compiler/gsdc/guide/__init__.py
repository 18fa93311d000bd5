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
    "targets",
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
_TABLES: Final = ("targets", "clients")  # the pages with a row for each target or client
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


def row(name: str) -> str:
    """Return, as Markdown, what the tables of the guide say of a target or client; "" if they do not list it."""
    said: dict[str, str] = {}
    for topic in _TABLES:
        lines = page(topic).text.splitlines()
        head = next(line for line in lines if line.startswith("| "))
        for line in (line for line in lines if line.startswith(f"| `{name}` |")):
            for label, cell in zip(_cells(head)[1:], _cells(line)[1:], strict=True):
                said.setdefault(label, cell)
    items = "\n".join(f"- {label}: {cell}" for label, cell in said.items() if cell not in {"", "-"})
    return f"# {name}\n\n{items}\n" if said else ""


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split(" | ")]
