"""Files and functions stay small; a function that does not says why at its head: ``def f(  # long: the reason``."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import gsdc

PACKAGE = Path(gsdc.__file__).parent
LINES_OF_A_FILE = 300
LINES_OF_A_FUNCTION = 40
PARAMETERS = 6
REASON = re.compile(r"# long: \w+ .*\w+")

Function = ast.FunctionDef | ast.AsyncFunctionDef
SOURCES = {path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py"))}


def functions(source: str) -> Iterator[Function]:
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, Function))


def is_long(function: Function) -> bool:
    """Tell whether a function is over the limits; decorators do not count, ``self`` is no parameter."""
    given = function.args
    names = [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    count = len(names) - (names[:1] in (["self"], ["cls"])) + bool(given.vararg) + bool(given.kwarg)
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1 > LINES_OF_A_FUNCTION or count > PARAMETERS


def has_reason(function: Function, source: str) -> bool:
    return REASON.search(source.splitlines()[function.lineno - 1]) is not None


def test_no_file_is_long():
    long = {name: count for name, text in SOURCES.items() if (count := len(text.splitlines())) > LINES_OF_A_FILE}
    assert long == {}


@pytest.mark.parametrize("long", [True, False])
def test_a_function_has_a_reason_where_it_is_long_and_nowhere_else(long):
    wrong = [
        f"{name}:{function.lineno} {function.name}"
        for name, source in SOURCES.items()
        for function in functions(source)
        if is_long(function) == long and has_reason(function, source) != long
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("source", "long"),
    [
        ("def f(a, b, c, d, e, f): ...", False),
        ("def f(a, b, c, d, e, f, g): ...", True),
        ("def f(a, b, c, *, d, e, f, g): ...", True),
        ("def f(a, b, c, d, e, f, *g): ...", True),
        ("class C:\n    def f(self, a, b, c, d, e, f): ...", False),
        ("def f():\n" + "    a = 1\n" * 39, False),
        ("def f():\n" + "    a = 1\n" * 40, True),
        ("@g(\n    1,\n)\ndef f():\n" + "    a = 1\n" * 39, False),
        ("async def f():\n" + "    a = 1\n" * 40, True),
    ],
)
def test_limits_are_those_that_are_meant(source, long):
    assert [is_long(function) for function in functions(source)] == [long]
