"""Whole words: what is found is what the expression of all alternatives finds, compiled or not."""

import re
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc.tasks import vocabulary
from gsdc.tasks.vocabulary import WholeWords

MODULES = ("complexity", "kind_words", "security_review", "work")
LISTS = {
    f"{name}.{key}": value
    for name in MODULES
    for key, value in vars(import_module(f"gsdc.tasks.{name}")).items()
    if isinstance(value, WholeWords)
}
WORDS = sorted(
    {word for words in LISTS.values() for each in words._alternatives for word in re.findall("[a-z]+", each)}
)
# Letters that have another one's case, or that change their number with it.
ODD = ("ſ", "\u212a", "ı", "İ", "ß", "ﬁ", "Σς", "é")


def cased(word: str) -> st.SearchStrategy[str]:
    return st.sampled_from([word, word.upper(), word.title(), word.replace("s", "ſ").replace("i", "İ"), f"{word}s"])


PIECES = st.one_of(st.sampled_from(WORDS).flatmap(cased), st.sampled_from(ODD))
TEXTS = st.lists(PIECES, max_size=6).flatmap(
    lambda pieces: st.sampled_from([" ", "-", "_", "", "\n", ". "]).map(lambda between: between.join(pieces))
)


@pytest.mark.parametrize("name", sorted(LISTS))
@given(TEXTS)
@examples(200)
def test_found_is_what_the_expression_finds(name, text):
    words = LISTS[name]
    found, begun = words._expression.search(text), words._expression.match(text.lstrip())
    assert words.search(text) == (found[0] if found else "")
    assert words.match(text) == (begun[0] if begun else "")


@pytest.mark.parametrize(
    ("alternative", "stem"),
    [
        ("tests?", "test"),
        ("colou?r", "colo"),
        ("ab*c", "a"),
        ("a{2}", ""),
        ("code review", "code"),
        ("re ?run", "re"),
        ("set(?:ting|up)", "set"),
        ("one|two", ""),
        ("(?:one|two) more", ""),
        ("[ab]c", ""),
    ],
)
def test_a_stem_is_in_all_that_an_alternative_matches(alternative, stem):
    assert vocabulary._stem(alternative) == stem


@pytest.mark.parametrize(
    ("alternative", "stems"),
    [
        ("tests?", {"test"}),
        ("(?:one|two) more", {"one", "two"}),
        ("(?:re ?)?(?:view|audit)s?", {"re", "view", "audit"}),
        ("(?:auth(?:n|z)?|o ?auth) review", {"auth", "o"}),
        ("(?:one|two)* more", {""}),
        ("[ab]c|d", {""}),
    ],
)
def test_one_of_the_stems_begins_every_match(alternative, stems):
    assert set(vocabulary._stems(alternative)) == stems


def test_nothing_is_compiled_for_a_text_without_its_words():
    words = WholeWords("deploy", "ship it")
    assert words.search("Write the tests") == ""
    assert "_expression" not in vars(words)
    assert words.search("Then SHIP-IT.") == "SHIP-IT"
