"""GSD's PLAN.md, parsed without losing a byte: YAML frontmatter, and ``<task>`` blocks inside Markdown.

Real plans are not XML: two of three tasks contain raw ``&``, ``<`` or JSX, and nested code fences mislead simple
trackers. So this is a scanner, in three parts: ``frontmatter``, ``task_tags`` (where tasks are), ``task`` (their
content). All spans are characters of the decoded text, which keeps its BOM and line ends.
"""

from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from operator import attrgetter
from typing import Any, Final

from gsdc.finding import Diagnostic, Finding, Fix, Severity
from gsdc.source.frontmatter import Frontmatter, read_frontmatter
from gsdc.source.span import Places, Span
from gsdc.source.task import Child, Task
from gsdc.source.task_tags import CLOSE, Tags

UNCLOSED = Diagnostic(
    "PL002",
    "unclosed-task",
    Severity.WARNING,
    """A task of a plan has no closing tag.

    ## Why is this bad?
    get-shit-done reads tasks by their closing tags: this task and the next become one (measured on get-shit-done 1.42).

    ## Fix (unsafe)
    Closes the task after its last line.

    ## Example (PLAN.md, gsdc lint)
    <task type="auto">
      <name>Task 1: Add the route</name>
    <task type="auto">
      <name>Task 2: Add the page</name>
    </task>

    ## Use instead (PLAN.md, gsdc lint)
    <task type="auto">
      <name>Task 1: Add the route</name>
    </task>
    <task type="auto">
      <name>Task 2: Add the page</name>
    </task>
    """,
)


# None of 1,014 public plans has more than 11.
MOST_TASKS: Final = 1_000

TOO_MANY = Diagnostic(
    "PL032",
    "too-many-tasks",
    Severity.ERROR,
    """A plan has more than 1,000 tasks, and the rest were not read.

    ## Why is this bad?
    A task that was meant to be checked, and is not, looks clean. No real plan is like that (measured on 1,014
    public plans: none has more than 11), and what compares tasks with each other would take hours for 300,000.

    ## No example
    It takes a thousand tasks.
    """,
)
EXAMPLE = Diagnostic(
    "PL023",
    "task-in-example",
    Severity.WARNING,
    """A code fence inside a task's action contains a task.

    ## Why is this bad?
    gsdc reads it as an example. get-shit-done ends the task around it at the example's closing tag, and
    reads what follows as part of no task (measured on get-shit-done 1.42).

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


class Plan:
    """A plan: its text, its frontmatter, its tasks, and its errors."""

    __slots__ = ("__dict__", "findings", "head", "path", "tasks", "text")

    def __init__(
        self, path: str, text: str, head: Frontmatter, tasks: tuple[Task, ...], findings: tuple[Finding, ...]
    ) -> None:
        self.path, self.text = path, text
        self.head, self.tasks, self.findings = head, tasks, findings

    @property
    def frontmatter(self) -> dict[str, Any]:
        """The data of the frontmatter, {} if there is none."""
        return self.head.data

    @property
    def is_cut(self) -> bool:
        """Whether it has more tasks than are parsed."""
        return any(finding.code == TOO_MANY.code for finding in self.findings)

    @property
    def tasks_end(self) -> int:
        """Where the list of tasks ends: after ``</tasks>``, else after the last task."""
        last = self.tasks[-1].end if self.tasks else 0
        wrapper = self.text.find("</tasks>", last)
        return wrapper + len("</tasks>") if wrapper >= 0 else last

    def section(self, name: str) -> Child | None:
        """Return the first element ``name`` that begins a line before or after the tasks, None if there is none."""
        tag = f"<{name}>"
        at = self.text.find(tag, self.head.end)
        while at > 0 and (self.text[at - 1] != "\n" or self.task_at(at)):
            at = self.text.find(tag, at + 1)
        begin = at + len(tag)
        end = self.text.find(f"</{name}>", begin) if at >= 0 else -1
        return Child(name, self.text[begin:end], begin, end) if end >= 0 else None

    def task_at(self, offset: int) -> Task | None:
        """Return the task that contains character ``offset``."""
        index = bisect_right(self.tasks, offset, key=attrgetter("start")) - 1
        return self.tasks[index] if index >= 0 and offset < self.tasks[index].end else None

    def at(self, offset: int) -> Span:
        """Return the span that begins at character ``offset``, its end unknown."""
        return self._places.at(offset)

    def between(self, start: int, end: int) -> Span:
        """Return the span from character ``start`` up to ``end``."""
        return self._places.between(start, end)

    @cached_property
    def _places(self) -> Places:
        return Places(self.path, self.text)


def parse(path: str, text: str) -> Plan:
    """Return the plan in ``text``. It never fails: ambiguous or broken parts are findings of the plan."""
    head, broken = read_frontmatter(path, text)
    findings = list(broken)
    places = Places(path, text)
    tasks: list[Task] = []
    tags = Tags(text, head.after)
    openings = tags.opening_tags
    index = 0
    while index < len(openings):
        start, open_end = openings[index]
        if len(tasks) == MOST_TASKS:
            message = f"the plan has more than {MOST_TASKS:,} tasks: those from here on were not read"
            findings.append(TOO_MANY.at(places.at(start), message, "split the plan"))
            break
        following = tags.next_task(index, open_end)
        for example, _ in openings[index + 1 : following]:
            message = f"this is an example inside task {len(tasks) + 1}, but get-shit-done reads it as a task"
            findings.append(EXAMPLE.at(places.at(example), message, "write its tags with &lt; for <"))
        index = following
        limit = openings[index][0] if index < len(openings) else len(text)
        close = tags.closing(open_end, limit)
        if close < 0:
            at = open_end + len(text[open_end:limit].rstrip())
            fix = Fix(((at, at, "\n</task>"),), safe=False)
            unclosed = UNCLOSED.at(places.at(start), "this task has no </task>", "close it")
            findings.append(unclosed._replace(fix=fix))
            close, end = limit, limit
        else:
            end = close + len(CLOSE)
        tasks.append(Task(text, len(tasks) + 1, start, open_end, close, end))
    return Plan(path, text, head, tuple(tasks), tuple(findings))


def edit(text: str, replacements: Iterable[tuple[int, int, str]]) -> str:
    """Return ``text`` with characters ``start`` to ``end`` replaced by a string, for each of ``replacements``.

    Replacements may have any order and must not overlap; several at one place are inserted in their order.
    """
    parts, at = [], 0
    for start, end, new in sorted(replacements, key=lambda item: item[:2]):
        parts += [text[at:start], new]
        at = end
    return "".join([*parts, text[at:]])
