"""Jinja templates of ours, with user text only ever as values."""

from functools import cache
from typing import TYPE_CHECKING, Any

from gsdc import data

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(data.folder("templates")),
        autoescape=False,  # noqa: S701 - Markdown and JavaScript, each with a filter of its own
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["cell"] = cell
    return environment


def render(template: str, **values: Any) -> str:
    """Return the shipped ``template`` (such as "claude-md/section.md.j2") filled with ``values``."""
    return _environment().get_template(template).render(**values)


def cell(text: Any) -> str:
    """Return ``text`` as it can stand in a Markdown table or list: one line, no markup, nothing that drives a terminal.

    A vertical line would end the cell, ``<!--`` and ``<`` could open a comment or a tag of the file.
    """
    plain = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    escaped = plain.replace("\\", "\\\\").replace("|", "\\|").replace("`", "\\`")
    return escaped.replace("<", "&lt;").replace(">", "&gt;")
