"""Jinja templates of ours, with user text only ever as values.

To load Jinja and to compile a template takes longer than most builds. So the last text of each template is kept in the
user's own cache, with a digest of all that it was made of; see ``gsdc.cache.store`` for whose word that is.
"""

import hashlib
import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gsdc import data
from gsdc.cache import store

if TYPE_CHECKING:
    from jinja2 import Environment

_LONGEST: Final = 1_000_000  # characters of a text that is kept


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
    place = store.folder("rendered")
    digest = None if place is None else _digest(template, values)
    if place is None or digest is None:
        return _environment().get_template(template).render(**values)
    name = template.replace("/", ".")
    kept = store.read(place, name)
    if kept is not None and kept[0] == digest and len(kept) > 1:
        return str(json.loads(kept[1]))
    text = _environment().get_template(template).render(**values)
    if len(text) <= _LONGEST:
        store.write(place, name, (digest, json.dumps(text).encode()))
    return text


def _digest(template: str, values: dict[str, Any]) -> bytes | None:
    """Return a digest of all that decides a text, None where a value is no plain data or a part of it is not known."""
    spec = find_spec("jinja2")
    if spec is None or spec.origin is None:
        return None
    try:
        plain = json.dumps(values).encode()
        status = Path(spec.origin).stat()
        made_of = (Path(__file__).read_bytes(), (data.folder("templates") / template).read_bytes(), plain)
    except (OSError, TypeError, ValueError, RecursionError):
        return None
    version = f"{spec.origin} {status.st_mtime_ns} {status.st_size}".encode()
    return hashlib.sha256(b"\0".join((version, *made_of))).hexdigest().encode()


def cell(text: Any) -> str:
    """Return ``text`` as it can stand in a Markdown table or list: one line, no markup, nothing that drives a terminal.

    A vertical line would end the cell, ``<!--`` and ``<`` could open a comment or a tag of the file.
    """
    plain = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    escaped = plain.replace("\\", "\\\\").replace("|", "\\|").replace("`", "\\`")
    return escaped.replace("<", "&lt;").replace(">", "&gt;")
