"""Annotated PLAN.md files (seed 001): attributes and metrics on tasks, and the section ``<task_dependency_graph>``.

get-shit-done must read the same plan as before: ``type`` remains the first attribute, no value contains ">", and the
section comes after the last ``</task>``, where its ``<task[^>]*>`` does not match. A person's values override gsdc's. A
completed plan is a record of the work and is not changed.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.models.effort import EFFORTS
from gsdc.ownership.registry import PLAN_ATTRIBUTES
from gsdc.plans.expectation import SEED, expectations
from gsdc.plans.plan_status import OPEN, status_on_disk
from gsdc.plans.usage import measured, sizes, usage
from gsdc.policy.model import Model, Policy
from gsdc.source.attribute import Attribute
from gsdc.source.gsd_names import Role, project_of, role
from gsdc.source.gsd_status import is_superseded
from gsdc.source.gsd_version import GsdVersion, installed_gsd
from gsdc.source.plan import Plan, parse
from gsdc.source.plan_annotation import BEGIN, TaskNotes, damaged, fitting, generated_metrics, put, strip
from gsdc.source.span import span_at
from gsdc.source.tree import Tree, decode
from gsdc.targets.api import Artifact, Claim, Emission, Request
from gsdc.targets.plans.disagreements import disagreements
from gsdc.tasks.annotation import (
    ESTIMATED,
    Annotated,
    Annotation,
    Nature,
    analyse,
    metrics,
    reasons,
    title,
)
from gsdc.tasks.estimate import Estimate
from gsdc.tasks.known_natures import known_natures, save

DEFAULT_PATHS: Final = (".planning/**/*PLAN.md", ".planning/**/plans/*PLAN-*.md")


DAMAGED = Diagnostic(
    "PL026",
    "damaged-annotations",
    Severity.ERROR,
    """The block in which gsdc remembers what it wrote into a plan has lost its beginning or its end.

    ## Why is this bad?
    What was generated cannot be told from what a person wrote any more: nothing is written, nothing taken out.

    ## Example (PLAN.md)
    <task type="auto" model="sonnet">
      <name>Task 1: Add the route</name>
    </task>

    <!-- gsdc:begin plan-annotations
    1:00000000 model=sonnet
    -->

    ## Use instead (PLAN.md)
    <task type="auto" model="sonnet">
      <name>Task 1: Add the route</name>
    </task>
    """,
)


def annotate(
    text: str, policy: Policy, zone: str, path: str, base: str | Path = "."
) -> tuple[str, tuple[Finding, ...]]:
    """Return the text of a plan with its annotations under ``policy``, and the places where a person's values differ.

    The function is idempotent: earlier annotations are removed first. ``path`` is relative to the folder ``base``, in
    which the files of its project are measured.
    """
    if damaged(text):
        span = span_at(path, text, max(0, text.find(BEGIN.rstrip())))
        help_ = "restore its first and last line, or remove the rest of the block and the values it lists"
        return text, (DAMAGED.at(span, "the block of annotations has no beginning or no end", help_),)
    plan = _parsed(path, strip(path, text))
    if not plan.tasks:
        return plan.text, plan.findings
    if plan.is_cut:  # the end of the last task, and so the place of gsdc's section, is unknown
        return text, plan.findings
    size = sizes(plan, base)
    annotated = analyse(plan, policy, zone, measured(plan, size, _natures(path, plan.text)))
    original = plan if plan.text == text else _parsed(path, text)
    if len(original.tasks) != len(plan.tasks):
        original = plan
    used = usage(plan, size)
    expected = expectations(plan, annotated, policy.planning, used)
    texts = {number: metrics(estimate) for number, estimate in expected.items()}
    if policy.planning.estimates != SEED:
        texts |= _still_true(generated_metrics(original), expected)
    findings = disagreements(original, annotated, policy, used)
    return _annotated(plan, annotated, texts), (*original.findings, *findings)


def _still_true(written: Mapping[int, str], expected: Mapping[int, Estimate]) -> Mapping[int, str]:
    """Return those of the ``written`` metrics whose range includes the ``expected`` value.

    A project's files grow every day, and a plan must not change with each of them.
    """
    found = {}
    for number, text in written.items():
        ends = ESTIMATED.search(text)
        if ends and number in expected and int(ends[1]) <= expected[number].tokens <= int(ends[2]):
            found[number] = text
    return found


def emit(request: Request) -> Emission:
    """Annotate the plans that match the target's ``paths``; completed plans and those without tasks are skipped."""
    artifacts: list[Artifact] = []
    findings: list[Finding] = []
    for path, text in _plans(request):
        annotated, found = annotate(text, request.policy, request.zone, path, request.tree.root)
        findings.extend(found)
        if _parsed(path, annotated).tasks:
            artifacts.append(Artifact(path, annotated.encode(), PLAN_ATTRIBUTES))
    save()
    return Emission(tuple(artifacts), tuple(findings))


def read_back(path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:  # noqa: ARG001 - aliases stand in it
    """Return model and effort of every task that has a model; the agent is "path#number"."""
    plan = _parsed(path, decode(content, path))
    named = ((task, task.attribute("model")) for task in plan.tasks)
    return tuple(
        Claim(f"{path}#{task.number}", model.value, effort=_effort(task.attribute("effort")))
        for task, model in named
        if model is not None
    )


@lru_cache(maxsize=64)
def _parsed(path: str, text: str) -> Plan:
    """Return a parsed plan: a build needs each for what it writes, what it reads back and what it ought to write."""
    return parse(path, text)


@lru_cache(maxsize=256)
def _natures(path: str, text: str) -> Mapping[int, Nature]:
    """Return the natures of a plan's tasks: a build needs them for what it writes and for what it ought to write."""
    return known_natures(_parsed(path, text))


def _effort(written: Attribute | None) -> str | None:
    """Return the effort in an attribute, None if it is not on the scale."""
    return written.value if written is not None and written.value in EFFORTS else None


def expected_claims(request: Request) -> frozenset[Claim]:
    """Return the expected models and efforts of the tasks: a person's, else the policy's."""
    claims = set()
    for path, text in _plans(request):
        plan = _parsed(path, strip(path, text))
        known = measured(plan, sizes(plan, request.tree.root), _natures(path, plan.text))
        for annotation in analyse(plan, request.policy, request.zone, known).tasks:
            written = annotation.task.attribute("model")
            unclosed = annotation.task.end == annotation.task.close_start  # nothing is put into such a task
            put_in = {} if unclosed else dict(fitting(annotation.task, annotation.attributes))
            model = written.value if written else put_in.get("model")
            given = annotation.task.attribute("effort")
            effort = _effort(given) if given else put_in.get("effort")
            if model is not None:
                claims.add(Claim(f"{path}#{annotation.task.number}", model, effort=effort))
    return frozenset(claims)


def done(tree: Tree, path: str) -> bool:
    """Tell whether GSD does not run the plan at ``path``: it has a summary, is archived, or has another name."""
    location = tree.root / path
    if role(location.parts[:-1], location.name) is Role.SKIPPED:
        return True
    version = installed_gsd(str(tree.root / project_of(path))) or GsdVersion.CORE
    return status_on_disk(str(location), version) != OPEN


def at_hand(tree: Tree, patterns: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the path and text of each plan that ``patterns`` match, sorted by path, but for those that are not run.

    Raises ``Rejected`` for a file that cannot be read.
    """
    for path in sorted({path for pattern in patterns for path in tree.glob(pattern)}):
        content = None if done(tree, path) else tree.read(path)
        if content is None:
            continue
        text = decode(content, path)
        if not is_superseded(text, path, str(tree.root)):
            yield path, text


def _plans(request: Request) -> Iterator[tuple[str, str]]:
    return at_hand(request.tree, request.options.get("paths", DEFAULT_PATHS))


def _annotated(plan: Plan, annotated: Annotated, texts: Mapping[int, str]) -> str:
    notes = {item.task.number: TaskNotes(item.attributes, texts.get(item.task.number, "")) for item in annotated.tasks}
    return put(plan, notes, _graph(annotated))


def _graph(annotated: Annotated) -> str:
    """Return the section: batches in order, each task with its name, model and what it waits for."""
    items = {item.task.number: item for item in annotated.tasks}
    order = "Batches run in order, dependencies first. Tasks of different kinds keep their order in the plan."
    lines = ["<task_dependency_graph>", "## Execution Graph", "", order, ""]
    for batch in annotated.batches:
        count = f"{len(batch.tasks)} tasks in parallel" if batch.parallel else "one task"
        lines.append(f"Batch {batch.number}: {count}")
        for number in batch.tasks:
            waits = annotated.dependencies[number]
            listed = ", ".join(f"{annotated.label(n)} ({why})" for n, why in sorted(waits.items()))
            after = f"; after {listed}" if waits else ""
            name = _plain(title(items[number].task)[:100])
            because = "".join(f"; {why}" for why in reasons(items[number]))
            who = f"{_who(items[number])}{_plain(because)}"
            lines.append(f"- {annotated.label(number)}. {name} [{who}]{_plain(after)}")
        lines.append("")
    return "\n".join([*lines, "</task_dependency_graph>"])


def _who(item: Annotation) -> str:
    written = item.task.attribute("model")
    if item.task.is_checkpoint:
        return "a person"
    return _plain(" ".join(written.value.split())) if written else item.model.alias if item.model else "deferred"


def _plain(text: str) -> str:
    """Return ``text`` without what could open or close a tag or a comment of the plan."""
    return text.replace("<", "‹").replace(">", "›").replace("--", "—")
