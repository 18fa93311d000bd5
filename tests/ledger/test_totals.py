"""The sums that are kept by quarter of an hour are those of the events, whatever is added, replaced and moved."""

import itertools
import multiprocessing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cli.running import answer
from tests.ledger.conftest import answer_line

from gsdc.ledger import sessions
from gsdc.ledger.database import open_memory, open_sqlite
from gsdc.ledger.event import DEFAULTS, FIELDS, Event
from gsdc.ledger.ledger import Ledger
from gsdc.ledger.sources.api import SourceFile
from gsdc.ledger.totals import DIMENSIONS, QUARTER, Sum
from gsdc.transaction.store import Store

EVENTS = st.fixed_dictionaries(
    {
        "key": st.sampled_from("abcdefgh"),
        "at": st.integers(0, 6 * QUARTER),
        "type": st.sampled_from(["usage", "usage", "error", "failover"]),
        "source": st.sampled_from(["log", "codex"]),
        "model": st.sampled_from(["haiku", "opus", ""]),
        "agent": st.sampled_from(["SECURITY", ""]),
        "input": st.integers(0, 50),
        "output": st.integers(0, 50),
        "cache_read": st.integers(0, 50),
        "rework": st.none() | st.integers(0, 100),
        "duration_ms": st.none() | st.integers(0, 9000),
        "nano": st.none() | st.integers(0, 10**12),
        "client_nano": st.none() | st.integers(0, 10**12),
    }
).map(lambda fields: Event(**fields))


def summed(events, fields):
    found = {}
    for event in events:
        measured = event.duration_ms is not None and event.source not in ("log", "gsd")
        one = Sum(
            1,
            *(getattr(event, name) for name in Sum._fields[1:7]),
            event.nano if event.nano is not None else event.client_nano or 0,
            int(event.rework is not None),
            event.rework or 0,
            int(measured),
            event.duration_ms if measured else 0,
        )
        key = tuple(event.at // QUARTER if name == "quarter" else getattr(event, name) for name in fields)
        found[key] = found.get(key, Sum()) + one
    return found


@settings(deadline=None)
@given(
    st.lists(st.lists(EVENTS, max_size=6), max_size=4),
    st.integers(0, 6 * QUARTER),
    st.integers(0, 6 * QUARTER),
    st.lists(st.sampled_from(("quarter", *DIMENSIONS)), unique=True, max_size=3),
)
def test_sums_are_those_of_the_events(batches, start, length, fields):
    with open_memory() as database:
        ledger, kept = Ledger(database), {}
        for batch in batches:
            with ledger.transaction():
                ledger.add(batch)
            for event in sorted(batch, key=lambda one: one.key):
                before = kept.get(event.key)
                if before is None or event.input + event.output + event.cache_read > (
                    before.input + before.output + before.cache_read
                ):
                    kept[event.key] = event
        assert sorted(ledger.events()) == sorted(kept.values())
        within = [event for event in kept.values() if start <= event.at < start + length]
        assert ledger.sums(start, start + length, *fields) == summed(within, fields)
        assert ledger.total(start, start + length) == summed(within, ()).get((), Sum())


def test_columns_have_the_defaults_of_the_fields():
    with open_memory() as database:
        columns = {row[1]: row[4] for row in database.rows("PRAGMA table_info(event)")}
    assert columns.keys() == {"seq", "moved", *FIELDS}
    shown = {name: None if value is None else repr(value) for name, value in DEFAULTS.items()}
    assert {name: columns[name] for name in DEFAULTS} == shown


@pytest.mark.parametrize("many", [0, 10**9])
def test_a_process_of_its_own_reads_what_one_process_reads(project, transcript, monkeypatch, many):
    monkeypatch.setattr(sessions, "_MANY", many)
    monkeypatch.setattr(sessions, "BATCH", 7)
    lines = [answer_line(f"m{n}", f"r{n}", n) for n in range(40)]
    transcript(*lines[:20], "{broken", "[]", *lines[20:])
    transcript(
        *(answer_line(f"m{n}", "copy", 1, isSidechain=True) for n in range(30, 50)), name="S1/subagents/agent-1.jsonl"
    )
    found = answer(project, "tokens", "import", code=1)
    assert found["added"] == 50
    assert [(one["line"], one["message"][:28]) for one in found["findings"]] == [(21, "2 records of this file skipp")]
    assert answer(project, "tokens", "import")["added"] == 0
    with open_sqlite(Store(project), create=False) as database:
        assert Ledger(database).total(0, 1 << 50).output == sum(range(40)) + 10


@pytest.mark.parametrize("batches", [0, 1, 3])
def test_what_is_left_is_read_here_when_the_process_is_killed(project, transcript, monkeypatch, batches):
    def killed(tasks):
        yield from itertools.islice(sessions._parts(tasks), batches)

    monkeypatch.setattr(sessions, "_MANY", 0)
    monkeypatch.setattr(sessions, "BATCH", 7)
    monkeypatch.setattr(sessions, "_read_apart", killed)
    transcript(*(answer_line(f"m{n}", f"r{n}", n) for n in range(10)), "{broken")
    transcript(*(answer_line(f"n{n}", f"r{n}", n) for n in range(10)), "{broken", name="S2.jsonl")
    found = answer(project, "tokens", "import", code=1)
    assert (found["added"], [one["line"] for one in found["findings"]]) == (20, [11, 11])


def test_a_process_that_reads_ends_with_the_one_that_stores(transcript):
    path = transcript(*(answer_line(f"m{n}", f"r{n}", n) for n in range(3 * sessions.BATCH)))
    task = sessions.task_of(sessions.SESSIONS[0], SourceFile(path, path.parent), None)
    parts = sessions._read_apart([task])
    assert next(parts).events == sessions.BATCH
    assert len(multiprocessing.active_children()) == 1
    parts.close()
    assert multiprocessing.active_children() == []
