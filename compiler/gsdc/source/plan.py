"""GSD's PLAN.md, read without losing a byte: YAML frontmatter, and ``<task>`` blocks inside Markdown.

Real plans are not XML: two of three tasks hold raw ``&``, ``<`` or JSX, and nested code fences mislead whoever tracks
them. So this is a scanner: ``<task`` counts where it stands first on its line, ``</task>`` anywhere. A ``<task`` inside
a code fence of an open task's ``<action>`` belongs to that action; any other one begins the next task, even where the
one before was never closed. All spans are characters of the decoded text, which keeps its BOM and line ends.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.source.span import Span, span_at

_TASK_OPEN: Final = re.compile(r"^[ \t]*(<task(?=[\s>])(?:[^>\n]*\n){0,20}[^>\n]*>)", re.MULTILINE)
_ATTRIBUTE: Final = re.compile(r"""(?<![\w:.-])([A-Za-z_][\w:.-]*)\s*=\s*("[^"]*"|'[^']*')""")
_FENCE: Final = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*([^\s`]?)", re.MULTILINE)
_FRONTMATTER: Final = re.compile(r"\ufeff?(?:[ \t]*\r?\n|<!--[^\n]*-->[ \t]*\r?\n)*---[ \t]*\r?\n")
_FRONTMATTER_END: Final = re.compile(r"^---[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
_NOTE: Final = re.compile(r"(?:(?<=\S)\s+|^)\([^()/]*\)(?=\s|$)|(?<=\S)(?:\s+(?:--?|—|–)|:)\s.*$")
_BULLET: Final = re.compile(r"^(?:[-*]|\d+[.)])\s+")
_PATH: Final = re.compile(r"\S*(?:/|\.\w)\S*")
_CLOSE: Final = "</task>"
_NO_PATHS: Final = frozenset({"none", "n/a", "-", "tbd"})

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
    marks = _Marks(text, [opening.start(1) for opening in openings])
    index = 0
    while index < len(openings):
        start, open_end = openings[index].span(1)
        index = marks.next_task(index, open_end)
        limit = openings[index].start(1) if index < len(openings) else len(text)
        close = marks.closing(open_end, limit)
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
        for part in _split(_BULLET.sub("", line.strip(), count=1)):
            plain = _NOTE.sub("", part.strip()).strip()
            words = plain.split()
            # Blanks separate paths only where every word is one: a folder's name may hold blanks.
            for path in words if len(words) > 1 and all(map(_PATH.fullmatch, words)) else [plain]:
                bare = path.strip("`\"'").strip()
                if bare and bare.lower() not in _NO_PATHS and ("/" in bare or "." in bare or " " not in bare):
                    found.append(bare)
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


class _Marks:
    """Where tags and fences stand in a text, sorted, so that ranges are counted without reading them again."""

    def __init__(self, text: str, openings: list[int]) -> None:
        self.openings = openings
        self.closings = [match.start() for match in re.finditer(_CLOSE, text)]
        self.actions = [match.start() for match in re.finditer("<action>", text)]
        self.fences = [(match.start(), match[1], bool(match[2])) for match in _FENCE.finditer(text)]
        self._action, self._next_fence, self._open_fences = -1, 0, list[str]()

    def next_task(self, index: int, open_end: int) -> int:
        """Return the index of the opening that begins the task after the one of opening ``index``."""
        following = index + 1
        while following < len(self.openings) and self._inside_fence(open_end, self.openings[following]):
            following += 1
        return following

    def closing(self, start: int, limit: int) -> int:
        """Return where the tag stands that closes as many tasks as lie inside this one, -1 where none does."""
        last = -1
        inner = bisect_left(self.openings, start)
        for at in self.closings[bisect_left(self.closings, start) : bisect_left(self.closings, limit)]:
            last = at
            if inner == len(self.openings) or self.openings[inner] > at:
                return at
            inner += 1
        return last

    def _inside_fence(self, start: int, at: int) -> bool:
        """Tell whether ``at`` lies in a code fence of an action that begins after ``start`` and is still open."""
        closed = _count(self.closings, start, at)
        if closed > _count(self.openings, start, at):
            return False
        action = bisect_left(self.actions, at) - 1
        if action < 0 or self.actions[action] < start:
            return False
        return bool(self._fences_open(self.actions[action], at))

    def _fences_open(self, action: int, at: int) -> list[str]:
        """Return the fences that are open at ``at``; asked in rising order for one action, each is looked at once.

        A fence closes the innermost open one where it is at least as long and says no language; else it opens one more:
        people nest fences of one length, though CommonMark does not.
        """
        if action != self._action:
            self._action, self._open_fences = action, []
            self._next_fence = bisect_left(self.fences, (action, "", False))
        while self._next_fence < len(self.fences) and self.fences[self._next_fence][0] < at:
            _, fence, named = self.fences[self._next_fence]
            if self._open_fences and fence.startswith(self._open_fences[-1]) and not named:
                self._open_fences.pop()
            else:
                self._open_fences.append(fence)
            self._next_fence += 1
        return self._open_fences


def _count(offsets: list[int], start: int, end: int) -> int:
    return bisect_left(offsets, end) - bisect_left(offsets, start)


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
