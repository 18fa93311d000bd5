"""Commands of OpenCode that start an agent on another model.

Measured on OpenCode 1.18: the ``model`` of a command overrides that of its ``agent``. ``command`` of the JSON files is
merged key by key, and ``.opencode/command(s)/**/*.md`` overrides it. A ``template`` is required, except in Markdown,
where the text after the frontmatter is the template. A command without ``agent`` runs in the current agent.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from gsdc.finding import Finding, Severity
from gsdc.source.jsonc import Jsonc
from gsdc.source.span import Span
from gsdc.source.tree import Tree
from gsdc.targets.api import Claim, Statement
from gsdc.targets.contents import contents
from gsdc.targets.opencode.files import COMMAND_FILES
from gsdc.targets.opencode.findings import UNREADABLE_AGENT, refused
from gsdc.targets.opencode.keys import lowered_model
from gsdc.targets.opencode.layers import AgentConfigLayer, strongest, text_of
from gsdc.targets.opencode.markdown import read_agent
from gsdc.targets.opencode.providers import Providers
from gsdc.targets.opencode.substitution import resolved, undecided_value

_TEXTS: Final = ("template", "description", "agent", "model", "variant")
_REMEDY: Final = "remove the `model` of the command, or write another one"


def json_commands(tree: Tree, document: Jsonc, findings: list[Finding]) -> Iterator[AgentConfigLayer]:
    """Yield the commands of a JSON file, in ``command`` and in the next version's ``commands``."""
    for block in ("commands", "command"):
        entries = document.data.get(block, {})
        if isinstance(entries, dict):
            for name, entry in entries.items():
                yield from _json_command(tree, document, (block, name), entry, findings)
        elif block == "command":
            findings.append(refused(document.span((block,)), "`command` is not an object", "write { }"))


def _json_command(
    tree: Tree, document: Jsonc, path: tuple[str, str], entry: Any, findings: list[Finding]
) -> Iterator[AgentConfigLayer]:
    block, name = path
    fault = _fault(entry)
    if fault and block == "command":
        key, message = fault
        where = document.span((*path, key) if key else path)
        findings.append(refused(where, f'{message} of command "{name}"', "correct it, or remove the command"))
    if not isinstance(entry, dict):
        return
    values, undecided = dict(entry), set()
    if block == "commands":
        values |= lowered_model(entry.get("model")) or {}
    for key in ("agent", "model"):
        if isinstance(values.get(key), str):
            known = resolved(tree, document, (*path, key), values[key])
            if known is None:
                undecided.add(key)
                if key == "model":
                    findings.append(undecided_value(document.span((*path, key)), f'`model` of command "{name}"'))
            else:
                values[key] = known
    yield AgentConfigLayer(name, block, values, document, frozenset(undecided))


def _fault(entry: Any) -> tuple[str, str] | None:
    """Return the key and the kind of an invalid value of a command, None if OpenCode accepts it."""
    if not isinstance(entry, dict):
        return "", "OpenCode expects an object in place"
    if "template" not in entry:
        return "", "OpenCode requires a `template`"
    wrong = next((key for key in _TEXTS if key in entry and not isinstance(entry[key], str)), None)
    return (wrong, f"OpenCode expects text for `{wrong}`") if wrong else None


def markdown_commands(tree: Tree, files: list[str], findings: list[Finding]) -> Iterator[AgentConfigLayer]:
    """Yield the Markdown commands; ``files`` gets those read."""
    for folder, pattern in COMMAND_FILES:
        for path, content in contents(tree, (folder + pattern,), findings):
            files.append(path)
            command = read_agent(path, folder, text_of(path, content, findings))
            if command.problem:
                help_ = "correct the frontmatter, and begin the file with it"
                what = command.problem.partition(":")[0]
                message = f"{what}: the command has no agent and no model of its own"
                findings.append(UNREADABLE_AGENT.at(command.at or Span(path), message, help_))
            if not command.skipped:
                yield AgentConfigLayer(command.name, "markdown", command.data, command)


def invocations(said: Iterable[AgentConfigLayer], default_agent: str, providers: Providers) -> Iterator[Statement]:
    """Yield what each command with a model runs on it: its agent, else ``default_agent``, and its own work.

    ``said`` are all commands, the weakest first.
    """
    layers: dict[str, list[AgentConfigLayer]] = {}
    for one in said:
        layers.setdefault(one.agent, []).append(one)
    for name, each in layers.items():
        yield from _invocations(name, each, default_agent, providers)


def _invocations(
    name: str, layers: Sequence[AgentConfigLayer], default_agent: str, providers: Providers
) -> Iterator[Statement]:
    chosen, runner = strongest(layers, "model"), strongest(layers, "agent")
    model = chosen.values["model"] if chosen else None
    if chosen is None or not isinstance(model, str) or not model:
        return
    agent = runner.values["agent"] if runner else default_agent
    at = chosen.span("model", of_key=False)
    found = providers.answer(model, is_known="model" not in chosen.undecided)
    started = f'command "{name}" starts it on this model, whatever its own is'
    if isinstance(agent, str) and agent:
        how = "; ".join(filter(None, (started, found.how)))
        yield Statement(Claim(agent, found.alias), found.at or at, how, found.remedy or _REMEDY)
    if runner is None:
        yield Statement(Claim(f"/{name}", found.alias), found.at or at, found.how, found.remedy or _REMEDY)


def undecided_agents(said: Iterable[AgentConfigLayer], *, has_security: bool) -> Iterator[Finding]:
    """Yield a finding for each command whose agent only the start decides: an error where it may be security."""
    for one in said:
        if "agent" in one.undecided:
            finding = undecided_value(one.span("agent", of_key=False), f'`agent` of command "{one.agent}"')
            is_error = has_security and "model" in one.values
            yield finding._replace(severity=Severity.ERROR) if is_error else finding


def descriptions(said: Iterable[AgentConfigLayer]) -> Mapping[str, str]:
    """Return how commands describe themselves, by the names that they have in ``invocations``."""
    return {f"/{one.agent}": text for one in said if isinstance(text := one.values.get("description"), str)}
