"""A drawing of boxes in groups, with labelled arrows: as text, as a Mermaid flowchart, or for Graphviz.

The text is in the style of seed 001, part 3.1: groups from top to bottom, parallel boxes within a frame. User text
reaches each format through one function that removes or escapes everything with a meaning in that format.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from gsdc.source.printable import printable

_LONGEST_LABEL: Final = 100
# Characters that a quoted Mermaid label shows unchanged. Others become entity codes: a quote would end the label, "#"
# begins a code, and labels are read as Markdown and HTML as well.
_MERMAID_PLAIN: Final = frozenset(" .,:/-=+")


class Box(NamedTuple):
    """A task or a plan: ``id`` is a letter and a number, ``critical`` marks it, ``waits`` means that a person acts."""

    id: str
    name: str
    title: str
    detail: str
    critical: bool = False
    waits: bool = False

    @property
    def label(self) -> str:
        """Its name with its title, if it has one."""
        return f"{self.name}: {self.title}" if self.title else self.name


class DrawnGroup(NamedTuple):
    """Boxes that may be worked on in parallel."""

    id: str
    label: str
    boxes: tuple[Box, ...]


class Arrow(NamedTuple):
    """The box with id ``after`` waits for the one with id ``before``."""

    before: str
    after: str
    why: str


class Drawing(NamedTuple):
    """A drawing: groups in their order, the arrows between their boxes, and a note below."""

    title: str
    groups: tuple[DrawnGroup, ...]
    arrows: tuple[Arrow, ...]
    note: str = ""


def text(drawing: Drawing) -> Iterator[str]:
    """Yield the lines of a drawing for a terminal."""
    yield printable(drawing.title)
    yield ""
    for index, group in enumerate(drawing.groups):
        if index:
            yield "    ↓"
        several = len(group.boxes) > 1
        if several:
            yield f"  ┌ {_label(group.label)}"
        for box in group.boxes:
            yield f"  {'│ ' if several else ''}{_label(box.label)}{f' ({_label(box.detail)})' if box.detail else ''}"
        if several:
            yield "  └"
    names = {box.id: _label(box.name) for group in drawing.groups for box in group.boxes}
    waits: dict[tuple[str, str], list[str]] = {}
    for arrow in drawing.arrows:
        waits.setdefault((arrow.after, arrow.why), []).append(names[arrow.before])
    if waits:
        yield ""
        yield "What waits for what, and why"
        yield from (f"  {names[box]} after {', '.join(others)}: {_label(why)}" for (box, why), others in waits.items())
    if drawing.note:
        yield ""
        yield printable(drawing.note)


def mermaid(drawing: Drawing) -> Iterator[str]:
    """Yield the lines of a drawing as a Mermaid ``flowchart``."""
    yield "flowchart TD"
    for comment in filter(None, (drawing.title, drawing.note)):
        yield f"  %% {''.join(c if c.isalnum() or c in _MERMAID_PLAIN else '_' for c in printable(comment))}"
    for group in drawing.groups:
        yield f'  subgraph {group.id}["{_mermaid(group.label)}"]'
        for box in group.boxes:
            left, right = ("{{", "}}") if box.waits else ("[", "]")
            detail = f"<br/>{_mermaid(box.detail)}" if box.detail else ""
            yield f'    {box.id}{left}"{_mermaid(box.label)}{detail}"{right}{":::critical" if box.critical else ""}'
        yield "  end"
    for arrow in drawing.arrows:
        yield f'  {arrow.before} -->|"{_mermaid(arrow.why)}"| {arrow.after}'
    yield "  classDef critical stroke:#c00,stroke-width:3px"


def dot(drawing: Drawing) -> Iterator[str]:
    """Yield the lines of a drawing in the language of Graphviz's ``dot``."""
    yield f"digraph {_dot(drawing.title)} {{"
    yield '  node [shape=box, fontname="sans-serif"];'
    yield '  edge [fontname="sans-serif", fontsize=10];'
    if drawing.note:
        yield f"  label={_dot(drawing.note)};"
    for group in drawing.groups:
        yield f"  subgraph cluster_{group.id} {{"
        yield f"    label={_dot(group.label)};"
        for box in group.boxes:
            marks = f"{', shape=hexagon' if box.waits else ''}{', color=red, penwidth=3' if box.critical else ''}"
            yield f"    {box.id} [label={_dot(box.label, box.detail)}{marks}];"
        yield "  }"
    for arrow in drawing.arrows:
        yield f"  {arrow.before} -> {arrow.after} [label={_dot(arrow.why)}];"
    yield "}"


def _label(label: str) -> str:
    """Return a user's string on one line, without control characters, and shortened if it is very long."""
    line = printable(" ".join(label.split()))
    return line if len(line) <= _LONGEST_LABEL else line[: _LONGEST_LABEL - 1] + "…"


def _mermaid(label: str) -> str:
    return "".join(c if c.isalnum() or c in _MERMAID_PLAIN else f"#{ord(c)};" for c in _label(label))


def _dot(*lines: str) -> str:
    """Return a quoted string of lines; Graphviz interprets backslashes and, like HTML, entities."""
    shown = (_label(line).replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"') for line in lines if line)
    return '"' + "\\n".join(shown) + '"'
