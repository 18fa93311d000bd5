"""Files as YAML is read back as the same data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from tests.examples import examples

from gsdc.source.yaml_write import dump

ODD = ["no", "Null", "1e3", "0x1", "2026-01-01", "a: b", "a #b", "- a", "a\nb\n", "\n", "~", "yes", "\x85", "\t"]
TEXTS = st.one_of(st.text(st.characters(max_codepoint=0x2FF), max_size=9), st.sampled_from(ODD))
DATA = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 99), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=9,
)


@examples(100)
@given(data=st.dictionaries(TEXTS.filter(bool), DATA, min_size=1, max_size=4))
def test_any_data(data):
    reader = YAML(typ="safe", pure=True)
    assert reader.load(dump(data)) == data


@pytest.mark.parametrize("text", ['policy:x{a="b"} > 5', "a\n  b\n", "os.environ/KEY", "{{ .x }}", "°C"])
def test_texts(text):
    assert YAML(typ="safe").load(dump({"a": [text, {"b": text}]})) == {"a": [text, {"b": text}]}
