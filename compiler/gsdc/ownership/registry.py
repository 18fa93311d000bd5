"""The registry of ownership strategies, by the names used in manifests and the history."""

from pathlib import PurePosixPath
from typing import Final

from gsdc.ownership.api import Ownership
from gsdc.ownership.block import Block
from gsdc.ownership.blocks import SEPARATOR, Blocks
from gsdc.ownership.document_keys import DocumentKeys
from gsdc.ownership.plan_attributes import PlanAttributes
from gsdc.ownership.whole_file import PersonsFile, WholeFile
from gsdc.source.json_items import JsonItems, items_of
from gsdc.source.jsonc import Jsonc, data_of
from gsdc.source.key_document import KeyDocument
from gsdc.source.line_document import LineDocument, lines_of


def _yaml(path: str, text: str) -> KeyDocument:
    from gsdc.source.yaml_document import YamlDocument  # each editor is loaded when a file of its format is used

    return YamlDocument(path, text)


def _toml(path: str, text: str) -> KeyDocument:
    from gsdc.source.toml_document import TomlDocument

    return TomlDocument(path, text)


def _frontmatter(path: str, text: str) -> KeyDocument:
    from gsdc.source.frontmatter_document import FrontmatterDocument
    from gsdc.source.loose_frontmatter import read_loosely

    return FrontmatterDocument(path, text, read=read_loosely)


FILE: Final = WholeFile()
PERSONS_FILE: Final = PersonsFile()
JSON_KEYS: Final = DocumentKeys("keys", Jsonc, data_of, "{}\n")
JSON_ITEMS: Final = DocumentKeys("items", JsonItems, items_of, "{}\n")
YAML_KEYS: Final = DocumentKeys("yaml-keys", _yaml, lambda path, text: _yaml(path, text).data, "")
TOML_KEYS: Final = DocumentKeys("toml-keys", _toml, lambda path, text: _toml(path, text).data, "")
FRONTMATTER_KEYS: Final = DocumentKeys(
    "frontmatter-keys", _frontmatter, lambda path, text: _frontmatter(path, text).data, ""
)
LINES: Final = DocumentKeys("lines", LineDocument, lines_of, "")
PLAN_ATTRIBUTES: Final = PlanAttributes()

_STRATEGIES: Final[dict[str, Ownership]] = {
    one.name: one
    for one in (
        *(FILE, PERSONS_FILE, PLAN_ATTRIBUTES),
        *(JSON_KEYS, JSON_ITEMS, YAML_KEYS, TOML_KEYS, FRONTMATTER_KEYS, LINES),
    )
}
_BY_SUFFIX: Final = {
    **dict.fromkeys((".json", ".jsonc"), JSON_KEYS),
    **dict.fromkeys((".yaml", ".yml"), YAML_KEYS),
    ".toml": TOML_KEYS,
    ".md": FRONTMATTER_KEYS,
}
_BLOCK: Final = "block"
_FIRST_BLOCK: Final = "model-assignment"  # the only one that gsdc 0.1.0 wrote, as "block"


def document_keys(path: str) -> DocumentKeys | None:
    """Return the strategy for keys in the file at ``path``, None if gsdc cannot edit keys in its format."""
    return _BY_SUFFIX.get(PurePosixPath(path).suffix)


def ownership(name: str) -> Ownership:
    """Return the strategy ``name``; raises KeyError if it does not exist."""
    if name in _STRATEGIES:
        return _STRATEGIES[name]
    blocks = tuple(map(_block, name.split(SEPARATOR)))
    return blocks[0] if len(blocks) == 1 else Blocks(blocks)


def _block(name: str) -> Block:
    kind, _, block = name.partition(":")
    if kind != _BLOCK:
        raise KeyError(name)
    return Block(block or _FIRST_BLOCK)
