"""A rejected YAML text is narrowed to the part with the mistake: the mistake found in it is that of the whole text."""

import random

import pytest

from gsdc.source import yaml_careful, yaml_narrow, yaml_text
from gsdc.source.yaml_text import NotYamlError

TEXT = """phase: 03-login
depends_on: ["01", "02"]
must_haves:
  truths:
    - "The form opens"
    - it's saved
  artifacts:
  - path: src/a.ts
    provides: >-
      the form,
      with its: errors
  - path: src/b.ts
tags: [a, b]
"""
PIECES = (":", "- ", "'", '"', "@", "`", "[", "{", "}", "\\", "  ", "\n", "# ", "| ", "a: ", "\n  ", "key:\n", ": :")


def narrowed(text):
    return yaml_narrow.narrowed(text, accepted)


def accepted(part):
    try:
        return yaml_careful.read(part)
    except NotYamlError:
        return None


def problem(text):
    try:
        yaml_careful.read(text)
    except NotYamlError as error:
        return error.problems[0]
    return None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a: 1\nb: 2\nc: @x\nd: 3\n", ["c: @x", "d: 3"]),
        ("a: 1\nb:\n  c: 2\n  d: @x\n", ["b:", "  d: @x"]),
        ("a:\n  - x\n  - y\n  - @z\n", ["a:", "  - @z"]),
        ("a:\n- x\n- y\n- @z\n", ["a:", "- @z"]),
        ("a:\r\n  - x\r\n  - @z\r\n", ["a:", "  - @z"]),
        ("a: 1\na: @x\n", ["a: 1", "a: @x"]),  # the key stands twice: that is a mistake too
        ("a: 1\n? b\nc: @x\n", ["a: 1", "? b", "c: @x"]),
        ("a: |\n  x\n y: @z\n", ["a: |", "  x", " y: @z"]),
    ],
)
def test_entries_before_the_mistake_are_left_out(text, kept):
    shown = narrowed(text)
    assert [line.rstrip() for line in shown.splitlines() if line.strip()] == kept
    assert shown.count("\n") == text.count("\n")


@pytest.mark.parametrize("seed", range(20))
def test_the_mistake_found_is_that_of_the_whole_text(seed):
    chosen = random.Random(seed)
    for _ in range(20):
        text = TEXT
        for _ in range(chosen.randint(1, 2)):
            at = chosen.randrange(len(text))
            text = text[:at] + chosen.choice(PIECES) + text[at + chosen.randint(0, 2) :]
        whole, part = problem(text), problem(narrowed(text))
        assert part is None or part == whole, text


def test_a_broken_text_is_explained_at_its_place():
    with pytest.raises(NotYamlError) as error:
        yaml_text.loads(TEXT.replace("- it's saved", "- @saved"))
    assert (error.value.line, error.value.problems[0].column) == (6, 7)
