"""Whatever a plan is made of, it is checked, annotated and mended; ``python -m tests.fuzz`` does the same at length."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples
from tests.fuzz import Bench
from tests.mutation import SEEDS, TOKENS, mutate

from gsdc.credentials import scanner as secrets

PIECES = st.lists(st.one_of(st.sampled_from(TOKENS), st.text(max_size=5).map(str.encode)), max_size=30).map(b"".join)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "_scan", lambda *_: ())  # the scanner takes seconds to load
        yield Bench(Path(tmp_path_factory.mktemp("project")), SEEDS, scanner=False)


@pytest.mark.parametrize("seed", SEEDS)
def test_seeds(bench: Bench, seed: bytes):
    assert bench.run(seed).problem is None


@examples(100)
@given(before=PIECES, task=PIECES, after=PIECES)
def test_pieces(bench: Bench, before: bytes, task: bytes, after: bytes):
    assert bench.run(before + b"\n<task>\n" + task + b"</task>" + after).problem is None


@examples(100)
@given(number=st.integers(0, 1 << 32))
def test_mutations(bench: Bench, number: int):
    assert bench.run(mutate(SEEDS, random.Random(number))).problem is None


@pytest.mark.parametrize(
    "text",
    [
        "</tasks>" + "\n\n<!-- gsdc:begin plan-annotations\n-->\n<!-- gsdc:end plan-annotations -->" * 2,
        '---\nh:\u2028(\u2028(\u2028("\n---',  # more ends a line in YAML than in a file
        "---\nwave\n<task>\n: 1\n---\n<task></task>\n",  # broken frontmatter in which no line is a key
        "<task>\n<task</task>",  # what is put in before "</task>" must not make "<task" a tag
        "<task></task>\0\n\n<!-- gsdc:begin plan-annotations\n-->\n<!-- gsdc:end plan-annotations -->",  # not ours
        f'<task model="haiku" estimated-complexity="{"1" * 5000}">\n</task>\n',  # too long for int()
        '<task model="a\n<!-- gsdc: b">\n</task>\n',  # a person's value in our block
        '<task model="haiku">\n<task></task>',  # two tasks of one name, of which one gets no annotations
        "<task><token-budget><name>a</name></task>\n<task>\n",  # our metrics would close it
        "---\nwave:\nwave: &a [*a]\n---",  # what lies in itself
    ],
)
def test_found_before(bench: Bench, text: str):
    assert bench.run(text.encode()).problem is None
