"""A rendered template is kept, and made again when anything that it was made of has changed."""

import re

import pytest

from gsdc import data
from gsdc.source import rendering

TEMPLATES = sorted(data.folder("templates").rglob("*.j2"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_stands_alone(template):
    # What is kept carries a digest of its own template only.
    assert not re.search(r"\{%-?\s*(?:include|import|from|extends)\b", template.read_text(encoding="utf-8"))


@pytest.fixture
def templates(tmp_path, monkeypatch):
    monkeypatch.setenv("GSDC_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(data, "folder", lambda name: tmp_path / name)
    (tmp_path / "templates").mkdir()
    rendering._environment.cache_clear()
    yield tmp_path / "templates"
    rendering._environment.cache_clear()


def test_a_changed_template_and_a_changed_value_count(templates):
    (templates / "a.j2").write_text("{{ name }} 1\n")
    assert [rendering.render("a.j2", name=name) for name in ("x", "x", "y", "x")] == [
        "x 1\n",
        "x 1\n",
        "y 1\n",
        "x 1\n",
    ]
    (templates / "a.j2").write_text("{{ name }} 2\n")
    rendering._environment.cache_clear()
    assert rendering.render("a.j2", name="x") == "x 2\n"


def test_what_is_no_plain_data_is_not_kept(templates):
    (templates / "a.j2").write_text("{{ names|sort|join }}\n")
    assert rendering.render("a.j2", names={"b", "a"}) == "ab\n"
    assert rendering.render("a.j2", names={"c"}) == "c\n"
