"""A sample of the trees of ``fuzz_trees``, and each trick once under the commands that people run first."""

import signal
import sys

import pytest
from tests.trust import fuzz_trees, hostile

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such links, pipes and modes")


@pytest.fixture
def alarm():
    before = signal.signal(signal.SIGALRM, fuzz_trees._alarm)
    yield
    signal.signal(signal.SIGALRM, before)


@pytest.mark.sampled
@pytest.mark.parametrize("first", range(0, 200, 20))
def test_spoilt_trees(first, tmp_path, alarm):
    for seed in range(first, first + 20):
        folder = tmp_path / str(seed)
        folder.mkdir()
        try:
            # A loaded machine is slow; what hangs hangs for longer than that.
            assert fuzz_trees.run_one(seed, folder, 60.0) is None
        finally:
            hostile.release(folder)
