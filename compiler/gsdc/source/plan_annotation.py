"""Annotations in the text of a plan: added, distinguished from a person's text, and removed without a trace.

Generated attributes look like a person's, so a ledger records what was generated: one comment after the tasks that
names every task (by number and a digest of its name) with the generated values. A value that differs from the ledger is
a person's, and stays. Removing everything generated restores the original bytes. Annotating removes the old annotations
and adds the new ones, so it is idempotent.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from gsdc.source.attribute import Attribute
from gsdc.source.lazy_pattern import lazily
from gsdc.source.plan import Plan, edit, parse
from gsdc.source.task import Task
from gsdc.source.task_tags import CLOSE

BEGIN: Final = "<!-- gsdc:begin plan-annotations\n"
END: Final = "<!-- gsdc:end plan-annotations -->"
_BLOCK: Final = lazily(
    r"(\r?\n)\1<!-- gsdc:begin plan-annotations\1"
    r"(?P<ledger>(?:\d+:[0-9a-f]{8}[^\r\n]*\1)*)-->\1"
    r"(?:(?!<!-- gsdc:)[^\n]*\n)*?<!-- gsdc:end plan-annotations -->"
)
# GSD core 1.14 does not recognise a task with a longer opening tag.
LONGEST_TAG: Final = 1_000  # characters
_METRICS_END: Final = "</metrics>"
_CLOSING: Final = lazily(r"</([\w-]+)>")
_CHILD_INDENT: Final = lazily(r"\n([ \t]+)<[a-z]")


class TaskNotes(NamedTuple):
    """The annotations of one task: attributes in order, and the lines of its metrics ("" for none)."""

    attributes: tuple[tuple[str, str], ...]
    metrics: str


def put(plan: Plan, notes: Mapping[int, TaskNotes], graph: str) -> str:
    """Return the text of ``plan``, which must contain no annotations, with ``notes`` and the section ``graph``.

    A task's existing attributes and metrics stay unchanged, and so does a person's graph section.
    """
    newline = "\r\n" if "\r\n" in plan.text else "\n"
    edits: list[tuple[int, int, str]] = []
    ledger: list[str] = []
    for task in plan.tasks:
        if task.number not in notes or task.end == task.close_start:
            ledger.append(f"{task.number}:{_digest(task.name)}")  # lest it match another task of the same name
            continue
        note = notes[task.number]
        new = fitting(task, note.attributes)
        at = _attributes_end(plan.text, task)
        edits.append((at, at, "".join(f' {name}="{value}"' for name, value in new)))
        entry = [f"{name}={value}" for name, value in new]
        if note.metrics and _takes(task.inner, note.metrics):
            content_end = _content_end(plan.text, task.open_end, task.close_start)
            indent = newline + _indent(plan, task)
            text = "".join(indent + line for line in note.metrics.split("\n"))
            edits.append((content_end, content_end, text))
            entry.append(f"metrics={_digest(text)}")
        ledger.append(" ".join([f"{task.number}:{_digest(task.name)}", *entry]))
    body = "\n".join([BEGIN.rstrip("\n"), *ledger, "-->"])
    if graph and "<task_dependency_graph>" not in plan.text:
        body += "\n" + _harmless(graph, plan.text[plan.tasks_end :]).rstrip("\n")
    block = f"\n\n{body}\n{END}".replace("\n", newline)
    return edit(plan.text, [*edits, (plan.tasks_end, plan.tasks_end, block)])


def fitting(task: Task, attributes: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the ``attributes`` that ``task`` lacks, while its opening tag stays short enough for GSD core."""
    room = LONGEST_TAG - (task.open_end - task.start)
    found = []
    for name, value in attributes:
        length = len(f' {name}="{value}"')
        if task.attribute(name) is None and length <= room:
            found.append((name, value))
            room -= length
    return found


def _harmless(graph: str, rest: str) -> str:
    """Return ``graph`` without its tags if GSD would read them as part of a task that ends in the ``rest``."""
    return "\n".join(line for line in graph.split("\n") if not line.startswith("<")) if CLOSE in rest.lower() else graph


def strip(path: str, text: str) -> str:
    """Return ``text`` without anything that ``put`` added; what a person has changed since then stays."""
    if BEGIN.rstrip() not in text:
        return text
    plan = parse(path, text)
    block = _block(plan)
    if block is None:
        return text
    ledger = _read_ledger(block["ledger"])
    end = block.end()
    while copy := _BLOCK.match(text, end):  # pasted twice: the second would count as generated next time
        end = copy.end()
    edits = [(block.start(), end, "")]
    for task in plan.tasks:
        entry = ledger.of(task)
        ours = [a for a in task.attributes if _is_generated(text, a, entry)]
        edits.extend((attribute.start - 1, attribute.end, "") for attribute in ours)
        metrics = _generated_metrics(text, task, entry)
        if metrics is not None:
            edits.append((_content_end(text, task.open_end, metrics[0]), metrics[1], ""))
    return edit(text, edits)


def generated_metrics(plan: Plan) -> Mapping[int, str]:
    """Return the unchanged generated metrics of ``plan``, in the form of ``TaskNotes``, by task number."""
    block = _block(plan) if BEGIN.rstrip() in plan.text else None
    if block is None:
        return {}
    ledger = _read_ledger(block["ledger"])
    found = {}
    for task in plan.tasks:
        place = _generated_metrics(plan.text, task, ledger.of(task))
        if place is not None:
            lines = plan.text[slice(*place)].replace("\r", "").split("\n")
            indent = _indent(plan, task)
            found[task.number] = "\n".join(line.removeprefix(indent) for line in lines)
    return found


def _generated_metrics(text: str, task: Task, entry: Mapping[str, str]) -> tuple[int, int] | None:
    """Return where the metrics of ``task`` begin and end, None if they differ from its ``entry``."""
    end = text.rfind(_METRICS_END, task.open_end, task.close_start) + len(_METRICS_END)
    begin = text.rfind("<metrics>", task.open_end, end)
    return (begin, end) if begin >= 0 and entry.get("metrics") == _digest(text[begin:end]) else None


def damaged(text: str) -> bool:
    """Tell whether a block has lost its first or last line, so that generated text cannot be identified."""
    if BEGIN.rstrip() not in text and END not in text:
        return False
    lines = [line.rstrip("\r") for line in text.split("\n")]
    return lines.count(BEGIN.rstrip()) != lines.count(END)


def generated(plan: Plan) -> frozenset[tuple[int, str]]:
    """Return the unchanged generated attributes of ``plan``, each as its task's number and its name."""
    block = _block(plan) if BEGIN.rstrip() in plan.text else None
    if block is None:
        return frozenset()
    ledger = _read_ledger(block["ledger"])
    found: set[tuple[int, str]] = set()
    for task in plan.tasks:
        entry = ledger.of(task)
        found.update((task.number, a.name) for a in task.attributes if _is_generated(plan.text, a, entry))
    return frozenset(found)


def _block(plan: Plan) -> re.Match[str] | None:
    """Return the generated block of ``plan``: the one after the tasks; any other is a quotation.

    If the last task is never closed, it contains the block, which then ends the text.
    """
    text, end = plan.text, plan.tasks_end
    if end < len(text):
        return _BLOCK.match(text, end)
    begin = text.rfind(BEGIN.rstrip())
    begin -= 4 if text.startswith("\r\n\r\n", begin - 4) else 2
    return _BLOCK.fullmatch(text, begin) if begin >= 0 else None


def _attributes_end(text: str, task: Task) -> int:
    """Return where an attribute can be added: after the last one before a quote that is still open at the first ">"."""
    at = task.start + len("<task")
    for attribute in task.attributes:
        if attribute.end >= task.open_end or text.count('"', at, attribute.end) % 2:
            break
        at = attribute.end
    return at


def _is_generated(text: str, attribute: Attribute, entry: Mapping[str, str]) -> bool:
    """Tell whether ``attribute`` is exactly what ``put`` writes, with the value of its ``entry``."""
    written = f' {attribute.name}="{entry.get(attribute.name)}"'
    return text.startswith(written, attribute.start - 1) and attribute.name in entry


class _Ledger:
    """What was generated, by task."""

    def __init__(self, entries: dict[str, dict[str, str]]) -> None:
        self._entries = entries
        self._by_name: dict[str, dict[str, str]] = {}
        self._by_number: dict[str, dict[str, str]] = {}
        for key, entry in entries.items():
            number, _, name = key.partition(":")
            self._by_name.setdefault(name, entry)
            self._by_number.setdefault(number, entry)

    def of(self, task: Task) -> dict[str, str]:
        """Return what was generated for ``task``.

        It is found by name first, since a task moves if a person inserts one, and by number if its name was changed.
        """
        name = _digest(task.name)
        exact = self._entries.get(f"{task.number}:{name}")
        return exact if exact is not None else self._by_name.get(name, self._by_number.get(str(task.number), {}))


def _read_ledger(lines: str) -> _Ledger:
    found = {}
    for line in lines.replace("\r", "").split("\n")[:-1]:
        key, *fields = line.split(" ")
        found[key] = dict(field.partition("=")[::2] for field in fields)
    return _Ledger(found)


def _takes(inner: str, metrics: str) -> bool:
    """Tell whether metrics can be added to a task: it has none, and no open element that they would close.

    A "<task" followed by nothing on its line would become a tag.
    """
    tags = {match[1] for match in _CLOSING.finditer(metrics)}
    closes = any(f"<{tag}" in inner and f"</{tag}>" not in inner for tag in tags)
    return "<metrics>" not in inner and not closes and not inner.rstrip().endswith("<task")


def _content_end(text: str, begin: int, end: int) -> int:
    """Return the end of the text from ``begin`` to ``end`` without trailing blanks."""
    return begin + len(text[begin:end].rstrip())


def _digest(text: str) -> str:
    return hashlib.sha256(text.strip().encode()).hexdigest()[:8]


def _indent(plan: Plan, task: Task) -> str:
    """Return the indentation of the task's children: that of its first line that begins with a tag."""
    match = _CHILD_INDENT.search(plan.text, task.open_end, task.close_start)
    return match[1] if match else "  "
