"""The strategies "keys": keys of a document that a person owns, in any format with keys."""

from collections.abc import Callable, Container, Iterable, Iterator
from typing import Any, NamedTuple

from gsdc.ownership.api import Deployed, Edit, Reverted
from gsdc.ownership.keys import Leaves, leaves_in, leaves_of, revert_keys
from gsdc.source.key_document import MISSING, Key, KeyDocument
from gsdc.source.span import Span
from gsdc.source.tree import decode, is_blank

Open = Callable[[str, str], KeyDocument]
"""Read the text of a file at a path, to be edited; raise ``Rejected`` where it is not in the format."""
Read = Callable[[str, str], Any]
"""Return the data of the text of a file at a path, quicker than ``Open``; raise ``Rejected`` as it does."""


class DocumentKeys(NamedTuple):
    """See ``Ownership``. ``empty`` is the text of a document without keys."""

    name: str
    open: Open
    read: Read
    empty: str

    def edits(self, path: str, written: bytes | None, current: bytes, wanted: bytes) -> Iterator[Edit]:
        """Yield each key whose value gsdc did not write and ``wanted`` would change."""
        if written is None:
            return
        base, then = self._leaves(path, written), self._leaves(path, wanted)
        now = self._leaves(path, current)
        edited = [key for key, value in then.items() if now.get(key, MISSING) not in (value, base.get(key, MISSING))]
        if not edited:
            return
        document = self._document(path, current)
        for key in edited:
            name, here = ".".join(key), now.get(key, MISSING)
            what = f"{name} is missing" if here is MISSING else f'{name} is now "{here}"'
            yield Edit(document.span(key), f'{what}, and would be "{then[key]}"')

    def place(self, path: str, content: bytes) -> Span:  # noqa: ARG002
        """Return the first line: keys can be on any line."""
        return Span(path, 1)

    def is_same(self, path: str, one: bytes, other: bytes) -> bool:
        """Tell whether ``other`` has every value of ``one``."""
        return not any(self.edits(path, one, other, one))

    def revert(self, path: str, original: bytes | None, written: bytes, current: bytes) -> Reverted | None:
        """Restore the former value of each key that gsdc wrote, or remove the key."""
        here = self.open(path, decode(current, path))
        document, edited = revert_keys(here, self._leaves(path, original), self._leaves(path, written))
        if edited:
            return None
        return Reverted(None if original is None and document.is_empty else document.text.encode())

    def remove_stale(self, path: str, current: bytes, deployed: Deployed, wanted: bytes | None) -> bytes | None:
        """Remove the keys that gsdc added and no longer wants; edited keys stay."""
        document = self.open(path, decode(current, path))
        plain = self._without_stale(path, document, deployed, self._leaves(path, wanted))
        gone = wanted is None and deployed.original is None and plain.is_empty
        return None if gone else plain.text.encode()

    def remove_added(self, path: str, current: bytes, deployed: Deployed) -> bytes:
        """Return ``current`` without the keys that gsdc added, including keys edited since."""
        document = self.open(path, decode(current, path))
        there = deployed.keys.intersection(leaves_of(document.data))
        return self._without(path, document, deployed, set(there)).text.encode()

    def added_keys(self, path: str, before: bytes | None, after: bytes, deployed: Deployed | None) -> frozenset[Key]:
        """Return the keys that are new in ``after``, and those added earlier that were not edited since.

        Among them are a person's empty mappings that have been filled: they stay when their keys are removed.
        """
        old, new = self._leaves(path, before), self._leaves(path, after)
        added = {key for key, value in new.items() if key not in old and value != {}}
        added |= _filled((key for key, value in old.items() if value == {}), new)
        if deployed is None:
            return frozenset(added)
        written = self._leaves(path, deployed.last)
        adopted = before == after  # the file already had the compiled content
        still = {
            key
            for key in deployed.keys.intersection(new)
            if adopted or old.get(key, MISSING) == written.get(key, MISSING) or old.get(key, MISSING) != new[key]
        }
        return frozenset({*still, *_filled(deployed.keys, new), *added})

    def _without_stale(
        self, path: str, document: KeyDocument, deployed: Deployed, wanted: Container[Key]
    ) -> KeyDocument:
        now, written = leaves_of(document.data), self._leaves(path, deployed.last)
        stale = {key for key in deployed.keys if key not in wanted and key in now and now[key] == written.get(key)}
        return self._without(path, document, deployed, stale)

    def _without(self, path: str, document: KeyDocument, deployed: Deployed, stale: set[Key]) -> KeyDocument:
        if not stale:
            return document
        now = leaves_of(document.data)
        empty = {key: value for key, value in self._leaves(path, deployed.original).items() if value == {}}
        empty |= {key: {} for key in _filled(deployed.keys, now)}
        stays = {key: value for key, value in now.items() if key not in stale}
        return revert_keys(document, {**empty, **stays}, now).document

    def _document(self, path: str, content: bytes) -> KeyDocument:
        text = decode(content, path)
        return self.open(path, self.empty if is_blank(text) else text)

    def _leaves(self, path: str, content: bytes | None) -> Leaves:
        """Return the leaves of a file, none if it is missing or blank."""
        return leaves_in(path, content, self.read)


def _filled(keys: Iterable[Key], leaves: Leaves) -> set[Key]:
    """Return those of ``keys`` that are mappings with something in them."""
    above = {leaf[:length] for leaf in leaves for length in range(1, len(leaf))}
    return above.intersection(keys)
