"""JSON Schema (2020-12) over documents: a compiled validator accepts, jsonschema explains.

``jsonschema-rs`` answers yes or no in microseconds. Only after a no is ``jsonschema`` imported, to convert every error
to a finding at its key or value, with the permitted values and the nearest name.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from gsdc import data
from gsdc.finding import Finding
from gsdc.policy.known_valid import is_known, remember
from gsdc.policy.schema_errors import INVALID_VALUE, Document, explain, shown
from gsdc.source.document import Document as YamlDocument
from gsdc.source.path_pattern import mistake
from gsdc.targets.registry import options_schema

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

_MOST_ERRORS = 100  # more are not useful, and each takes a millisecond
_LONGEST_PATTERN = 1_000
KINDS = ("catalog", "fleet", "models", "profile", "project")
_RESOURCES = ("common", *KINDS)  # they refer to each other


PROJECT: Final = "project"


@cache
def schema(name: str) -> dict[str, Any]:
    """Return the schema ``name`` ("profile", "common", ...); that of a project includes the options of each target."""
    path = data.folder("schemas") / f"{name}.schema.json"
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if name == PROJECT:
        loaded["properties"]["targets"]["properties"] = options_schema()
    return loaded


def shipped_roles() -> tuple[str, ...]:
    """Return the roles available in every project."""
    return tuple(schema("common")["$defs"]["shipped-role"]["enum"])


@cache
def _fast(kind: str) -> Any:
    import jsonschema_rs

    resources = [(f"json-schema:///{name}.schema.json", schema(name)) for name in _RESOURCES]
    registry = jsonschema_rs.Registry(resources)
    return jsonschema_rs.Draft202012Validator(
        schema(kind), registry=registry, base_uri=f"json-schema:///{kind}.schema.json"
    )


@cache
def _slow(kind: str) -> "Draft202012Validator":
    from jsonschema import Draft202012Validator, validators
    from referencing import Registry, Resource

    resources = [(f"{name}.schema.json", Resource.from_contents(schema(name))) for name in _RESOURCES]
    registry: Registry[Any] = Registry().with_resources(resources)
    strict: Any = validators
    validator: Draft202012Validator = strict.extend(Draft202012Validator, {"pattern": _pattern})(
        schema(kind), registry=registry
    )
    return validator


def _pattern(validator: Any, pattern: str, instance: Any, schema_: Any) -> "Iterator[ValidationError]":  # noqa: ARG001
    """Check a pattern with the semantics of JSON Schema: in Python, "$" also matches before a last line break."""
    from jsonschema.exceptions import ValidationError

    if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def validate(document: Document, kind: str) -> list[Finding]:
    """Return the errors in ``document`` as a ``kind``: at most a hundred findings, sorted."""
    if _is_valid(document, kind):
        return list(_patterns(document, kind))
    if document.data is None:
        help_ = "write at least one key, or remove the file"
        return [INVALID_VALUE.at(document.span(), "the file is empty", help_)]
    explained = (f for error in _slow(kind).iter_errors(document.data) for f in explain(document, error))
    found = {f.sort_key: f for f in islice(explained, _MOST_ERRORS)}
    if not found:  # the two validators disagree: what the stricter one rejects is rejected
        help_ = "compare it with `gsdc schema`"
        return [INVALID_VALUE.at(document.span(), f"the file is not a valid {kind}", help_)]
    return [found[key] for key in sorted(found)]


def _is_valid(document: Document, kind: str) -> bool:
    if kind not in KINDS or not isinstance(document, YamlDocument):
        return bool(_fast(kind).is_valid(document.data))
    if is_known(document.text, kind, _RESOURCES):
        return True
    valid = bool(_fast(kind).is_valid(document.data))
    if valid:
        remember(document.text, kind, _RESOURCES)
    return valid


def _patterns(document: Document, kind: str) -> Iterator[Finding]:
    """Yield a finding for each pattern of files in a valid ``document`` that does not match what it seems to."""
    bodies: list[tuple[tuple[str | int, ...], Any]] = [((), document.data)]
    if kind == "project":
        bodies += ((("profiles", name), body) for name, body in document.data.get("profiles", {}).items())
        plans = (document.data.get("targets") or {}).get("plans")
        given = plans.get("paths", ()) if isinstance(plans, dict) else ()
        yield from _mistakes(document, ("targets", "plans", "paths"), given)
    for path, body in bodies:
        for name, rule in body.get("never-break", {}).items() if isinstance(body, dict) else ():
            given = rule.get("when", {}).get("files", ()) if isinstance(rule, dict) else ()
            yield from _mistakes(document, (*path, "never-break", name, "when", "files"), given)


def _mistakes(document: Document, path: tuple[str | int, ...], patterns: Iterable[str]) -> Iterator[Finding]:
    for index, pattern in enumerate(patterns):
        if len(pattern) > _LONGEST_PATTERN:
            message, help_ = f"a pattern of more than {_LONGEST_PATTERN:,} characters", "shorten it"
        elif meant := mistake(pattern, ends_in_folders=path[0] != "targets"):
            message = f'{shown(pattern)} is not a file pattern: "**" stands for folders, between slashes'
            help_ = f'write "{meant}"'
        else:
            continue  # look up places only for errors: this takes longer than all the rest
        yield INVALID_VALUE.at(document.span((*path, index)), message, help_)
