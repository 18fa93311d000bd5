"""The ``lint`` settings of gsdc.yaml: which findings are shown, and the baseline."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.lint.selection import SelectionLayer, SelectionRule, codes_of, known_codes, nearest_code
from gsdc.policy.layers import Sourced, entries
from gsdc.policy.project import Project, open_project
from gsdc.policy.sources import UNKNOWN_NAME
from gsdc.report.unsuppressible import is_unsuppressible
from gsdc.source.glob import Glob

SWITCHED_OFF = Diagnostic(
    "RF006",
    "switched-off-rule",
    Severity.ERROR,
    """gsdc.yaml ignores a rule that cannot be switched off.

    ## Why is this bad?
    A never-break rule that one line of gsdc.yaml turns off is worth nothing (seed 002: "Never Violate"). The same
    applies to findings about files that cannot be read: nobody knows what else is wrong in them. The findings are
    shown anyway, and no baseline hides them.

    ## Example (gsdc.yaml)
    fleets: [gsd]
    lint: {ignore: [security-downgrade]}

    ## Use instead (gsdc.yaml)
    fleets: [gsd]
    lint: {ignore: [vague-verify]}
    """,
)

_LISTED: Final = 3


class LintSettings(NamedTuple):
    """The selection rules, the baseline's path in the project ("" for none), and the findings in these settings."""

    rules: tuple[SelectionRule, ...] = ()
    baseline: str = ""
    findings: tuple[Finding, ...] = ()


def read_settings(root: Path) -> LintSettings:
    """Return the ``lint`` settings of the project in ``root``."""
    project = open_project(root)
    given = entries(project.layers, "lint")
    if project.sources.findings or not given:
        return LintSettings(findings=tuple(project.sources.findings))
    rules = [SelectionRule(_layer(project, given))]
    for pattern, said in entries(project.layers, "lint", "per-path").items():
        fields = {key: Sourced(value, said.ref.child(key)) for key, value in said.value.items()}
        rules.append(SelectionRule(_layer(project, fields), Glob(pattern)))
    baseline = _baseline(project, given["baseline"]) if "baseline" in given else ""
    return LintSettings(tuple(rules), baseline, tuple(project.sources.findings))


def _baseline(project: Project, given: Sourced) -> str:
    try:
        project.sources.locate(given.value, given.ref)
    except Rejected as rejected:
        project.sources.findings.extend(rejected.findings)
        return ""
    return str(given.value)


def _layer(project: Project, given: dict[str, Sourced]) -> SelectionLayer:
    """Return the layer of one mapping; unknown codes, and rules that cannot be ignored, become findings."""
    select = frozenset(_codes(project, given["select"])) if "select" in given else None
    ignore = frozenset(_codes(project, given["ignore"], ignored=True)) if "ignore" in given else frozenset()
    severity = Severity(given["severity"].value) if "severity" in given else None
    return SelectionLayer(select, ignore, severity)


def _codes(project: Project, words: Sourced, *, ignored: bool = False) -> Iterator[str]:
    for index, word in enumerate(words.value):
        codes, known, ref = codes_of(word), known_codes(), words.ref.child(index)
        held = sorted(code for code in codes if ignored and is_unsuppressible(code, known[code][1]))
        if not codes:
            project.sources.report(UNKNOWN_NAME, ref, f'unknown rule "{word}"', nearest_code(word))
        if held:
            listed = ", ".join(f"{code} {known[code][0]}" for code in held[:_LISTED]) + ", ..." * (len(held) > _LISTED)
            help_ = "remove it, and fix what is found: it cannot be switched off"
            project.sources.report(SWITCHED_OFF, ref, f'"{word}" cannot be ignored: {listed}', help_)
        yield from codes
