"""What of the history is in effect, and what a rollback rolls back: compared with what the words say."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc.deploy.rollback import chosen
from gsdc.finding import Rejected
from gsdc.transaction.history import in_effect, not_rolled_back
from gsdc.transaction.record import Record, RecordHeader

QUICK = examples(100)


def record(number: int, undoes: tuple[int, ...] = ()) -> Record:
    fields = {"folders": (), "emptied": {}, "place": "", "folder": Path()}
    known = {name: fields[name] for name in Record._fields if name in fields}
    return Record(number=number, header=RecordHeader("rollback" if undoes else "apply", undoes=undoes), **known)


def played(records: list[Record]) -> set[int]:
    """Return the numbers of all records that count, rollbacks as well: no later one that counts takes them back."""

    @cache
    def counts(number: int) -> bool:
        later = (one for one in records if one.number > number and number in one.header.undoes)
        return not any(counts(one.number) for one in later)

    return {one.number for one in records if counts(one.number)}


@st.composite
def histories(draw) -> list[Record]:
    """Applies and rollbacks as the commands make them: the last, by number, or all after one."""
    records: list[Record] = []
    for number in range(1, draw(st.integers(1, 14))):
        how = draw(st.sampled_from(["apply", "apply", "last", "one", "to"])) if records else "apply"
        undone: tuple[Record, ...] = ()
        try:
            if how == "last":
                undone = chosen(records)
            elif how == "one":
                undone = chosen(records, number=draw(st.integers(1, number - 1)))
            elif how == "to":
                undone = chosen(records, to=draw(st.integers(0, number - 1)))
        except Rejected:
            pass
        records.append(record(number, tuple(one.number for one in undone)))
    return records


@QUICK
@given(records=histories())
def test_what_is_in_effect(records):
    active = played(records)
    assert [one.number for one in not_rolled_back(records)] == sorted(active)
    assert [one.number for one in in_effect(records)] == [n for n in sorted(active) if not records[n - 1].header.undoes]
    assert not_rolled_back(reversed(records)) == not_rolled_back(records)


@QUICK
@given(records=histories())
def test_the_last_is_the_newest_in_effect(records):
    assert chosen(records) == in_effect(records)[-1:]


@QUICK
@given(records=histories(), to=st.integers(0, 14))
def test_all_after_one(records, to):
    try:
        found = tuple(one.number for one in chosen(records, to=to))
    except Rejected:
        assert to > len(records)
        return
    after = [*records, record(len(records) + 1, found)] if found else records
    assert in_effect(after) == in_effect(records[:to])
    if found:
        assert played(after) == {*played(records[:to]), len(after)}


@QUICK
@given(records=histories(), number=st.integers(1, 14))
def test_one_by_its_number(records, number):
    if number not in played(records):
        with pytest.raises(Rejected) as rejected:
            chosen(records, number=number)
        assert rejected.value.findings[0].code == "DP011"
        return
    found = chosen(records, number=number)
    assert [one.number for one in found] == [number]
    assert number not in played([*records, record(len(records) + 1, (number,))])
