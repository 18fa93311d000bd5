"""A block of ours inside a Markdown file that a person owns.

The block lies between two HTML comments of its own lines. It is found with a real Markdown parse, so that a marker in
a code fence, an indented block, a list or a quote is text. The opening comment carries a digest of the body: a
difference is a person's edit. Everything outside the block stays to the byte.
"""

import hashlib
import re
from typing import Final, NamedTuple

from gsdc.finding import Diagnostic, Rejected, Severity
from gsdc.source.span import Span

BEGIN: Final = "<!-- gsdc:begin "
END: Final = "<!-- gsdc:end "
_BEGIN_LINE: Final = re.compile(r"<!-- gsdc:begin (?P<name>[a-z-]+) sha256=(?P<digest>[0-9a-f]{16}) -->")
_END_LINE: Final = re.compile(r"<!-- gsdc:end (?P<name>[a-z-]+) -->")

BROKEN_BLOCK = Diagnostic(
    "CM001",
    "broken-block",
    Severity.ERROR,
    """A managed block of a Markdown file has no end, no beginning, or stands twice.

    ## Why is this bad?
    Where it ends would be a guess, and a person's text could be taken for gsdc's.

    ## Example (CLAUDE.md)
    <!-- gsdc:begin model-assignment sha256=0123456789abcdef -->
    text

    ## Use instead (CLAUDE.md)
    text
    """,
)


class Block(NamedTuple):
    """A block in a text: characters ``start`` to ``end`` hold it, markers included; ``body`` lies between them."""

    start: int
    end: int
    body: str
    digest: str
    line: int

    @property
    def edited(self) -> bool:
        """Whether somebody changed the body after it was written."""
        return body_digest(self.body) != self.digest


def body_digest(body: str) -> str:
    """Return the first 16 hexadecimal digits of SHA-256 of ``body`` with LF line ends."""
    return hashlib.sha256(body.replace("\r\n", "\n").encode()).hexdigest()[:16]


def find(text: str, name: str, path: str) -> Block | None:
    """Return the block ``name`` of a Markdown text, None where there is none.

    Raises ``Rejected`` for a block that has no end, no beginning, or stands twice.
    """
    if f"{BEGIN}{name} " not in text and f"{END}{name} " not in text:
        return None
    lines = _top_level_comments(text)
    begins = [(line, m) for line, content in lines if (m := _BEGIN_LINE.fullmatch(content)) and m["name"] == name]
    ends = [line for line, content in lines if (m := _END_LINE.fullmatch(content)) and m["name"] == name]
    if not begins and not ends:
        return None
    if len(begins) != 1 or len(ends) != 1 or ends[0] < begins[0][0]:
        where = begins[1][0] if len(begins) > 1 else begins[0][0] if begins else ends[0]
        help_ = "keep one begin and one end, in this order; or remove all of them, and the block is written anew"
        raise Rejected(BROKEN_BLOCK.at(Span(path, where + 1), f'the block "{name}" does not begin and end once', help_))
    offsets = _line_offsets(text)
    first, last = begins[0][0], ends[0]
    body = text[offsets[first + 1] : offsets[last]]
    return Block(offsets[first], offsets[last + 1], body, begins[0][1]["digest"], first + 1)


def put(text: str, name: str, body: str, path: str) -> str:
    """Return ``text`` with the block ``name`` holding ``body``, replaced where it is, else appended.

    A new block goes to the end of the file, after one blank line: no heading of the person's changes its section, and
    taking the block away gives back every byte. ``body`` has LF line ends and ends with one.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    block = f"{BEGIN}{name} sha256={body_digest(body)} -->\n{body}{END}{name} -->\n".replace("\n", newline)
    found = find(text, name, path)
    if found is not None:
        tail = "" if text[found.start : found.end].endswith("\n") else newline
        return text[: found.start] + (block.removesuffix(newline) if tail else block) + text[found.end :]
    return text + _gap(text, newline) + block


def remove(text: str, name: str, path: str) -> str:
    """Return ``text`` without the block ``name``, and without the blank line that ``put`` set before it."""
    found = find(text, name, path)
    if found is None:
        return text
    before, after = text[: found.start], text[found.end :]
    if not after:
        newline = "\r\n" if "\r\n" in text else "\n"
        for gap in (newline + newline, newline):
            stem = before.removesuffix(gap)
            if stem != before and _gap(stem, newline) == gap:
                return stem
    return before + after


def _gap(text: str, newline: str) -> str:
    """Return what separates a block from ``text`` before it."""
    if not text.strip("\ufeff"):
        return ""
    return newline if text.endswith("\n") else newline + newline


def _line_offsets(text: str) -> list[int]:
    offsets = [0]
    for line in text.split("\n"):
        offsets.append(offsets[-1] + len(line) + 1)
    offsets[-1] = len(text)
    return offsets


def _top_level_comments(text: str) -> list[tuple[int, str]]:
    """Return the lines of top-level HTML blocks, numbered from 0, without surrounding blanks."""
    from markdown_it import MarkdownIt

    # Only blocks matter: inline parsing, most of the work, is left out. markdown-it wants LF and no BOM.
    parser = MarkdownIt("commonmark").disable("inline")
    plain = (
        text.replace("\r\n", "\n").replace("\ufeff", " ", 1)
        if text.startswith("\ufeff")
        else text.replace("\r\n", "\n")
    )
    source = plain.split("\n")
    found: list[tuple[int, str]] = []
    for token in parser.parse(plain):
        if token.type == "html_block" and token.level == 0 and token.map is not None:
            found.extend((line, source[line].strip()) for line in range(token.map[0], min(token.map[1], len(source))))
    return found
