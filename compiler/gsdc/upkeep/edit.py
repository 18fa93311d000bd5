"""Write entries to gsdc.yaml or models.yaml: all other bytes are unchanged, and the result is loaded again."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from gsdc.finding import Finding, Severity
from gsdc.policy.load import Loaded, load
from gsdc.source.key_document import Key, not_editable
from gsdc.source.tree import decode
from gsdc.source.yaml_document import YamlDocument
from gsdc.transaction.change import Change, Image, image_at
from gsdc.transaction.store import real_path


class EditedFile(NamedTuple):
    """The file before and after, and the project with it. ``findings`` are errors that prevent the edit."""

    change: Change
    after: Loaded
    findings: tuple[Finding, ...]


def edited(
    before: Loaded, name: str, values: Mapping[Key, Any], comments: Mapping[Key, str], new: str = ""
) -> EditedFile:
    """Return the file ``name`` of the project with ``values``, and a comment at the end of the line of some keys.

    A file that does not exist begins with the text ``new``. Raises ``Rejected`` if it cannot be edited byte by byte.
    """
    tree = before.project.tree
    path = real_path(tree, name)
    image = image_at(tree, path)
    text = new if image is None else decode(image.content, name)
    text = commented(YamlDocument(name, text).update(values), comments)
    after = load(tree.root, texts={name: text})
    errors = tuple(one for one in after.findings if one.severity is Severity.ERROR and one not in before.findings)
    change = Change(path, image, Image(text.encode()) if image is None else Image(text.encode(), image.mode))
    return EditedFile(change, after, errors)


def commented(document: YamlDocument, comments: Mapping[Key, str]) -> str:
    """Return the text of ``document`` with ``comments`` after the lines of their keys."""
    by_line: dict[int, list[str]] = {}
    for key, words in comments.items():
        by_line.setdefault(document.span(key).line, []).append(words)
    lines = document.text.splitlines(keepends=True)
    for number, said in by_line.items():
        line = lines[number - 1]
        body = line.rstrip("\r\n")
        lines[number - 1] = f"{body}  # {'; '.join(said)}{line[len(body) :]}"
    text = "".join(lines)
    if YamlDocument(document.path, text).data != document.data:  # a line in the middle of a text of several lines
        raise not_editable(document.span(next(iter(comments))), "a comment would stand in the middle of a text")
    return text
