"""Override tables for sub-agent executors: (agent, phase) -> model, a variant for each budget zone (seed 002, task 1).

Three forms of one table. ``phase-model-config.json`` is what the LEO loader reads: it takes ``value.effort ||
value.model`` of each entry, and skips keys that begin with "_". ``phase-model-overrides.mjs`` and ``.json`` hold
``PHASE_MODEL_OVERRIDES[phase][agent]``, the older form.

A deferred entry has the model "defer": no client knows a model of that name, so an executor that does not look at
``defer`` fails to start rather than runs what should wait.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from gsdc.finding import Diagnostic, Rejected, Severity
from gsdc.policy.decide import allocation, decide
from gsdc.policy.model import DEFER, ZONES, Agent, Decision, Model, Policy, State
from gsdc.source.jsonc import Jsonc
from gsdc.source.rendering import render
from gsdc.source.span import Span
from gsdc.source.tree import decode
from gsdc.targets.api import Artifact, Claim, Emission, Request

ID: Final = "overrides"
CLIENT: Final = "claude"
MARK: Final = "_generated"
CONFIG: Final = "phase-model-config"
TABLE: Final = "phase-model-overrides"
_MODULE_TABLE: Final = "export const ZONES = "
_MODULE_END: Final = ";\n\nexport const ACTIVE_ZONE"

FOREIGN = Diagnostic(
    "OV001",
    "foreign-table",
    Severity.ERROR,
    """An override table that gsdc did not write stands where one is to be compiled.

    ## Why is this bad?
    Replacing it would lose what a person decided in it.
    """,
)


def emit(request: Request) -> Emission:
    """Render the tables; a file of the user's that gsdc did not write is refused, not replaced."""
    folder = str(request.options.get("dir", "config")).rstrip("/")
    policy = request.policy
    files = {f"{CONFIG}.json": _config(policy, request.zone)}
    files |= {f"{CONFIG}.{zone}.json": _config(policy, zone) for zone in ZONES}
    files[f"{TABLE}.json"] = _json(
        {
            MARK: _note(policy, request.zone),
            "zone": request.zone,
            "zones": {zone: _tables(policy, zone) for zone in ZONES},
        }
    )
    files[f"{TABLE}.mjs"] = _module(request)
    artifacts, findings = [], []
    for name, text in files.items():
        path = f"{folder}/{name}" if folder not in {"", "."} else name
        existing = request.tree.read(path)
        if existing is not None and MARK not in decode(existing, path):
            help_ = "carry its decisions into gsdc.yaml and move it away, or give the target another `dir`"
            findings.append(FOREIGN.at(Span(path, 0, 0), f'"{path}" was not written by gsdc', help_))
            continue
        artifacts.append(Artifact(path, text.encode(), "file"))
    return Emission(tuple(artifacts), tuple(findings))


def read(path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:
    """Return what a table says: the LEO configuration of one zone, or the table or module of all zones.

    Raises ``Rejected`` for a file of another form.
    """
    aliases = {model.ids[CLIENT]: model.alias for model in models if CLIENT in model.ids}
    text = decode(content, path)
    if path.endswith(".mjs"):
        start, end = text.find(_MODULE_TABLE), text.find(_MODULE_END)
        if start < 0 or end < 0:
            raise Rejected(FOREIGN.at(Span(path, 0, 0), "not a module that gsdc wrote", "compile it anew"))
        zones: dict[str | None, Any] = Jsonc(path, text[start + len(_MODULE_TABLE) : end]).data
    else:
        data = Jsonc(path, text).data
        zones = data.get("zones", {}) if isinstance(data, dict) else {}
        if isinstance(data, dict) and ("phaseModelOverrides" in data or "defaultModelAssignments" in data):
            zones = {data.get("_zone"): _from_config(data)}
    return tuple(claim for zone, tables in zones.items() for claim in _claims(zone, tables, aliases))


def project(request: Request) -> frozenset[Claim]:
    """Return what the tables say together: every agent in every phase and zone, and its default."""
    policy = request.policy
    claims = set()
    for zone in ZONES:
        for agent, phase, decision in _cells(policy, zone):
            claims.add(Claim(agent.name, decision.model, phase, zone))
    return frozenset(claims)


def _cells(policy: Policy, zone: str) -> Iterator[tuple[Agent, str | None, Decision]]:
    """Yield every cell of the tables: the default of each agent, and each of its phases."""
    for agent in policy.agents.values():
        answers = {phase: decide(policy, State(agent.name, phase, zone)) for phase in agent.phases}
        yield agent, None, decide(policy, State(agent.name, None, zone))
        yield from ((agent, phase, answer) for phase, answer in answers.items())


def _value(policy: Policy, decision: Decision) -> str:
    if decision.model is None:
        return DEFER
    model = policy.models[decision.model]
    return model.ids.get(CLIENT, model.alias)


def _reason(policy: Policy, agent: Agent, decision: Decision) -> str:
    assignment, _ = allocation(policy, agent)
    return decision.defer or assignment.why or decision.trail[-1].why


def _tables(policy: Policy, zone: str) -> dict[str, Any]:
    phases: dict[str, dict[str, str]] = {}
    defaults: dict[str, str] = {}
    for agent, phase, decision in _cells(policy, zone):
        table = defaults if phase is None else phases.setdefault(phase, {})
        table[agent.name] = _value(policy, decision)
    return {"phases": phases, "defaults": defaults}


def _config(policy: Policy, zone: str) -> str:
    phases: dict[str, dict[str, Any]] = {}
    defaults: dict[str, Any] = {}
    for agent, phase, decision in _cells(policy, zone):
        entry: dict[str, Any] = {"model": _value(policy, decision), "reason": _reason(policy, agent, decision)}
        if decision.model is None:
            entry["defer"] = True
        (defaults if phase is None else phases.setdefault(phase, {}))[agent.name] = entry
    return _json(
        {
            MARK: _note(policy, zone),
            "_zone": zone,
            "_defer": 'the model "defer" means that the work waits: start nothing for it',
            "phaseModelOverrides": phases,
            "defaultModelAssignments": defaults,
        }
    )


def _module(request: Request) -> str:
    policy = request.policy
    reasons: dict[str, dict[str, str]] = {}
    for agent, phase, decision in _cells(policy, request.zone):
        reasons.setdefault(agent.name, {})[phase or "default"] = _reason(policy, agent, decision)
    return render(
        "overrides/phase-model-overrides.mjs.j2",
        profile=policy.profile,
        zone=request.zone,
        active=_literal(request.zone),
        zones=_literal({zone: _tables(policy, zone) for zone in ZONES}),
        reasons=_literal(reasons),
    )


def _note(policy: Policy, zone: str) -> str:
    return f"by gsdc from profile {policy.profile}, zone {zone}; change gsdc.yaml, not this file"


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _literal(value: Any) -> str:
    """Return ``value`` as JSON that is also JavaScript: ASCII only, for U+2028 ends a line there."""
    return json.dumps(value, indent=2)


def _from_config(data: dict[str, Any]) -> dict[str, Any]:
    def models(entries: Any) -> dict[str, Any]:
        named = entries.items() if isinstance(entries, dict) else ()
        return {
            name: entry.get("effort") or entry.get("model")
            for name, entry in named
            if not name.startswith("_") and isinstance(entry, dict)
        }

    phases = data.get("phaseModelOverrides", {})
    return {
        "phases": {name: models(table) for name, table in phases.items() if not name.startswith("_")},
        "defaults": models(data.get("defaultModelAssignments", {})),
    }


def _claims(zone: str | None, tables: dict[str, Any], aliases: dict[str, str]) -> Iterator[Claim]:
    named = [(phase, table) for phase, table in tables.get("phases", {}).items()]
    for phase, table in [*named, (None, tables.get("defaults", {}))]:
        for agent, value in table.items():
            yield Claim(agent, None if value == DEFER else aliases.get(value, value), phase, zone)
