"""Select the findings to show: by rule, by severity, by path.

gsdc.yaml cannot disable unsuppressible findings (see ``gsdc.report.unsuppressible``); if the command line hides one, it
still affects the exit code.
"""

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from gsdc.finding import Finding, Severity
from gsdc.report.files import ReportedFiles
from gsdc.report.unsuppressible import is_unread, is_unsuppressible
from gsdc.rules.former_codes import FORMER_CODES

if TYPE_CHECKING:
    from gsdc.source.glob import Glob

_RANKS: Final = {severity: rank for rank, severity in enumerate(Severity)}


class SelectionLayer(NamedTuple):
    """The settings of one source: the codes to show (None for all), the codes to ignore, and the minimum severity."""

    select: frozenset[str] | None = None
    ignore: frozenset[str] = frozenset()
    severity: Severity | None = None


class SelectionRule(NamedTuple):
    """A layer, and the path patterns that it applies to; no pattern means all paths."""

    layer: SelectionLayer
    paths: "Glob | None" = None


@cache
def known_codes() -> dict[str, tuple[str, Severity]]:
    """Return the name and the severity of every rule, by code."""
    from gsdc.rules.registry import documentation

    return {item.code: (item.name, item.severity) for item in documentation()}


def codes_of(word: str) -> frozenset[str]:
    """Return the codes that ``word`` selects: a current or former code, a code prefix, or a name; none if unknown."""
    start, rules = word.upper(), known_codes().items()
    if start in FORMER_CODES:
        return frozenset({FORMER_CODES[start]})
    return frozenset(code for code, (name, _) in rules if word and (code.startswith(start) or name == word.lower()))


def nearest_code(word: str) -> str:
    """Return a remedy for an unknown ``word``: the nearest code or name, if one is similar."""
    from gsdc.finding import nearest

    names = [name for name, _ in known_codes().values()]
    near = nearest(word, sorted({*names, *known_codes()})).partition(" allowed:")[0]
    return f"{near} `gsdc rule` lists them all" if near.startswith("did") else "`gsdc rule` lists codes and names"


class Selection:
    """The rules of gsdc.yaml in order, then those of the command line, which take precedence.

    A layer that selects codes replaces the selection; ignored codes are removed; the last severity applies.
    """

    def __init__(self, configured: Iterable[SelectionRule], own: SelectionLayer) -> None:
        self._configured = tuple(configured)
        self._own = own
        self._layers: dict[str, tuple[SelectionLayer, ...]] = {}
        self._shown: dict[tuple[tuple[SelectionLayer, ...], str, Severity], bool] = {}
        self._open = not self._configured and own == SelectionLayer()

    def split(
        self, findings: Iterable[Finding], files: ReportedFiles
    ) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
        """Return the findings to show, and the hidden ones."""
        if self._open:
            return tuple(findings), ()
        shown: list[Finding] = []
        others: list[Finding] = []
        for finding in findings:
            (shown if self._shows(finding, files) else others).append(finding)
        return tuple(shown), tuple(others)

    def _shows(self, finding: Finding, files: ReportedFiles) -> bool:
        path = finding.span.path
        if path not in self._layers:
            place = files.in_project(path) if any(rule.paths for rule in self._configured) else path
            rules = (rule for rule in self._configured if rule.paths is None or rule.paths.matches(place))
            self._layers[path] = tuple(rule.layer for rule in rules)
        layers = () if is_unsuppressible(finding.code, finding.severity) else self._layers[path]
        asked = (layers, finding.code, finding.severity)
        if asked not in self._shown:
            self._shown[asked] = self._verdict((*layers, self._own), finding)
        return self._shown[asked]

    def _verdict(self, layers: Iterable[SelectionLayer], finding: Finding) -> bool:
        shown, least = True, Severity.NOTE
        for layer in layers:
            if layer.select is not None:
                shown = finding.code in layer.select or is_unread(finding)
            if finding.code in layer.ignore:
                shown = False
            least = layer.severity or least
        return shown and _RANKS[finding.severity] <= _RANKS[least]
