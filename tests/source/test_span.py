"""Where something begins and ends in a file."""

import json

import pytest
from click.testing import CliRunner

from gsdc.cli import main
from gsdc.source.document import Document
from gsdc.source.jsonc import Jsonc
from gsdc.source.plan import parse
from gsdc.source.span import Places, Span

YAML = """a: one
"b": 'two words'
c: [x, yy]
d: &anchor {e: 1}
f: *anchor
g: |
  lines
  of text
h:
i: "ends
  below"
"""


def covered(text: str, span: Span) -> str:
    """Return the characters of a span that has an end."""
    lines = text.split("\n")
    assert span.line == span.end_line
    return lines[span.line - 1][span.column - 1 : span.end_column - 1]


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("a",), "a", "one"),
        (("b",), '"b"', "'two words'"),
        (("c", 1), "yy", "yy"),
        (("d", "e"), "e", "1"),
    ],
)
def test_a_value_of_yaml_has_an_end(path, key, value):
    document = Document("x.yaml", YAML)
    assert covered(YAML, document.span(path, key=True)) == key
    assert covered(YAML, document.span(path)) == value


@pytest.mark.parametrize("path", [("g",), ("i",)])
def test_a_value_of_several_lines_has_no_known_end(path):
    assert Document("x.yaml", YAML).span(path).end_line == 0


@pytest.mark.parametrize("path", [("c",), ("d",), ("f",), ("h",)])
def test_what_is_no_scalar_stands_where_its_key_does(path):
    assert covered(YAML, Document("x.yaml", YAML).span(path)) == path[0]


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [(("a",), '"a"', '"x\\"y"'), (("b", "c"), '"c"', "12"), (("b", "d"), '"d"', "null")],
)
def test_a_value_of_json_has_an_end(path, key, value):
    text = '{ "a": "x\\"y", // note\n  "b": {"c": 12, "d": null}}'
    document = Jsonc("x.json", text)
    assert covered(text, document.span(path, key=True)) == key
    assert covered(text, document.span(path)) == value
    assert document.span(("b",)).end_line == 0  # an object is as long as the file


def test_an_attribute_of_a_task_has_an_end():
    text = '<task type="auto" model="sonnet">\n  <name>x</name>\n</task>\n'
    plan = parse("PLAN.md", text)
    (attribute,) = (one for one in plan.tasks[0].attributes if one.name == "model")
    assert covered(text, plan.between(attribute.start, attribute.end)) == 'model="sonnet"'


@pytest.mark.parametrize(
    ("start", "end", "expected"), [(0, 3, (1, 1, 2, 1)), (1, 1, (1, 2, 0, 0)), (3, 1, (2, 1, 0, 0))]
)
def test_a_range_that_is_empty_has_no_end(start, end, expected):
    assert Places("x", "ab\ncd").between(start, end)[1:] == expected


def test_programs_are_told_the_end(tmp_path, monkeypatch):
    (tmp_path / "gsdc.yaml").write_text("profile: balancd\nfleets: [gsd]\n")
    monkeypatch.chdir(tmp_path)
    (finding,) = json.loads(CliRunner().invoke(main, ["lint", "--format", "json"]).stdout)["findings"]
    assert (finding["line"], finding["column"], finding["end_line"], finding["end_column"]) == (1, 10, 1, 17)
    sarif = json.loads(CliRunner().invoke(main, ["lint", "--format", "sarif"]).stdout)
    region = sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 1, "startColumn": 10, "endLine": 1, "endColumn": 17}
    command = CliRunner().invoke(main, ["lint", "--format", "github"]).stdout
    assert "line=1,col=10,endLine=1,endColumn=16,title=" in command
