"""One scale of effort for all models, and the nearest that a model takes."""

import pytest

from gsdc.models.effort import EFFORTS, fit, reaches

HAIKU = ("none", "high", "max")
OPUS = ("low", "medium", "high", "max")
GEMINI = ("high", "max")


@pytest.mark.parametrize(
    ("wanted", "taken", "floor", "expected"),
    [
        ("high", OPUS, None, "high"),
        ("xhigh", OPUS, None, "high"),  # of two as near, the lower
        ("minimal", OPUS, None, "low"),
        ("none", OPUS, None, None),  # low is two steps above: more than was asked
        ("low", HAIKU, None, "none"),
        ("medium", HAIKU, None, "high"),
        ("low", GEMINI, None, None),
        ("medium", GEMINI, None, "high"),
        ("high", (), None, None),
        ("xhigh", ("high", "max"), "xhigh", "max"),  # a floor is kept where the model can
        ("high", ("none", "medium", "max"), "high", "max"),
        ("low", OPUS, "high", "low"),  # what was asked below the floor stays for a finding
        ("high", ("low", "medium"), "high", "medium"),
    ],
)
def test_the_nearest_that_a_model_takes(wanted, taken, floor, expected):
    assert fit(wanted, taken, floor) == expected


@pytest.mark.parametrize("effort", EFFORTS)
def test_what_a_model_takes_it_gets(effort):
    assert fit(effort, EFFORTS) == effort
    assert reaches(effort, effort)


@pytest.mark.parametrize("effort", [None, "", "turbo", "HIGH"])
def test_what_is_no_effort_reaches_no_floor(effort):
    assert not reaches(effort, "none")
