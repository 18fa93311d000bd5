"""The documents of a policy: found by name, read once, validated, with the place of every value."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from gsdc import data, plugins
from gsdc.finding import Diagnostic, Finding, Rejected, Severity, nearest
from gsdc.policy.ref import NOTHING, Ref
from gsdc.policy.validate import validate
from gsdc.source.document import Document, read_document
from gsdc.source.span import Span
from gsdc.source.tree import Tree, decode, read_file

UNKNOWN_NAME = Diagnostic(
    "RF001",
    "unknown-name",
    Severity.ERROR,
    """A name of a model, agent, phase, profile, fleet or file does not exist.

    ## Why is this bad?
    Clients answer an unknown name with a silent default: get-shit-done turns the profile "qualtiy" into sonnet with
    exit code 0. Here it stops the build.

    ## Example (profile)
    roles:
      docs: hiaku

    ## Use instead (profile)
    roles:
      docs: haiku
    """,
)
CYCLE = Diagnostic(
    "RF002",
    "extends-cycle",
    Severity.ERROR,
    """A profile or project file extends itself, directly or through others.

    ## Why is this bad?
    There is no first layer to start from.

    ## Example (gsdc.yaml)
    profile: one
    profiles:
      one: {extends: two}
      two: {extends: one}

    ## Use instead (gsdc.yaml)
    profile: one
    profiles:
      one: {extends: two}
      two: {extends: balanced}
    """,
)

_FLEETS = "fleets"


class Body(NamedTuple):
    """A mapping that a person wrote, with its name and place: a profile, a fleet, a project file."""

    name: str
    data: dict[str, Any]
    ref: Ref


class Sources:
    """Every document of one compilation. Findings are collected in ``findings``; no exception for a bad document.

    ``texts`` replace the project's files at their paths.
    """

    def __init__(self, tree: Tree, texts: Mapping[str, str] = NOTHING) -> None:
        self.tree = tree
        self._texts = texts
        self.findings: list[Finding] = []
        self._documents: dict[str, Document | None] = {}

    def origin(self, ref: Ref, *, key: bool = False) -> Span:
        """Return file, line and column of a symbolic place (of its key if ``key`` is true)."""
        document = self._documents.get(ref.document)
        return Span(ref.document, 0, 0) if document is None else document.span(ref.path, key=key)

    def report(self, diagnostic: Diagnostic, ref: Ref, message: str, help_: str = "", *, key: bool = False) -> None:
        """Add a finding at a symbolic place."""
        self.findings.append(diagnostic.at(self.origin(ref, key=key), message, help_))

    def shipped(self, path: str, kind: str) -> Body:
        """Return a shipped document, such as "catalog.yaml" or "fleets/leo.yaml", or one from a plugin.

        Raises ``Rejected`` if a plugin's document is not valid.
        """
        location = plugin_fleets().get(path, data.folder("profiles") / path)
        body = self._load(str(location), kind, partial(read_file, location, str(location)))
        if path in plugin_fleets():
            if body is None:
                raise Rejected(*self.findings)
            return body._replace(name=Path(path).stem)  # the file may have any name
        assert body is not None, f"{location} is part of gsdc and is not valid: {self.findings}"
        return body

    def locate(self, path: str, ref: Ref | None) -> Path:
        """Return the location of ``path`` on disk. Raises ``Rejected``, at ``ref``, if it leads out of the project.

        The line of ``ref`` is slow to find, so it is looked up only for a finding.
        """
        try:
            return self.tree.locate(path)
        except Rejected:
            return self.tree.locate(path, None if ref is None else self.origin(ref))

    def own(self, path: str, kind: str, ref: Ref | None = None) -> Body | None:
        """Return a document of the user's project that is named at ``ref``.

        Returns None if it is missing or invalid; a finding reports it.
        """
        try:
            self.locate(path, ref)
        except Rejected as rejected:
            self.findings.extend(rejected.findings)
            return None
        body = self._load(path, kind, partial(self.tree.read, path))
        if body is None and path not in self._documents:
            message = f'"{path}" does not exist'
            span = Span(path) if ref is None else self.origin(ref)
            self.findings.append(UNKNOWN_NAME.at(span, message, "check the path, from the project's folder"))
        return body

    def own_texts(self) -> Iterator[tuple[str, str]]:
        """Yield path and text of every user document."""
        shipped = str(data.folder("profiles"))
        for path, document in self._documents.items():
            if document is not None and not path.startswith(shipped):
                yield path, document.text

    def adopt(self, document: Document) -> Body:
        """Add a valid document that was read elsewhere, such as a single file under lint."""
        self._documents[document.path] = document
        return Body(Path(document.path).stem, document.data, Ref(document.path))

    def _load(self, shown: str, kind: str, read: Callable[[], bytes | None]) -> Body | None:
        if shown not in self._documents:
            try:
                text = self._texts.get(shown)
                if text is None:
                    content = read()
                    if content is None:
                        return None
                    text = decode(content, shown)
                document, found = _validated(shown, text, kind)
            except Rejected as rejected:
                document, found = None, rejected.findings
            self.findings.extend(found)
            self._documents[shown] = document
        loaded = self._documents[shown]
        return None if loaded is None else Body(Path(shown).stem, loaded.data, Ref(shown))

    def unknown(self, ref: Ref, what: str, name: str, known: list[str], *, key: bool = False) -> None:
        """Report that ``name`` is no known ``what``, with the known names."""
        self.report(UNKNOWN_NAME, ref, f'unknown {what} "{name}"', nearest(name, sorted(known)), key=key)


@lru_cache(maxsize=64)
def _validated(path: str, text: str, kind: str) -> tuple[Document | None, tuple[Finding, ...]]:
    """Return a document if it is valid, and its findings.

    The shipped profiles, fleets and catalog are the same for every policy that one process loads, and documents are
    never modified: each is parsed once.
    """
    document = read_document(path, text)
    found = tuple(validate(document, kind))
    return None if found else document, found


def shipped_names(folder: str = "") -> list[str]:
    """Return the names of the shipped profiles ("" and "workflows") or fleets ("fleets"), sorted.

    Fleets from plugins count as shipped.
    """
    return list(_shipped_names(folder))


@cache
def plugin_fleets() -> dict[str, Path]:
    """Return the paths of the fleets from plugins, by the names that ``Sources.shipped`` uses.

    The entry point has the name of the fleet, and gives the path of its YAML file.
    """
    return {f"{_FLEETS}/{name}.yaml": Path(place) for name, place in plugins.load_plugins(plugins.FLEETS)}


@cache
def _shipped_names(folder: str) -> tuple[str, ...]:
    names = {path.stem for path in (data.folder("profiles") / folder).glob("*.yaml")}
    if folder == _FLEETS:
        names.update(Path(path).stem for path in plugin_fleets())
    return tuple(sorted(names - {"catalog"}))
