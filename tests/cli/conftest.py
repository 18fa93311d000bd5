"""What tests of several commands share."""

from pathlib import Path

import pytest
from tests.transaction.small import make


@pytest.fixture
def small(tmp_path, monkeypatch) -> Path:
    """Return the small project, with no client installed."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "project").mkdir()
    return make(tmp_path / "project")
