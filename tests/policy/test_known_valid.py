"""A file that was found valid is not validated again, until it, its schema or its kind is another."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import gsdc
from gsdc.policy.known_valid import is_known, remember

PROJECT = "profile: balanced\nfleets: [gsd]\n"
SCHEMAS = ("common", "profile", "project")


@pytest.fixture(autouse=True)
def caches(tmp_path, monkeypatch) -> Path:
    """Return a cache folder of the test's own."""
    monkeypatch.setenv("GSDC_CACHE_DIR", str(tmp_path / "caches"))
    return tmp_path / "caches"


@pytest.fixture
def lint(tmp_path):
    """Return how to lint a project in a process of its own: its exit code, and whether a validator was loaded."""
    folder = tmp_path / "project"
    folder.mkdir()
    environment = os.environ | {"PYTHONPATH": str(Path(gsdc.__file__).parents[1])}

    def run(text: str) -> tuple[int, bool]:
        (folder / "gsdc.yaml").write_text(text)
        command = [sys.executable, "-X", "importtime", "-m", "gsdc", "--project", folder, "lint"]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
        return done.returncode, "jsonschema_rs" in imported

    return run


def test_a_validator_is_loaded_for_what_has_changed(lint):
    assert lint(PROJECT) == (0, True)
    assert lint(PROJECT) == (0, False)
    assert lint(f"{PROJECT}zones: {{}}\n")[1]


def test_what_is_wrong_is_never_known(lint):
    wrong = f"{PROJECT}rolse: {{}}\n"
    assert lint(wrong) == lint(wrong) == (1, True)


def test_a_damaged_cache_counts_for_nothing(lint, caches):
    lint(PROJECT)
    file = caches / "answers/valid"
    file.write_bytes(file.read_bytes()[:-9] + b"damaged!!")
    assert lint(PROJECT) == (0, True)


@pytest.mark.parametrize(
    ("text", "kind", "schemas"),
    [
        (f"{PROJECT} ", "project", SCHEMAS),
        (PROJECT, "profile", SCHEMAS),
        (PROJECT, "project", SCHEMAS[:2]),
    ],
)
def test_another_text_kind_or_schema_is_not_known(text, kind, schemas):
    remember(PROJECT, "project", SCHEMAS)
    assert is_known(PROJECT, "project", SCHEMAS)
    assert not is_known(text, kind, schemas)


def test_the_oldest_are_forgotten(monkeypatch):
    monkeypatch.setattr("gsdc.policy.known_valid._MOST", 3)
    for number in range(5):
        remember(str(number), "profile", SCHEMAS)
    assert [is_known(str(number), "profile", SCHEMAS) for number in range(5)] == [False, False, True, True, True]


def test_nothing_is_kept_where_there_is_no_cache(monkeypatch):
    monkeypatch.setenv("GSDC_CACHE_DIR", "relative")
    remember(PROJECT, "project", SCHEMAS)
    assert not is_known(PROJECT, "project", SCHEMAS)
