"""The place of a policy value: a key path, converted to a line and column only on request."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Ref(NamedTuple):
    """A symbolic place: a key path in a document (``document`` is the path shown to the user)."""

    document: str
    path: tuple[str | int, ...] = ()

    def child(self, *keys: str | int) -> "Ref":
        """Return the place of ``keys`` below this one."""
        return Ref(self.document, (*self.path, *keys))
