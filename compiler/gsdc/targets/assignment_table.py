"""The assignment table in a managed block of a Markdown file: written from the policy, and read back.

Two targets write such a section, each with its own title and its own block.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.models.effort import EFFORTS
from gsdc.ownership.block import Block
from gsdc.policy.model import Agent, Decision, Policy, State
from gsdc.source import managed_block
from gsdc.source.lazy_pattern import lazily
from gsdc.source.span import Span
from gsdc.source.tree import Tree, decode
from gsdc.targets.api import Artifact, Claim, Statement, View
from gsdc.targets.contents import contents
from gsdc.targets.decided import decide
from gsdc.targets.declaration import Declaration
from gsdc.targets.efforts import ClientEffort, with_effort

_HEADING: Final = "### Assignments"
_ROWS: Final = 4  # from the heading to the first row: a blank line, the names of the columns, and a rule
_MODEL: Final = 3
_EFFORT: Final = 4
_COLUMNS: Final = 7
_BEFORE_EFFORTS: Final = 6  # columns of a block of gsdc 0.1 and before, without the one of efforts
_ANY_PHASE: Final = "any"
_NONE: Final = "-"
_NUMBER: Final = lazily(r"[0-9]{1,3}(\.[0-9]{1,17})?(e-[0-9]{1,2})?")
_BORDER: Final = lazily(r"(?<!\\)\|")

EDITED = Diagnostic(
    "CM002",
    "hand-edited-block",
    Severity.WARNING,
    """Somebody edited the managed block of a Markdown file.

    ## Why is this bad?
    The next build replaces the block: the edit would be lost, and until then the file and the policy disagree (seed
    002, "Task 4").

    ## Example (CLAUDE.md)
    <!-- gsdc:begin model-assignment sha256=0123456789abcdef -->
    Use opus for everything this week.
    <!-- gsdc:end model-assignment -->

    ## Use instead (CLAUDE.md)
    Use opus for everything this week.
    """,
)

UNREADABLE = Diagnostic(
    "CM004",
    "unreadable-assignment",
    Severity.ERROR,
    """A row of the table of assignments was edited and cannot be read.

    ## Why is this bad?
    A row has seven cells: its effort is a word of the scale or "-", its temperature a number or "-". The meaning of any
    other row would be a guess.

    ## Example (CLAUDE.md)
    <!-- gsdc:begin model-assignment sha256=0123456789abcdef -->
    ### Assignments

    | Agent | Role | Phase | Model | Effort | Temperature | Raised by |
    | --- | --- | --- | --- | --- | --- | --- |
    | gsd-planner | planning | any | opus | high | warm | - |
    <!-- gsdc:end model-assignment -->

    ## Use instead (CLAUDE.md)
    <!-- gsdc:begin model-assignment sha256=0123456789abcdef -->
    ### Assignments

    | Agent | Role | Phase | Model | Effort | Temperature | Raised by |
    | --- | --- | --- | --- | --- | --- | --- |
    | gsd-planner | planning | any | opus | high | 0.2 | - |
    <!-- gsdc:end model-assignment -->
    """,
)


_SHARED: Final = "model-assignment"  # the block of both sections up to gsdc 0.1
_MOVED: Final = {"## Agent Models": "agent-models"}  # the titles of sections that have a block of their own since


class Section(NamedTuple):
    """A section with a table of assignments: the target that writes it, and the id of its block."""

    target: Declaration
    block: str

    def artifact(self, tree: Tree, path: str, body: str) -> tuple[Artifact, tuple[Finding, ...]]:
        """Return the file at ``path`` with ``body`` as its block, and a finding if a person edited the block.

        All bytes outside of the block are unchanged. Raises ``Rejected`` for a block without an end, or a file that is
        not UTF-8.
        """
        existing = tree.read(path)
        text = "" if existing is None else self._renamed(decode(existing, path), path)
        found = managed_block.find(text, self.block, path)
        findings = (_edited(path, found, ": a build replaces it"),) if found is not None and found.edited else ()
        content = managed_block.put(text, self.block, body, path).encode()
        return Artifact(path, content, Block(self.block)), findings

    def _renamed(self, text: str, path: str) -> str:
        """Return ``text`` with this section's block under its own id, if it has the id that both sections shared."""
        if managed_block.find(text, self.block, path) is not None:
            return text
        found = self._find(path, text.encode())
        if found is None:
            return text
        block = text[found.start : found.end]
        for marker in (managed_block.BEGIN, managed_block.END):
            block = block.replace(f"{marker}{_SHARED} ", f"{marker}{self.block} ")
        return text[: found.start] + block + text[found.end :]

    def claims(self, path: str, content: bytes) -> tuple[Claim, ...]:
        """Return the claims of the table in the block; none if there is no block.

        Raises ``Rejected`` for a broken block, and for a row that was edited so that it has no claim.
        """
        found = self._find(path, content)
        if found is None:
            return ()
        lines = found.body.splitlines()
        zone = next((line.split("budget zone `")[1].split("`")[0] for line in lines if "budget zone `" in line), None)
        return tuple(_claim(cells, zone, Span(path, found.line + number)) for number, cells in _table(lines))

    def _find(self, path: str, content: bytes) -> managed_block.BlockSpan | None:
        """Return the block of this section, None if there is none; in a shared block, the title identifies it."""
        text = decode(content, path)
        found = managed_block.find(text, self.block, path)
        if found is None or self.block == _SHARED:
            found = managed_block.find(text, _SHARED, path)
            title = "" if found is None else found.body.lstrip().partition("\n")[0].strip()
            return found if _MOVED.get(title, _SHARED) == self.block else None
        return found

    def expected(self, policy: Policy, zone: str) -> frozenset[Claim]:
        """Return the expected claims of the table: each agent, in each phase if its phases differ."""
        return frozenset(
            Claim(
                agent.name_in(self.target.client),
                decision.model,
                None if phase == _ANY_PHASE else phase,
                zone,
                decision.temperature,
                decision.effort,
            )
            for agent, phase, decision in _decided(policy, zone)
        )

    def rows(self, policy: Policy, zone: str) -> list[dict[str, Any]]:
        """Return the rows of the table, as values of a template."""
        return [self._row(agent, phase, decision) for agent, phase, decision in _decided(policy, zone)]

    def _row(self, agent: Agent, phase: str, decision: Decision) -> dict[str, Any]:
        return {
            "agent": agent.name_in(self.target.client),
            "role": agent.roles[0],
            "phase": phase,
            "model": decision.model or "defer",
            "effort": decision.effort or _NONE,
            "temperature": _NONE if decision.temperature is None else repr(float(decision.temperature)),
            "raised": ", ".join(f"{name}: {token}" for name, token in agent.raises.items()) or _NONE,
        }

    def view(self, tree: Tree) -> View:
        """Return the claims of the tables' rows, each at its line; an edited or a broken block is a finding."""
        statements: list[Statement] = []
        findings: list[Finding] = []
        files: list[str] = []
        seen: set[str] = set()
        for path, content in contents(tree, self.target.files, findings):
            real = str(tree.locate(path).resolve())
            if real in seen:  # AGENTS.md is often a link to CLAUDE.md
                continue
            seen.add(real)
            files.append(path)
            try:
                block = self._find(path, content)
                if block is not None:
                    findings.extend([_edited(path, block)] if block.edited else [])
                    for claim, (model, effort) in zip(self.claims(path, content), _places(path, block), strict=False):
                        statements.append(with_effort(Statement(claim, model), ClientEffort(claim.effort, effort)))
            except Rejected as rejected:
                findings.extend(rejected.findings)
        return View(tuple(statements), tuple(findings), tuple(files))


def _edited(path: str, block: managed_block.BlockSpan, so: str = "") -> Finding:
    help_ = "move what you added out of the block, or into gsdc.yaml"
    return EDITED.at(Span(path, block.line), f"the block was edited by hand{so}", help_)


def _table(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of the table of assignments: the line in the block, from 1, and the cells, unescaped."""
    start = lines.index("### Assignments") + 4 if "### Assignments" in lines else len(lines)
    for number, line in enumerate(lines[start:], start + 1):
        if not line.startswith("|"):
            return
        yield number, _cells(line)


def _cells(line: str) -> list[str]:
    cells, current, escaped = [], "", False
    for character in line[1:]:
        if escaped or character not in "\\|":
            current, escaped = current + character, False
        elif character == "\\":
            escaped = True
        else:
            cells.append(current.strip().replace("&lt;", "<").replace("&gt;", ">"))
            current = ""
    return cells


def _claim(cells: list[str], zone: str | None, span: Span) -> Claim:
    help_ = "build the file again, and make the change in gsdc.yaml"
    if len(cells) == _BEFORE_EFFORTS:
        cells = [*cells[:4], _NONE, *cells[4:]]
    if len(cells) != _COLUMNS:
        raise Rejected(UNREADABLE.at(span, f"a row of {len(cells)} cells, not {_COLUMNS}", help_))
    agent, _, phase, model, effort, temperature, _ = cells
    if effort not in (_NONE, *EFFORTS):
        raise Rejected(UNREADABLE.at(span, f'"{effort}" is not an effort', f"allowed: {_NONE}, {', '.join(EFFORTS)}"))
    if temperature != _NONE and not _NUMBER.fullmatch(temperature):
        raise Rejected(UNREADABLE.at(span, f'"{temperature}" is not a temperature', help_))
    return Claim(
        agent=agent,
        model=None if model == "defer" else model,
        phase=None if phase == _ANY_PHASE else phase,
        zone=zone,
        temperature=None if temperature == _NONE else float(temperature),
        effort=None if effort == _NONE else effort,
    )


def _decided(policy: Policy, zone: str) -> Iterator[tuple[Agent, str, Decision]]:
    for agent in policy.agents.values():
        answers = {phase: decide(policy, State(agent.name, phase, zone)) for phase in agent.phases or (None,)}
        if len({(answer.model, answer.effort, answer.temperature) for answer in answers.values()}) == 1:
            yield agent, _ANY_PHASE, next(iter(answers.values()))
        else:
            yield from ((agent, str(phase), answer) for phase, answer in answers.items())


def _places(path: str, block: managed_block.BlockSpan) -> Iterator[tuple[Span, Span | None]]:
    """Yield the places of model and effort of each row of the table, in the order of its claims.

    A row of a table without efforts, from an older gsdc, has no place for the effort.
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
    """Return the column, from 1, of the content of a cell from ``start`` on; that of the row if the cell is empty."""
    return len(line) - len(line[start:].lstrip()) + 1 if start else 1
