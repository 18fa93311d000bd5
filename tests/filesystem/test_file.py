"""One file, replaced as a whole or not at all."""

import pytest

from gsdc.filesystem.file import replace_file
from gsdc.filesystem.place import Root
from gsdc.finding import Rejected


def test_content_and_mode(tmp_path):
    path = tmp_path / "a.md"
    path.write_bytes(b"old")
    path.chmod(0o604)
    replace_file(Root(tmp_path) / "a.md", b"new\r\n")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new\r\n", 0o604)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.md"]


def test_a_new_file_in_a_new_folder(tmp_path):
    replace_file(Root(tmp_path) / "new/a.json", b"{}")
    assert (tmp_path / "new/a.json").read_bytes() == b"{}"
    assert [entry.name for entry in (tmp_path / "new").iterdir()] == ["a.json"]


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "new").write_bytes(b"")
    with pytest.raises(Rejected):
        replace_file(Root(tmp_path) / "new/a.json", b"{}")


@pytest.mark.parametrize("failing", ["fsync", "fdopen"])
def test_a_disk_that_refuses_leaves_the_file_as_it_was(tmp_path, monkeypatch, failing):
    path = tmp_path / "a.md"
    path.write_bytes(b"old")

    def refuse(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"os.{failing}", refuse)
    with pytest.raises(Rejected) as rejected:
        replace_file(Root(tmp_path) / "a.md", b"new")
    assert rejected.value.findings[0].message == '"a.md" cannot be written: no space left on device'
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.md"]
