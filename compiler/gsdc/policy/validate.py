"""JSON Schema (2020-12) over documents: a compiled validator accepts, jsonschema explains.

``jsonschema-rs`` answers yes or no in microseconds. Only where it says no is ``jsonschema`` imported, to turn every
error into a finding at the key or value that it is about, with what is allowed and the nearest name.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from gsdc import data
from gsdc.finding import Diagnostic, Finding, Severity, nearest
from gsdc.source.document import Document
from gsdc.source.path_pattern import mistake
from gsdc.targets.registry import options_schema

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

_MOST_ERRORS = 100  # nobody reads more, and each takes a millisecond
_LONGEST_PATTERN = 1_000
KINDS = ("catalog", "fleet", "models", "profile", "project")

UNKNOWN_KEY = Diagnostic(
    "SC001",
    "unknown-key",
    Severity.ERROR,
    """A key is not one of the language's.

    ## Why is this bad?
    A misspelt key is a rule that does not hold: the clients' own formats ignore unknown keys silently.

    ## Example (profile)
    rolse:
      docs: light

    ## Use instead (profile)
    roles:
      docs: light
    """,
)
INVALID_VALUE = Diagnostic(
    "SC002",
    "invalid-value",
    Severity.ERROR,
    """A value is of the wrong type, or not one of those allowed.

    ## Why is this bad?
    What it means would be a guess.

    ## Example (profile)
    plans: {max-parallel: many}

    ## Use instead (profile)
    plans: {max-parallel: 5}
    """,
)
MISSING_KEY = Diagnostic(
    "SC003",
    "missing-key",
    Severity.ERROR,
    """A key that has to be there is not.

    ## Why is this bad?
    An override without a reason, say, cannot be reviewed (seed 002, "Escape Hatches": a forced model is logged
    with its reason).

    ## Example (gsdc.yaml)
    overrides:
      - {agent: gsd-executor, model: opus}

    ## Use instead (gsdc.yaml)
    overrides:
      - {agent: gsd-executor, model: opus, reason: Payment code this week}
    """,
)

_TYPE_NAMES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}

PROJECT: Final = "project"


@cache
def schema(name: str) -> dict[str, Any]:
    """Return the schema ``name`` ("profile", "common", ...); that of a project has the options of each target."""
    path = data.folder("schemas") / f"{name}.schema.json"
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if name == PROJECT:
        loaded["properties"]["targets"]["properties"] = options_schema()
    return loaded


def shipped_roles() -> tuple[str, ...]:
    """Return the roles that every project knows."""
    return tuple(schema("common")["$defs"]["shipped-role"]["enum"])


@cache
def _fast(kind: str) -> Any:
    import jsonschema_rs

    resources = [(f"json-schema:///{name}.schema.json", schema(name)) for name in ("common", *KINDS)]
    registry = jsonschema_rs.Registry(resources)
    return jsonschema_rs.Draft202012Validator(
        schema(kind), registry=registry, base_uri=f"json-schema:///{kind}.schema.json"
    )


@cache
def _slow(kind: str) -> "Draft202012Validator":
    from jsonschema import Draft202012Validator, validators
    from referencing import Registry, Resource

    resources = [(f"{name}.schema.json", Resource.from_contents(schema(name))) for name in ("common", *KINDS)]
    registry: Registry[Any] = Registry().with_resources(resources)
    strict: Any = validators
    validator: Draft202012Validator = strict.extend(Draft202012Validator, {"pattern": _pattern})(
        schema(kind), registry=registry
    )
    return validator


def _pattern(validator: Any, pattern: str, instance: Any, schema_: Any) -> "Iterator[ValidationError]":  # noqa: ARG001
    """Check a pattern as JSON Schema means it: for Python, "$" also stands before a last line break."""
    from jsonschema.exceptions import ValidationError

    if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def validate(document: Document, kind: str) -> list[Finding]:
    """Return what is wrong with ``document`` as a ``kind``: at most a hundred findings, sorted."""
    if _fast(kind).is_valid(document.data):
        return list(_patterns(document, kind))
    if document.data is None:
        help_ = "an empty file says nothing: write at least one key, or remove the file"
        return [INVALID_VALUE.at(document.span(), "the file is empty", help_)]
    explained = (f for error in _slow(kind).iter_errors(document.data) for f in _explain(document, error))
    found = {f.sort_key: f for f in islice(explained, _MOST_ERRORS)}
    if not found:  # the two validators disagree: what the stricter one rejects is rejected
        help_ = "compare it with `gsdc schema`"
        return [INVALID_VALUE.at(document.span(), f"the file is no valid {kind}", help_)]
    return [found[key] for key in sorted(found)]


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
            message = f'{_shown(pattern)} is no pattern of files: "**" stands for folders, between slashes'
            help_ = f'write "{meant}"'
        else:
            continue  # the place is looked up for what is wrong alone: that takes longer than all the rest
        yield INVALID_VALUE.at(document.span((*path, index)), message, help_)


def _explain(document: Document, error: "ValidationError") -> Iterator[Finding]:
    path = tuple(error.absolute_path)
    if "propertyNames" in error.relative_schema_path:
        yield _explain_name(document, path, error)
        return
    name = _quoted(path)
    value: Any = error.instance
    limit: Any = error.validator_value
    schema_: Any = error.schema
    match error.validator:
        case "additionalProperties":
            allowed = sorted(schema_.get("properties", {}))
            for key in value:
                if key not in allowed:
                    where = document.span((*path, key), key=True)
                    yield UNKNOWN_KEY.at(where, f'unknown key "{key}"{_inside(path)}', nearest(key, allowed))
        case "oneOf" | "anyOf":
            yield from _explain_branches(document, error)
        case "required":
            missing = [key for key in limit if key not in value]
            for key in missing:
                help_ = f"add `{key}:`"
                yield MISSING_KEY.at(document.span(path, key=True), f'"{key}" is missing{_inside(path)}', help_)
        case "dependentRequired":
            missing = sorted(
                {key for present, needs in limit.items() if present in value for key in needs} - set(value)
            )
            for key in missing:
                yield MISSING_KEY.at(
                    document.span(path, key=True), f'"{key}" is missing{_inside(path)}', f"add `{key}:`"
                )
        case "enum":
            words = [str(word) for word in limit]
            yield INVALID_VALUE.at(
                document.span(path), f"{_shown(value)} is not allowed{name}", nearest(str(value), words)
            )
        case "type":
            wanted = _TYPE_NAMES[str(limit)]
            message = f"{_kind_of(value)} stands where {wanted} is meant{name}"
            needed = [f'"{key}"' for key in schema_.get("required", ())]
            help_ = f"write {wanted}" + (f" with {' and '.join(needed)}" if needed else "")
            yield INVALID_VALUE.at(document.span(path), message, help_)
        case _:
            yield INVALID_VALUE.at(document.span(path), _other(error) + name, _hint(error))


def _explain_name(document: Document, path: tuple[str | int, ...], error: "ValidationError") -> Finding:
    key = str(error.instance)
    where = document.span((*path, key), key=True)
    if error.validator == "enum":
        limit: Any = error.validator_value
        allowed = [str(word) for word in limit]
        return UNKNOWN_KEY.at(where, f'unknown key "{key}"{_inside(path)}', nearest(key, allowed))
    return INVALID_VALUE.at(where, f"{_shown(key)} is not a name that can stand here{_inside(path)}", _hint(error))


def _explain_branches(document: Document, error: "ValidationError") -> Iterator[Finding]:
    """Explain the branch that the user meant: the one whose type fits the value."""
    branches: dict[int, list[ValidationError]] = {}
    for inner in error.context or []:
        branches.setdefault(int(inner.schema_path[0]), []).append(inner)
    fitting = [
        errors
        for errors in branches.values()
        if not any(e.validator in {"type", "const"} and not e.path for e in errors)
    ]
    if fitting:
        for inner in fitting[0]:
            yield from _explain(document, inner)
        return
    path = tuple(error.absolute_path)
    kinds: list[Any] = [
        e.validator_value
        for errors in branches.values()
        for e in errors
        if e.validator in {"type", "const"} and not e.path
    ]
    wanted = " or ".join(_TYPE_NAMES.get(kind, f'"{kind}"') for kind in dict.fromkeys(kinds))
    message = f"{_kind_of(error.instance)} stands where {wanted} is meant{_quoted(path)}"
    yield INVALID_VALUE.at(document.span(path), message, f"write {wanted}")


def _other(error: "ValidationError") -> str:
    value, limit = _shown(error.instance), error.validator_value
    known = {
        "pattern": f"{value} is not written as it has to be",
        "minimum": f"{value} is less than {limit}",
        "exclusiveMinimum": f"{value} is not more than {limit}",
        "maximum": f"{value} is more than {limit}",
        "minLength": "an empty text",
        "maxLength": f"a text longer than {limit} characters",
        "minItems": "an empty list",
        "maxItems": f"a list of more than {limit}",
        "uniqueItems": "a list that says something twice",
        "minProperties": "an empty mapping",
        "maxProperties": f"more than {limit} keys",
        "const": f'{value} is not "{limit}"',
    }
    return known.get(str(error.validator), f"{value} is not valid")


def _hint(error: "ValidationError") -> str:
    description = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
    if error.validator == "pattern":
        return f"{description} It has to match {error.validator_value}".strip()
    return str(description) or "see `gsdc schema`"


def _quoted(path: tuple[str | int, ...]) -> str:
    named = [part for part in path if isinstance(part, str)]
    return f' in "{named[-1]}"' if named else ""


def _inside(path: tuple[str | int, ...]) -> str:
    return f' in "{".".join(str(part) for part in path)}"' if path else ""


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def _kind_of(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f'"{str(value).lower()}"'
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return _shown(value)
