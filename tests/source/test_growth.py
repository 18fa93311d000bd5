"""Nothing that reads a plan takes more than its share of time as the plan grows: steps are counted, not seconds.

A step is a line of Python: what one expression or one search of a text takes is measured by ``python -m tests.fuzz
--growth``. So that no expression takes exponential time, none repeats what repeats, but for the ones that are named.
"""

import importlib
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from tests.growth import HOSTILE

import gsdc.plans
import gsdc.rules.plans
import gsdc.source
import gsdc.tasks
from gsdc.lint.plan import check_plan
from gsdc.policy.load import load
from gsdc.rules.plans.api import PlanContext
from gsdc.source.file_list import paths
from gsdc.source.lazy_pattern import _LazyPattern
from gsdc.source.plan import parse
from gsdc.source.plan_annotation import strip
from gsdc.targets.plans.emit import annotate

SHORT = 1500
# A credential loads the scanner, which takes seconds.
SCANNED = {"many secrets"}
# Of tasks in parallel a hundred are compared, with each other; the others begin with much that does not grow.
BOUNDED = SCANNED | {"tasks on one file", "fences that grow", "declared patterns"}


def steps(work: Callable[[], object]) -> int:
    """Return how many lines of Python ``work`` runs."""
    count = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> PlanContext:
    folder = tmp_path_factory.mktemp("project")
    return PlanContext(folder, folder)


@pytest.mark.sampled
@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - BOUNDED))
def test_steps_grow_with_the_text(context: PlanContext, name: str):
    texts = [HOSTILE[name].text(SHORT * factor) for factor in (1, 2, 4)]
    for work in (
        lambda text: parse("p", text),
        lambda text: check_plan("p", text, context),
        lambda text: strip("p", text),
        paths,
    ):
        work(texts[0])  # what is loaded once does not count
        few, more, most = (steps(lambda text=text, work=work: work(text)) for text in texts)  # type: ignore[misc]
        assert most - more <= 3 * (more - few) + 2000


@pytest.mark.sampled
@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - SCANNED))
def test_hostile_plans_of_some_length(context: PlanContext, name: str):
    policy = load(Path(context.root), fleets=["gsd"]).policy
    assert policy is not None
    text = HOSTILE[name].text(8 * SHORT)
    once, _ = annotate(text, policy, "green", "p")
    assert strip("p", once) == strip("p", text)


def expressions() -> Iterator[tuple[str, "re.Pattern[str]"]]:
    """Yield every compiled expression of the modules that read plans, with its module's name."""
    for package in (gsdc.source, gsdc.plans, gsdc.rules.plans, gsdc.tasks):
        for found in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            for value in vars(importlib.import_module(found.name)).values():
                for item in value if isinstance(value, tuple) else (value,):
                    if isinstance(item, (re.Pattern, _LazyPattern)):
                        yield found.name, item


def repeats_twice(parsed: Any, *, inside: bool = False) -> bool:
    """Tell whether an expression repeats without a limit what repeats without a limit."""
    if isinstance(parsed, tuple) and len(parsed) == 2 and str(parsed[0]).endswith("_REPEAT"):
        _, most, body = parsed[1]
        endless = most == re._constants.MAXREPEAT  # type: ignore[attr-defined]
        return (endless and inside) or repeats_twice(body, inside=inside or endless)
    if isinstance(parsed, str | int) or parsed is None:
        return False
    return any(repeats_twice(part, inside=inside) for part in parsed)


def test_no_expression_repeats_what_repeats():
    found = list(expressions())
    assert len(found) > 60
    # A turn of the outer repetition begins with what the inner one cannot repeat, or nothing follows that could fail.
    separated = {"_BEGIN", "_BLANK", "_BLOCK", "_BLOCK_COMMENTS", "_IDENTIFIER", "_REST_OF_TAG", "STRING"}
    separated |= {
        "_ALIAS",
        "_NOTHING",
        "_CLASSIC_NUMBER",
        "_NUMBER",
        "_PATH",
        "_PHASE_NUMBER",
        "_PLAIN",
        "_SET",
        "_TOKEN",
    }
    nested = {
        name
        for module, item in found
        if repeats_twice(re._parser.parse(item.pattern, item.flags))  # type: ignore[attr-defined]
        for name, value in vars(importlib.import_module(module)).items()
        if value is item
    }
    assert nested == separated
