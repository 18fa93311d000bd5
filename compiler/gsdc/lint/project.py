"""Lint a whole project, or single files of the language."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from gsdc import data
from gsdc.cache import store
from gsdc.credentials.exposed import credentials
from gsdc.filesystem.read import Folder
from gsdc.finding import Diagnostic, Finding, Rejected, Severity, from_folder
from gsdc.lint.messages import lint_message, message_kind
from gsdc.policy.governing import Policies
from gsdc.policy.layers import entries
from gsdc.policy.model import Policy
from gsdc.policy.project import Project, open_project
from gsdc.policy.resolve import Resolver
from gsdc.policy.sources import shipped_names
from gsdc.policy.validate import validate
from gsdc.rules.registry import check
from gsdc.source.document import Document, read_document
from gsdc.source.execution import execution_of
from gsdc.source.jsonc import Jsonc
from gsdc.source.span import Span
from gsdc.source.summary import SUMMARY
from gsdc.source.tree import PLANNING, PROJECT_FILE, UNUSABLE, decode, read_named

UNKNOWN_KIND = Diagnostic(
    "IN003",
    "unknown-kind",
    Severity.ERROR,
    """A file is not of a kind that gsdc checks.

    The kind is taken from the first line (`# yaml-language-server: $schema=.../profile.schema.json`), else by the name
    gsdc.yaml, else by the file's keys.

    ## Why is this bad?
    A file that was meant to be checked, and is not, looks clean.

    ## Example (team.yaml, gsdc lint team.yaml)
    summary: What our team agreed on

    ## Use instead (team.yaml, gsdc lint team.yaml)
    # yaml-language-server: $schema=profile.schema.json
    summary: What our team agreed on
    extends: balanced
    """,
)

# Keys that identify a kind at the top level.
_TELLTALES = {
    "targets": "project",
    "profile": "project",
    "profiles": "project",
    "overrides": "project",
    "fleets": "project",
    "models": "catalog",
    "routes": "fleet",
    "phases": "fleet",
    "roles": "profile",
    "extends": "profile",
    "tiers": "profile",
    "zones": "profile",
    "classes": "profile",
    "escalation": "profile",
    "failover": "profile",
    "never-break": "profile",
    "agents": "fleet",
}


def lint_project(root: Path, policies: Policies) -> Iterator[Finding]:
    """Yield the findings of the project in ``root``: its files, its own profiles, and its policy's states.

    ``policies`` load its policy and those of the folders above.
    """
    loaded = policies.load(root)
    yield from loaded.findings
    yield from _targets(loaded.project)
    yield from _summaries(loaded.project)
    for path, text in loaded.project.sources.own_texts():
        yield from credentials(path, text, store.folder("secrets", root))
    if loaded.policy is not None:
        yield from _unused_profiles(loaded.project, loaded.policy)
        yield from _rules(loaded.project, loaded.policy, policies)


def _unused_profiles(project: Project, policy: Policy) -> Iterator[Finding]:
    """Yield unknown names and invalid values in the project's profiles that ``policy`` does not use.

    `gsdc prove --all` checks their never-break rules.
    """
    used = {layer.name for layer in policy.layers}
    known = set(project.sources.findings)
    for name, item in entries(project.layers, "profiles").items():
        body = project.profile(name, item.ref) if name not in used else None
        if body is not None:
            is_overlay = body.data.get("overlay", False)
            Resolver(project).policy(None if is_overlay else name, workflow=name if is_overlay else None)
        found = dict.fromkeys(project.sources.findings)
        yield from (finding for finding in found if finding not in known)
        known.update(found)


def _summaries(project: Project) -> Iterator[Finding]:
    """Yield the findings about the execution of plans, as recorded in their summaries."""
    for path in project.tree.glob(f"{PLANNING}/**/*{SUMMARY}.md"):
        content = project.tree.read(path)
        if content is not None and b"\nexecution:" in content:
            yield from execution_of(path, decode(content, path))[1]


def lint_nested(base: Path, folders: Iterable[str], policies: Policies) -> Iterator[Finding]:
    """Yield the findings in the gsdc.yaml of each of ``folders``, which are relative to ``base``.

    An unusable gsdc.yaml is a finding and is otherwise ignored.
    """
    for name in folders:
        broken = policies.broken(base / name)
        for finding in broken or lint_project(base / name, policies):
            yield from_folder(finding, name or ".")


def _targets(project: Project) -> Iterator[Finding]:
    """Yield a finding for each target path outside the project."""
    given = project.value("targets")
    for name, options in project.targets().items() if given else ():
        for key, value in options.items():
            for index, path in enumerate(value if isinstance(value, list) else [value]):
                if key in {"path", "paths", "dir"} and given is not None:
                    ref = given.ref.child(name, key, *([index] if isinstance(value, list) else []))
                    try:
                        project.sources.locate(path.replace("*", "x").replace("?", "x"), ref)
                    except Rejected as rejected:
                        yield from rejected.findings


def lint_files(
    root: Path, paths: Iterable[str], fleets: Iterable[str] = (), *, follow_links: bool = False
) -> Iterator[Finding]:
    """Yield the findings in single files; ``paths`` are relative to the working folder."""
    for path in paths:
        try:
            yield from _lint_file(root, path, tuple(fleets), follow_links=follow_links)
        except Rejected as rejected:
            yield from rejected.findings


def kind_of(document: Document, path: Path) -> str | None:
    """Return the kind of a language document ("profile", ...), None if it cannot be determined."""
    first = document.text.partition("\n")[0]
    if "yaml-language-server" in first:
        named = first.rpartition("/")[2].rpartition("=")[2].partition(".")[0].strip()
        if named in {"catalog", "fleet", "profile", "project"}:
            return named
    if path.name == PROJECT_FILE:
        return "project"
    return _kind_by_keys(document.data)


def _kind_by_keys(content: Any) -> str | None:
    if not isinstance(content, dict):
        return None
    return next((kind for key, kind in _TELLTALES.items() if key in content), None)


def _lint_file(root: Path, path: str, fleets: tuple[str, ...], *, follow_links: bool) -> Iterator[Finding]:
    location = Path(path)
    content = read_named(path, Folder("."), follow_links=follow_links)
    if content is None:
        raise Rejected(UNUSABLE.at(Span(path, 0, 0), f'"{path}" does not exist', "check the path"))
    text = decode(content, path)
    if path.endswith(f"{SUMMARY}.md"):
        yield from execution_of(path, text)[1]
        return
    if path.endswith(".json"):
        message = Jsonc(path, text)
        if _kind_by_keys(message.data) is None and (kind := message_kind(message.data)) is not None:
            yield from lint_message(message, kind, root, Policies(root, follow_links=follow_links))
            return
    document = read_document(path, text)
    kind = kind_of(document, location)
    if kind is None:
        help_ = "begin it with `# yaml-language-server: $schema=profile.schema.json`, or fleet, catalog, project"
        if path.endswith(".json"):
            help_ = "a message of an orchestrator has `prompt` and `model`, or `status`, or `alert_type` and `reason`"
        raise Rejected(UNKNOWN_KIND.at(Span(path), f'"{path}" is not of a kind that gsdc checks', help_))
    found = validate(document, kind)
    if found:
        yield from found
    elif kind == "project":
        if location.name == PROJECT_FILE:
            own = lint_project(location.parent, Policies(root, follow_links=follow_links))
            yield from (from_folder(finding, str(location.parent)) for finding in own)
    elif kind in {"profile", "fleet"}:
        yield from _lint_in_project(open_project(root, follow_links=follow_links), document, kind, fleets)


def _lint_in_project(project: Project, document: Document, kind: str, fleets: tuple[str, ...]) -> Iterator[Finding]:
    """Check a profile with the project's fleets, or a fleet with the project's profile.

    If the project names no fleets, a profile is checked with every shipped fleet.
    """
    location = Path(document.path).resolve()
    shipped = data.folder("profiles") in location.parents
    body = None if shipped else project.sources.adopt(document)
    if kind == "fleet":
        yield from _resolve(Resolver(project, body), None, None, location.stem)
        return
    overlay = document.data.get("overlay", False)
    profile, workflow = (None, location.stem) if overlay else (location.stem, None)
    named = fleets or tuple(item.value for item in project.fleet_names() if project.configured)
    for fleet in named or tuple(shipped_names("fleets")):
        yield from _resolve(Resolver(project, body), profile, workflow, fleet)


def _resolve(resolver: Resolver, profile: str | None, workflow: str | None, fleet: str) -> Iterator[Finding]:
    policy = resolver.policy(profile, (fleet,), workflow)
    yield from resolver.sources.findings
    if policy is not None:
        yield from _rules(resolver.project, policy)


def _rules(project: Project, policy: Policy, policies: Policies | None = None) -> Iterator[Finding]:
    yield from check(policy, project.sources, date.today(), policies)  # noqa: DTZ011 - a day as people count it
