"""The ``execution`` of a SUMMARY's frontmatter: how a plan was run (seed 001, 8.3).

The seed defines ``parallelization_efficiency`` as (sequential cost) / (parallel cost), but its example is wrong: 45,000
and 8,000 tokens in parallel, with 35,000 saved, are 88,000 / 53,000 = 1.66 and not 0.92. This module uses the quotient.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.source.frontmatter import read_frontmatter
from gsdc.source.span import span_at

NAME: Final = "execution"

MALFORMED = Diagnostic(
    "LG011",
    "malformed-execution",
    Severity.WARNING,
    """The `execution` of a SUMMARY.md has an invalid value, or an unknown key.

    ## Why is this bad?
    A program that sums up how plans were run ignores it, or fails (seed 001, "8.3 Summary.md Enhancement").
    `gsdc tokens execution PLAN` writes it from the ledger.

    ## Example (.planning/phases/01-core/01-02-SUMMARY.md, gsdc lint .planning/phases/01-core/01-02-SUMMARY.md)
    ---
    phase: 01-core
    execution:
      parallel_batches: "two"
    ---

    ## Use instead (.planning/phases/01-core/01-02-SUMMARY.md, gsdc lint .planning/phases/01-core/01-02-SUMMARY.md)
    ---
    phase: 01-core
    execution:
      parallel_batches: 2
    ---
    """,
)


class Execution(NamedTuple):
    """How a plan was run. Tokens are those that count against a budget; only the savings may be negative."""

    parallel_batches: int
    subagent_spawns: int
    total_subagent_tokens: int
    main_context_tokens: int
    parallelization_efficiency: float
    token_savings_vs_sequential: int


_BELOW_ZERO: Final = frozenset({"token_savings_vs_sequential"})


def execution_of(path: str, text: str) -> tuple[Mapping[str, Any], tuple[Finding, ...]]:
    """Return the ``execution`` of a summary without its malformed keys, {} if it has none, and the findings."""
    frontmatter, findings = read_frontmatter(path, text)
    given = frontmatter.data.get(NAME)
    if given is None:
        return {}, findings
    if not isinstance(given, dict):
        at = span_at(path, text, frontmatter.key(NAME))
        return {}, (*findings, MALFORMED.at(at, '"execution" is not a mapping', f"its keys are {_keys()}"))
    wrong = dict(_wrong(given))
    places = {name: frontmatter.key(NAME, str(name)) for name in wrong}
    return {name: value for name, value in given.items() if name not in wrong}, (
        *findings,
        *(MALFORMED.at(span_at(path, text, places[name]), *said) for name, said in wrong.items()),
    )


def _wrong(given: Mapping[Any, Any]) -> Iterator[tuple[Any, tuple[str, str]]]:
    """Yield the invalid keys, each with the error and the remedy."""
    for name, value in given.items():
        if name not in Execution._fields:
            yield name, (f'"{str(name)[:40]}" is not a key of "execution"', f"its keys are {_keys()}")
            continue
        kind = Execution.__annotations__[name]
        is_number = type(value) is int or (kind is float and type(value) is float)
        if not is_number or not abs(value) < 1e15 or (value < 0 and name not in _BELOW_ZERO):
            word = "a number" if kind is float else "a whole number"
            least = "" if name in _BELOW_ZERO else ", 0 or more"
            yield name, (f'"{name}" is {str(value)[:40]!r}, not {word}{least}', f"write {word}, without quotes")


def _keys() -> str:
    return ", ".join(Execution._fields)
