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
WAITING: Final = "agents that wait"
FAILOVER: Final = "failover"
LACKS: Final = (EFFORT, TEMPERATURE, PHASES, WAITING, FAILOVER)
"""What a client may be unable to express."""


class Declaration(NamedTuple):
    """A target: a client, an engine or a document that a policy is compiled to, or whose files are only read.

    - ``name``: what gsdc.yaml and ``--target`` call it.
    - ``label``: what messages call it, such as "Claude Code".
    - ``client``: whose names of agents its files use, as in ``names`` of an agent.
    - ``ids``: whose ids of models its files use, as in ``ids`` of a model; "" where files name aliases of the catalog.
    - ``files``: the files that it reads, as patterns of ``Tree.glob`` relative to the project.
    - ``signs``: files and folders of which one is there wherever the target has something to read.
    - ``marks``: names in a folder that show a project of its own below the one that is checked, as in a monorepo; by
      default the hidden folders among the ``signs``.
    - ``writes``: the files in which it writes models, as patterns.
    - ``lacks``: what of a policy its files cannot express, in the words of ``LACKS`` or in words of its own.
    - ``escapes``: what runs an agent on another model, whatever a file of the project says.
    - ``options``: the JSON Schema of its options in gsdc.yaml, None where nothing is compiled to it.
    - ``shown_by``: without ``targets`` in gsdc.yaml it is in use where one of these is there; always, where none is
      named; never, where it is None.
    - ``home``: its own folder in a person's home folder, where it expands "~"; "" where it has none.
    - ``provider``: whom it asks for a model whose id names no provider; "" where ids name one, or it cannot be told.
    - ``program``: what starts the client on a command line; "" where it has no program of its own.
    - ``measured``: the versions that gsdc was tried with, the newest last.
    - ``models_since``: the first version that runs an agent on the model of its file; "" where all measured ones do.
    - ``families``: the first letters of the codes of its findings, each with the title that the reference gives them.
    - ``variables``: the environment variables that decide a model for the client, each with what it is for.
    - ``gate``: what the gate is called that asks the real client, usually its program; "" where it is not asked.

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
    families: Mapping[str, str] = _NOTHING
    variables: Mapping[str, str] = _NOTHING
    gate: str = ""
    emit: str = ""
    view: str = ""
    describe: str = ""
    initial: str = ""
    ask: str = ""
    reach: str = ""
    # How the client works, for whoever has to know; see the rules and the importer, which ask.
    knows_its_agents: bool = False  # any other name has no effect, and the view says so
    uses_fleet_names: bool = False  # agents have the names of the fleet in its files
    passes_model_with_call: bool = False  # its answer counts over the file of the agent that it starts
    tells_phases: bool = False  # an entry is about one phase
    tells_temperatures: bool = False
    ids_name_provider: bool = False  # an id is provider/model, and a model without one cannot be compiled
    fails_over_for: str = ""  # the client whose agents it takes along the failover chains
    is_written_whole: bool = False  # a build writes what the target owns as a whole, each time

    @property
    def is_client(self) -> bool:
        """Whether a program reads the files to start agents: such a target says what the program has no words for."""
        return bool(self.lacks)
