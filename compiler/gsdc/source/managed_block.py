"""A block that gsdc manages inside a Markdown file that a person owns.

The block is between two HTML comments on lines of their own. A marker in a code fence, an indented block, a list or a
quote is text: a Markdown parser decides, except for texts simple enough to scan by lines. The opening comment contains
a digest of the body: a mismatch is a person's edit. Everything outside the block stays unchanged.
"""

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.source.lazy_pattern import lazily
from gsdc.source.span import Span

if TYPE_CHECKING:
    from markdown_it.token import Token

BEGIN: Final = "<!-- gsdc:begin "
END: Final = "<!-- gsdc:end "
_MARKER: Final = lazily(r"<!-- gsdc:(?P<kind>begin|end) (?P<name>[a-z-]+)(?: sha256=(?P<digest>[0-9a-f]{16}))? -->")
_FENCE: Final = lazily(r"([ \t]*)(`{3,}|~{3,})(.*)")
_FENCE_END: Final = lazily(r" {0,3}(`{3,}|~{3,})[ \t]*")
_LINE_END: Final = lazily(r"\r\n|\r|\n")
_BOM: Final = "\ufeff"

BROKEN_BLOCK = Diagnostic(
    "CM001",
    "broken-block",
    Severity.ERROR,
    """A managed block of a Markdown file has no end, no beginning, or a duplicate.

    ## Why is this bad?
    Where it ends would be a guess, and a person's text could be taken for gsdc's.

    ## Example (CLAUDE.md)
    <!-- gsdc:begin model-assignment sha256=0123456789abcdef -->
    text

    ## Use instead (CLAUDE.md)
    text
    """,
)

NO_PLACE = Diagnostic(
    "CM003",
    "no-place-for-block",
    Severity.ERROR,
    """A Markdown file ends inside a code fence or an HTML block that is never closed.

    ## Why is this bad?
    A managed block goes to the end of the file, where it would be code, not a section that a client reads.

    ## Example (CLAUDE.md)
    ```
    make test

    ## Use instead (CLAUDE.md)
    ```
    make test
    ```
    """,
)


class _Marker(NamedTuple):
    """A marker in a text: its line, counted from 0, its column, counted from 1, and its content.

    ``length`` is that of its line up to the end of the marker, 0 if nothing follows it there.
    """

    line: int
    column: int
    kind: str
    digest: str
    length: int


class BlockSpan(NamedTuple):
    """A block in a text: characters ``start`` to ``end``, markers included; ``body`` is between them."""

    start: int
    end: int
    body: str
    digest: str
    line: int

    @property
    def edited(self) -> bool:
        """Whether the body was changed after it was written."""
        return body_digest(self.body) != self.digest


def body_digest(body: str) -> str:
    """Return the first 16 hexadecimal digits of SHA-256 of ``body`` with LF line ends."""
    return hashlib.sha256(body.replace("\r\n", "\n").encode()).hexdigest()[:16]


def find(text: str, name: str, path: str) -> BlockSpan | None:
    """Return the block ``name`` of a Markdown text, None if there is none.

    Raises ``Rejected`` for a block without an end or a beginning, and for a duplicate block.
    """
    if f"{BEGIN}{name} " not in text and f"{END}{name} " not in text:
        return None
    markers = _markers(text, name)
    if not markers:
        return None
    if [marker.kind for marker in markers] != ["begin", "end"]:
        raise Rejected(_broken(markers, name, path))
    offsets = _line_offsets(text)
    first, last = markers
    body = text[offsets[first.line + 1] : offsets[last.line]]
    start = offsets[first.line] or len(text) - len(text.removeprefix(_BOM))
    # Text appended to a file without a final line end follows the marker on its line: it is not part of the block.
    end = offsets[last.line] + last.length if last.length else offsets[last.line + 1]
    return BlockSpan(start, end, body, first.digest, first.line + 1)


def put(text: str, name: str, body: str, path: str) -> str:
    """Return ``text`` with the block ``name`` set to ``body``: replaced if it exists, else appended.

    A new block goes to the end of the file, after one blank line: no other heading changes its section, and removing
    the block restores the original bytes. ``body`` has LF line ends and ends with one. Raises ``Rejected`` as ``find``
    does, and if the text ends inside an unclosed construct.
    """
    found = find(text, name, path)
    newline = _newline(text if found is None else text[found.start : found.end])
    block = f"{BEGIN}{name} sha256={body_digest(body)} -->\n{body}{END}{name} -->".replace("\n", newline)
    if found is not None:
        tail = _final_line_end(text[found.start : found.end])
        return join(text[: found.start] + block + tail, text[found.end :])
    if not text.strip(_BOM):
        return text + block + newline
    # The block ends like the text, with or without a line end: ``remove`` uses this to restore the text before it.
    result = text + (newline + block + newline if text.endswith("\n") else newline + newline + block)
    if [marker.kind for marker in _markers(result, name)] != ["begin", "end"]:
        help_ = "close the code fence or the HTML comment or tag that begins here"
        raise Rejected(NO_PLACE.at(Span(path, _last_line(text) + 1), "this is never closed", help_))
    return result


def remove(text: str, name: str, path: str) -> str:
    """Return ``text`` without the block ``name``, and without the blank line that ``put`` added before it."""
    found = find(text, name, path)
    if found is None:
        return text
    before, after = text[: found.start], text[found.end :]
    if after:
        return before + after
    block = text[found.start :]
    newline = _newline(block)
    return before.removesuffix(newline if _final_line_end(block) else newline + newline)


def join(before: str, after: str) -> str:
    """Return both texts; ``after`` begins on a line of its own."""
    glued = before and after and not before.endswith(("\n", "\r")) and not after.startswith(("\n", "\r"))
    return before + (_newline(before + after) if glued else "") + after


def _broken(markers: list[_Marker], name: str, path: str) -> Finding:
    """Return the finding at the first marker out of order: the correct order is one begin, then one end."""
    expected = ("begin", "end")
    wrong = next(
        (m for index, m in enumerate(markers) if index >= len(expected) or m.kind != expected[index]), markers[0]
    )
    help_ = "keep one begin and one end, in this order; or remove all, and gsdc writes the block again"
    message = f'the block "{name}" does not have one begin and one end'
    return BROKEN_BLOCK.at(Span(path, wrong.line + 1, wrong.column), message, help_)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _final_line_end(text: str) -> str:
    return text[len(text.rstrip("\r\n")) :]


def _line_offsets(text: str) -> list[int]:
    """Return where each line begins, and where the text ends; line ends are those of Markdown."""
    return [0, *(match.end() for match in _LINE_END.finditer(text)), len(text)]


def _parse(text: str) -> "list[Token]":
    from markdown_it import MarkdownIt

    # Only blocks matter: inline parsing, most of the work, is skipped. markdown-it does not handle a BOM.
    return MarkdownIt("commonmark").disable("inline").parse(text.removeprefix(_BOM))


def _markers(text: str, name: str) -> list[_Marker]:
    """Return the markers of block ``name``: top-level HTML blocks with no other content."""
    lines = _LINE_END.split(text)
    numbers = _comment_lines(lines)
    if numbers is None:
        blocks = (token for token in _parse(text) if token.type == "html_block" and token.level == 0)
        numbers = [token.map[0] for token in blocks if token.map is not None]
    found = []
    for number in numbers:
        line = lines[number]
        start = len(line) - len(line.lstrip(f"{_BOM} \t"))
        match = _MARKER.match(line, start)
        follows = match is not None and bool(line[match.end() :].strip(" \t"))
        if match is not None and match["name"] == name and (match["kind"] == "end" or not follows):
            column = start + (0 if line.startswith(_BOM) else 1)
            length = match.end() if follows else 0
            found.append(_Marker(number, column, match["kind"], match["digest"] or "", length))
    return found


def _comment_lines(lines: list[str]) -> list[int] | None:
    """Return the numbers of the lines that are top-level HTML comments, None if only a parser can decide.

    Loading the parser takes longer than everything else, and most documents do not need it. A comment at the left edge
    that ends on its line interrupts any preceding block. Only a fence, or HTML that continues, can hide it: fences are
    tracked if they begin at the left edge, outside lists and quotes.
    """
    found = []
    fence = ""
    for number, line in enumerate(lines):
        line = line.removeprefix(_BOM) if number == 0 else line  # noqa: PLW2901 - as the parser reads it
        start = line.lstrip(" \t")[:1]
        if fence:
            closing = _FENCE_END.fullmatch(line)
            if closing is not None and closing[1].startswith(fence):
                fence = ""
        elif start in {"`", "~"} and (opening := _FENCE.match(line)) is not None:
            indent, fence, info = opening.groups()
            if indent or (start == "`" and "`" in info):
                return None
        elif start == "<":
            if not (line.startswith("<!--") and "-->" in line):
                return None
            found.append(number)
    return found


def _last_line(text: str) -> int:
    """Return the line, counted from 0, in which the last top-level block of ``text`` begins."""
    return max((token.map[0] for token in _parse(text) if token.level == 0 and token.map is not None), default=0)
