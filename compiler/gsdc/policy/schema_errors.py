"""An error of jsonschema as findings: at the key or value with the error, with the permitted values."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

from gsdc.finding import Diagnostic, Finding, Severity, nearest
from gsdc.source.span import Span

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError


UNKNOWN_KEY = Diagnostic(
    "SC001",
    "unknown-key",
    Severity.ERROR,
    """A key is unknown.

    ## Why is this bad?
    A misspelt key has no effect: the clients' own formats ignore unknown keys silently.

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
    """A value has the wrong type, or is not one of those allowed.

    ## Why is this bad?
    Its meaning would be a guess.

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
    """A required key is missing.

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


class Document(Protocol):
    """A text with data and places, whatever its format: YAML of the language, or JSON."""

    @property
    def data(self) -> Any:
        """The content of the text, as plain Python data."""
        ...

    def span(self, path: tuple[str | int, ...] = (), /, *, key: bool = False) -> Span:
        """Return the place of the value at ``path``, or of its key."""
        ...


def explain(document: Document, error: "ValidationError") -> Iterator[Finding]:
    """Yield a finding for each key or value of ``error``."""
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
            yield from _missing(document, path, [key for key in limit if key not in value])
        case "dependentRequired":
            needed = {key for present, keys in limit.items() if present in value for key in keys}
            yield from _missing(document, path, sorted(needed - set(value)))
        case "enum":
            words = [str(word) for word in limit]
            yield INVALID_VALUE.at(
                document.span(path), f"{shown(value)} is not allowed{name}", nearest(str(value), words)
            )
        case "type":
            wanted = _TYPE_NAMES[str(limit)]
            message = f"expected {wanted}{name}, found {_kind_of(value)}"
            keys = [f'"{key}"' for key in schema_.get("required", ())]
            help_ = f"write {wanted}" + (f" with {' and '.join(keys)}" if keys else "")
            yield INVALID_VALUE.at(document.span(path), message, help_)
        case _:
            yield INVALID_VALUE.at(document.span(path), _other(error) + name, _hint(error))


def _missing(document: Document, path: tuple[str | int, ...], keys: list[str]) -> Iterator[Finding]:
    for key in keys:
        where = document.span(path, key=True)
        yield MISSING_KEY.at(where, f'"{key}" is missing{_inside(path)}', f"add `{key}:`")


def _explain_name(document: Document, path: tuple[str | int, ...], error: "ValidationError") -> Finding:
    key = str(error.instance)
    where = document.span((*path, key), key=True)
    if error.validator == "enum":
        limit: Any = error.validator_value
        allowed = [str(word) for word in limit]
        return UNKNOWN_KEY.at(where, f'unknown key "{key}"{_inside(path)}', nearest(key, allowed))
    return INVALID_VALUE.at(where, f"{shown(key)} is not a valid name here{_inside(path)}", _hint(error))


def _explain_branches(document: Document, error: "ValidationError") -> Iterator[Finding]:
    """Explain the branch that the user intended: the one whose type matches the value."""
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
            yield from explain(document, inner)
        return
    path = tuple(error.absolute_path)
    kinds: list[Any] = [
        e.validator_value
        for errors in branches.values()
        for e in errors
        if e.validator in {"type", "const"} and not e.path
    ]
    wanted = " or ".join(_TYPE_NAMES.get(kind, f'"{kind}"') for kind in dict.fromkeys(kinds))
    message = f"expected {wanted}{_quoted(path)}, found {_kind_of(error.instance)}"
    yield INVALID_VALUE.at(document.span(path), message, f"write {wanted}")


def _other(error: "ValidationError") -> str:
    value, limit = shown(error.instance), error.validator_value
    known = {
        "pattern": f"{value} does not have the required form",
        "minimum": f"{value} is less than {limit}",
        "exclusiveMinimum": f"{value} is not more than {limit}",
        "maximum": f"{value} is more than {limit}",
        "minLength": "an empty text",
        "maxLength": f"a text longer than {limit} characters",
        "minItems": "an empty list",
        "maxItems": f"a list of more than {limit}",
        "uniqueItems": "a list with duplicates",
        "minProperties": "an empty mapping",
        "maxProperties": f"more than {limit} keys",
        "const": f'{value} is not "{limit}"',
    }
    return known.get(str(error.validator), f"{value} is not valid")


def _hint(error: "ValidationError") -> str:
    description = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
    if error.validator == "pattern":
        return f"{description} It must match {error.validator_value}".strip()
    return str(description) or "see `gsdc schema`"


def _quoted(path: tuple[str | int, ...]) -> str:
    named = [part for part in path if isinstance(part, str)]
    return f' in "{named[-1]}"' if named else ""


def _inside(path: tuple[str | int, ...]) -> str:
    return f' in "{".".join(str(part) for part in path)}"' if path else ""


def shown(value: Any) -> str:
    """Return ``value`` for a message: as JSON, shortened to 60 characters."""
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
    return shown(value)
