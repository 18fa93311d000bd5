"""A place that a parser gives lies in the text, as a person counts its lines."""

import pytest

from gsdc.finding import Rejected
from gsdc.source.document import Document


@pytest.mark.parametrize(
    ("text", "at"),
    [("a: [b", (1, 6)), ("a: [", (1, 5)), ("{a", (1, 3)), ("a: [b\n", (2, 1)), ("a: [\u2028", (1, 6))],
)
def test_what_is_never_closed(text, at):
    with pytest.raises(Rejected) as rejected:
        Document("x.yaml", text)
    assert rejected.value.findings[0].span[1:3] == at
