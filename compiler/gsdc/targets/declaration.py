"""The metadata of a target, available before its code is loaded: pure data, in the ``__init__`` of its folder."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})

PROXY: Final[Mapping[str, Any]] = {
    "via": {
        "description": "The proxy that the client's requests go through, by the name of the target that configures it.",
        "enum": ["litellm"],
    },
}
"""An option for the ``properties`` of a target's ``options``, see ``targets.via``."""

CREATE: Final[Mapping[str, Any]] = {
    "create": {
        "description": "Whether to add the agents that the client does not have, with a prompt made of the fleet's "
        "description.",
        "type": "boolean",
        "default": False,
    },
}
"""An option for the ``properties`` of a target's ``options``, see ``targets.creation``."""


EFFORT: Final = "effort"
TEMPERATURE: Final = "temperature"
PHASES: Final = "models by phase"
WAITING: Final = "deferral"
FAILOVER: Final = "failover"
LACKS: Final = (EFFORT, TEMPERATURE, PHASES, WAITING, FAILOVER)
"""What a client may be unable to express."""


class Declaration(NamedTuple):
    """A target: a client, an engine or a document that a policy is compiled to, or whose files are only read.

    - ``name``: its name in gsdc.yaml and ``--target``.
    - ``label``: its name in messages, such as "Claude Code".
    - ``client``: the client whose agent names its files use, as in ``names`` of an agent.
    - ``ids``: the client whose model ids its files use, as in ``ids`` of a model; "" for the catalog's aliases.
    - ``files``: the files that it reads, as patterns of ``Tree.glob`` relative to the project.
    - ``signs``: files and folders; at least one exists if the target has something to read.
    - ``marks``: names in a folder that show a project of its own below the one that is checked, as in a monorepo; by
      default the hidden folders among the ``signs``.
    - ``writes``: the files in which it writes models, as patterns.
    - ``lacks``: parts of a policy that its files cannot express: constants of ``LACKS``, or its own text.
    - ``escapes``: ways to run an agent on another model, regardless of the project's files.
    - ``options``: the JSON Schema of its options in gsdc.yaml, None for a target that is only read.
    - ``shown_by``: without ``targets`` in gsdc.yaml it is in use where one of these is there; always, where none is
      named; never, where it is None.
    - ``home``: its own folder in a person's home folder, where it expands "~"; "" where it has none.
    - ``provider``: whom it asks for a model whose id names no provider; "" where ids name one, or it cannot be told.
    - ``program``: the client's command; "" if it has no program of its own.
    - ``measured``: the versions that gsdc was tested with, the newest last.
    - ``models_since``: the first version that runs an agent on the model of its file; "" if all measured ones do.
    - ``measured_with``: the set-up in which that was measured, if it may differ in another one; else "".
    - ``families``: the first letters of the codes of its findings, each with the title that the reference gives them.
    - ``variables``: the environment variables that decide a model for the client, each with its purpose.
    - ``gate``: the name of the gate that asks the real client, usually its program; "" if there is none.

    The other fields name modules, which are imported when they are needed; "" where the target has none. What each has
    to offer is a Protocol of ``targets.api``: ``emit`` an ``Emitter``, ``view`` a ``Viewer``, ``describe`` a
    ``Describer``, ``initial`` an ``Initialiser``, ``ask`` an ``Asker``, ``reach`` a
    ``Reach``.
    """

    name: str
    label: str
    client: str = ""
    ids: str = ""
    files: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    escapes: tuple[str, ...] = ()
    options: Mapping[str, Any] | None = None
    shown_by: tuple[str, ...] | None = ()
    home: str = ""
    provider: str = ""
    program: str = ""
    measured: tuple[str, ...] = ()
    models_since: str = ""
    measured_with: str = ""
    families: Mapping[str, str] = _NOTHING
    variables: Mapping[str, str] = _NOTHING
    gate: str = ""
    emit: str = ""
    view: str = ""
    describe: str = ""
    initial: str = ""
    ask: str = ""
    reach: str = ""
    # Properties of the client, for the rules and the importer.
    knows_its_agents: bool = False  # any other name has no effect, and the view reports it
    uses_fleet_names: bool = False  # agents have the names of the fleet in its files
    passes_model_with_call: bool = False  # its answer overrides the file of the agent that it starts
    tells_phases: bool = False  # an entry applies to one phase
    tells_temperatures: bool = False
    ids_name_provider: bool = False  # an id is provider/model, and a model without one cannot be compiled
    fails_over_for: str = ""  # the client whose agents it takes along the failover chains
    is_written_whole: bool = False  # a build writes what the target owns as a whole, each time
    is_document: bool = False  # people and models read its tables of models; no program takes a model from them

    @property
    def is_client(self) -> bool:
        """Whether a program reads the files to start agents: such a target reports what the program cannot express."""
        return bool(self.lacks)
