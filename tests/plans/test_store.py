from pathlib import Path

import pytest

from gsdc.plans import store


def test_what_is_written_is_read(tmp_path):
    value = {"a": (1, 2.5, None, True, b"x", "\N{SNOWMAN}")}
    store.write(tmp_path / "new/file", value)
    assert store.read(tmp_path / "new/file") == value
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["file"]


@pytest.mark.parametrize("content", [b"", b"\0", b"\0" * 4, b"\0" * 99, b"abcdefgh"])
def test_what_is_not_whole_is_nothing(tmp_path, content):
    (tmp_path / "file").write_bytes(content)
    assert store.read(tmp_path / "file") is None


def test_what_is_cut_or_changed_is_nothing(tmp_path):
    place = tmp_path / "file"
    store.write(place, ("a", 1))
    content = place.read_bytes()
    for harmed in (content[:-1], content + b"x", content[:5] + bytes([content[5] ^ 1]) + content[6:]):
        place.write_bytes(harmed)
        assert store.read(place) is None


def test_what_cannot_be_written_is_left(tmp_path: Path):
    (tmp_path / "file").write_text("")
    store.write(tmp_path / "file/below", 1)
    assert store.read(tmp_path / "file/below") is None
