"""The view of the LEO sub-agent executor's override tables: the model of each agent in each phase.

There are three forms, written by gsdc or by hand: ``config/phase-model-config.json``, from which LEO's loader takes
``value.effort || value.model``; ``config/phase-model-overrides.json`` and ``.mjs``, with a table for each budget zone;
and the older constants in ``lib/sub-agent-executor.js``. JavaScript is parsed, never run. Agents have their names from
the fleet.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache, partial
from itertools import islice
from typing import Any, Final, NamedTuple

from gsdc.finding import Finding, Rejected, Severity
from gsdc.models.effort import EFFORTS
from gsdc.policy.model import DEFER, ZONES, Policy
from gsdc.policy.security_agent import SECURITY, is_security_agent
from gsdc.source.javascript_literal import UNKNOWN, constants
from gsdc.source.json_text import JsonNode
from gsdc.source.jsonc import Jsonc
from gsdc.source.span import Places, Span
from gsdc.source.tree import Tree, decode
from gsdc.targets.api import Claim, Statement, View
from gsdc.targets.contents import contents
from gsdc.targets.efforts import NO_EFFORT, UNSENT, ClientEffort, with_effort
from gsdc.targets.model_names import alias_of, near
from gsdc.targets.overrides import DECLARATION
from gsdc.targets.overrides.claims import CONFIG_KEYS, CONSTANTS, UNREADABLE, ZONE_KEYS
from gsdc.targets.overrides.findings import CHANGED, INSTEAD_OF_MODEL, MISSPELT, NO_MODEL, NOT_LITERAL
from gsdc.targets.overrides.uses import DEPTHS, uses

_MOST: Final = 100  # findings of one file


class OverrideTable(NamedTuple):
    """A mapping of agents to entries in a file, for one zone and phase; ``strict`` if entries must be objects.

    ``efforts`` are those of the same agents.
    """

    node: JsonNode
    zone: str | None
    phase: str | None
    strict: bool
    efforts: JsonNode | None = None


def view(tree: Tree, policy: Policy) -> View:
    """Return the claims of the tables: each entry is a statement at its model."""
    statements: list[Statement] = []
    findings: list[Finding] = []
    files: list[str] = []
    for path, content in contents(tree, DECLARATION.files, findings):
        files.append(path)
        try:
            reader = _Reader(path, decode(content, path).removeprefix("\ufeff"), policy)
        except Rejected as rejected:
            findings.extend(rejected.findings)
            continue
        statements.extend(reader.statements())
        findings.extend(islice(reader.findings, _MOST))
    return View(tuple(statements), tuple(findings), tuple(files))


class _Reader:
    """One file. ``findings`` are added while its statements are read."""

    def __init__(self, path: str, text: str, policy: Policy) -> None:
        self.path, self.policy = path, policy
        self.findings: list[Finding] = []
        self._places = Places(path, text)
        self._phases = {phase for fleet in policy.fleets.values() for phase in fleet.phases}
        self._seen: set[tuple[str, str]] = set()
        self._members: dict[str, JsonNode]
        if path.endswith(".json"):
            document = Jsonc(path, text)
            self.findings.extend(document.duplicates)
            self._members = self._mapping(document.root)
        else:
            self._members = constants(text, (*CONSTANTS, "ZONES"))
            self._judge_uses(text)

    def statements(self) -> Iterator[Statement]:
        """Yield the claim of each entry of each table."""
        for table in self._tables():
            entries, efforts = self._mapping(table.node), partial(self._effort, self._mapping(table.efforts))
            for agent, entry in entries.items():
                if entry.data is UNKNOWN and _is_any(agent):
                    self._computed(entry, "what this stands for", self._concerned(entries, entry))
                    continue
                self._known("agent", agent, entry, self.policy.agents)
                found = self._model(agent, entry, table)
                if found is not None:
                    model, at = found
                    known = None if model == DEFER else alias_of(self.policy, DECLARATION.ids, model)
                    yield with_effort(Statement(Claim(agent, known, table.phase, table.zone), at), efforts(agent))

    def _judge_uses(self, text: str) -> None:
        """Report uses of a module's tables other than lookups."""
        literals = [(node.start, node.end) for node in self._members.values() if node.data is not UNKNOWN]

        @cache
        def is_model(word: str) -> bool:
            return alias_of(self.policy, DECLARATION.ids, word.strip()) in self.policy.models

        tables = tuple(name for name in self._members if name in DEPTHS)
        found = uses(text, tables, literals, is_model) if tables else iter(())
        for use in islice(found, _MOST):
            help_ = "write models into the tables only, and read them there"
            message = f"{use.message}: which model runs cannot be judged"
            self._report(CHANGED.at(self._places.at(use.start), message, help_), use.agent)

    def _report(self, finding: Finding, agent: str | None) -> None:
        """Add a finding about an agent, or about any agent if it is None: an error for a security agent."""
        if agent is None:
            is_guarded = any(each.role == SECURITY for each in self.policy.agents.values())
        else:
            is_guarded = is_security_agent(self.policy, DECLARATION.client, agent)
        self.findings.append(finding._replace(severity=Severity.ERROR) if is_guarded else finding)

    def _tables(self) -> Iterator[OverrideTable]:
        zone = self._zone()
        members = self._members
        for keys in (CONFIG_KEYS, CONSTANTS):
            yield from self._both(members, keys, zone)
        zones = members.get("ZONES" if "ZONES" in members else "zones")
        for name, each in self._mapping(zones).items():
            yield from self._both(self._mapping(each), ZONE_KEYS, name)

    def _both(
        self, members: Mapping[str, JsonNode], keys: tuple[str, ...], zone: str | None
    ) -> Iterator[OverrideTable]:
        phases, defaults, phase_efforts, default_efforts = map(members.get, keys)
        strict, efforts = keys is CONFIG_KEYS, self._mapping(phase_efforts)
        for phase, node in self._mapping(phases).items():
            self._known("phase", phase, node, self._phases)
            yield OverrideTable(node, zone, phase, strict, efforts.get(phase))
        if defaults is not None:
            yield OverrideTable(defaults, zone, None, strict, default_efforts)

    def _effort(self, efforts: Mapping[str, JsonNode], agent: str) -> ClientEffort:
        node = efforts.get(agent)
        if node is None:
            return NO_EFFORT
        if node.data not in EFFORTS:
            message = f'the effort "{node.data}" of "{agent}" is unknown'
            self.findings.append(UNSENT.at(self._at(node), message, f"allowed: {', '.join(EFFORTS)}"))
            return NO_EFFORT
        return ClientEffort(str(node.data), self._at(node))

    def _zone(self) -> str | None:
        """Return the zone of the file: from its content, else from its name."""
        named = next((self._members[key].data for key in ("_zone", "zone") if key in self._members), None)
        part = self.path.removesuffix(".json").rpartition(".")[2]
        return named if isinstance(named, str) else part if part in ZONES else None

    def _model(self, agent: str, entry: JsonNode, table: OverrideTable) -> tuple[str, Span] | None:
        """Return the model of an entry and its place; None, with a finding, if it has none."""
        fields: Mapping[str, JsonNode] = {"model": entry}
        if isinstance(entry.data, dict):
            fields = self._mapping(entry)
        elif table.strict:
            fields = {}
        node = next((fields[key] for key in ("effort", "model") if key in fields and fields[key].data), None)
        if node is not None and node.data is UNKNOWN:
            self._computed(node, f'what "{agent}" runs on', agent)
        elif node is None or not isinstance(node.data, str):
            help_ = 'give it one, as in {"model": "sonnet", "reason": "..."}' if table.strict else "give it one"
            self.findings.append(NO_MODEL.at(self._at(entry), f'the entry of "{agent}" has no model', help_))
        elif node is fields.get("effort") and node.data in EFFORTS:
            if ("effort", "") not in self._seen:
                self._seen.add(("effort", ""))
                message = f'"{agent}" has the effort "{node.data}", which takes precedence over a model'
                self.findings.append(INSTEAD_OF_MODEL.at(self._at(node), message, "write a model instead"))
        else:
            return node.data.strip(), self._at(node)
        return None

    def _mapping(self, node: JsonNode | None) -> dict[str, JsonNode]:
        """Return the members of an object without comments, which begin with "_"; of duplicate members, the last."""
        if node is None:
            return {}
        if not isinstance(node.data, dict):
            # ``PHASE_MODEL_OVERRIDES = ZONES[ACTIVE_ZONE].phases`` adds nothing to ZONES.
            if node.data is not UNKNOWN:
                message = f"expected an object, found {type(node.data).__name__}"
                self.findings.append(UNREADABLE.at(self._at(node), message, "write an object with a key for each"))
            elif "ZONES" not in self._members:
                self._computed(node, "what this table holds")
            return {}
        members = {str(name): member for name, _, member in node.members}
        return {name: member for name, member in members.items() if not name.startswith("_") or name == "_zone"}

    def _concerned(self, entries: Mapping[str, JsonNode], entry: JsonNode) -> str | None:
        """Return an agent to which an entry without a plain name may apply: a security agent if possible."""
        guarded = [each.name_in(DECLARATION.client) for each in self.policy.agents.values() if each.role == SECURITY]
        settled = [name for name in guarded if name in entries and entries[name].start > entry.start]
        return None if len(settled) < len(guarded) else ""

    def _computed(self, node: JsonNode, what: str, agent: str | None = None) -> None:
        help_ = "write the model as text in quotes"
        self._report(NOT_LITERAL.at(self._at(node), f"{what} is unknown: it is computed", help_), agent)

    def _known(self, kind: str, name: str, node: JsonNode, names: Any) -> None:
        if (kind, name) in self._seen or len(self._seen) > 10 * _MOST:
            return
        self._seen.add((kind, name))
        meant = near(name, names)
        if meant is not None:
            message = f'the policy has no {kind} "{name}": the entry has no effect'
            self.findings.append(MISSPELT.at(self._at(node), message, f'did you mean "{meant}"?'))

    def _at(self, node: JsonNode) -> Span:
        return self._places.at(node.start)


def _is_any(name: str) -> bool:
    """Tell whether the name of an unknown member is not a plain key: a spread, a computed key, a method."""
    return re.fullmatch(r"[\w$ -]+", name) is None
