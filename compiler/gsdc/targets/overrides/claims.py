"""Read the override tables that gsdc writes: the model and effort of each agent in each phase and zone."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from gsdc.finding import Diagnostic, Rejected, Severity
from gsdc.models.effort import EFFORTS
from gsdc.policy.model import DEFER, Model
from gsdc.source.jsonc import data_of
from gsdc.source.span import Span
from gsdc.source.tree import decode
from gsdc.targets.api import Claim, aliases
from gsdc.targets.overrides import DECLARATION

# The tables of each form: models by phase, by default, efforts by phase, by default.
CONFIG_KEYS: Final = (
    "phaseModelOverrides",
    "defaultModelAssignments",
    "phaseEffortOverrides",
    "defaultEffortAssignments",
)
CONSTANTS: Final = (
    "PHASE_MODEL_OVERRIDES",
    "DEFAULT_MODEL_ASSIGNMENTS",
    "PHASE_EFFORT_OVERRIDES",
    "DEFAULT_EFFORT_ASSIGNMENTS",
)
ZONE_KEYS: Final = ("phases", "defaults", "phaseEfforts", "defaultEfforts")
_MODULE_TABLE: Final = "export const ZONES = "
_MODULE_END: Final = ";\n\nexport const ACTIVE_ZONE"


UNREADABLE = Diagnostic(
    "OV002",
    "unreadable-table",
    Severity.ERROR,
    """An override table has another form than the LEO loader reads.

    ## Why is this bad?
    A phase maps agents to entries, and an entry names its model (seed 002, "Task 1"; measured on the LEO loader). What
    anything else would run on is a guess.

    ## Example (config/phase-model-config.json)
    {"_generated": "by gsdc from balanced", "phaseModelOverrides": {"PLAN": ["VALIDATION on sonnet"]}}

    ## Use instead (config/phase-model-config.json)
    {"_generated": "by gsdc from balanced", "phaseModelOverrides": {"PLAN": {"VALIDATION": {"model": "sonnet"}}}}
    """,
)


def read_back(path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:
    """Return the claims of a table: the LEO configuration of one zone, or the table or module of all zones.

    Raises ``Rejected`` for a file of another format.
    """
    alias_of = aliases(models, DECLARATION.ids)
    text = decode(content, path).removeprefix("\ufeff").replace("\r\n", "\n")
    if path.endswith(".mjs"):
        start, end = text.find(_MODULE_TABLE), text.find(_MODULE_END)
        if start < 0 or end < 0:
            raise Rejected(UNREADABLE.at(Span(path, 0, 0), "not a module that gsdc wrote", "compile it again"))
        data: Any = {"zones": data_of(path, text[start + len(_MODULE_TABLE) : end])}
    else:
        data = data_of(path, text)
    claims: list[Claim] = []
    for form in _forms(path, data):
        phase_efforts = _mapping(path, form.phase_efforts)
        tables: list[tuple[str | None, Any, Any]] = [(None, form.defaults, form.default_efforts)]
        tables += [(key, each, phase_efforts.get(key, {})) for key, each in _mapping(path, form.phases).items()]
        for phase, table, given in tables:
            efforts = _mapping(path, given)
            for agent, value in _entries(path, table, form.of_objects).items():
                model = None if value == DEFER else alias_of.get(value, value)
                claims.append(Claim(agent, model, phase, form.zone, effort=_effort(path, agent, efforts)))
    return tuple(claims)


class _Form(NamedTuple):
    """The tables of one zone; ``of_objects`` tells that the entries of models are objects, LEO's form."""

    zone: str | None
    of_objects: bool
    phases: Any
    defaults: Any
    phase_efforts: Any
    default_efforts: Any


def _forms(path: str, data: Any) -> Iterator[_Form]:
    data = _mapping(path, data)
    zone = data.get("_zone", data.get("zone"))
    zone = zone if isinstance(zone, str) else None
    for keys in (CONFIG_KEYS, CONSTANTS):
        if keys[0] in data or keys[1] in data:
            yield _Form(zone, keys is CONFIG_KEYS, *(data.get(key, {}) for key in keys))
    for name, zone_tables in _mapping(path, data.get("zones", {})).items():
        tables = _mapping(path, zone_tables)
        yield _Form(name, False, *(tables.get(key, {}) for key in ZONE_KEYS))


def _effort(path: str, agent: str, efforts: Mapping[str, Any]) -> str | None:
    effort = efforts.get(agent)
    if effort is not None and effort not in EFFORTS:
        help_ = f"allowed: {', '.join(EFFORTS)}"
        raise Rejected(UNREADABLE.at(Span(path, 0, 0), f'the effort of "{agent}" is none', help_))
    return effort


def _entries(path: str, table: Any, objects: bool) -> dict[str, str]:
    """Return the model of each agent; LEO's loader takes ``effort`` before ``model``."""
    found = {}
    for agent, entry in _mapping(path, table).items():
        fields = _mapping(path, entry) if objects else {"model": entry}
        value = fields.get("effort") or fields.get("model")
        if not isinstance(value, str):
            help_ = 'give each agent a model, as in {"model": "sonnet", "reason": "..."}'
            raise Rejected(UNREADABLE.at(Span(path, 0, 0), f'the entry of "{agent}" has no model', help_))
        found[agent] = value
    return found


def _mapping(path: str, value: Any) -> dict[str, Any]:
    """Return ``value`` without its comments, the keys that begin with "_"; those of the file itself are kept."""
    if not isinstance(value, dict):
        message = f"expected an object, found {type(value).__name__}"
        raise Rejected(UNREADABLE.at(Span(path, 0, 0), message, "compile the file again, or correct it"))
    return {name: item for name, item in value.items() if not name.startswith("_") or name == "_zone"}
