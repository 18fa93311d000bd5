"""The list of all strategies of ownership, by the names under which manifests and the history know them."""

from typing import Final

from gsdc.ownership.api import Ownership
from gsdc.ownership.block import Block
from gsdc.ownership.document_keys import DocumentKeys
from gsdc.ownership.plan_attributes import PlanAttributes
from gsdc.ownership.whole_file import PersonsFile, WholeFile
from gsdc.source.jsonc import Jsonc, data_of

FILE: Final = WholeFile()
PERSONS_FILE: Final = PersonsFile()
JSON_KEYS: Final = DocumentKeys("keys", Jsonc, data_of, "{}\n")
PLAN_ATTRIBUTES: Final = PlanAttributes()

_STRATEGIES: Final[dict[str, Ownership]] = {one.name: one for one in (FILE, PERSONS_FILE, JSON_KEYS, PLAN_ATTRIBUTES)}
_BLOCK: Final = "block"
_FIRST_BLOCK: Final = "model-assignment"  # the only one that gsdc 0.1.0 wrote, as "block"


def ownership(name: str) -> Ownership:
    """Return the strategy ``name``; raises KeyError where there is none."""
    kind, _, block = name.partition(":")
    return Block(block or _FIRST_BLOCK) if kind == _BLOCK else _STRATEGIES[name]
