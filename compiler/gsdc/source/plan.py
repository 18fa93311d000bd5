"""GSD's PLAN.md, read without losing a byte: YAML frontmatter, and ``<task>`` blocks inside Markdown.

Real plans are not XML: two of three tasks hold raw ``&``, ``<`` or JSX, and nested code fences mislead whoever tracks
them. So this is a scanner: ``<task`` counts where it stands first on its line, ``</task>`` anywhere. A ``<task`` inside
a code fence of an open task's ``<action>`` belongs to that action; any other one begins the next task, even where the
one before was never closed. All spans are characters of the decoded text, which keeps its BOM and line ends.
"""

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from operator import attrgetter
from typing import Any, Final, NamedTuple

from gsdc.finding import Diagnostic, Finding, Fix, Rejected, Severity
from gsdc.source.span import Places, Span

_TAG_LINES: Final = 20
# ruamel.yaml explains 10 kB in 100 ms; no frontmatter of a thousand public plans has more than 8 kB.
_LONGEST_EXPLAINED: Final = 10_000
# The parser takes time with the square of those that are open; public plans have up to 20.
_MOST_BRACKETS: Final = 2000
_CHILD: Final = re.compile(r"<([A-Za-z][\w:-]*)(?:\s[^<>\n]*)?>")
_CLOSING: Final = re.compile(r"</([A-Za-z][\w:-]*)>")
_ATTRIBUTE: Final = re.compile(r"""(?<![\w:.-])([A-Za-z_][\w:.-]*)\s*=\s*("[^"]*"|'[^']*')""")
_FENCE: Final = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*([^\s`]?)", re.MULTILINE)
_FRONTMATTER: Final = re.compile(r"\ufeff?(?:[ \t]*\r?\n|<!--[^\n]*-->[ \t]*\r?\n)*---[ \t]*\r?\n")
_FRONTMATTER_END: Final = re.compile(r"^---[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
_NOTE: Final = re.compile(r"(?:(?<=\S)\s+|^)\([^()/]*\)(?=\s|$)|(?<=\S)(?:\s+(?:--?|—|–)|:)\s.*$")
_BULLET: Final = re.compile(r"^(?:[-*]|\d+[.)])\s+")
_ONE_PATH: Final = re.compile(r"[\w./@-]*[/.][\w/@-]+")
_BRACKET: Final = re.compile(r"[()\[\]{}]")
_SEPARATOR: Final = re.compile(r"[,;]")
_MARK: Final = re.compile(r"[()\[\]{},;]")
_PATH: Final = re.compile(r"\S*(?:/|\.\w)\S*")
_PLAIN_ITEM: Final = re.compile(r"[\w./][\w./()-]*")
_KEY: Final = re.compile(r"^[^\s#-][^:\n]*:", re.MULTILINE)
_CLOSE: Final = "</task>"
_TAG_NAME_ENDS: Final = frozenset(" \t\r\n>")
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


EXAMPLE = Diagnostic(
    "PL023",
    "task-in-example",
    Severity.WARNING,
    """A code fence inside of a task's action holds a task.

    ## Why is this bad?
    gsdc takes it for what it is, an example. get-shit-done ends the task around it at the example's closing tag, and
    reads what follows as part of no task.

    ## Example (PLAN.md)
    <task type="auto">
      <name>Task 1: Document the format</name>
      <action>
    ```xml
    <task type="checkpoint:human-verify">
      <what-built>The page</what-built>
    </task>
    ```
      </action>
      <verify>npm test</verify>
    </task>

    ## Use instead (PLAN.md)
    <task type="auto">
      <name>Task 1: Document the format</name>
      <action>
    ```xml
    &lt;task type="checkpoint:human-verify">
      &lt;what-built>The page&lt;/what-built>
    &lt;/task>
    ```
      </action>
      <verify>npm test</verify>
    </task>
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


class Task:
    """One task: ``number`` counts from 1 in the order of the file; ``start`` to ``end`` hold it, tags included.

    Its opening tag ends at ``open_end``, its closing one begins at ``close_start``. What lies between is looked at when
    somebody asks: most questions about a plan concern few of its tasks.
    """

    __slots__ = ("__dict__", "_text", "attributes", "close_start", "end", "number", "open_end", "start")

    def __init__(self, text: str, number: int, start: int, open_end: int, close_start: int, end: int) -> None:
        self._text = text
        self.number = number
        self.start, self.open_end, self.close_start, self.end = start, open_end, close_start, end
        self.attributes = tuple(
            Attribute(m[1], m[2][1:-1], m.start(), m.end()) for m in _ATTRIBUTE.finditer(text, start, open_end)
        )

    @cached_property
    def children(self) -> tuple[Child, ...]:
        """The elements directly inside the task, in their order; one that is never closed is none."""
        return tuple(_children(self._text, self.open_end, self.close_start))

    def attribute(self, name: str) -> Attribute | None:
        """Return an attribute by name."""
        return next((attribute for attribute in self.attributes if attribute.name == name), None)

    def child(self, name: str) -> Child | None:
        """Return the first child element by name."""
        return next((child for child in self.children if child.name == name), None)

    def text(self, name: str) -> str:
        """Return the content of a child element without surrounding blanks, "" where there is none."""
        found = self.child(name)
        return found.text.strip() if found else ""

    @property
    def inner(self) -> str:
        """Everything between the tags."""
        return self._text[self.open_end : self.close_start]

    @property
    def type(self) -> str:
        """The task's type, "auto" where it has none."""
        found = self.attribute("type")
        return found.value if found else "auto"

    @cached_property
    def name(self) -> str:
        """The task's name: its element, else its attribute."""
        found = self.attribute("name")
        return self.text("name") or self.text("n") or (found.value if found else "")

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The paths that the task writes, notes such as "(NEW)" taken off."""
        return paths(self.text("files"))

    @property
    def is_checkpoint(self) -> bool:
        """Whether the task waits for a person."""
        return self.type.startswith("checkpoint")


class Plan:
    """A plan: its text, the data of its frontmatter ({} where there is none), its tasks, and what is wrong with it.

    ``head`` is where the frontmatter's YAML begins and ends, (0, 0) where there is none.
    """

    __slots__ = ("__dict__", "findings", "frontmatter", "head", "path", "tasks", "text")

    def __init__(
        self,
        path: str,
        text: str,
        frontmatter: dict[str, Any],
        head: tuple[int, int],
        tasks: tuple[Task, ...],
        findings: tuple[Finding, ...],
    ) -> None:
        self.path, self.text = path, text
        self.frontmatter, self.head = frontmatter, head
        self.tasks, self.findings = tasks, findings

    @property
    def tasks_end(self) -> int:
        """Where the list of tasks ends: after ``</tasks>``, else after the last task."""
        last = self.tasks[-1].end if self.tasks else 0
        wrapper = self.text.find("</tasks>", last)
        return wrapper + len("</tasks>") if wrapper >= 0 else last

    def section(self, name: str) -> Child | None:
        """Return the first element ``name`` that begins a line before the tasks or after them, None where none does."""
        tag = f"<{name}>"
        at = self.text.find(tag, self.head[1])
        while at > 0 and (self.text[at - 1] != "\n" or self.task_at(at)):
            at = self.text.find(tag, at + 1)
        begin = at + len(tag)
        end = self.text.find(f"</{name}>", begin) if at >= 0 else -1
        return Child(name, self.text[begin:end], begin, end) if end >= 0 else None

    def task_at(self, offset: int) -> Task | None:
        """Return the task that holds character ``offset``."""
        index = bisect_right(self.tasks, offset, key=attrgetter("start")) - 1
        return self.tasks[index] if index >= 0 and offset < self.tasks[index].end else None

    def at(self, offset: int) -> Span:
        """Return the span of character ``offset``."""
        return self._places.at(offset)

    @cached_property
    def _places(self) -> Places:
        return Places(self.path, self.text)

    def key(self, name: str, item: str = "") -> int:
        """Return where the top-level key ``name`` of the frontmatter stands, or the ``item`` of its value.

        Where there is no such key, that is where the frontmatter begins; where the item is not found, the key.
        """
        return next((at for _, at in self.items(name, (item,))), 0)

    def items(self, name: str, items: Iterable[str]) -> Iterator[tuple[str, int]]:
        """Yield each of ``items`` with where it stands in the value of the top-level key ``name``, as ``key`` does."""
        begin, end = self.head
        match = re.compile(rf"^[\"']?{re.escape(name)}[\"']?[ \t]*:", re.MULTILINE).search(self.text, begin, end)
        if match is None:
            yield from ((item, begin) for item in items)
            return
        following = _KEY.search(self.text, match.end(), end)
        limit = following.start() if following else end
        at = match.end()
        for item in items:
            found = self.text.find(item, at, limit) if item else -1
            at = found if found >= 0 else at
            yield item, found if found >= 0 else match.start()

    def appending(self, name: str, items: Iterable[str]) -> tuple[int, int, str] | None:
        """Return the edit that adds ``items`` to the list under the top-level key ``name``, None where it is none."""
        begin = self.key(name)
        line = re.compile(r"[^\n:]*:[ \t]*(\[[^\n]*\])?[ \t]*\r?\n").match(self.text, begin, self.head[1])
        value = self.frontmatter.get(name)
        if line is None or not isinstance(value, list):
            return None
        quoted = [item if _PLAIN_ITEM.fullmatch(item) else json.dumps(item, ensure_ascii=False) for item in items]
        if line[1]:
            at = line.end(1) - 1
            return at, at, (", " if value else "") + ", ".join(quoted)
        last = line.end()
        indent = None
        for item in re.compile(r"([ \t]*)-[ \t][^\n]*\n").finditer(self.text, last, self.head[1]):
            if item.start() != last or indent not in {None, item[1]}:
                break
            indent, last = item[1], item.end()
        if indent is None:
            return None
        newline = "\r\n" if self.text[:last].endswith("\r\n") else "\n"
        return last, last, "".join(f"{indent}- {item}{newline}" for item in quoted)

    def replacing(self, name: str, value: str) -> tuple[int, int, str] | None:
        """Return the edit that gives the top-level key ``name`` another scalar, None where it has none on its line."""
        match = re.compile(rf"^{re.escape(name)}[ \t]*:[ \t]*([\w.\"'-]+)", re.MULTILINE).search(self.text, *self.head)
        return (match.start(1), match.end(1), value) if match else None


def parse(path: str, text: str) -> Plan:
    """Return the plan in ``text``. It never fails: what is ambiguous or broken is a finding of the plan."""
    findings: list[Finding] = []
    places = Places(path, text)
    frontmatter, head, begin = _frontmatter(path, text, findings)
    tasks: list[Task] = []
    openings = _openings(text, begin)
    marks = _Marks(text, [start for start, _ in openings])
    index = 0
    while index < len(openings):
        start, open_end = openings[index]
        following = marks.next_task(index, open_end)
        for example, _ in openings[index + 1 : following]:
            message = f"this is an example inside of task {len(tasks) + 1}, and get-shit-done takes it for a task"
            findings.append(EXAMPLE.at(places.at(example), message, "write its tags with &lt; for <"))
        index = following
        limit = openings[index][0] if index < len(openings) else len(text)
        close = marks.closing(open_end, limit)
        if close < 0:
            at = open_end + len(text[open_end:limit].rstrip())
            fix = Fix(((at, at, "\n</task>"),), safe=False)
            unclosed = UNCLOSED.at(places.at(start), "this task has no </task>", "close it")
            findings.append(unclosed._replace(fix=fix))
            close, end = limit, limit
        else:
            end = close + len(_CLOSE)
        tasks.append(Task(text, len(tasks) + 1, start, open_end, close, end))
    return Plan(path, text, frontmatter, head, tuple(tasks), tuple(findings))


def _openings(text: str, begin: int) -> list[tuple[int, int]]:
    """Return where the tags begin and end that open a task: first on their line, of few lines."""
    found = []
    at = text.find("<task", begin)
    while at >= 0:
        end = at + len("<task")
        if text[end : end + 1] in _TAG_NAME_ENDS and not text[text.rfind("\n", 0, at) + 1 : at].strip(" \t"):
            close = _tag_end(text, end)
            if close > 0:
                found.append((at, close))
                end = close
        at = text.find("<task", end)
    return found


def _tag_end(text: str, at: int) -> int:
    """Return where the tag ends that is open at ``at``, 0 where no ">" stands on this line or a few more."""
    for _ in range(_TAG_LINES + 1):
        newline = text.find("\n", at) + 1 or len(text)
        close = text.find(">", at, newline)
        if close >= 0:
            return close + 1
        at = newline
    return 0


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
    if _ONE_PATH.fullmatch(text) and text.lower() not in _NO_PATHS:
        return (text,)
    found: list[str] = []
    for line in text.splitlines():
        for part in _split(_BULLET.sub("", line.strip(), count=1)):
            plain = _NOTE.sub("", part.strip()).strip()
            words = plain.split()
            # Blanks separate paths only where every word is one: a folder's name may hold blanks.
            for path in words if len(words) > 1 and all(map(_PATH.fullmatch, words)) else [plain]:
                bare = path.strip("`\"'").strip()
                if bare.startswith("[") and bare.endswith("]") and "/" in bare and bare.count("[") == 1:
                    bare = bare[1:-1]
                if bare and bare.lower() not in _NO_PATHS and ("/" in bare or "." in bare or " " not in bare):
                    found.append(bare)
    return tuple(dict.fromkeys(found))


def _split(line: str) -> list[str]:
    if _BRACKET.search(line) is None:
        return _SEPARATOR.split(line)
    parts, depth, begin = [], 0, 0
    for match in _MARK.finditer(line):
        mark = match[0]
        depth += (mark in "([{") - (mark in ")]}")
        if mark in ",;" and depth <= 0:
            parts.append(line[begin : match.start()])
            begin = match.end()
    return [*parts, line[begin:]]


def _frontmatter(path: str, text: str, findings: list[Finding]) -> tuple[dict[str, Any], tuple[int, int], int]:
    """Return the data of the frontmatter, where its YAML begins and ends, and where the plan goes on after it."""
    opening = _FRONTMATTER.match(text)
    closing = _FRONTMATTER_END.search(text, opening.end()) if opening else None
    if opening is None or closing is None:
        return {}, (0, 0), 0
    import ryaml

    head = opening.end(), closing.start()
    block = text[slice(*head)]
    if block.count("[") + block.count("{") > _MOST_BRACKETS:
        help_ = "nobody reads that: write it out, flat"
        findings.append(FRONTMATTER.at(Places(path, text).at(head[0]), "the frontmatter has too many brackets", help_))
        return {}, head, closing.end()
    try:
        data = ryaml.loads(block)
    except (ryaml.InvalidYamlError, ValueError, TypeError) as error:
        if len(block) > _LONGEST_EXPLAINED:
            reason = " ".join(str(error).lower().split())[:200]
            findings.append(FRONTMATTER.at(Places(path, text).at(head[0]), reason, "correct the YAML"))
        else:
            findings.extend(_explain(path, text, head))
        data = {}
    return data if isinstance(data, dict) else {}, head, closing.end()


def _explain(path: str, text: str, head: tuple[int, int]) -> Iterable[Finding]:
    """Yield why the frontmatter is not YAML, in the words of the YAML documents, at its lines in the plan."""
    from gsdc.source.document import Document
    from gsdc.source.frontmatter_repair import repair

    begin, block = head[0], text[slice(*head)]
    lines_before = text.count("\n", 0, begin)
    try:
        Document(path, block)
    except Rejected as rejected:
        for finding in rejected.findings:
            span = Span(path, finding.span.line + lines_before, finding.span.column)
            edit = repair(block, finding.span.line, finding.span.column, finding.message)
            fix = Fix(((edit[0] + begin, edit[1] + begin, edit[2]),), safe=True) if edit else None
            yield FRONTMATTER.at(span, finding.message, finding.help)._replace(fix=fix)


class _Marks:
    """Where tags and fences stand in a text, sorted, so that ranges are counted without reading them again."""

    def __init__(self, text: str, openings: list[int]) -> None:
        self.openings = openings
        self.closings = [match.start() for match in re.finditer(_CLOSE, text)]
        self.actions = [match.start() for match in re.finditer("<action>", text)]
        self._text = text
        self._action, self._next_fence, self._open_fences = -1, 0, list[str]()

    @cached_property
    def fences(self) -> list[tuple[int, str, bool]]:
        """Where fences stand, what they are, and whether a language follows."""
        return [(match.start(), match[1], bool(match[2])) for match in _FENCE.finditer(self._text)]

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


class _Closings:
    """Where tags are closed between two places of a text, so that no search for one reads the text again."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._found: dict[str, list[int]] = {}
        for match in _CLOSING.finditer(text, start, end):
            self._found.setdefault(match[1], []).append(match.start())

    def first(self, name: str, at: int) -> int:
        """Return where the first closing tag of ``name`` after ``at`` begins, -1 where there is none."""
        found = self._found.get(name, ())
        index = bisect_left(found, at)
        return found[index] if index < len(found) else -1

    def last(self, name: str, at: int) -> int:
        """Return where the last closing tag of ``name`` begins, -1 where it does not lie after ``at``."""
        found = self._found.get(name)
        return found[-1] if found and found[-1] >= at else -1


def _children(text: str, start: int, end: int) -> Iterator[Child]:
    closings = _Closings(text, start, end)
    at = start
    while match := _CHILD.search(text, at, end):
        name, at = match[1], match.end()
        # An action may hold markup of its own, </action> included: its last closing tag counts.
        closing = closings.last(name, at) if name == "action" else closings.first(name, at)
        if closing >= 0:
            yield Child(name, text[at:closing], at, closing)
            at = closing + len(f"</{name}>")
