"""The view of a client with agents in files: the model and effort on which each agent runs."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.models.effort import EFFORTS
from gsdc.policy.model import Policy
from gsdc.source.key_document import MISSING, Key, value_at
from gsdc.source.span import Span
from gsdc.source.tree import Tree, decode
from gsdc.targets.agent_findings import NO_SUCH_WORD
from gsdc.targets.agent_shape import AgentDefaults, AgentEntry, AgentFiles, Shape
from gsdc.targets.api import INHERIT, Claim, Description, Descriptions, KeyPlace, Statement, View
from gsdc.targets.contents import contents
from gsdc.targets.efforts import ClientEffort, with_effort
from gsdc.targets.ignored_models import with_ignored_models
from gsdc.targets.model_names import alias_of

TWO_FILES = Diagnostic(
    "AF003",
    "two-files-for-one-agent",
    Severity.WARNING,
    """Two files of a client define an agent of the same name.

    ## Why is this bad?
    One of the two never runs (measured on Codex 0.171.0, Gemini CLI 0.61.0 and Qwen Code 0.24.4: the first by path
    counts).

    ## Example (.codex/agents/reviewer.toml)
    name = "reviewer"
    description = "Reviews"
    developer_instructions = "Review."
    -- .codex/agents/old/reviewer.toml --
    name = "reviewer"
    description = "Reviews"
    developer_instructions = "Review."

    ## Use instead (.codex/agents/reviewer.toml)
    name = "reviewer"
    description = "Reviews"
    developer_instructions = "Review."
    -- .codex/agents/old/reviewer.toml --
    name = "old-reviewer"
    description = "Reviews as we did before"
    developer_instructions = "Review."
    """,
)


class _Said(NamedTuple):
    """An entry of a file, with the data to locate its keys in the file."""

    path: str
    text: str
    files: AgentFiles
    entry: AgentEntry

    def value(self, key: Key) -> Any:
        """Return the value of a key of the entry, ``MISSING`` if there is none."""
        return value_at(self.entry.data, key) if key else MISSING

    def span(self, key: Key) -> Span:
        """Return the place of a key's value, or the nearest existing place."""
        try:
            return self.files.ownership.open(self.path, self.text).span((*self.entry.prefix, *key))
        except Rejected:  # the client is more tolerant than the editor
            return Span(self.path)


def view(shape: Shape, tree: Tree, policy: Policy) -> View:
    """Return the client's effective configuration of the files in ``tree``; a broken file is a finding."""
    findings: list[Finding] = []
    paths: dict[str, None] = {}
    said = _said(shape, tree, findings, paths)
    settings = shape.settings(tree, findings, paths)
    names = {shape.fold(agent.name_in(shape.client)): agent.name_in(shape.client) for agent in policy.agents.values()}
    statements = []
    descriptions = {}
    for folded, entries in said.items():
        name = names.get(folded, entries[0].entry.name)
        statements.append(_statement(shape, policy, name, entries, settings))
        findings.extend(_unknown_word(shape, entries))
        descriptions[name] = next((each.entry.description for each in entries if each.entry.description), "")
    real = with_ignored_models(shape.declaration, statements, policy, findings)
    return View(real, tuple(dict.fromkeys(findings)), tuple(paths), descriptions)


def describe(shape: Shape, tree: Tree) -> Descriptions:
    """Return how the client's files describe their agents."""
    said = _said(shape, tree, [], {})
    return Descriptions(
        {
            entries[0].entry.name: Description(
                next((each.entry.description for each in entries if each.entry.description), "")
            )
            for entries in said.values()
        }
    )


def _said(shape: Shape, tree: Tree, findings: list[Finding], paths: dict[str, None]) -> dict[str, list[_Said]]:
    """Return the entries of each agent, by its folded name, strongest first; ``paths`` receives the files read."""
    said: dict[str, list[_Said]] = {}
    for files in shape.files:
        own: dict[str, _Said] = {}
        for path, content in contents(tree, files.patterns, findings):
            paths[path] = None
            try:
                text = decode(content, path)
                entries = tuple(files.find(path, text, findings))
            except Rejected as rejected:
                findings.extend(rejected.findings)
                continue
            for entry in entries:
                first = own.setdefault(shape.fold(entry.name), _Said(path, text, files, entry))
                if first.path != path:
                    message = f'"{entry.name}" is also defined in {first.path}, and {shape.label} uses that one'
                    finding = TWO_FILES.at(Span(path), message, "rename one, or remove it")
                    findings.append(finding._replace(related=(Span(first.path),)))
        for name, one in own.items():
            said[name] = [one, *(() if files.replaces else said.get(name, ()))]
    return said


def _statement(shape: Shape, policy: Policy, name: str, entries: list[_Said], settings: AgentDefaults) -> Statement:
    """Return the model of an agent: for each key, the strongest of its ``entries`` with a value applies."""
    model, effort, temperature = (_strongest(entries, index) for index in range(3))
    heat = temperature[1] if temperature and isinstance(temperature[1], int | float) else None
    claim = Claim(name, INHERIT, temperature=heat)
    place = model[0] if model else entries[0]
    at = place.span(place.files.keys.model)
    if model is None or not isinstance(model[1], str) or not model[1].strip():
        word = INHERIT if settings.model == INHERIT else alias_of(policy, shape.ids, settings.model)
        statement = Statement(claim._replace(model=word), settings.at or at, settings.how)
    elif model[1] == shape.inherit:
        statement = Statement(claim, at)
    else:
        word = model[1].strip()
        real = settings.words.get(word, word)
        how = f'"{word}" stands for "{real}" in the settings' if real != word else ""
        statement = Statement(claim._replace(model=alias_of(policy, shape.ids, real)), at, how)
    if statement.at.path == place.path:
        statement = statement._replace(writable=KeyPlace(place.path, (*place.entry.prefix, *place.files.keys.model)))
    if not place.files.written:
        how = statement.how or f"{shape.label} reads this file too"
        statement = statement._replace(how=how, remedy=f"give {shape.label} a file of its own for the agent")
    if effort is None or effort[1] not in EFFORTS:
        return statement
    return with_effort(statement, ClientEffort(effort[1], effort[0].span(effort[0].files.keys.effort)))


def _unknown_word(shape: Shape, entries: list[_Said]) -> Iterator[Finding]:
    """Yield a finding for each "inherit" that the client requests as a model, where that was measured."""
    for each in entries if shape.declaration.measured else ():
        value, keys = each.value(each.files.keys.model), each.files.keys
        if isinstance(value, str) and value.strip().lower() == INHERIT and value != shape.inherit:
            message = f'{shape.label} does not know the word "{value}", and requests a model of that name'
            help_ = f'write "{shape.inherit}"' if shape.inherit else "remove it"
            yield NO_SUCH_WORD.at(each.span(keys.model), message, help_)


def _strongest(entries: list[_Said], index: int) -> tuple[_Said, Any] | None:
    """Return the strongest entry with a value for a key of ``Keys``, and the value."""
    for each in entries:
        value = each.value(each.files.keys[index])
        if value is not MISSING:
            return each, value
    return None
