"""The settings of get-shit-done: ``.planning/config.json``, which the file of a workstream may override.

GSD reads plain JSON, without comments, trailing commas or a BOM. It ignores a file that it cannot read, silently and
with exit code 0: every agent then runs on GSD's defaults (core.cjs, ``loadConfig``, 1.42.3, measured).
"""

from typing import Any, NamedTuple

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.source.jsonc import Jsonc
from gsdc.source.span import Places, Span, span_at
from gsdc.targets.gsd.resolve import GsdTables, Key
from gsdc.targets.plain_json import NotJsonError, parse

BROKEN = Diagnostic(
    "GS001",
    "ignored-gsd-config",
    Severity.ERROR,
    """GSD cannot read its configuration, and ignores it.

    ## Why is this bad?
    GSD ends with exit code 0, without a message: every agent runs on GSD's own table in profile balanced, whatever the
    file pins. Its parser takes neither comments nor trailing commas nor a byte order mark (measured on get-shit-done
    1.42).

    ## Example (.planning/config.json)
    {"model_overrides": {"gsd-security-auditor": "opus",}}

    ## Use instead (.planning/config.json)
    {"model_overrides": {"gsd-security-auditor": "opus"}}
    """,
)


class SettingsFile(NamedTuple):
    """One file: ``data`` as GSD reads it, None if GSD ignores the file; ``document`` has the positions."""

    path: str
    data: dict[str, Any] | None
    document: Jsonc | None = None
    places: Places | None = None
    findings: tuple[Finding, ...] = ()

    def span(self, key: Key, *, of_key: bool) -> Span | None:
        """Return the place of the value of ``key``, or of the key itself; None if the file has neither."""
        parent = self.document.node(key[:-1]) if self.document is not None and key else None
        index = parent.member(key[-1]) if parent is not None else None
        if parent is None or index is None or self.places is None:
            return None
        _, start, node = parent.members[index]
        return self.places.at(start if of_key else node.start)


class GsdSettings(NamedTuple):
    """The effective settings: the first file merged over the next one; ``known`` is the program that reads them."""

    files: tuple[SettingsFile, ...]
    data: dict[str, Any]
    known: GsdTables

    def span(self, key: Key, *, of_key: bool = False) -> Span:
        """Return the place of the value of ``key``, or of the key itself; the file if it has neither."""
        found = (file.span(key, of_key=of_key) for file in self.files)
        return next((span for span in found if span is not None), Span(self.files[0].path, 0, 0))

    def document(self, key: Key) -> Jsonc | None:
        """Return the file with ``key``, None if no file has it."""
        return next((file.document for file in self.files if file.span(key, of_key=True) is not None), None)


def read_settings_file(path: str, content: bytes) -> SettingsFile:
    """Return GSD's reading of one file.

    Raises ``Rejected`` for input that GSD reads and gsdc does not: half of a surrogate pair, or unlimited nesting.
    """
    text = content.decode("utf-8", "replace")  # as node does
    try:
        data = parse(text)
    except NotJsonError as error:
        help_ = "write plain JSON, without comments, trailing commas and a byte order mark"
        message = f"GSD ignores this file, and every agent runs on GSD's own table: {error.reason}"
        return SettingsFile(path, None, findings=(BROKEN.at(span_at(path, text, error.at), message, help_),))
    if not isinstance(data, dict):
        message = "a configuration is an object: GSD ignores this one, and every agent runs on GSD's own table"
        return SettingsFile(
            path, None, findings=(BROKEN.at(Span(path), message, "write the settings between { and }"),)
        )
    document = Jsonc(path, text)
    return SettingsFile(path, data, document, Places(path, text), document.duplicates)


def settings(own: SettingsFile, known: GsdTables, root: SettingsFile | None = None) -> GsdSettings:
    """Return the settings of ``own``, which is a workstream's if ``root`` is given.

    If one of the two is ignored, the other one applies alone.
    """
    files = tuple(file for file in (own, root) if file is not None and file.data is not None)
    data: dict[str, Any] = {}
    for file in reversed(files):
        data = _merged(data, file.data or {})
    return GsdSettings(files or (own,), data, known)


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Return ``over`` merged over ``base``, object by object; a null removes a value."""
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        result[key] = _merged(below, value) if isinstance(value, dict) and isinstance(below, dict) else value
    return result
