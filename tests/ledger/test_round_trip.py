"""What is exported comes back as it was, whatever an event holds; and overrides are in the ledger."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cli.running import answer, replace, run
from tests.examples import examples
from tests.ledger.test_tokens import exported

from gsdc.ledger.database import open_memory
from gsdc.ledger.event import DEFAULTS, TYPES, Event, cut
from gsdc.ledger.exporting import export_lines
from gsdc.ledger.importing import import_file
from gsdc.ledger.ledger import Ledger

OPTIONAL = ("complexity", "duration_ms", "success", "rework", "nano", "client_nano")
TEXT = st.text(max_size=30).map(cut)
NUMBER = st.integers(0, (1 << 53) - 1)


def values(name: str, default: object) -> st.SearchStrategy:
    if name == "type":
        return st.sampled_from(TYPES)
    if isinstance(default, str):
        return TEXT
    if name in OPTIONAL:
        return st.none() | st.integers(0, 10**6)
    return st.integers(0, 10**9)


EVENTS = st.fixed_dictionaries(
    {"key": TEXT.filter(bool), "at": st.integers(0, 1 << 42), "model": TEXT},
    optional={name: values(name, default) for name, default in DEFAULTS.items() if name != "model"},
).map(lambda fields: Event(**fields))


@examples(200)
@given(st.lists(EVENTS, max_size=8, unique_by=lambda event: event.key))
def test_every_event_comes_back(events):
    with TemporaryDirectory() as folder, open_memory() as first, open_memory() as second:
        Ledger(first).add_all(events)
        text = "".join(export_lines(Ledger(first)))
        file = Path(folder) / "out.jsonl"
        file.write_bytes(text.encode())
        done = import_file(Ledger(second), file, "out.jsonl", lambda event: event)
        assert (done.added, done.findings) == (len(events), ())
        assert sorted(Ledger(second).events()) == sorted(events)
        assert "".join(export_lines(Ledger(second))) == text
        again = import_file(Ledger(second), file, "out.jsonl", lambda event: event)
        assert again.added == 0


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text() | st.integers(), st.lists))
@settings(deadline=None)
def test_whatever_a_line_holds_is_an_event_or_a_finding(data):
    with TemporaryDirectory() as folder, open_memory() as database:
        file = Path(folder) / "out.jsonl"
        good = {"key": "a", "at": 5}
        file.write_text("\n".join(json.dumps(one) for one in (good, {"key": "b", "at": data}, data)))
        done = import_file(Ledger(database), file, "out.jsonl", lambda event: event)
        assert 1 <= done.added <= 2
        assert done.findings


def test_the_largest_numbers_add_up(project):
    """A damaged or hostile export must not make a ledger that cannot be summed: nothing is ever taken out of it."""
    largest = dict.fromkeys(("input", "output", "cache_read", "cache_write", "unsplit"), 10**12)
    lines = [
        {"key": str(n), "at": 1_790_000_000_000 + n, "nano": 10**14, "written": "opus"} | largest for n in range(500)
    ]
    lines += [{"key": "x", "at": 5, "input": 10**12 + 1}, {"key": "y", "at": 5, "nano": 10**14 + 1}]
    lines += [{"key": f"o{n}", "at": 1_790_000_000_000, "written": "opus"} | largest for n in range(500)]
    (project / "in.jsonl").write_text("\n".join(map(json.dumps, lines)))
    found = answer(project, "tokens", "import", str(project / "in.jsonl"), code=1)["findings"][0]["message"]
    assert found == '2 records of this file skipped: "input" is not a whole number from 0 to 1,000,000,000,000'
    assert len(exported(project)) == 1000
    run(project, "budget")
    run(project, "report", "weekly", "--date", "2026-09-21")


def test_an_override_is_logged_with_who_and_why(project, monkeypatch):
    monkeypatch.setenv("USER", "maria")
    run(project, "override", "DOCMON", "opus", "--reason", "The release notes of 2.0")
    run(project, "override", "DOCMON", "--remove")
    found = exported(project)
    assert {event["type"] for event in found} == {"override"}
    assert {event["agent"] for event in found} == {"DOCMON"}
    changes = {(event.get("origin"), event.get("model"), event.get("reason")) for event in found}
    assert changes == {("haiku", "opus", "The release notes of 2.0"), ("opus", "haiku", None)}
    assert all(event["who"] for event in found)


def test_an_override_that_changes_nothing_now_is_logged_once(project):
    run(project, "override", "DOCMON", "opus", "--reason", "When it gets tight", "--zone", "red")
    assert [(one["type"], "model" in one) for one in exported(project)] == [("override", False)]


def test_a_refused_override_is_not_logged(project):
    run(project, "override", "SECURITY", "haiku", "--reason", "cheap", code=1)
    assert not (project / ".gsdc/ledger.db").exists()


@pytest.mark.parametrize("what", ["a folder", "a server that does not answer"])
def test_an_override_holds_where_it_cannot_be_logged(project, monkeypatch, what):
    if what == "a folder":
        (project / ".gsdc/ledger.db").mkdir(parents=True)
    else:
        monkeypatch.setenv("GSDC_LEDGER_URL", "postgresql://127.0.0.1:9/x")
    result = run(project, "override", "DOCMON", "opus", "--reason", "notes")
    assert "the override is written, but not in the ledger" in result.stderr
    replace(project / "gsdc.yaml", "notes", "notes")
