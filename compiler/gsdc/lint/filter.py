"""Select the lint findings to show: settings of gsdc.yaml, overridden by options of the command line."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gsdc.credentials.masks import without_credentials
from gsdc.finding import Finding, Rejected, Severity, sorted_findings
from gsdc.lint.selection import Selection, SelectionLayer, codes_of, nearest_code
from gsdc.report.answer import ShownFindings
from gsdc.report.files import ReportedFiles
from gsdc.report.fingerprint import Fingerprints
from gsdc.report.unsuppressible import cannot_suppress
from gsdc.source.span import Argument, Span
from gsdc.source.tree import PROJECT_FILE, Tree

if TYPE_CHECKING:
    from gsdc.lint.baseline import BaselineEntry
    from gsdc.lint.settings import LintSettings


class LintOptions(NamedTuple):
    """The options: rules as given, the minimum severity, the baseline to use, and the one to write.

    A baseline is a path relative to the working folder; to write, "" is the project's own.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: str | None = None
    baseline: str | None = None
    write_baseline: str | None = None


class Filter:
    """Selects the findings to show for a project; ``files`` are the project's files.

    ``places`` are the requested paths, none for the whole project. Raises ``Rejected`` if an option names an unknown
    rule, or if a baseline cannot be read.
    """

    def __init__(self, files: ReportedFiles, options: LintOptions, places: Sequence[str] = ()) -> None:
        self._files, root = files, files.root
        self._root = root
        settings = _settings(root)
        self._findings = settings.findings if settings else ()
        own = SelectionLayer(
            frozenset(_codes("--select", options.select)) if options.select else None,
            frozenset(_codes("--ignore", options.ignore) if options.ignore else ()),
            Severity(options.severity) if options.severity else None,
        )
        self._selection = Selection(settings.rules if settings else (), own)
        self._places = frozenset(map(self._files.in_project, places))
        configured = (root / settings.baseline).as_posix() if settings and settings.baseline else ""
        baseline = options.baseline or configured
        self.written = "" if options.write_baseline is None else options.write_baseline or baseline or _default(root)
        self._entries: frozenset[BaselineEntry] = frozenset()
        if self.written or baseline:
            from gsdc.lint.baseline import read, read_to_write

            self._entries = read_to_write(self.written) if self.written else read(baseline)
        self._configured = configured

    @property
    def unused(self) -> str:
        """The path, in the project, of the written baseline, "" if gsdc.yaml already names it."""
        path = self._files.in_project(self.written)
        return "" if self.written == self._configured or path.startswith("/") else path

    def selected(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Return the findings of the selected rules, paths and severities."""
        return self._selection.split(findings, self._files)[0]

    def answer(self, findings: Iterable[Finding]) -> ShownFindings:
        """Return what to show of ``findings``, the complete list; write the baseline if requested.

        Raises ``Rejected`` if it cannot be written.
        """
        found = without_credentials(sorted_findings((*findings, *self._findings)))
        marks = Fingerprints(found, self._files)
        shown, others = self._selection.split(found, self._files)
        hidden = tuple(finding for finding in others if cannot_suppress(finding))
        if not (self.written or self._entries):
            return ShownFindings(shown, marks, self._files, hidden=hidden)
        from gsdc.lint.baseline import entries_of, within, write

        entries = self._entries
        if self.written:
            adopted = entries_of((finding for finding in shown if not cannot_suppress(finding)), marks, self._files)
            entries = entries - within(entries, self._places) | frozenset(adopted)
            write(self.written, self._root, entries)
        present = entries_of(found, marks, self._files)
        known = {finding for entry, finding in present.items() if entry in entries and not cannot_suppress(finding)}
        return ShownFindings(
            tuple(finding for finding in shown if finding not in known),
            marks,
            self._files,
            tuple(finding for finding in found if finding in known),
            hidden,
            len(within(entries, self._places) - present.keys()),
        )


def _settings(root: Path) -> "LintSettings | None":
    """Return the project's lint settings, None if it has none.

    Reading them takes longer than checking a thousand unchanged plans. So only a file that contains the word, or
    extends one that may contain it, is read.
    """
    try:
        content = Tree(root).read(PROJECT_FILE)
    except Rejected:  # its own lint reports the errors
        return None
    if content is None or (b"lint" not in content and b"extends" not in content):
        return None
    from gsdc.lint.settings import read_settings

    return read_settings(root)


def _codes(option: str, given: Iterable[str]) -> Iterator[str]:
    """Yield the codes that the words of an option select; raise ``Rejected`` for an unknown word."""
    from gsdc.policy.sources import UNKNOWN_NAME

    for word in (word.strip() for text in given for word in text.split(",")):
        codes = codes_of(word)
        if not codes:
            raise Rejected(UNKNOWN_NAME.at(Span(Argument(option), 0, 0), f'unknown rule "{word}"', nearest_code(word)))
        yield from codes


def _default(root: Path) -> str:
    from gsdc.lint.baseline import DEFAULT

    return (root / DEFAULT).as_posix()
