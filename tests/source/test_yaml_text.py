"""YAML is read alike by both readers, whatever is installed."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

import gsdc
from gsdc.source import yaml_careful, yaml_text
from gsdc.source.yaml_text import NotYamlError

CASES = yaml_text.loads(Path(__file__).with_name("yaml_texts.yaml").read_text(encoding="utf-8"))
READERS = {"whichever is faster": yaml_text.loads, "ruamel.yaml": yaml_careful.read}
PIECES = (
    *("a", "b c", "01", "-01", "3.6", "03.6", "1_0", "0x1F", "1e3", "~", "true", "yes", "2024-01-01", ".inf", "''"),
    *("1.0e-06", "-1.5E+07", "1.5e-0_6", "e-06", "1.5-06"),
    *('"x"', "'it''s'", '"\\n"', '"\\."', "*x", "&x ", "!t", "!!str", "@", "`", "|", ">-", "#", " #c", "---", "..."),
    *(": ", ":", "- ", ", ", "[", "]", "{", "}", "? ", "\n", "\n  ", "\n    ", "\t# c", "\r\n", "a: ", "b: ", "- a: "),
    *("\x07", "\x85", "\u2028", "\ufeff", "\ue000", "é", "😀", "%", "9" * 20),
)


def outcome(read, text):
    """Return the data and their types, or that there are none."""
    try:
        return repr(read(text))
    except NotYamlError:
        return None


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_text(case, reader):
    if "rejected" not in case:
        assert repr(READERS[reader](case["text"])) == repr(case["data"])
        return
    with pytest.raises(NotYamlError) as error:
        READERS[reader](case["text"])
    problem = error.value.problems[0]
    assert f"{problem.line}:{problem.column}" == case["rejected"], problem


@pytest.mark.parametrize("seed", range(40))
def test_generated_texts_are_read_alike(seed):
    chosen = random.Random(seed)
    for _ in range(50):
        text = "".join(chosen.choices(PIECES, k=chosen.randint(1, 12)))
        fast, careful = (outcome(read, text) for read in READERS.values())
        assert fast == careful, text


def test_the_fast_reader_reads_what_is_plain(monkeypatch):
    monkeypatch.delattr(yaml_careful, "read")
    assert yaml_text.loads("phase: 01\nfiles: [a.ts, 'b: c']\nwave: 2 # of 3\n") == {
        "phase": "01",
        "files": ["a.ts", "b: c"],
        "wave": 2,
    }


@pytest.mark.parametrize("nested", ["- ", "? ", "[", "{", "[[],", "- [", "? - "])
def test_what_nests_too_deeply_is_no_yaml(nested):
    # In a process of its own: a parser that overflows the stack ends it.
    code = (
        f"from gsdc.source.yaml_text import *\ntry: loads({nested!r} * 100_000)\nexcept NotYamlError: print('rejected')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(gsdc.__file__).parents[1],
    )
    assert done.stdout == "rejected\n", done.stderr


@pytest.mark.parametrize("step", ["- ", "a:\n"])
def test_what_is_indented_too_deeply_is_no_yaml(step):
    text = "".join(" " * (2 * level) + step.replace("- ", "-\n") for level in range(2000))
    with pytest.raises(NotYamlError):
        yaml_text.loads(text)
