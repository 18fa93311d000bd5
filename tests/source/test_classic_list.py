"""Lists as get-shit-done 1.42 splits them, in time that grows with the text."""

import re

from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc.source.classic_list import classic_items

# The expression of the client; from each comma it looks ahead to the end of the line.
COMMA = re.compile(r""",(?=(?:[^"']|"[^"]*"|'[^']*')*$)""")


@given(st.text(alphabet="ab,\"' ", max_size=12))
@examples(500)
def test_items_are_those_of_the_client(text):
    assert classic_items(f"[{text}]") == {part.strip().strip("\"'") for part in COMMA.split(text)}


def test_a_long_list_takes_no_time():
    assert classic_items("[" + "a,'b'," * 200_000 + "c]") == {"a", "b", "c"}
