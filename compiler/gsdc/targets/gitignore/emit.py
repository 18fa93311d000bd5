"""The lines of .gitignore that gsdc manages; every other line is unchanged."""

from collections.abc import Iterable

from gsdc.ownership.registry import LINES as OWN_LINES
from gsdc.policy.model import Model
from gsdc.source.line_document import LineDocument
from gsdc.source.tree import decode
from gsdc.targets.api import Artifact, Claim, Emission, Request
from gsdc.targets.gitignore import LINES, PATH


def emit(request: Request) -> Emission:
    """Add the missing lines; raise ``Rejected`` for a file that is not text."""
    document = LineDocument(PATH, decode(request.tree.read(PATH) or b"", PATH))
    values: dict[tuple[str, ...], bool] = {(line,): True for line in request.options.get("lines", LINES)}
    return Emission((Artifact(PATH, document.update(values).text.encode(), OWN_LINES),))


def read_back(path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:  # noqa: ARG001
    """Return nothing: the lines set no models."""
    return ()


def expected_claims(request: Request) -> frozenset[Claim]:  # noqa: ARG001
    """Return nothing, see ``read_back``."""
    return frozenset()
