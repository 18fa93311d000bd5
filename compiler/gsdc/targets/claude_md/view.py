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

_HEADING: Final = "### Assignments"
_ROWS: Final = 4  # from the heading to the first row: a blank line, the names of the columns, and a rule
_MODEL: Final = 3
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
                statements.extend(map(Statement, claims, _places(path, block)))
        except Rejected as rejected:
            findings.extend(rejected.findings)
    return View(tuple(statements), tuple(findings), tuple(files))


def _places(path: str, block: managed_block.Block) -> Iterator[Span]:
    """Yield where the model of each row of the table stands, in the order in which its claims are read."""
    lines = block.body.splitlines()
    start = lines.index(_HEADING) + _ROWS if _HEADING in lines else len(lines)
    for number, line in enumerate(lines[start:], start + 1):
        borders = [border.start() for border in _BORDER.finditer(line)]
        cell = line[borders[_MODEL] + 1 :] if len(borders) > _MODEL else ""
        column = len(line) - len(cell.lstrip()) + 1
        yield Span(path, block.line + number, column if cell else 1)
