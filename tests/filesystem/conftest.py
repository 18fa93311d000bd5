"""What the tests of the file system share."""

from pathlib import Path

import pytest

from gsdc.filesystem import descent


@pytest.fixture(params=["by descriptor", "by path"])
def way(request, monkeypatch) -> str:
    """Run a test twice: as on systems that have descriptors of folders, and as on those that have none."""
    if request.param == "by path":
        monkeypatch.setattr(descent, "BY_DESCRIPTOR", False)
    return request.param


@pytest.fixture
def outside(tmp_path) -> Path:
    """Return a folder with a file, beside the project."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "precious").write_text("precious")
    return folder


@pytest.fixture
def project(tmp_path) -> Path:
    """Return an empty folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    return folder
