"""Jinja templates of gsdc; user text is only ever passed as values.

Loading Jinja and compiling a template takes longer than most builds. So the last texts of each template are kept in the
user's cache, by the digest of all their inputs: see ``gsdc.cache.memo``.
"""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gsdc import data
from gsdc.cache.memo import key_of, memo

if TYPE_CHECKING:
    from jinja2 import Environment

_LONGEST: Final = 1_000_000  # characters of a text that is kept
_MOST: Final = 8  # texts of a template


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
    digest = _digest(template, values)
    if digest is None:
        return _environment().get_template(template).render(**values)
    rendered = memo(f"rendered.{template.replace('/', '.')}", _MOST)
    kept = rendered.get(digest)
    if kept is not None:
        return str(json.loads(kept))
    text = _environment().get_template(template).render(**values)
    if len(text) <= _LONGEST:
        rendered.keep(digest, json.dumps(text).encode())
        rendered.save()
    return text


def _digest(template: str, values: dict[str, Any]) -> bytes | None:
    """Return a digest of all inputs of a text, None if a value is not plain data or a part is unknown."""
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
    return key_of(version, *made_of)


def cell(text: Any) -> str:
    """Return ``text`` for a Markdown table or list: one line, no markup, no control characters.

    A vertical line would end the cell, ``<!--`` and ``<`` could open a comment or a tag of the file.
    """
    plain = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    escaped = plain.replace("\\", "\\\\").replace("|", "\\|").replace("`", "\\`")
    return escaped.replace("<", "&lt;").replace(">", "&gt;")
