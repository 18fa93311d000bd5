"""Whose file a place is in."""

import pytest

from gsdc import data
from gsdc.policy.breach import is_own
from gsdc.policy.ref import Ref

SHIPPED = data.folder("profiles")


@pytest.mark.parametrize("path", ["gsdc.yaml", "profiles/team.yaml", f"{SHIPPED}-of-ours/team.yaml"])
def test_a_file_of_the_users(path):
    assert is_own(Ref(path))


@pytest.mark.parametrize("name", ["base.yaml", "fleets/gsd.yaml"])
def test_a_shipped_file(name):
    assert not is_own(Ref(str(SHIPPED / name)))
