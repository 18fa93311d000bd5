"""Where a value of the policy stands: a key path, which becomes a line and column only when somebody asks."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Ref(NamedTuple):
    """A symbolic place: a key path in a document (``document`` is the path that a person sees)."""

    document: str
    path: tuple[str | int, ...] = ()

    def child(self, *keys: str | int) -> "Ref":
        """Return the place of ``keys`` below this one."""
        return Ref(self.document, (*self.path, *keys))
