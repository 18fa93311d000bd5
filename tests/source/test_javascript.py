"""What JavaScript makes of values, as node prints them."""

import pytest

from gsdc.source.javascript import text, truthy

TEXTS = (
    *((0.0, "0"), (-0.0, "0"), (3.0, "3"), (3, "3"), (-2.5, "-2.5"), (0.1, "0.1"), (1 / 3, "0.3333333333333333")),
    *((1e16, "10000000000000000"), (123456789012345680000.0, "123456789012345680000"), (1e21, "1e+21")),
    *((1.5e300, "1.5e+300"), (1e-5, "0.00001"), (1e-6, "0.000001"), (1.5e-7, "1.5e-7"), (5e-324, "5e-324")),
    *((float("inf"), "Infinity"), (float("-inf"), "-Infinity"), (float("nan"), "NaN")),
    *((None, "null"), (True, "true"), (False, "false"), ("", ""), ("a", "a")),
    *(({}, "[object Object]"), ([], ""), ([1.0, None, [True, "a"], {}], "1,,true,a,[object Object]")),
)


@pytest.mark.parametrize(("value", "said"), TEXTS, ids=repr)
def test_text(value, said):
    assert text(value) == said


@pytest.mark.parametrize("value", [True, 1.0, "0", "false", [], {}])
def test_true(value):
    assert truthy(value)


@pytest.mark.parametrize("value", [None, False, 0.0, ""])
def test_not_true(value):
    assert not truthy(value)
