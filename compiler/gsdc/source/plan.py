"""GSD's PLAN.md, read without losing a byte: YAML frontmatter, and ``<task>`` blocks inside Markdown.

Real plans are not XML: two of three tasks hold raw ``&``, ``<`` or JSX, and nested code fences mislead whoever tracks
them. So this is a scanner: ``<task`` counts where it stands first on its line, ``</task>`` anywhere. A ``<task`` inside
a code fence of an open task's ``<action>`` belongs to that action; any other one begins the next task, even where the
one before was never closed. All spans are characters of the decoded text, which keeps its BOM and line ends.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.source.span import Span, span_at

_TASK_OPEN: Final = re.compile(r"^[ \t]*(<task(?=[\s>])([^>]*)>)", re.MULTILINE)
_ATTRIBUTE: Final = re.compile(r"""([A-Za-z_][\w:.-]*)\s*=\s*("[^"]*"|'[^']*')""")
_FENCE: Final = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
_FRONTMATTER: Final = re.compile(r"\ufeff?(?:[ \t]*\r?\n|<!--[^\n]*-->[ \t]*\r?\n)*---[ \t]*\r?\n")
_FRONTMATTER_END: Final = re.compile(r"^---[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
_NOTE: Final = re.compile(r"\s+\([^()/]*\)|\s+(?:--?|—|–)\s.*$")
_CLOSE: Final = "</task>"

FRONTMATTER = Diagnostic(
    "PL001",
    "broken-frontmatter",
    Severity.WARNING,
    """The frontmatter of a plan is not valid YAML.

    ## Why is this bad?
    Wave, dependencies and the autonomous flag are lost: tools fall back to defaults, silently.
    """,
)
UNCLOSED = Diagnostic(
    "PL002",
    "unclosed-task",
    Severity.WARNING,
    """A task of a plan has no closing tag.

    ## Why is this bad?
    get-shit-done reads tasks by their closing tags: this task and the next become one.
    """,
)


class Attribute(NamedTuple):
    """An attribute of a task's opening tag; ``start`` to ``end`` hold all of it, quotes included."""

    name: str
    value: str
    start: int
    end: int


class Child(NamedTuple):
    """A child element of a task; ``start`` to ``end`` hold its content, tags excluded."""

    name: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Task:
    """One task: ``number`` counts from 1 in the order of the file; ``start`` to ``end`` hold it, tags included."""

    number: int
    start: int
    open_end: int
    close_start: int
    end: int
    attributes: tuple[Attribute, ...]
    children: tuple[Child, ...]

    def attribute(self, name: str) -> Attribute | None:
        """Return an attribute by name."""
        return next((attribute for attribute in self.attributes if attribute.name == name), None)

    def text(self, name: str) -> str:
        """Return the content of a child element without surrounding blanks, "" where there is none."""
        return next((child.text.strip() for child in self.children if child.name == name), "")

    @property
    def type(self) -> str:
        """The task's type, "auto" where it has none."""
        found = self.attribute("type")
        return found.value if found else "auto"

    @property
    def name(self) -> str:
        """The task's name: its element, else its attribute."""
        found = self.attribute("name")
        return self.text("name") or self.text("n") or (found.value if found else "")

    @property
    def files(self) -> tuple[str, ...]:
        """The paths that the task writes, notes such as "(NEW)" taken off."""
        return paths(self.text("files"))

    @property
    def is_checkpoint(self) -> bool:
        """Whether the task waits for a person."""
        return self.type.startswith("checkpoint")


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan: its text, the data of its frontmatter ({} where there is none), its tasks, and what is wrong with it."""

    path: str
    text: str
    frontmatter: dict[str, Any]
    tasks: tuple[Task, ...]
    findings: tuple[Finding, ...] = field(default=())

    @property
    def tasks_end(self) -> int:
        """Where the list of tasks ends: after ``</tasks>``, else after the last task."""
        last = self.tasks[-1].end if self.tasks else 0
        wrapper = self.text.find("</tasks>", last)
        return wrapper + len("</tasks>") if wrapper >= 0 else last


_CHILDREN: Final = (
    "name",
    "n",
    "files",
    "read_first",
    "action",
    "behavior",
    "verify",
    "acceptance_criteria",
    "done",
    "metrics",
    "what-built",
    "how-to-verify",
    "decision",
)


def parse(path: str, text: str) -> Plan:
    """Return the plan in ``text``. It never fails: what is ambiguous or broken is a finding of the plan."""
    findings: list[Finding] = []
    frontmatter, begin = _frontmatter(path, text, findings)
    tasks: list[Task] = []
    openings = list(_TASK_OPEN.finditer(text, begin))
    index = 0
    while index < len(openings):
        opening = openings[index]
        start, open_end = opening.start(1), opening.end(1)
        limit, index = _own_openings(text, openings, index)
        close = _closing(text, open_end, limit, openings)
        if close < 0:
            findings.append(UNCLOSED.at(span_at(path, text, start), "this task has no </task>", "close it"))
            close, end = limit, limit
        else:
            end = close + len(_CLOSE)
        attributes = tuple(
            Attribute(m[1], m[2][1:-1], m.start(), m.end()) for m in _ATTRIBUTE.finditer(text, start, open_end)
        )
        children = tuple(_children(text, open_end, close))
        tasks.append(Task(len(tasks) + 1, start, open_end, close, end, attributes, children))
    return Plan(path, text, frontmatter, tuple(tasks), tuple(findings))


def edit(text: str, replacements: Iterable[tuple[int, int, str]]) -> str:
    """Return ``text`` with characters ``start`` to ``end`` replaced by a string, for each of ``replacements``.

    Replacements may come in any order and must not overlap; several at one place go in in their order.
    """
    parts, at = [], 0
    for start, end, new in sorted(replacements, key=lambda item: item[:2]):
        parts += [text[at:start], new]
        at = end
    return "".join([*parts, text[at:]])


def paths(text: str) -> tuple[str, ...]:
    """Return the paths of a ``<files>`` element: separated by commas, lines or bullets, notes taken off.

    Commas and spaces inside brackets belong to a path or to its note: ``app/(auth)/page.tsx``, ``x.go (NEW, empty)``.
    """
    found: list[str] = []
    for line in text.splitlines():
        for part in _split(line.strip().removeprefix("- ").removeprefix("* ")):
            path = _NOTE.sub("", part.strip()).strip().strip("`\"'").strip()
            if (
                path
                and path.lower() not in {"none", "n/a", "-", "tbd"}
                and ("/" in path or "." in path or " " not in path)
            ):
                found.append(path)
    return tuple(dict.fromkeys(found))


def _split(line: str) -> list[str]:
    parts, depth, current = [], 0, ""
    for character in line:
        depth += (character in "([{") - (character in ")]}")
        if character in ",;" and depth <= 0:
            parts.append(current)
            current = ""
        else:
            current += character
    return [*parts, current]


def _frontmatter(path: str, text: str, findings: list[Finding]) -> tuple[dict[str, Any], int]:
    opening = _FRONTMATTER.match(text)
    closing = _FRONTMATTER_END.search(text, opening.end()) if opening else None
    if opening is None or closing is None:
        return {}, 0
    import ryaml

    block = text[opening.end() : closing.start()]
    try:
        data = ryaml.loads(block)
    except (ryaml.InvalidYamlError, ValueError, TypeError):
        findings.extend(_explain(path, block, text[: opening.end()].count("\n")))
        data = {}
    return data if isinstance(data, dict) else {}, closing.end()


def _explain(path: str, block: str, lines_before: int) -> Iterable[Finding]:
    """Yield why the frontmatter is not YAML, in the words of the YAML documents, at its lines in the plan."""
    from gsdc.source.document import Document

    try:
        Document(path, block)
    except Rejected as rejected:
        for finding in rejected.findings:
            span = Span(path, finding.span.line + lines_before, finding.span.column)
            yield FRONTMATTER.at(span, finding.message, finding.help)


def _own_openings(text: str, openings: list[re.Match[str]], index: int) -> tuple[int, int]:
    """Return where the task of ``openings[index]`` must have ended, and the index of the next task's opening."""
    start = openings[index].end(1)
    following = index + 1
    while following < len(openings) and _inside_fence(text, start, openings[following].start(1)):
        following += 1
    return (openings[following].start(1) if following < len(openings) else len(text)), following


def _inside_fence(text: str, start: int, at: int) -> bool:
    """Tell whether ``at`` lies in a code fence of an action that begins after ``start`` and is still open."""
    action = text.rfind("<action>", start, at)
    if action < 0 or (text.find(_CLOSE, start, at) >= 0 and _balanced(text, start, at)):
        return False
    return len(_FENCE.findall(text, action, at)) % 2 == 1


def _balanced(text: str, start: int, at: int) -> bool:
    """Tell whether every task between ``start`` and ``at``, and the one that is open at ``start``, is closed."""
    return text.count(_CLOSE, start, at) > len(_TASK_OPEN.findall(text, start, at))


def _closing(text: str, start: int, limit: int, openings: list[re.Match[str]]) -> int:
    """Return where the closing tag stands that closes as many tasks as lie inside this one, -1 where none does."""
    inner = [m.start(1) for m in openings if start <= m.start(1) < limit]
    at = text.find(_CLOSE, start, limit)
    last = -1
    while at >= 0:
        last = at
        if not inner or inner[0] > at:
            return at
        inner.pop(0)
        at = text.find(_CLOSE, at + len(_CLOSE), limit)
    return last


def _children(text: str, start: int, end: int) -> Iterable[Child]:
    for name in _CHILDREN:
        opening = text.find(f"<{name}>", start, end)
        if opening < 0:
            continue
        begin = opening + len(name) + 2
        close = f"</{name}>"
        # An action may hold markup of its own, </action> included: its last closing tag counts.
        at = text.rfind(close, begin, end) if name == "action" else text.find(close, begin, end)
        if at >= 0:
            yield Child(name, text[begin:at], begin, at)
