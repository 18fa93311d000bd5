"""Markdown as text for a terminal: headings in bold, paragraphs as wide as the terminal, examples indented.

It supports the elements of the guide's pages: headings, paragraphs, lists, tables, fenced blocks, inline code and
emphasis.
"""

import re
from collections.abc import Callable, Iterator
from textwrap import wrap
from typing import Final

Style = Callable[..., str]

_FENCE: Final = "```"
_ITEM: Final = re.compile(r"(?:-|\d+\.) ")
_LINK: Final = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
_CODE_OR_BOLD: Final = re.compile(r"(`[^`]*`)|\*\*")  # asterisks in code are not emphasis
_CELLS: Final = re.compile(r"(?<!\\)\|")
_RULE: Final = re.compile(r"[-| :]+")


def render(text: str, width: int, style: Style) -> Iterator[str]:
    """Yield the lines that show Markdown ``text`` in ``width`` columns; ``style`` is as ``click.style``."""
    for block in _blocks(text.splitlines()):
        first = block[0]
        if first.startswith(_FENCE):
            yield from (f"    {line}".rstrip() for line in block[1:])
        elif first.startswith("#"):
            yield from (style(line, bold=True) for line in _wrapped(_plain(first.lstrip("# ")), width, ""))
        elif first.startswith("|"):
            yield from _table(block, width)
        else:
            yield from _paragraphs(block, width)
        yield ""


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    """Yield the lines of each block: text between empty lines, or a fence without its closing line."""
    block: list[str] = []
    for line in lines:
        fenced = bool(block) and block[0].startswith(_FENCE)
        if fenced and line.startswith(_FENCE):
            yield block
            block = []
        elif fenced or line.strip():
            if not fenced and block and line.startswith((_FENCE, "#")):
                yield block
                block = []
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _paragraphs(block: list[str], width: int) -> Iterator[str]:
    """Yield a paragraph, or the items of a list, each wrapped."""
    items: list[str] = []
    for line in block:
        if not items or _ITEM.match(line):
            items.append(line.strip())
        else:
            items[-1] += f" {line.strip()}"
    for item in items:
        marker = _ITEM.match(item)
        yield from _wrapped(_plain(item), width, "  " if marker else "")


def _table(rows: list[str], width: int) -> Iterator[str]:
    """Yield a table: in columns if it fits, else each row as its first cell with the others below it.

    Of a table with more than two columns, the cells below have the heads of their columns before them; with two, the
    cell needs none.
    """
    cells = [
        [_plain(cell.strip()) for cell in _CELLS.split(row.strip().strip("|"))]
        for row in rows
        if not _RULE.fullmatch(row)
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    before_last = sum(widths[:-1]) + 2 * (len(widths) - 1)
    if before_last + min(widths[-1], 30) <= width:
        for row in cells:
            head = "".join(f"{cell:<{size}}  " for cell, size in zip(row[:-1], widths, strict=False))
            yield from _wrapped(head + row[-1], width, " " * before_last)
        return
    labels, *body = cells
    for row in body:
        yield row[0]
        for label, cell in zip(labels[1:], row[1:], strict=True):
            said = f"{label}: {cell}" if len(labels) > 2 else cell
            yield from _wrapped(f"    {said}", width, "      ") if cell else ()


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    lead = len(text) - len(text.lstrip())
    return wrap(
        text[lead:],
        max(width, 20),
        initial_indent=text[:lead],
        subsequent_indent=indent,
        break_on_hyphens=False,
    )


def _plain(text: str) -> str:
    """Return a line without marks of emphasis; code keeps its backticks, a link its address if it is a URL."""
    text = _LINK.sub(lambda link: f"{link[1]} ({link[2]})" if "://" in link[2] else link[1], text)
    return _CODE_OR_BOLD.sub(lambda found: found[1] or "", text).replace(r"\|", "|")
