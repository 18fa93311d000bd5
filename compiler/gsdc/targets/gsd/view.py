"""The view of get-shit-done's ``.planning/config.json``: the model on which each of its agents runs.

Every agent has an answer: for an agent that the file does not mention, GSD's own table decides. The answers are those
of ``gsd-tools.cjs resolve-model`` (see ``resolve``), of the version in the project.
"""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gsdc.finding import Finding, Rejected
from gsdc.policy.model import Policy
from gsdc.source.gsd_version import GsdVersion
from gsdc.source.javascript import text, truthy
from gsdc.source.tree import Tree
from gsdc.targets.api import INHERIT, Claim, KeyPlace, Statement, View
from gsdc.targets.contents import contents
from gsdc.targets.efforts import ClientEffort, with_effort
from gsdc.targets.gsd import DECLARATION, ROOT
from gsdc.targets.gsd.checks import check
from gsdc.targets.gsd.moved_alias import moved_aliases
from gsdc.targets.gsd.resolve import (
    CLAUDE,
    EFFORT_OVERRIDES,
    IDS_OF_RUNTIME,
    OVERRIDES,
    GsdTables,
    client,
    effort_override,
    resolve,
    runtime_of,
    section,
    version_in,
)
from gsdc.targets.gsd.settings import GsdSettings, SettingsFile, read_settings_file, settings
from gsdc.targets.model_names import alias_of

if TYPE_CHECKING:
    from gsdc.source.span import Span


def view(tree: Tree, policy: Policy) -> View:
    """Return GSD's answer for each of its agents, and for those that only an override names.

    A workstream adds the answers that differ from the project's own file. Without a file there are no answers: GSD then
    reads the home folder.
    """
    known = client(version_in(tree, policy.clients))
    statements: dict[tuple[Claim, Span], Statement] = {}
    findings: list[Finding] = []
    files: list[str] = []
    root: SettingsFile | None = None
    for path, content in contents(tree, DECLARATION.files, findings):
        files.append(path)
        try:
            own = read_settings_file(path, content)
        except Rejected as rejected:
            findings.extend(rejected.findings)
            continue
        found = settings(own, known, root)
        root = root or (own if path == ROOT else None)
        for each in _statements(found, policy):
            statements.setdefault((each.claim, each.at), each)
        findings.extend(own.findings)
        if own.document is not None:
            findings.extend(check(settings(own, known), policy))
    if root is not None and runtime_of(root.data or {}) == CLAUDE:
        findings.extend(moved_aliases(tree, policy, (str(claim.model) for claim, at in statements if at.path == ROOT)))
    return View(tuple(statements.values()), tuple(findings), tuple(files))


def remedy(statement: Statement, model: str) -> str:
    """See ``Remedy``: if GSD's own table decides, an override is added; not in a file that GSD ignores."""
    override = f'add "model_overrides": {{"{statement.claim.agent}": "{model}"}}'
    if statement.writable is None:
        return f"correct the file, and {override}"
    return override if statement.how else f'write "{model}"'


def _statements(found: GsdSettings, policy: Policy) -> Iterator[Statement]:
    known, ids = found.known, IDS_OF_RUNTIME.get(runtime_of(found.data), "")

    def with_own_effort(statement: Statement) -> Statement:
        name = statement.claim.agent
        word = effort_override(found.data, name) if known.version is GsdVersion.CORE else None
        return with_effort(statement, ClientEffort(word, found.span((*EFFORT_OVERRIDES, name)) if word else None))

    for name in known.agents:
        answer = resolve(found.data, name, known)
        model = _model(answer.model, policy, known)
        at = found.span(answer.key)
        yield with_own_effort(
            Statement(Claim(name, model), at, answer.how, ids=ids, writable=_override(found, at, name))
        )
    for name, model in section(found.data, OVERRIDES).items():
        if name not in known.agents and truthy(model):
            at = found.span(("model_overrides", name))
            claim = Claim(name, _model(model, policy, known))
            yield with_own_effort(Statement(claim, at, ids=ids, writable=_override(found, at, name)))


def _override(found: GsdSettings, at: "Span", agent: str) -> KeyPlace | None:
    """Return the key of an agent's override that overrides the file of ``at``, None in an ignored file."""
    counts = any(file.path == at.path and file.data is not None for file in found.files)
    return KeyPlace(at.path, (OVERRIDES, agent)) if counts else None


def _model(answer: Any, policy: Policy, known: GsdTables) -> str:
    """Return the model of an answer: an alias of the catalog if there is one.

    The full ids that GSD uses for its aliases count as them, in any runtime.
    """
    if not isinstance(answer, str):
        return text(answer) if isinstance(answer, float) else json.dumps(answer)
    own = {model: alias for alias, model in known.runtimes[CLAUDE].items()}
    return alias_of(policy, DECLARATION.ids, own.get(answer.rpartition("/")[2], answer)) if answer else INHERIT
