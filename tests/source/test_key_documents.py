"""What holds for a document of every format: an edit says what was asked, changes nothing else, and can be reverted."""

import contextlib
from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.examples import examples
from tests.source.key_texts import FORMATS, names, values

from gsdc.finding import Rejected
from gsdc.ownership.keys import leaves_of, revert_keys
from gsdc.source.key_document import MISSING, same, value_at

QUICK = examples(60)
formats = pytest.mark.parametrize("name", FORMATS)
keys = st.lists(names, min_size=1, max_size=3).map(tuple)


def opened(data, name):
    """Draw a document."""
    return FORMATS[name].open(data.draw(FORMATS[name].texts, "text"))


def drawn_values(data, name, document=None):
    """Draw values by keys none of which leads through another one; ``document`` has none of them where it is given."""
    drawn = data.draw(st.dictionaries(keys, values(has_null=FORMATS[name].has_null), min_size=1, max_size=4), "values")
    chosen = {}
    for key, value in drawn.items():
        if not any(key[: len(other)] == other or other[: len(key)] == key for other in chosen):
            chosen[key] = value
    if document is None:
        return chosen
    chosen = {key: value for key, value in chosen.items() if value_at(document.data, key) is MISSING}
    assume(chosen)
    return chosen


def put(data, key, value):
    """Return ``data`` with ``value`` at ``key``, None where something is in the way; written again, to check by."""
    if not key:
        return value
    inside = data.get(key[0], {}) if isinstance(data, dict) else {}
    return {**(data if isinstance(data, dict) else {}), key[0]: put(inside, key[1:], value)}


def is_blocked(document, key):
    """Tell whether something that is not a mapping leads to ``key``."""
    above = (value_at(document.data, key[:length]) for length in range(len(key)))
    return any(value is not MISSING and not isinstance(value, dict) for value in above)


@formats
@QUICK
@given(data=st.data())
def test_an_update_says_what_was_asked_and_nothing_else(name, data):
    document = opened(data, name)
    new = drawn_values(data, name)
    if any(is_blocked(document, key) for key in new):
        with contextlib.suppress(Rejected):  # a key without a value may become a mapping
            document.update(new)
        return
    edited = document.update(new)
    wanted = document.data
    for key, value in new.items():
        wanted = put(wanted, key, value)
        assert same(value_at(edited.data, key), value)
    assert same(edited.data, wanted)
    assert same(FORMATS[name].open(edited.text).data, wanted)
    assert edited.update(new).text == edited.text
    assert document.update({}).text == document.text


@formats
@QUICK
@given(data=st.data())
def test_new_keys_only_insert(name, data):
    document = opened(data, name)
    new = drawn_values(data, name, document)
    assume(not any(is_blocked(document, key) for key in new))
    edited = document.update(new)
    rest = iter(edited.text)
    assert all(character in rest for character in document.text), "the old text is not what is left of the new one"


@formats
@QUICK
@given(data=st.data())
def test_new_keys_are_reverted_to_the_byte(name, data):
    document = opened(data, name)
    new = drawn_values(data, name, document)
    assume(not any(is_blocked(document, key) for key in new))
    edited = document.update(new)
    found = revert_keys(edited, leaves_of(document.data), leaves_of(edited.data))
    assert found.edited == ()
    assert found.document.text == document.text


@formats
@QUICK
@given(data=st.data())
def test_old_values_are_reverted(name, data):
    document = opened(data, name)
    before = leaves_of(document.data)
    assume(before and before != {(): {}})
    some = data.draw(st.lists(st.sampled_from(sorted(before)), min_size=1, max_size=3), "keys")
    new = {key: data.draw(values(has_null=FORMATS[name].has_null)) for key in some}
    edited = document.update(new)
    lost = Counter(document.text.splitlines()) - Counter(edited.text.splitlines())
    if not any(isinstance(before[key], list) for key in some):  # an array of tables has any number of lines
        assert sum(lost.values()) <= 6 * len(new)  # the longest other value has as many lines
    found = revert_keys(edited, before, leaves_of(edited.data))
    assert found.edited == ()
    assert same(found.document.data, document.data)


@formats
@QUICK
@given(data=st.data())
def test_a_removal_leaves_all_other_keys(name, data):
    document = opened(data, name)
    below = {key[:length] for key in leaves_of(document.data) for length in range(1, len(key) + 1)}
    assume(below)
    key = data.draw(st.sampled_from(sorted(below)), "key")
    left = document.remove(key)
    assert value_at(left.data, key) is MISSING
    kept = {other: value for other, value in leaves_of(document.data).items() if other[: len(key)] != key}
    assert all(same(value_at(left.data, other), value) for other, value in kept.items() if other)
    assert all(key[: len(other)] == other for other in leaves_of(left.data).keys() - kept.keys())
    rest = iter(document.text)
    inserted = left.text.replace(" {}", "")  # an empty mapping may have to be written
    assert all(character in rest for character in inserted) or name == "toml"
    assert left.remove(key).text == left.text


ALPHABETS = {
    "json": '{}[]",:/*\\u\ufeff \r\n01.e-tna',
    "yaml": "ab:- \n\r\t#{}[],'\"&*!|>?%@`~.\ufeff\\1<=",
    "toml": "ab.= \n\r\t#{}[],'\"\ufeff\\1-T:",
    "frontmatter": "ab:- \n\r\t#{}[],'\"&*!|>\ufeff",
}


@formats
@examples(200)
@given(data=st.data())
def test_any_text_is_edited_or_rejected(name, data):
    text = data.draw(st.text(ALPHABETS[name], max_size=30), "text")
    if name == "frontmatter":
        text = f"---\n{text}\n---\n"
    check_hostile(name, text, data)


@formats
@QUICK
@given(data=st.data())
def test_a_text_with_something_odd_in_it_is_edited_or_rejected(name, data):
    text = data.draw(FORMATS[name].texts, "text")
    at = data.draw(st.integers(0, len(text)), "place")
    odd = data.draw(st.text(ALPHABETS[name], min_size=1, max_size=3), "odd")
    check_hostile(name, text[:at] + odd + text[at:], data)


def check_hostile(name, text, data):
    """Edit a text; whatever it is, it is done right or rejected with a place and a remedy."""
    findings = ()
    try:
        document = FORMATS[name].open(text)
        some = sorted(key for key in leaves_of(document.data) if key)
        for key in [("a",), ("b", "new"), *([data.draw(st.sampled_from(some))] if some else [])]:
            edited = document.update({key: "x"})
            assert value_at(edited.data, key) == "x"
            assert same(FORMATS[name].open(edited.text).data, put(document.data, key, "x"))
            assert value_at(edited.remove(key).data, key) is MISSING
            assert isinstance(document.is_bare(key), bool)
            assert document.span(key).line >= 0
    except Rejected as rejected:
        findings = rejected.findings
    assert all(finding.help and finding.message for finding in findings)
