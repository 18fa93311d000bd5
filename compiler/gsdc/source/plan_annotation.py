"""Annotations in the text of a plan: put in, told from a person's, and taken out again without a trace.

Generated attributes look like a person's, so a ledger remembers what was generated: one comment after the tasks that
names every task (by number and a digest of its name) with the values that were written. A value that differs from the
ledger is a person's, and stays. Taking everything generated out gives back the original bytes; annotating is taking
out, then putting in, so doing it twice changes nothing.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from gsdc.source.plan import Plan, Task, edit, parse

BEGIN: Final = "<!-- gsdc:begin plan-annotations\n"
END: Final = "<!-- gsdc:end plan-annotations -->"
_BLOCK: Final = re.compile(
    r"(\r?\n)\1<!-- gsdc:begin plan-annotations\1"
    r"(?P<ledger>(?:\d+:[0-9a-f]{8}[^\r\n]*\1)*)-->\1"
    r"(?:(?!<!-- gsdc:)[^\n]*\n)*?<!-- gsdc:end plan-annotations -->"
)
_METRICS_END: Final = "</metrics>"
_CHILD_INDENT: Final = re.compile(r"\n([ \t]+)<[a-z]")


class TaskNotes(NamedTuple):
    """What is put into one task: attributes in order, and the lines of its metrics ("" for none)."""

    attributes: tuple[tuple[str, str], ...]
    metrics: str


def put(plan: Plan, notes: Mapping[int, TaskNotes], graph: str) -> str:
    """Return the text of ``plan``, which must hold no annotations, with ``notes`` and the section ``graph`` put in.

    Attributes that a task already has are left alone; so are its own metrics, and a graph section of a person's.
    """
    newline = "\r\n" if "\r\n" in plan.text else "\n"
    edits: list[tuple[int, int, str]] = []
    ledger: list[str] = []
    for task in plan.tasks:
        if task.number not in notes or task.end == task.close_start:
            continue
        note = notes[task.number]
        new = [(name, value) for name, value in note.attributes if task.attribute(name) is None]
        at = task.attributes[-1].end if task.attributes else task.start + len("<task")
        edits.append((at, at, "".join(f' {name}="{value}"' for name, value in new)))
        entry = [f"{name}={value}" for name, value in new]
        if note.metrics and "<metrics>" not in plan.text[task.open_end : task.close_start]:
            content_end = len(plan.text[: task.close_start].rstrip())
            indent = newline + _indent(plan, task)
            text = "".join(indent + line for line in note.metrics.split("\n"))
            edits.append((content_end, content_end, text))
            entry.append(f"metrics={_digest(text)}")
        ledger.append(" ".join([f"{task.number}:{_digest(task.name)}", *entry]))
    body = "\n".join([BEGIN.rstrip("\n"), *ledger, "-->"])
    if graph and "<task_dependency_graph>" not in plan.text:
        body += "\n" + graph.rstrip("\n")
    block = f"\n\n{body}\n{END}".replace("\n", newline)
    return edit(plan.text, [*edits, (plan.tasks_end, plan.tasks_end, block)])


def strip(path: str, text: str) -> str:
    """Return ``text`` without anything that ``put`` put in; what a person changed since stays."""
    if BEGIN.rstrip() not in text:
        return text
    blocks = list(_BLOCK.finditer(text))
    plan = parse(path, text[: blocks[-1].start()] + text[blocks[-1].end() :]) if blocks else None
    if plan is None or plan.tasks_end != blocks[-1].start():
        return text  # somebody quotes a block: ours stands where the tasks end
    ledger = _read_ledger(blocks[-1]["ledger"])
    edits: list[tuple[int, int, str]] = []
    for task in plan.tasks:
        # By name first: tasks move when a person inserts one. By number where the name was changed.
        generated = ledger.get(f"{task.number}:{_digest(task.name)}") or _elsewhere(ledger, task)
        ours = [a for a in task.attributes if generated.get(a.name) == a.value]
        edits.extend((attribute.start - 1, attribute.end, "") for attribute in ours)
        end = plan.text.rfind(_METRICS_END, task.open_end, task.close_start) + len(_METRICS_END)
        begin = plan.text.rfind("<metrics>", task.open_end, end)
        if begin >= 0 and generated.get("metrics") == _digest(plan.text[begin:end]):
            edits.append((len(plan.text[:begin].rstrip()), end, ""))
    return edit(plan.text, edits)


def _elsewhere(ledger: Mapping[str, dict[str, str]], task: Task) -> dict[str, str]:
    name = _digest(task.name)
    by_name = next((entry for key, entry in ledger.items() if key.partition(":")[2] == name), None)
    by_number = next((entry for key, entry in ledger.items() if key.partition(":")[0] == str(task.number)), {})
    return by_name if by_name is not None else by_number


def _read_ledger(lines: str) -> dict[str, dict[str, str]]:
    found = {}
    for line in lines.splitlines():
        key, *fields = line.split(" ")
        found[key] = dict(field.partition("=")[::2] for field in fields)
    return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.strip().encode()).hexdigest()[:8]


def _indent(plan: Plan, task: Task) -> str:
    """Return the indentation of the task's children: that of its first line that begins with a tag."""
    match = _CHILD_INDENT.search(plan.text, task.open_end, task.close_start)
    return match[1] if match else "  "
