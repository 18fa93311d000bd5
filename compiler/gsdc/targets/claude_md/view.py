"""What the table of assignments in CLAUDE.md and AGENTS.md says: the block that gsdc wrote, or what is left of it.

Claude Code reads the section as text. What it says is what an orchestrator goes by when it starts an agent.
"""

import re
from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Rejected
from gsdc.policy.model import Policy
from gsdc.source import managed_block
from gsdc.source.span import Span
from gsdc.source.tree import Tree, decode
from gsdc.targets.api import Statement, View
from gsdc.targets.claude_md import DECLARATION
from gsdc.targets.claude_md import emit as claude_md
from gsdc.targets.contents import contents
from gsdc.targets.efforts import Effort, with_effort

_HEADING: Final = "### Assignments"
_ROWS: Final = 4  # from the heading to the first row: a blank line, the names of the columns, and a rule
_MODEL: Final = 3
_EFFORT: Final = 4
_COLUMNS: Final = 7
_BORDER: Final = re.compile(r"(?<!\\)\|")


def view(tree: Tree, policy: Policy) -> View:
    """Return what the rows of the tables say, each at its line; an edited or a broken block is a finding."""
    statements: list[Statement] = []
    findings: list[Finding] = []
    files: list[str] = []
    seen: set[str] = set()
    for path, content in contents(tree, DECLARATION.files, findings):
        real = str(tree.locate(path).resolve())
        if real in seen:  # AGENTS.md is often a link to CLAUDE.md
            continue
        seen.add(real)
        files.append(path)
        try:
            block = managed_block.find(decode(content, path), claude_md.BLOCK, path)
            if block is not None:
                if block.edited:
                    help_ = "move what you added out of the block, or into gsdc.yaml"
                    findings.append(claude_md.EDITED.at(Span(path, block.line), "the block was edited by hand", help_))
                claims = claude_md.read(path, content, policy.models.values())
                for claim, (model, effort) in zip(claims, _places(path, block), strict=False):
                    statements.append(with_effort(Statement(claim, model), Effort(claim.effort, effort)))
        except Rejected as rejected:
            findings.extend(rejected.findings)
    return View(tuple(statements), tuple(findings), tuple(files))


def _places(path: str, block: managed_block.Block) -> Iterator[tuple[Span, Span | None]]:
    """Yield where model and effort of each row of the table stand, in the order in which its claims are read.

    A row of a table without efforts, as gsdc wrote it before it had any, has no place of one.
    """
    lines = block.body.splitlines()
    start = lines.index(_HEADING) + _ROWS if _HEADING in lines else len(lines)
    for number, line in enumerate(lines[start:], start + 1):
        borders = [border.start() for border in _BORDER.finditer(line)]
        model, effort = (
            Span(path, block.line + number, _column(line, borders[cell] + 1 if len(borders) > cell else 0))
            for cell in (_MODEL, _EFFORT)
        )
        yield model, effort if len(borders) > _COLUMNS else None


def _column(line: str, start: int) -> int:
    """Return the column, from 1, of what stands in a cell from ``start`` on; that of the row where there is none."""
    return len(line) - len(line[start:].lstrip()) + 1 if start else 1
