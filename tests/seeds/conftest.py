"""A project of each seed, written into a scratch folder."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gsdc.policy.load import load
from gsdc.policy.model import Policy


@pytest.fixture
def compiled(tmp_path: Path) -> Callable[..., Policy]:
    """Return a function that resolves a gsdc.yaml text, or the shipped profiles where there is none."""

    def resolve(text: str = "", **options: object) -> Policy:
        if text:
            (tmp_path / "gsdc.yaml").write_text(text, encoding="utf-8")
        loaded = load(tmp_path, **options)
        assert loaded.policy is not None, [f"{f.span}: {f.message}" for f in loaded.findings]
        return loaded.policy

    return resolve
