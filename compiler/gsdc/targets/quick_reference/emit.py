"""The quick reference card."""

from collections.abc import Iterable

from gsdc.ownership.registry import FILE
from gsdc.policy.model import Model
from gsdc.source.rendering import render
from gsdc.targets.api import Artifact, Claim, Emission, Request
from gsdc.targets.documents.facts import facts
from gsdc.targets.quick_reference import PATH


def emit(request: Request) -> Emission:
    """Write the card."""
    by_model: dict[str, list[str]] = {}
    values = facts(request.policy, request.zone)
    for row in values["rows"]:
        name = row["agent"] if row["phase"] == "any" else f"{row['agent']} ({row['phase']})"
        by_model.setdefault(row["zones"][0], []).append(name)
    text = render("documents/quick-reference.md.j2", by_model=by_model, **values)
    return Emission((Artifact(str(request.options.get("path", PATH)), text.encode(), FILE),))


def read_back(path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:  # noqa: ARG001
    """Return nothing: a document is read by people."""
    return ()


def expected_claims(request: Request) -> frozenset[Claim]:  # noqa: ARG001
    """Return nothing, see ``read_back``."""
    return frozenset()
