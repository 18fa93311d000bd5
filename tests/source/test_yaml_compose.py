"""Places in YAML are the same, whichever library composes the nodes."""

import random

import pytest
from tests.source.test_yaml_text import PIECES

from gsdc.finding import Rejected
from gsdc.source import yaml_compose
from gsdc.source.document import Document
from gsdc.source.yaml_compose import compose

PROFILE = "profile: balanced\nroles: # x\n  security: opus\n  'docs': {model: haiku, effort: low}\nfleets: [gsd, leo]\n"


@pytest.fixture
def without_the_fast_library(monkeypatch):
    monkeypatch.setattr(yaml_compose, "_fast_composer", lambda: None)


def spans(text):
    """Return where all values of ``text`` stand, {} where it is not valid YAML."""
    try:
        return Document("x.yaml", text)._spans
    except Rejected:
        return {}


@pytest.mark.parametrize("seed", range(20))
def test_both_give_the_same_places(seed, monkeypatch):
    chosen = random.Random(seed)
    made = ("".join(chosen.choices(PIECES, k=chosen.randint(1, 12))) for _ in range(100))
    texts = [text for text in made if yaml_compose._compose_with_care(text) is not None]
    assert len(texts) > 10
    fast = list(map(spans, texts))
    monkeypatch.setattr(yaml_compose, "_fast_composer", lambda: None)
    assert fast == list(map(spans, texts))


def test_a_profile(monkeypatch):
    fast = spans(PROFILE)
    assert fast[("roles", "docs", "effort")][1][1:] == (4, 34, 4, 37)
    assert fast[("fleets", 1)][1][1:] == (5, 15, 5, 18)
    monkeypatch.setattr(yaml_compose, "_fast_composer", lambda: None)
    assert spans(PROFILE) == fast


def test_the_fast_library_composes_what_is_plain(monkeypatch):
    monkeypatch.delattr(yaml_compose, "_compose_with_care")
    assert compose(PROFILE).id == "mapping"


@pytest.mark.usefixtures("without_the_fast_library")
def test_without_the_fast_library():
    assert compose(PROFILE).id == "mapping"


@pytest.mark.parametrize("text", ["a: [", "\t- a", "", "a: *x"])
def test_what_has_no_nodes(text):
    assert compose(text) is None
