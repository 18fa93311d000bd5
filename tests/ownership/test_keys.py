"""What gsdc wrote into a JSON file is taken out of it again, key by key; what a person wrote there stays."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc.ownership.keys import leaves_of, revert_keys
from gsdc.source.jsonc import Jsonc

QUICK = examples(150)
SCALARS = st.one_of(st.booleans(), st.sampled_from([0, 1, "", "x", None, [1]]))
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3), max_leaves=8
).filter(lambda data: isinstance(data, dict))
PATHS = st.lists(st.sampled_from("abcde"), min_size=1, max_size=3).map(tuple)


def put(data: dict[str, Any], path: tuple[str, ...], value: Any) -> bool:
    """Write a value into ``data``; tell whether its path leads through objects only, and to none."""
    *above, last = path
    for key in above:
        data = data.setdefault(key, {})
        if not isinstance(data, dict):
            return False
    if isinstance(data.get(last), dict):
        return False
    data[last] = value
    return True


def merged(base: Any, added: Any) -> Any:
    if not (isinstance(base, dict) and isinstance(added, dict)):
        return added
    return {**base, **{key: merged(base[key], value) if key in base else value for key, value in added.items()}}


@QUICK
@given(
    before=DOCUMENTS,
    ours=st.dictionaries(PATHS, SCALARS, max_size=5),
    theirs=st.lists(PATHS, max_size=3),
    indent=st.sampled_from([None, 2]),
)
def test_what_a_person_added_stays_and_nothing_else(before, ours, theirs, indent):
    written = json.loads(json.dumps(before))
    for path, value in ours.items():
        put(written, path, value)
    text, added = json.dumps(written, indent=indent), {}
    here = json.loads(text)
    for number, path in enumerate(theirs):
        if put(here, (*path, f"person-{number}"), number):
            put(added, (*path, f"person-{number}"), number)
    document = Jsonc("x.json", json.dumps(here, indent=indent))
    found = revert_keys(document, leaves_of(before), leaves_of(json.loads(text)))
    assert found.edited == ()
    assert found.document.data == merged(before, added)


@QUICK
@given(before=DOCUMENTS, ours=st.dictionaries(PATHS, SCALARS, max_size=5))
def test_an_edit_of_what_was_written_stays(before, ours):
    written = json.loads(json.dumps(before))
    for path, value in ours.items():
        put(written, path, value)
    base = leaves_of(written)
    changed = [key for key in base if key not in leaves_of(before) and base[key] != {}]
    here = json.loads(json.dumps(written))
    for key in changed:
        put(here, key, "edited")
    found = revert_keys(Jsonc("x.json", json.dumps(here)), leaves_of(before), base)
    assert set(found.edited) == set(changed)
    assert all(leaves_of(found.document.data)[key] == "edited" for key in changed)


@pytest.mark.parametrize(
    ("before", "written", "here", "after"),
    [
        ('{"a": {}}', '{"a": {"b": {"m": 1}}}', '{"a": {"b": {"m": 1}, "own": {"m": 2}}}', '{"a": {"own": {"m": 2}}}'),
        ("{}", '{"agent": {"a": {"m": 1}}}', '{\n  // mine\n  "agent": {"a": {"m": 1}}\n}', "{\n  // mine\n}"),
        ("{}", '{"a": {"m": 1}}', '{"a": {"m": 1 /* mine */}}', '{"a": {/* mine */}}'),
        ("{}", '{"a": {"m": 1, "n": 2}, "b": 3}', '{"own": 0, "a": {"m": 1, "n": 2}, "b": 3}', '{"own": 0}'),
        ('{"a": 0}', '{"a": {"m": 1}}', '{"a": {"m": 1}}', '{"a": 0}'),
        ('{"a": true}', '{"a": 1}', '{"a": 1}', '{"a": true}'),
    ],
)
def test_the_text_around_it_stays(before, written, here, after):
    before, written = (leaves_of(json.loads(text)) for text in (before, written))
    assert revert_keys(Jsonc("x.json", here), before, written).document.text == after


def test_what_a_person_put_where_a_value_comes_back_is_an_edit():
    before, written = {("a",): 0}, {("a", "m"): 1}
    found = revert_keys(Jsonc("x.json", '{"a": {"m": 1, "own": 2}}'), before, written)
    assert found.edited == (("a",),)


def test_a_comment_between_a_key_and_its_value_is_an_edit():
    document = Jsonc("x.json", '{"a": {"m": /* mine */ 1, "n": 2}}')
    found = revert_keys(document, {}, {("a", "m"): 1, ("a", "n"): 2})
    assert found.edited == (("a", "m"),)
    assert found.document.text == '{"a": {"m": /* mine */ 1}}'


def test_what_a_person_put_in_the_way_of_a_value_that_comes_back_is_an_edit():
    found = revert_keys(Jsonc("x.json", '{"a": "off"}'), {("a", "m"): 1, ("b",): 2}, {})
    assert (found.edited, found.document.data) == ((("a", "m"),), {"a": "off", "b": 2})


def test_thousands_of_agents_are_reverted_in_reasonable_time():
    own = {f"own-{number}": {"mode": "subagent"} for number in range(1000)}
    ours = {name: {**entry, "model": "m", "temperature": 0} for name, entry in own.items()}
    new = {f"new-{number}": {"model": "m"} for number in range(1000)}
    written = {"agent": {**ours, **new}}
    document = Jsonc("x.json", json.dumps({"theme": "mine", **written}, indent=2))
    found = revert_keys(document, leaves_of({"agent": own}), leaves_of(written))
    assert found.document.data == {"theme": "mine", "agent": own}
