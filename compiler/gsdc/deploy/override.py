"""Add a forced override with its logged reason to gsdc.yaml, or remove one.

Every other byte of gsdc.yaml stays the same. The edited text is parsed again before it is accepted: it must contain the
requested override and no other change, take effect, and break no never-break rule.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any, Final, NamedTuple

from gsdc.finding import Diagnostic, Finding, Rejected, Severity, sorted_findings
from gsdc.policy.layers import Sourced
from gsdc.policy.load import Loaded, load
from gsdc.policy.ref import Ref
from gsdc.rules.registry import check
from gsdc.source.document import read_document
from gsdc.source.span import Span
from gsdc.source.tree import PROJECT_FILE, decode
from gsdc.source.yaml_list import Item, NotEditableError, block, with_first, without
from gsdc.transaction.change import Change, Image, image_at
from gsdc.transaction.store import real_path

KEY: Final = "overrides"
_BOM: Final = "\ufeff"

NOT_EDITABLE = Diagnostic(
    "DP051",
    "not-editable",
    Severity.ERROR,
    """gsdc cannot add an override to gsdc.yaml, or remove it, without other changes.

    The list is written in a way that gsdc cannot edit, or it is in another file that gsdc.yaml extends: a list in
    gsdc.yaml would replace it.

    ## Why is this bad?
    gsdc.yaml is a person's file: no comment and no line must be lost (design, "plans": every byte outside of what
    is inserted stays). Nothing is written; what to write is shown.

    ## Example (gsdc.yaml, gsdc override gsd-executor opus --reason Payments)
    {fleets: [gsd], profile: balanced}

    ## Use instead (gsdc.yaml, gsdc override gsd-executor opus --reason Payments)
    fleets: [gsd]
    profile: balanced
    """,
)


class EditedOverrides(NamedTuple):
    """gsdc.yaml and project before and after the edit, and the new findings; ``broken`` findings refuse the edit."""

    change: Change
    before: Loaded
    after: Loaded
    findings: tuple[Finding, ...]
    broken: bool


def add(before: Loaded, item: Item, today: date) -> EditedOverrides:
    """Insert the override ``item`` first in gsdc.yaml: the first matching override applies.

    ``before`` is the current project with its policy. Raises ``Rejected`` if the edit is not possible.
    """
    lines = block(item)
    given = before.project.value(KEY)
    if given is not None and given.ref.document != PROJECT_FILE:
        raise _elsewhere(before, given, "write it there", lines)
    own = given.value if given else []
    return _edited(before, lambda text: with_first(text, KEY, item), [dict(item), *own], lines, today)


def remove(before: Loaded, agent: str, today: date) -> EditedOverrides | None:
    """Remove all overrides of ``agent`` from gsdc.yaml; return None if it has none.

    Raises ``Rejected`` if the edit is not possible.
    """
    given = before.project.value(KEY)
    numbers = [number for number, item in enumerate(given.value if given else ()) if item["agent"] == agent]
    if given is None or not numbers:
        return None
    if given.ref.document != PROJECT_FILE:
        raise _elsewhere(before, given, "remove it there")

    def edit(text: str) -> str:
        for number in reversed(numbers):
            text = without(text, KEY, number)
        return text

    rest = [item for number, item in enumerate(given.value) if number not in numbers]
    return _edited(before, edit, rest, (), today)


def _edited(
    before: Loaded, edit: Callable[[str], str], wanted: list[Any], lines: tuple[str, ...], today: date
) -> EditedOverrides:
    tree, sources = before.project.tree, before.project.sources
    path = real_path(tree, PROJECT_FILE)
    image = image_at(tree, path)
    assert image is not None, "the project was loaded from it"
    text = decode(image.content, PROJECT_FILE)
    bom = _BOM if text.startswith(_BOM) else ""
    help_ = "write it into gsdc.yaml by hand" if lines else "remove it from gsdc.yaml by hand"
    at = sources.origin(Ref(PROJECT_FILE, (KEY,)), key=True)
    try:
        new = bom + edit(text.removeprefix(bom))
        old_data, data = (read_document(PROJECT_FILE, content).data for content in (text, new))
    except (NotEditableError, Rejected) as error:
        why = str(error) if isinstance(error, NotEditableError) else "the list is written in a way that it cannot edit"
        raise _not_editable(at, f'gsdc cannot edit "{KEY}" to the byte: {why}', help_, lines) from None
    rest = {key: value for key, value in data.items() if key != KEY}
    if data.get(KEY, []) != wanted or rest != {key: value for key, value in old_data.items() if key != KEY}:
        message = f'gsdc cannot edit "{KEY}" to the byte: the list is written in a way that it cannot edit'
        raise _not_editable(at, message, help_, lines)
    after = load(tree.root, texts={PROJECT_FILE: new})
    effective = after.project.value(KEY)
    if (effective.value if effective else []) != wanted:
        message = "the overrides of a file that gsdc.yaml extends would take effect instead"
        raise _not_editable(at, message, help_, lines)
    change = Change(path, image, Image(new.encode(), image.mode))
    return _judged(change, before, after, added=bool(lines), today=today)


def _judged(change: Change, before: Loaded, after: Loaded, *, added: bool, today: date) -> EditedOverrides:
    """Return the edit with the findings that are new after it."""
    known = Counter((finding.code, finding.message) for finding in _found(before, today))
    sources = after.project.sources
    own = {sources.origin(ref) for ref in (Ref(PROJECT_FILE, (KEY, 0)), Ref(PROJECT_FILE, (KEY, 0, "reason")))}
    lines = (change.after.content if change.after else b"").decode().split("\n")
    findings = []
    for finding in _found(after, today):
        if known[finding.code, finding.message]:
            known[finding.code, finding.message] -= 1
            continue
        is_new = finding.span.path == PROJECT_FILE and finding.span.line  # that line is not on disk
        excerpt = lines[finding.span.line - 1].rstrip("\r") if is_new else finding.excerpt
        findings.append(finding._replace(excerpt=excerpt))
    broken = any(f.severity is Severity.ERROR or (added and f.span in own) for f in findings)
    return EditedOverrides(change, before, after, sorted_findings(findings), broken or after.policy is None)


def _found(loaded: Loaded, today: date) -> list[Finding]:
    found = list(loaded.findings)
    if loaded.policy is not None:
        found += check(loaded.policy, loaded.project.sources, today)
    return found


def _elsewhere(before: Loaded, given: Sourced, help_: str, lines: tuple[str, ...] = ()) -> Rejected:
    span = before.project.sources.origin(given.ref, key=True)
    message = f'the overrides of "{given.ref.document}" apply: a list in gsdc.yaml would replace them'
    return _not_editable(span, message, help_, lines)


def _not_editable(span: Span, message: str, help_: str, lines: tuple[str, ...]) -> Rejected:
    shown = f"{help_}, under `{KEY}`" if lines else help_
    return Rejected(NOT_EDITABLE.at(span, message, shown, lines))
