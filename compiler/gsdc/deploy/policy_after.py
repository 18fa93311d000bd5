"""Check that a rollback leaves a valid policy: a person's line may need what is rolled back."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import Final

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.policy.load import load
from gsdc.policy.project import MODELS_FILE
from gsdc.source.line_diff import differences, split
from gsdc.source.span import Span
from gsdc.source.tree import PROJECT_FILE, Tree, decode
from gsdc.transaction.change import Change
from gsdc.transaction.store import real_path

NEEDED = Diagnostic(
    "DP014",
    "needed-by-edit",
    Severity.ERROR,
    """A line that a person wrote needs what is rolled back: gsdc.yaml would not be valid afterwards.

    ## Why is this bad?
    Without a valid gsdc.yaml nothing can be compiled, checked or applied (design, "The flow": validate). Nothing is
    changed. With --force gsdc.yaml gets its former text, without the line, and a copy is kept.

    ## No example
    It takes `gsdc models add`, a line by hand that uses the new model, and a rollback.
    """,
)

_NO_MODELS: Final = "models: {}\n"  # instead of a models.yaml that is removed


def errors_after(tree: Tree, changes: Iterable[Change]) -> tuple[Finding, ...]:
    """Return the errors of the policy in ``tree`` after ``changes``; none if it has errors already.

    Each is placed in the current files, at the line of the error.
    """
    own = {change.path: change for change in changes if not change.ownership}
    edited = {name: own[path] for name in (PROJECT_FILE, MODELS_FILE) if (path := _real_path(tree, name)) in own}
    if not edited or load(tree.root).policy is None:
        return ()
    texts = {name: _text(name, change) for name, change in edited.items()}
    after = load(tree.root, texts=texts)
    if after.policy is not None:
        return ()
    errors = (finding for finding in after.findings if finding.severity is Severity.ERROR)
    return tuple(_needed(finding, edited.get(finding.span.path)) for finding in errors)


def _real_path(tree: Tree, name: str) -> str:
    try:
        return real_path(tree, name)
    except Rejected:
        return name


def _text(name: str, change: Change) -> str:
    return _NO_MODELS if change.after is None else decode(change.after.content, name)


def _needed(finding: Finding, change: Change | None) -> Finding:
    """Return the finding of the rollback about a later error of the policy."""
    span = finding.span if change is None else _place_before(finding.span, change)
    help_ = "remove the line first; --force restores the former text of gsdc.yaml, and keeps a copy in .gsdc/kept"
    return NEEDED.at(span, f"this line needs what is rolled back: {finding.message}", help_)


def _place_before(span: Span, change: Change) -> Span:
    """Return the place, in the current file, of a line of the file after the change."""
    before, after = (split(image.content) if image else [] for image in (change.before, change.after))
    hunks = list(differences(before, after))
    at = bisect_right([hunk.new_end for hunk in hunks], span.line - 1)
    shift = hunks[at - 1].end - hunks[at - 1].new_end if at else 0
    return span._replace(line=span.line + shift) if span.line else span
